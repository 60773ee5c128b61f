//! What a file declares of a distribution over indices, vectors or matrices, and what the table has of it.

use super::block::Block;
use super::requirement::Requirement;
use crate::distributions::family::Kind;
use crate::distributions::lifted::Lifted;
use crate::distributions::real::Real;
use crate::distributions::support_of::SupportOf;
use crate::eval::key::SiteRng;

/// A parameter: its name, the rank of one event of it (0 a number, 1 a vector, 2 a matrix), and what it must be.
#[derive(Clone, Copy, Debug)]
pub struct ShapedParam {
    pub name: &'static str,
    pub rank: usize,
    pub must: Requirement,
    /// For parameters at the end that may be left out.
    pub default: Option<f64>,
}

pub const fn shaped(name: &'static str, rank: usize, must: Requirement) -> ShapedParam {
    ShapedParam { name, rank, must, default: None }
}

/// A condition on several parameters that does not hold: the parameter to point at, and a sentence.
pub type Clash = (usize, String);

/// The test cases of a family: parameters as text, a box, and what maps a point of it to a value.
pub struct Case {
    pub args: &'static str,
    /// Ends of the box in each coordinate; of distributions over integers both ends count.
    pub ends: &'static [(f64, f64)],
    pub embed: fn(&[f64]) -> Option<Vec<f64>>,
}

/// Value and parameters as doubles.
pub struct Point<'a> {
    pub x: &'a [f64],
    pub p: &'a [Block<'a, f64>],
}

impl Point<'_> {
    /// A value that is an index.
    pub fn index(&self) -> usize {
        self.x[0] as usize
    }
}

/// The same distribution by a factor of a parameter.
#[derive(Clone, Copy)]
pub struct Factored {
    pub param: usize,
    pub factor: fn(&Block<'_, f64>) -> Vec<f64>,
    /// The family that takes the factor in the parameter's place.
    pub family: fn() -> &'static StructuredFamily,
}

/// One distribution over indices, vectors or matrices, as its file declares it.
pub trait Structured {
    const NAME: &'static str;
    const ALIASES: &'static [&'static str] = &[];
    const PARAMS: &'static [ShapedParam];
    /// The rank of a value.
    const RANK: usize;
    const KIND: Kind = Kind::Real;
    const CASES: &'static [Case];
    /// The parameters at whose numbers the density jumps, the ends of the support among them.
    const JUMPS: &'static [usize] = &[];

    /// What a parameter that many events share is prepared for once.
    const FACTORED: Option<Factored> = None;

    /// What parameters that are fine by themselves do wrong together.
    fn clash(_p: &[Block<'_, f64>]) -> Option<Clash> {
        None
    }
    /// Where the values lie, and so what shape they have.
    fn support(p: &[Block<'_, f64>]) -> SupportOf;
    /// The ends of a support of numbers, to be differentiated by.
    fn ends<R: Real>(_p: &[Block<'_, R>]) -> (R, R) {
        (R::constant(f64::NEG_INFINITY), R::constant(f64::INFINITY))
    }
    /// log-density of a value on the support `x`; what a formula decides by, it looks up `at` the same numbers as doubles.
    fn logpdf<R: Real>(x: &Block<'_, R>, p: &[Block<'_, R>], at: &Point<'_>) -> R;
    fn sample(p: &[Block<'_, f64>], draws: &mut SiteRng) -> Vec<f64>;
    /// The standard normal numbers that a value is made of, where it is.
    fn noise(_x: &[f64], _p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        None
    }
    /// The value that is made of them.
    fn from_noise<R: Real>(z: &[R], _p: &[Block<'_, R>]) -> Vec<R> {
        z.to_vec()
    }
    /// The means of the elements, where they are known.
    fn mean(_p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        None
    }
    /// The variances of the elements, where they are known.
    fn variance(_p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        None
    }
}

/// The numbers behind a value, see [`Structured::noise`].
type Noise = fn(&[f64], &[Block<'_, f64>]) -> Option<Vec<f64>>;

/// What an object of the language does with blocks of doubles.
pub(super) type Moment = fn(&[Block<'_, f64>]) -> Option<Vec<f64>>;

/// A `Structured` distribution as a row of the table.
pub struct StructuredFamily {
    pub name: &'static str,
    pub aliases: &'static [&'static str],
    pub params: &'static [ShapedParam],
    pub rank: usize,
    pub kind: Kind,
    pub cases: &'static [Case],
    pub(super) jumps: &'static [usize],
    pub(super) factored: Option<Factored>,
    pub(super) clash: fn(&[Block<'_, f64>]) -> Option<Clash>,
    pub(super) support: fn(&[Block<'_, f64>]) -> SupportOf,
    pub(super) ends: fn(&[Block<'_, Lifted>]) -> (Lifted, Lifted),
    pub(super) logpdf: fn(&Block<'_, f64>, &[Block<'_, f64>], &Point<'_>) -> f64,
    pub(super) logpdf_lifted: fn(&Block<'_, Lifted>, &[Block<'_, Lifted>], &Point<'_>) -> Lifted,
    pub(super) sample: fn(&[Block<'_, f64>], &mut SiteRng) -> Vec<f64>,
    pub(super) noise: Noise,
    pub(super) from_noise_lifted: fn(&[Lifted], &[Block<'_, Lifted>]) -> Vec<Lifted>,
    pub(super) mean: Moment,
    pub(super) variance: Moment,
}

impl StructuredFamily {
    pub(super) const fn of<D: Structured>() -> StructuredFamily {
        StructuredFamily {
            name: D::NAME,
            aliases: D::ALIASES,
            params: D::PARAMS,
            rank: D::RANK,
            kind: D::KIND,
            cases: D::CASES,
            jumps: D::JUMPS,
            factored: D::FACTORED,
            clash: D::clash,
            support: D::support,
            ends: D::ends::<Lifted>,
            logpdf: D::logpdf::<f64>,
            logpdf_lifted: D::logpdf::<Lifted>,
            sample: D::sample,
            noise: D::noise,
            from_noise_lifted: D::from_noise::<Lifted>,
            mean: D::mean,
            variance: D::variance,
        }
    }

    /// Parameters that must be given.
    pub fn required(&self) -> usize {
        self.params.iter().filter(|p| p.default.is_none()).count()
    }

    /// `[mean cov]`, once for each number of parameters.
    pub fn arglist(&self) -> String {
        let names: Vec<&str> = self.params.iter().map(|p| p.name).collect();
        let lists: Vec<String> =
            (self.required()..=names.len()).map(|n| format!("[{}]", names[..n].join(" "))).collect();
        lists.join(" ")
    }
}

//! What a choice is drawn from and scored by: the one trait behind every distribution, and how a trace site finds it.

use super::bijector::Bijector;
use super::graded::{Graded, numbers_in};
use super::object::{Constructor, Dist};
use super::pathwise::ValuePair;
use super::scalar::ScalarDist;
use super::support_of::SupportOf;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::key::SiteRng;
use crate::eval::{Cx, Value};

/// A distribution with its parameters.
pub trait Density: Send + Sync {
    /// As it is called in the language: `normal`.
    fn name(&self) -> &str;

    /// A draw. Parameters to be differentiated are an error here: a draw has no derivative.
    fn sample(&self, cx: &mut Cx, draws: &mut SiteRng) -> Result<Value>;

    /// The log-density of a value; −∞ off the support and for a value of another type or shape.
    fn logpdf(&self, cx: &mut Cx, value: &Value) -> Result<f64>;

    /// The same as a number to differentiate: more than a float where the value or the parameters are.
    fn score(&self, cx: &mut Cx, value: &Value) -> Result<Value> {
        self.logpdf(cx, value).map(Value::float)
    }

    /// The same, with what it is a density of: of atoms it is a probability, of other values a density.
    fn graded(&self, cx: &mut Cx, value: &Value) -> Result<Graded> {
        Ok(Graded::uniform(self.score(cx, value)?, value, self.continuous()))
    }

    /// The log-density of each element of a value, arranged as the value is, where elements are independent; `None`
    /// where they are not, and of a value of another type or shape.
    fn scores(&self, _cx: &mut Cx, _value: &Value) -> Result<Option<Value>> {
        Ok(None)
    }

    /// A constraint as the value of a choice; a wrong type or shape is an error.
    fn check_value(&self, value: &Value) -> Result<Value>;

    /// Where the values lie.
    fn support(&self) -> SupportOf;

    /// True when the log-density has a gradient with respect to the value.
    fn continuous(&self) -> bool;

    /// Of how many numbers the log-density of a value is one, where it has densities alone.
    fn coordinates(&self, _cx: &mut Cx, value: &Value) -> Result<usize> {
        Ok(numbers_in(value))
    }

    /// True when some values, or some of their numbers, have a density and others a probability.
    fn is_mixed(&self) -> bool {
        false
    }

    /// True when some values, or some of their numbers, have a density.
    fn has_densities(&self) -> bool {
        self.continuous() || self.is_mixed()
    }

    /// The value nearest to a number, or an array, that has a probability of its own: where rounding has missed it.
    fn atom_near(&self, _cx: &mut Cx, x: &Value) -> Result<Option<Value>> {
        self.support().atom_near(x)
    }

    /// True when what stands at these keys below a value has densities alone.
    fn is_dense_at(&self, _below: &[Value]) -> bool {
        self.continuous()
    }

    /// True when a parameter that a gradient is taken of moves values, or the ends of the support: then the mean of the
    /// log-density's slope is not 0, and no expectation is differentiated by it.
    fn support_moves(&self) -> bool {
        false
    }

    /// The shape of the array that a value is, `[]` of a single number; `None` of what is no array, or not known.
    fn shape(&self) -> Option<Vec<usize>> {
        None
    }

    /// The axes of independent elements that array parameters make; none of a single event.
    fn axes(&self, _cx: &mut Cx) -> Result<Vec<usize>> {
        Ok(Vec::new())
    }

    /// The distribution of each element under axes to which its own broadcast; `None` where it is itself that of each.
    fn elements(&self, _cx: &mut Cx, _axes: &[usize]) -> Result<Option<Vec<Value>>> {
        Ok(None)
    }

    /// A value that was drawn, as a function of the parameters that keeps its probability; `None` where there is none.
    fn pathwise(&self, _cx: &mut Cx, _value: &Value) -> Result<Option<Value>> {
        Ok(None)
    }

    /// Pairs of values whose differences make the derivatives by the parameters, where they are known.
    fn pairs(&self, _draws: &mut SiteRng) -> Option<Vec<ValuePair>> {
        None
    }

    /// The map from unconstrained numbers onto the support; an error where there is none.
    fn transform(&self, _cx: &mut Cx) -> Result<Bijector> {
        Bijector::onto(self.name(), &self.support(), self.continuous())
    }

    /// The mean, where it is known in closed form.
    fn mean(&self, _cx: &mut Cx) -> Result<Option<Value>> {
        Ok(None)
    }

    /// The variance (of arrays that of each element), where it is known in closed form.
    fn variance(&self, _cx: &mut Cx) -> Result<Option<Value>> {
        Ok(None)
    }

    /// The probability of values up to `x`, where it is known.
    fn cdf(&self, _cx: &mut Cx, _x: &Value) -> Result<Option<Value>> {
        Ok(None)
    }

    /// log P(lo ≤ X ≤ hi) of a distribution with densities and masses, where its parts know it better than its cdf.
    fn log_mass(&self, _cx: &mut Cx, _lo: f64, _hi: f64) -> Result<Option<f64>> {
        Ok(None)
    }

    /// The smallest value up to which lies the probability `p`, where it is known.
    fn quantile(&self, _cx: &mut Cx, _p: &Value) -> Result<Option<Value>> {
        Ok(None)
    }
}

/// A distribution that is another one under its own name.
macro_rules! delegate {
    ($type:ty, |$this:ident| $density:expr, |$that:ident| $name:expr) => {
        impl $crate::distributions::density::Density for $type {
            fn name(&self) -> &str {
                let $that = self;
                $name
            }
            $crate::distributions::density::delegate!(@ $this $density;
                sample(cx: &mut Cx, draws: &mut $crate::eval::key::SiteRng) -> Result<Value>,
                logpdf(cx: &mut Cx, value: &Value) -> Result<f64>,
                score(cx: &mut Cx, value: &Value) -> Result<Value>,
                graded(cx: &mut Cx, value: &Value) -> Result<$crate::distributions::graded::Graded>,
                scores(cx: &mut Cx, value: &Value) -> Result<Option<Value>>,
                check_value(value: &Value) -> Result<Value>,
                support() -> $crate::distributions::SupportOf,
                continuous() -> bool,
                coordinates(cx: &mut Cx, value: &Value) -> Result<usize>,
                is_mixed() -> bool,
                atom_near(cx: &mut Cx, x: &Value) -> Result<Option<Value>>,
                is_dense_at(below: &[Value]) -> bool,
                support_moves() -> bool,
                shape() -> Option<Vec<usize>>,
                axes(cx: &mut Cx) -> Result<Vec<usize>>,
                elements(cx: &mut Cx, axes: &[usize]) -> Result<Option<Vec<Value>>>,
                pathwise(cx: &mut Cx, value: &Value) -> Result<Option<Value>>,
                pairs(draws: &mut $crate::eval::key::SiteRng) -> Option<Vec<$crate::distributions::ValuePair>>,
                transform(cx: &mut Cx) -> Result<$crate::distributions::Bijector>,
                mean(cx: &mut Cx) -> Result<Option<Value>>,
                variance(cx: &mut Cx) -> Result<Option<Value>>,
                cdf(cx: &mut Cx, x: &Value) -> Result<Option<Value>>,
                log_mass(cx: &mut Cx, lo: f64, hi: f64) -> Result<Option<f64>>,
                quantile(cx: &mut Cx, p: &Value) -> Result<Option<Value>>
            );
        }
    };
    (@ $this:ident $density:expr; $($method:ident($($arg:ident: $type:ty),*) -> $result:ty),*) => {
        $(fn $method(&self, $($arg: $type),*) -> $result {
            let $this = self;
            $density.$method($($arg),*)
        })*
    };
}
pub(super) use delegate;

/// What a trace site was given: a distribution, or a constructor with its arguments. Scalar families need no memory.
pub enum Callee<'a> {
    Scalar(ScalarDist),
    Shared(&'a dyn Density),
    Made(Box<dyn Density>),
}

impl Callee<'_> {
    #[inline]
    pub fn density(&self) -> &dyn Density {
        match self {
            Callee::Scalar(dist) => dist,
            Callee::Shared(dist) => *dist,
            Callee::Made(dist) => &**dist,
        }
    }
}

/// The distribution that `what` and `args` mean; `None` when `what` is none, nor a distribution's constructor.
#[inline]
pub fn callee<'a>(cx: &mut Cx, what: &'a Value, args: &[Value]) -> Option<Result<Callee<'a>>> {
    if let Some(constructor) = what.as_host::<Constructor>() {
        return Some(constructor.make(cx, args));
    }
    let dist = what.as_host::<Dist>()?;
    Some(if args.is_empty() { Ok(Callee::Shared(dist.density())) } else { Err(no_arguments(what)) })
}

/// The error of drawing with parameters to be differentiated.
#[cold]
pub fn draw_of_variables(name: &str) -> Stop {
    Error::raise(Code::NoGradient, format!("a draw from `{name}` has no gradient with respect to its parameters"))
        .help("draw with `(stop-gradient x)` as the parameter, or draw a standard variable and transform it")
}

#[cold]
fn no_arguments(what: &Value) -> Stop {
    let shown = crate::eval::print::brief(what);
    Error::raise(Code::Arity, format!("the distribution `{shown}` takes no arguments here"))
}

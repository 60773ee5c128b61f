//! A distribution of numbers cut to an interval.

use super::inner::InnerDist;
use super::interval::OnInterval;
use super::mass::{self, Panels, Values};
use crate::distributions::bijector::{self, Bijector, ElementwiseBijector};
use crate::distributions::bisection::invert;
use crate::distributions::density::Density;
use crate::distributions::graded::Graded;
use crate::distributions::object::{Built, Constructor};
use crate::distributions::rounding::hold;
use crate::distributions::support::Support;
use crate::distributions::support_of::SupportOf;
use crate::error::{Caught, Code, Error, Result, Stop};
use crate::eval::gradient::primal_of;
use crate::eval::key::SiteRng;
use crate::eval::numeric::{self, Binary};
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use std::cell::RefCell;

pub const TRUNCATED: Built = Built {
    name: "truncated",
    aliases: &[],
    arglist: "[dist lo hi]",
    make: |cx, args| {
        if let Some(elements) = OnInterval::broadcast(cx, &TRUNCATED, args)? {
            return Ok(elements);
        }
        let cut = OnInterval::read(cx, &TRUNCATED, args)?;
        if let Some(normal) = truncated_normal(cx, &cut)? {
            return Ok(Box::new(Named(normal)));
        }
        let (lo, hi) = cut.ends;
        let log_mass = mass::log_mass(cx, cut.plain.density(), lo, hi)?;
        if log_mass.is_nan() || log_mass == f64::NEG_INFINITY {
            let shown = brief(cut.part.value());
            let message = format!("`truncated`: `{shown}` has no probability between {lo} and {hi}");
            return Err(Error::raise(Code::Parameter, message).arg(0));
        }
        Ok(Box::new(Truncated { cut, log_mass }))
    },
};

/// The normal has a family of its own, exact in its tails and with every derivative.
fn truncated_normal(cx: &mut Cx, cut: &OnInterval) -> Result<Option<InnerDist>> {
    let Some(dist) = cut.part.dist().filter(|dist| dist.constructor.name() == "normal") else { return Ok(None) };
    let Some(family) = crate::distributions::FAMILIES.iter().find(|f| f.name == "truncated-normal") else {
        return Ok(None);
    };
    let args: Vec<Value> = dist.args.iter().chain([&cut.lo, &cut.hi]).cloned().collect();
    InnerDist::new("truncated", &Constructor::Scalar(family).value(cx, &args)?).map(Some)
}

/// A share of the mass that rounding does not make of nothing.
const EDGE: f64 = 1e-12;

/// Another distribution under this name.
struct Named(InnerDist);

struct Truncated {
    cut: OnInterval,
    log_mass: f64,
}

impl Truncated {
    fn holds(&self, value: &Value) -> bool {
        primal_of(value).as_f64().is_some_and(|x| self.cut.ends.0 <= x && x <= self.cut.ends.1)
    }

    /// The logarithm of the mass between the ends, as a number to differentiate.
    fn mass(&self, cx: &mut Cx) -> Result<Value> {
        match self.cut.is_plain() {
            true => Ok(Value::float(self.log_mass)),
            false => mass::score(cx, &self.cut.part, &self.cut.lo, &self.cut.hi),
        }
    }

    #[cold]
    fn too_narrow(&self, draws: &SiteRng) -> Stop {
        let ((lo, hi), shown) = (self.cut.ends, brief(self.cut.part.value()));
        let width = if draws.single { "single" } else { "double" };
        let message = format!("`truncated`: {width} precision has no value of `{shown}` between {lo} and {hi}");
        Error::raise(Code::Parameter, message).help("wider ends, or a run with `:dtype :float64`, have some")
    }

    /// The value up to which lies the share `u`: by the quantile of the whole, or in a tail by integration.
    fn at_share(&self, cx: &mut Cx, u: f64) -> Result<Value> {
        let d = self.cut.plain.density();
        let ((lo, hi), values) = (self.cut.ends, Values::of(d));
        if values == Values::Mixed {
            return self.inverted(cx, u);
        }
        // As differences of the cdf small masses have few digits left.
        if self.log_mass < -13.0 {
            let found = match values {
                Values::Real => Panels::new(cx, d, lo, hi)?.map(|panels| panels.quantile(cx, d, u)).transpose()?,
                _ => mass::integer_at(cx, d, (lo, hi), self.log_mass, u)?,
            };
            if let Some(x) = found {
                return d.check_value(&Value::float(x.clamp(lo, hi)));
            }
        }
        let (below, upto) = mass::below(cx, d, lo, hi)?;
        let share = below + u * (upto - below);
        let found = d.quantile(cx, &Value::float(share))?.and_then(|x| x.as_f64()).unwrap_or(f64::NAN);
        let (lo, hi) = if values == Values::Real { (lo, hi) } else { (lo.ceil(), hi.floor()) };
        d.check_value(&Value::float(found.clamp(lo, hi)))
    }

    /// The same where the cdf of this distribution reaches the share: the end itself need not be a value.
    fn inverted(&self, cx: &mut Cx, u: f64) -> Result<Value> {
        cx.charge(64)?;
        let cx = RefCell::new(cx);
        let share_below = |x: f64| match self.cdf(&mut cx.borrow_mut(), &Value::float(x)) {
            Ok(Some(share)) => share.as_f64().unwrap_or(f64::NAN),
            _ => f64::NAN,
        };
        // Not −0.
        let found = invert(u.max(EDGE), self.cut.ends.0, self.cut.ends.1, share_below) + 0.0;
        self.check_value(&Value::float(found))
    }

    /// Does the value have a density, rather than a probability?
    fn is_dense(&self, cx: &mut Cx, value: &Value) -> Result<bool> {
        Ok(self.continuous() || !self.cut.plain.density().graded(cx, value)?.is_mass())
    }
}

impl Density for Truncated {
    fn name(&self) -> &str {
        "truncated"
    }

    fn sample(&self, cx: &mut Cx, draws: &mut SiteRng) -> Result<Value> {
        self.cut.check_drawable("truncated")?;
        let value = self.at_share(cx, draws.open01())?;
        let dense = self.is_dense(cx, &value)?;
        let Some(x) = value.as_f64().filter(|_| dense) else { return Ok(value) };
        // The distribution may leave out an end that the interval has.
        let (lo, hi) = self.cut.ends;
        let inside = match self.cut.plain.density().support() {
            SupportOf::Numbers { of, lo, hi } => hold(x, of, (lo, hi), draws),
            _ => x,
        };
        let x = hold(inside, Support::Between(0, 1), (lo, hi), draws);
        let value = Value::float(x);
        if lo <= x && x <= hi && self.cut.plain.density().support().may_hold(&value) {
            return Ok(value);
        }
        Err(self.too_narrow(draws))
    }

    fn logpdf(&self, cx: &mut Cx, value: &Value) -> Result<f64> {
        if !self.holds(value) {
            return Ok(f64::NEG_INFINITY);
        }
        Ok(self.cut.plain.density().logpdf(cx, value)? - self.log_mass + 0.0)
    }

    fn score(&self, cx: &mut Cx, value: &Value) -> Result<Value> {
        self.graded(cx, value).map(|graded| graded.score)
    }

    fn graded(&self, cx: &mut Cx, value: &Value) -> Result<Graded> {
        if !self.holds(value) {
            return Ok(Graded::uniform(Value::float(f64::NEG_INFINITY), value, self.continuous()));
        }
        let whole = self.cut.part.density().graded(cx, value)?;
        let mass = self.mass(cx)?;
        Ok(Graded { score: numeric::binary(Binary::Sub, &whole.score, &mass)?, ..whole })
    }

    fn check_value(&self, value: &Value) -> Result<Value> {
        self.cut.part.density().check_value(value)
    }

    fn support(&self) -> SupportOf {
        let (lo, hi) = self.cut.ends;
        self.cut.support(|x| (lo..=hi).contains(&x).then_some(x))
    }

    fn continuous(&self) -> bool {
        self.cut.plain.density().continuous()
    }

    fn atom_near(&self, cx: &mut Cx, x: &Value) -> Result<Option<Value>> {
        self.cut.atom_near(cx, x, &self.support())
    }

    fn is_mixed(&self) -> bool {
        self.cut.plain.density().is_mixed()
    }

    fn support_moves(&self) -> bool {
        self.cut.moves()
    }

    fn transform(&self, cx: &mut Cx) -> Result<Bijector> {
        if !self.continuous() {
            return Err(bijector::none(self.name(), &self.support(), false));
        }
        let (mut lo, mut hi) = (self.cut.lo.clone(), self.cut.hi.clone());
        let number = |x: &Value| primal_of(x).as_f64().unwrap_or(f64::NAN);
        if let Some((least, most)) = self.cut.part.density().transform(cx).caught()?.ok().and_then(|whole| whole.ends())
        {
            lo = if number(&least) > number(&lo) { least } else { lo };
            hi = if number(&most) < number(&hi) { most } else { hi };
        }
        ElementwiseBijector::between(lo, hi, None).map(Bijector::Numbers)
    }

    fn shape(&self) -> Option<Vec<usize>> {
        Some(Vec::new())
    }

    fn cdf(&self, cx: &mut Cx, x: &Value) -> Result<Option<Value>> {
        let Some(x) = x.as_f64() else { return Ok(None) };
        let ((lo, hi), d) = (self.cut.ends, self.cut.plain.density());
        if x < lo || x >= hi {
            return Ok(Some(Value::float(if x < lo { 0.0 } else { 1.0 })));
        }
        if d.continuous() && x == lo {
            return Ok(Some(Value::float(0.0)));
        }
        Ok(Some(Value::float((mass::log_mass(cx, d, lo, x)? - self.log_mass).exp().min(1.0))))
    }

    fn log_mass(&self, cx: &mut Cx, lo: f64, hi: f64) -> Result<Option<f64>> {
        let (lo, hi) = (lo.max(self.cut.ends.0), hi.min(self.cut.ends.1));
        if lo > hi {
            return Ok(Some(f64::NEG_INFINITY));
        }
        Ok(Some(mass::log_mass(cx, self.cut.plain.density(), lo, hi)? - self.log_mass))
    }

    fn quantile(&self, cx: &mut Cx, p: &Value) -> Result<Option<Value>> {
        match p.as_f64() {
            Some(p) if (0.0..=1.0).contains(&p) => self.at_share(cx, p).map(Some),
            _ => Ok(None),
        }
    }
}

crate::distributions::density::delegate!(Named, |this| this.0.density(), |_this| "truncated");

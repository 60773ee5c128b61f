//! A distribution of numbers seen through limits: what lies beyond an end is seen as the end.

use super::interval::OnInterval;
use super::mass;
use crate::distributions::density::Density;
use crate::distributions::graded::Graded;
use crate::distributions::object::Built;
use crate::distributions::rounding::is_stored;
use crate::distributions::support::Support;
use crate::distributions::support_of::SupportOf;
use crate::error::Result;
use crate::eval::gradient::primal_of;
use crate::eval::key::SiteRng;
use crate::eval::{Cx, Value};

pub const CENSORED: Built = Built {
    name: "censored",
    aliases: &[],
    arglist: "[dist lo hi]",
    make: |cx, args| match OnInterval::broadcast(cx, &CENSORED, args)? {
        Some(elements) => Ok(elements),
        None => Ok(Box::new(Censored { cut: OnInterval::read(cx, &CENSORED, args)? })),
    },
};

struct Censored {
    cut: OnInterval,
}

/// Where a value is seen.
enum Censoring {
    Low,
    Inside,
    High,
    Nowhere,
}

impl Censored {
    fn seen(&self, value: &Value) -> Censoring {
        match primal_of(value).as_f64() {
            Some(x) if is_stored(x, self.cut.ends.0) => Censoring::Low,
            Some(x) if is_stored(x, self.cut.ends.1) => Censoring::High,
            Some(x) if self.cut.ends.0 < x && x < self.cut.ends.1 => Censoring::Inside,
            _ => Censoring::Nowhere,
        }
    }
}

impl Density for Censored {
    fn name(&self) -> &str {
        "censored"
    }

    fn sample(&self, cx: &mut Cx, draws: &mut SiteRng) -> Result<Value> {
        self.cut.check_drawable("censored")?;
        let value = self.cut.part.density().sample(cx, draws)?;
        let x = value.as_f64().unwrap_or(f64::NAN);
        let (lo, hi) = self.cut.ends;
        let end = |x: f64| self.cut.part.density().check_value(&Value::float(x));
        if x < lo {
            end(lo)
        } else if x > hi {
            end(hi)
        } else {
            Ok(value)
        }
    }

    fn logpdf(&self, cx: &mut Cx, value: &Value) -> Result<f64> {
        let d = self.cut.plain.density();
        match self.seen(value) {
            Censoring::Low => mass::log_mass(cx, d, f64::NEG_INFINITY, self.cut.ends.0),
            Censoring::High => mass::log_mass(cx, d, self.cut.ends.1, f64::INFINITY),
            Censoring::Inside => d.logpdf(cx, value),
            Censoring::Nowhere => Ok(f64::NEG_INFINITY),
        }
    }

    fn score(&self, cx: &mut Cx, value: &Value) -> Result<Value> {
        match self.seen(value) {
            Censoring::Low => mass::score(cx, &self.cut.part, &Value::float(f64::NEG_INFINITY), &self.cut.lo),
            Censoring::High => mass::score(cx, &self.cut.part, &self.cut.hi, &Value::float(f64::INFINITY)),
            Censoring::Inside => self.cut.part.density().score(cx, value),
            Censoring::Nowhere => Ok(Value::float(f64::NEG_INFINITY)),
        }
    }

    /// The ends have probabilities of their own.
    fn graded(&self, cx: &mut Cx, value: &Value) -> Result<Graded> {
        match self.seen(value) {
            Censoring::Inside => self.cut.part.density().graded(cx, value),
            Censoring::Low | Censoring::High => Ok(Graded::uniform(self.score(cx, value)?, value, false)),
            Censoring::Nowhere => Ok(Graded::uniform(Value::float(f64::NEG_INFINITY), value, false)),
        }
    }

    fn check_value(&self, value: &Value) -> Result<Value> {
        self.cut.part.density().check_value(value)
    }

    /// The ends are values too, also where the others are whole numbers.
    fn support(&self) -> SupportOf {
        let (lo, hi) = self.cut.ends;
        let whole = |end: f64| end.is_infinite() || end.fract() == 0.0;
        match self.cut.support(|x| Some(x.clamp(lo, hi))) {
            SupportOf::Numbers { lo, hi, .. } if !(whole(self.cut.ends.0) && whole(self.cut.ends.1)) => {
                SupportOf::Numbers { of: Support::Between(0, 1), lo, hi }
            }
            support => support,
        }
    }

    /// It has masses: no gradient with respect to the value.
    fn continuous(&self) -> bool {
        false
    }

    fn atom_near(&self, cx: &mut Cx, x: &Value) -> Result<Option<Value>> {
        self.cut.atom_near(cx, x, &self.support())
    }

    fn is_mixed(&self) -> bool {
        self.cut.part.density().has_densities()
    }

    fn support_moves(&self) -> bool {
        self.cut.moves()
    }

    fn shape(&self) -> Option<Vec<usize>> {
        Some(Vec::new())
    }

    fn cdf(&self, cx: &mut Cx, x: &Value) -> Result<Option<Value>> {
        match x.as_f64() {
            Some(x) if x < self.cut.ends.0 => Ok(Some(Value::float(0.0))),
            Some(x) if x >= self.cut.ends.1 => Ok(Some(Value::float(1.0))),
            _ => self.cut.plain.density().cdf(cx, x),
        }
    }

    /// With an end goes all that is seen as it.
    fn log_mass(&self, cx: &mut Cx, lo: f64, hi: f64) -> Result<Option<f64>> {
        let ends = self.cut.ends;
        if lo > ends.1 || hi < ends.0 {
            return Ok(Some(f64::NEG_INFINITY));
        }
        let lo = if lo <= ends.0 { f64::NEG_INFINITY } else { lo };
        let hi = if hi >= ends.1 { f64::INFINITY } else { hi };
        mass::log_mass(cx, self.cut.plain.density(), lo, hi).map(Some)
    }

    fn quantile(&self, cx: &mut Cx, p: &Value) -> Result<Option<Value>> {
        let found = self.cut.plain.density().quantile(cx, p)?.and_then(|x| x.as_f64());
        let seen = found.map(|x| self.check_value(&Value::float(x.clamp(self.cut.ends.0, self.cut.ends.1))));
        seen.transpose()
    }
}

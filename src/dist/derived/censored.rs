//! A distribution of numbers seen through limits: what lies beyond an end is seen as the end.

use super::{Part, arity, ends, mass};
use crate::dist::density::{Density, draw_of_variables};
use crate::dist::object::Built;
use crate::dist::region::SupportOf;
use crate::dist::support::Support;
use crate::error::Result;
use crate::eval::gradient::{holds_var, primal_of};
use crate::eval::key::Draws;
use crate::eval::{Cx, Value};

pub const CENSORED: Built = Built {
    name: "censored",
    aliases: &[],
    arglist: "[dist lo hi]",
    doc: "A number of the distribution, seen as lo when it is lower and as hi when it is higher: the ends have the probability of all that lies beyond. Either may be infinite.\n(logpdf (censored (uniform 0 4) 1 ##Inf) 1) ;=> -1.3862943611198906\n(logpdf (censored (uniform 0 4) 1 ##Inf) 2) ;=> -1.3862943611198906",
    make: |cx, args| {
        arity(&CENSORED, args, 3, 3)?;
        let part = Part::of("censored", args, 0)?;
        mass::check(cx, "censored", &part).map_err(|e| e.arg(0))?;
        let ends = ends(&CENSORED, args)?;
        let plain = mass::plain_part(cx, &part)?;
        Ok(Box::new(Censored { part, plain, lo: args[1].clone(), hi: args[2].clone(), ends }))
    },
};

struct Censored {
    part: Part,
    /// The part without variables.
    plain: Part,
    lo: Value,
    hi: Value,
    ends: (f64, f64),
}

/// Where a value is seen.
enum Seen {
    Low,
    Inside,
    High,
    Nowhere,
}

impl Censored {
    fn seen(&self, value: &Value) -> Seen {
        match primal_of(value).as_f64() {
            Some(x) if x == self.ends.0 => Seen::Low,
            Some(x) if x == self.ends.1 => Seen::High,
            Some(x) if self.ends.0 < x && x < self.ends.1 => Seen::Inside,
            _ => Seen::Nowhere,
        }
    }
}

impl Density for Censored {
    fn name(&self) -> &str {
        "censored"
    }

    fn sample(&self, cx: &mut Cx, draws: &mut Draws) -> Result<Value> {
        let parts = self.part.dist().map_or(&[][..], |dist| &dist.args);
        if parts.iter().chain([&self.lo, &self.hi]).any(holds_var) {
            return Err(draw_of_variables("censored"));
        }
        let value = self.part.density().sample(cx, draws)?;
        let x = value.as_f64().unwrap_or(f64::NAN);
        let (lo, hi) = self.ends;
        let end = |x: f64| self.part.density().check_value(&Value::float(x));
        if x < lo {
            end(lo)
        } else if x > hi {
            end(hi)
        } else {
            Ok(value)
        }
    }

    fn logpdf(&self, cx: &mut Cx, value: &Value) -> Result<f64> {
        let d = self.plain.density();
        match self.seen(value) {
            Seen::Low => mass::log_mass(cx, d, f64::NEG_INFINITY, self.ends.0),
            Seen::High => mass::log_mass(cx, d, self.ends.1, f64::INFINITY),
            Seen::Inside => d.logpdf(cx, value),
            Seen::Nowhere => Ok(f64::NEG_INFINITY),
        }
    }

    fn score(&self, cx: &mut Cx, value: &Value) -> Result<Value> {
        match self.seen(value) {
            Seen::Low => mass::score(cx, &self.part, &Value::float(f64::NEG_INFINITY), &self.lo),
            Seen::High => mass::score(cx, &self.part, &self.hi, &Value::float(f64::INFINITY)),
            Seen::Inside => self.part.density().score(cx, value),
            Seen::Nowhere => Ok(Value::float(f64::NEG_INFINITY)),
        }
    }

    fn check_value(&self, value: &Value) -> Result<Value> {
        self.part.density().check_value(value)
    }

    fn support(&self) -> SupportOf {
        let (mut lo, mut hi) = self.ends;
        if let SupportOf::Numbers { lo: least, hi: most, .. } = self.plain.density().support() {
            (lo, hi) = (lo.max(least), hi.min(most));
        }
        let of =
            if self.plain.density().continuous() { Support::Between(0, 1) } else { Support::IntegersBetween(0, 1) };
        SupportOf::Numbers { of, lo, hi }
    }

    /// It has masses: no gradient with respect to the value.
    fn continuous(&self) -> bool {
        false
    }

    fn cdf(&self, cx: &mut Cx, x: &Value) -> Result<Option<Value>> {
        match x.as_f64() {
            Some(x) if x < self.ends.0 => Ok(Some(Value::float(0.0))),
            Some(x) if x >= self.ends.1 => Ok(Some(Value::float(1.0))),
            _ => self.plain.density().cdf(cx, x),
        }
    }

    fn quantile(&self, cx: &mut Cx, p: &Value) -> Result<Option<Value>> {
        let found = self.plain.density().quantile(cx, p)?.and_then(|x| x.as_f64());
        Ok(found.map(|x| Value::float(x.clamp(self.ends.0, self.ends.1))))
    }
}

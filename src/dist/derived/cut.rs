//! A distribution of numbers and an interval: what truncation and censoring share.

use super::elementwise::{self, Arg};
use super::{Part, arity, ends, mass};
use crate::dist::density::{Density, draw_of_variables};
use crate::dist::object::Built;
use crate::dist::region::SupportOf;
use crate::dist::slopes::variables;
use crate::dist::support::Support;
use crate::error::Result;
use crate::eval::{Cx, Value};

/// The distribution, and the ends as they were given.
pub struct Cut {
    pub part: Part,
    /// The part without variables.
    pub plain: Part,
    pub lo: Value,
    pub hi: Value,
    /// The ends as plain numbers.
    pub ends: (f64, f64),
}

impl Cut {
    /// Reads `[dist lo hi]`.
    pub fn read(cx: &mut Cx, built: &Built, args: &[Value]) -> Result<Cut> {
        arity(built, args, 3, 3)?;
        let part = Part::of(built.name, args, 0)?;
        mass::check(cx, built.name, &part).map_err(|e| e.arg(0))?;
        let ends = ends(built, args)?;
        let plain = mass::plain_part(cx, &part)?;
        Ok(Cut { part, plain, lo: args[1].clone(), hi: args[2].clone(), ends })
    }

    /// The distribution of independent elements, when the distribution or an end is an array of them.
    pub fn broadcast(cx: &mut Cx, built: &'static Built, args: &[Value]) -> Result<Option<Box<dyn Density>>> {
        let [dist, lo, hi] = args else { return Ok(None) };
        elementwise::broadcast(cx, built, &[Arg::Dist(dist), Arg::Number(lo), Arg::Number(hi)])
    }

    /// A draw does not depend on parameters in a way that has a derivative.
    pub fn check_drawable(&self, name: &'static str) -> Result<()> {
        match [self.part.value(), &self.lo, &self.hi].into_iter().all(|given| variables(given).is_empty()) {
            true => Ok(()),
            false => Err(draw_of_variables(name)),
        }
    }

    pub fn support(&self) -> SupportOf {
        let (mut lo, mut hi) = self.ends;
        if let SupportOf::Numbers { lo: least, hi: most, .. } = self.plain.density().support() {
            (lo, hi) = (lo.max(least), hi.min(most));
        }
        let continuous = self.plain.density().continuous();
        let of = if continuous { Support::Between(0, 1) } else { Support::IntegersBetween(0, 1) };
        SupportOf::Numbers { of, lo, hi }
    }
}

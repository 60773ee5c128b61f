//! A distribution of numbers and an interval: what truncation and censoring share.

use super::arguments::{arity, ends};
use super::elementwise::{self, Arg};
use super::inner::InnerDist;
use super::mass;
use super::mass::Values;
use crate::distributions::atoms::nearer;
use crate::distributions::density::{Density, draw_of_variables};
use crate::distributions::derivatives::variables;
use crate::distributions::object::Built;
use crate::distributions::support::Support;
use crate::distributions::support_of::SupportOf;
use crate::error::Result;
use crate::eval::gradient::holds_var;
use crate::eval::{Cx, Value};

/// The distribution, and the ends as they were given.
pub struct OnInterval {
    pub part: InnerDist,
    /// The part without variables.
    pub plain: InnerDist,
    pub lo: Value,
    pub hi: Value,
    /// The ends as plain numbers.
    pub ends: (f64, f64),
}

impl OnInterval {
    /// Reads `[dist lo hi]`.
    pub fn read(cx: &mut Cx, built: &Built, args: &[Value]) -> Result<OnInterval> {
        arity(built, args, 3, 3)?;
        let part = InnerDist::of(built.name, args, 0)?;
        mass::check(cx, built.name, &part).map_err(|e| e.arg(0))?;
        let ends = ends(built, args)?;
        let plain = mass::plain_part(cx, &part)?;
        Ok(OnInterval { part, plain, lo: args[1].clone(), hi: args[2].clone(), ends })
    }

    /// Does a gradient's variable move an end?
    pub fn moves(&self) -> bool {
        holds_var(&self.lo) || holds_var(&self.hi) || self.part.density().support_moves()
    }

    /// The distribution of independent elements, when the distribution or an end is an array of them.
    pub fn broadcast(cx: &mut Cx, built: &'static Built, args: &[Value]) -> Result<Option<Box<dyn Density>>> {
        let [dist, lo, hi] = args else { return Ok(None) };
        elementwise::broadcast(cx, built, &[Arg::Dist(dist), Arg::Number(lo), Arg::Number(hi)])
    }

    /// A draw does not depend on parameters in a way that has a derivative.
    pub fn check_drawable(&self, name: &'static str) -> Result<()> {
        if self.is_plain() { Ok(()) } else { Err(draw_of_variables(name)) }
    }

    /// Without variables?
    pub fn is_plain(&self) -> bool {
        [self.part.value(), &self.lo, &self.hi].into_iter().all(|given| variables(given).is_empty())
    }

    /// The value nearest to a number that may be an atom: one of the distribution, or an end, where `support` has it.
    pub fn atom_near(&self, cx: &mut Cx, x: &Value, support: &SupportOf) -> Result<Option<Value>> {
        nearer(x, self.plain.density().atom_near(cx, x)?, support.atom_near(x)?)
    }

    /// Where the values lie, of which each is seen as another, or not at all.
    pub fn support(&self, seen: impl Fn(f64) -> Option<f64>) -> SupportOf {
        let (d, (lo, hi)) = (self.plain.density(), self.ends);
        let support = d.support();
        let values = Values::within(d, &support);
        let (lo, hi) = match support {
            SupportOf::Finite(values) => return SupportOf::Finite(all_seen(&values, seen)),
            SupportOf::Numbers { lo: least, hi: most, .. } => (least.clamp(lo, hi), most.clamp(lo, hi)),
            _ => (lo, hi),
        };
        let of = match values {
            Values::Whole => Support::IntegersBetween(0, 1),
            Values::Real | Values::Mixed => Support::Between(0, 1),
        };
        SupportOf::Numbers { of, lo, hi }
    }
}

/// Each value that is seen once, as it is where it is seen as itself.
fn all_seen(values: &[Value], seen: impl Fn(f64) -> Option<f64>) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    for value in values {
        let Some((x, y)) = value.as_f64().and_then(|x| Some((x, seen(x)?))) else { continue };
        if !all.iter().any(|known| known.as_f64() == Some(y)) {
            all.push(if x == y { value.clone() } else { Value::float(y) });
        }
    }
    all
}

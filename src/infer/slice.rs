//! Slice sampling: a number is drawn uniformly from where the density is above a random level (Neal 2003, "Slice
//! sampling").

use super::kernel::{Kernel, KernelObject, Move};
use super::random_walk::{changed, moving};
use crate::broken::broken;
use crate::error::{Code, Error, Result};
use crate::eval::key::Key;
use crate::eval::options::{OptionRow, Options, option_map};
use crate::eval::print::brief;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::{BadPoints, Trace, components};
use std::sync::Arc;

pub const ROW: Builtin = Builtin::new("slice-kernel", "[address & options]", |_, a| {
    let options = Options::read("slice-kernel", a, 1, OPTIONS)?;
    let path = components(&a[0]).map_err(|e| e.arg(0))?.into_owned();
    Ok(KernelObject::value(Slice { path, address: a[0].clone(), width: options.number("width") }))
})
.options(1, OPTIONS);

const OPTIONS: &[OptionRow] = &[OptionRow::positive("width", "the length of a step").or_number(WIDTH)];
/// The length of a step that is not told another.
const WIDTH: f64 = 1.0;

/// Steps out to both sides together.
const MOST: usize = 1000;

struct Slice {
    path: Vec<Value>,
    address: Value,
    width: f64,
}

impl Kernel for Slice {
    fn name(&self) -> &str {
        "slice-kernel"
    }

    fn parts(&self) -> Vec<Value> {
        let width = (self.width != WIDTH).then(|| option_map([("width", Value::float(self.width))]));
        std::iter::once(self.address.clone()).chain(width).collect()
    }

    fn apply(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Move> {
        let (value, trace) = &moving(cx, self.name(), &self.address, &self.path, trace)?;
        let Value::Float(x) = value else {
            let message = format!("`slice-kernel` moves a number, not `{}`", brief(value));
            return Err(Error::raise(Code::Type, message).help("use a `random-walk-kernel` or an `hmc-kernel`"));
        };
        let (x, mut bad, mut changes) = (x.get(), BadPoints::default(), false);
        let mut draws = key.fold(0).site(0, 0);
        let level = draws.open01().ln();
        let mut above = |x: f64, level: f64| {
            let found = self.at(cx, trace, x, key, (&mut bad, &mut changes));
            found.map(|found| found.filter(|(_, weight)| *weight > level))
        };
        let mut left = x - self.width * draws.open01();
        let mut right = left + self.width;
        // The number of steps to either side is drawn before them, so that the interval could be found from any point.
        let mut to_left = (draws.open01() * MOST as f64) as usize;
        let mut to_right = MOST - 1 - to_left;
        while to_left > 0 && above(left, level)?.is_some() {
            (left, to_left) = (left - self.width, to_left - 1);
        }
        while to_right > 0 && above(right, level)?.is_some() {
            (right, to_right) = (right + self.width, to_right - 1);
        }
        let least = if broken!("slice-shrink") { f64::NEG_INFINITY } else { level };
        let moved = loop {
            let proposed = left + (right - left) * draws.open01();
            if let Some((trace, log_alpha)) = above(proposed, least)? {
                break Move { trace, accepted: true, log_alpha, stats: Vec::new() };
            }
            // The interval shrinks to where the chain is, until nothing is left of it.
            *(if proposed < x { &mut left } else { &mut right }) = proposed;
            if right - left <= f64::EPSILON * x.abs() {
                break Move { accepted: true, ..Move::rejected(trace, 0.0) };
            }
        };
        let moved = moved.with_errors(bad);
        Ok(if changes { moved.with("structure-changed", Value::True) } else { moved })
    }
}

impl Slice {
    /// The run with another number and its change of density; `None` where the run makes other choices, or none.
    fn at(
        &self,
        cx: &mut Cx,
        trace: &Arc<Trace>,
        x: f64,
        key: Key,
        (bad, changes): (&mut BadPoints, &mut bool),
    ) -> Result<Option<(Arc<Trace>, f64)>> {
        cx.step()?;
        let found = bad.good(changed(cx, trace, &self.path, Value::float(x), key))?;
        let same = |new: &Trace| {
            new.choice_count() == trace.choice_count()
                && trace.all_choices().iter().all(|(path, _, _)| new.choice_at(path).is_some())
        };
        *changes |= found.as_ref().is_some_and(|(new, _)| !same(new));
        Ok(found.filter(|(new, _)| same(new)))
    }
}

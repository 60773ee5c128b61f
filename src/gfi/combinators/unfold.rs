//! Unfold: a kernel that makes each state of the one before.

use super::series::Shape;
use crate::error::{Code, Error, Result};
use crate::eval::Value;
use crate::eval::print::brief;
use crate::eval::sequence::MAX_ELEMENTS;
use crate::gfi::diff::Diff;

/// The arguments of an Unfold: how many steps, from which state, and what every step gets besides.
pub struct Unfold {
    steps: usize,
    init: Value,
    extra: Vec<Value>,
}

impl Shape for Unfold {
    const NAME: &'static str = "unfold";
    const ARGLIST: &'static str = "[n init & extra]";
    const GIVES: &'static str = "`[t state extra…]`";
    const CARRIES: bool = true;
    const COUNTS: Option<usize> = Some(0);

    fn read(args: &[Value]) -> Result<Unfold> {
        let [steps, init, extra @ ..] = args else {
            return Err(crate::eval::run::arity_error("unfold", Self::ARGLIST, args.len())
                .arguments()
                .help("write `(simulate (unfold kernel) [10 0.0])`: ten steps from 0.0"));
        };
        match steps.as_int().map(usize::try_from) {
            Some(Ok(steps)) if steps > MAX_ELEMENTS => {
                Err(Error::raise(Code::TooLarge, format!("an `unfold` of {steps} steps, more than {MAX_ELEMENTS}"))
                    .arguments())
            }
            Some(Ok(steps)) => Ok(Unfold { steps, init: init.clone(), extra: extra.to_vec() }),
            _ => Err(Error::raise(
                Code::Type,
                format!("the steps of an `unfold` are a count, not {} `{}`", steps.kind(), brief(steps)),
            )
            .arguments()
            .help("its arguments are `[n init extra…]`: `(simulate (unfold kernel) [10 0.0])`")),
        }
    }

    fn len(&self) -> usize {
        self.steps
    }

    fn init(&self) -> Value {
        self.init.clone()
    }

    fn kernel_args(&self, t: usize, carry: &Value) -> Vec<Value> {
        [Value::Int(t as i64), carry.clone()].into_iter().chain(self.extra.iter().cloned()).collect()
    }

    fn kernel_diffs(&self, diffs: &[Diff], _t: usize, carry: &Diff) -> Vec<Diff> {
        [Diff::NoChange, carry.clone()].into_iter().chain(diffs.iter().skip(2).cloned()).collect()
    }

    fn reached(&self, diffs: &[Diff]) -> Option<Vec<usize>> {
        if diffs.len() < 2 + self.extra.len() || !diffs.iter().skip(2).all(Diff::is_no_change) {
            return None;
        }
        Some(if diffs[1].is_no_change() { Vec::new() } else { vec![0] })
    }
}

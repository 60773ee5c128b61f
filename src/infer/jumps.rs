//! What the derivative along a draw does not see: an expectation changes also where its draws come to meet a jump, and
//! there the program decides something by them.

use crate::error::Error;
use crate::eval::Value;
use crate::eval::print::brief;
use crate::gfi::{show, to_value};

/// The refusal of such a derivative for a choice of a guide.
#[cold]
pub fn unseen(path: &[Value], why: &str) -> Box<Error> {
    let key = brief(&to_value(path));
    refusal(path, why).help(format!(
        "give the choice an estimator that does, `:estimator {{{key} :reinforce}}` (or `:mvd`); where nothing jumps, say `:estimator {{{key} :reparam}}`"
    ))
}

/// The same for a choice of a model whose coordinates are drawn.
#[cold]
pub fn unseen_by_advi(path: &[Value]) -> Box<Error> {
    refusal(path, "something is decided by").help(
        "use `vi` with a guide and `:estimator :reinforce`, or `mh`; where nothing jumps, say `:estimator :reparam`",
    )
}

fn refusal(path: &[Value], why: &str) -> Box<Error> {
    let message = format!("{why} `{}`, which `:reparam` moves: it does not see what jumps there", show(path));
    Error::new("gen::no-gradient", message)
}

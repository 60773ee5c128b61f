//! Reverse-mode gradients: numbers and arrays whose use is recorded on a tape.
//!
//! A variable is a value, so control flow, recursion, closures and data need nothing: operators and builtins that meet
//! one record what they do. An operation on variables of several tapes records on the innermost and takes the others
//! as they are, so that nested gradients never confuse their perturbations (Siskind and Pearlmutter 2008).

pub mod arrays;
mod backward;
mod call;
mod data;
mod decisions;
mod elementwise;
mod kind;
pub mod lanes;
pub mod linalg;
pub mod pick;
pub mod reduce;
mod ruled;
pub mod rules;
mod tape;

pub use arrays::{broadcast_to, sum};
pub use backward::Cotangents;
pub use call::run_row;
pub use data::{
    any_leaf, below, depends_on, each_leaf, holds_var, innermost_in, lift, lift_argument, map_leaves, plain, primal_of,
};
pub use decisions::{decisive, decisive_in, is_decisive, watched};
pub use elementwise::{binary, operator, select, unary};
pub use kind::{VarKind, no_gradient};
pub use ruled::{RuleInput, ruled};
pub use tape::{Tape, Var, captured};

use super::value::Value;

/// The innermost tape on which one of the values is a variable.
pub(super) fn innermost<'a>(values: impl IntoIterator<Item = &'a Value>) -> Option<&'a Tape> {
    let tapes = values.into_iter().filter_map(|value| match value {
        Value::Var(v) => Some(v.tape()),
        _ => None,
    });
    tapes.max_by_key(|tape| tape.level())
}

//! Errors that follow from an old choice that fell off its support: kernels reject such a move.

use crate::error::{Code, Error};
use crate::eval::Value;
use crate::eval::print::brief;
use crate::gfi::address::show;
use crate::gfi::past::Past;
use crate::gfi::trace::{Record, Trace, choices_under};
use crate::gfi::trie::Trie;
use std::sync::Arc;

/// The code of an error that follows from a kept value off its support.
pub const IMPOSSIBLE: Code = Code::ImpossibleRun;

/// An error of a changed run after an impossible choice, which `first` finds, is a consequence of that.
#[cold]
pub fn explain(mut error: Box<Error>, past: &Past, first: impl FnOnce() -> Option<(Vec<Value>, Value)>) -> Box<Error> {
    let own = error.is_halt() || error.code == IMPOSSIBLE;
    // Two sites at one place are a mistake of the program whatever the values.
    let own = own || matches!(error.code, Code::AddressVisitedTwice | Code::AddressPrefix);
    if !own
        && !past.is_none()
        && let Some((path, value)) = first()
    {
        error.code = IMPOSSIBLE;
        error.message =
            format!("{}, after the value `{}` at `{}` fell off its support", error.message, brief(&value), show(&path));
    }
    error
}

/// The first choice with ℓ = −∞ among these, looking into calls.
pub fn first_impossible(records: &Trie<Record>, inlined: &[Arc<Trace>]) -> Option<(Vec<Value>, Value)> {
    let mut all = Vec::new();
    choices_under(records, &[], &mut all);
    all.extend(inlined.iter().flat_map(|call| call.all_choices()));
    all.into_iter().find(|(_, _, score)| *score == f64::NEG_INFINITY).map(|(path, value, _)| (path, value))
}

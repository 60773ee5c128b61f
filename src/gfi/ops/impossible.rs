//! Errors that follow from an old choice that fell off its support: kernels reject such a move.

use crate::error::{Code, Stop};
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
pub fn explain(stop: Stop, past: &Past, first: impl FnOnce() -> Option<(Vec<Value>, Value)>) -> Stop {
    // Two sites at one place are a mistake of the program whatever the values.
    const OWN: [Code; 3] = [IMPOSSIBLE, Code::AddressVisitedTwice, Code::AddressPrefix];
    if past.is_none() || stop.code().is_none_or(|code| OWN.contains(&code)) {
        return stop;
    }
    match first() {
        None => stop,
        Some((path, value)) => stop.map(|mut error| {
            let (value, at) = (brief(&value), show(&path));
            error.message += &format!(", after the value `{value}` at `{at}` fell off its support");
            error.coded(IMPOSSIBLE)
        }),
    }
}

/// The first choice with ℓ = −∞ among these, looking into calls.
pub fn first_impossible(records: &Trie<Record>, inlined: &[Arc<Trace>]) -> Option<(Vec<Value>, Value)> {
    let mut all = Vec::new();
    choices_under(records, &[], &mut all);
    all.extend(inlined.iter().flat_map(|call| call.all_choices()));
    all.into_iter().find(|(_, _, score)| *score == f64::NEG_INFINITY).map(|(path, value, _)| (path, value))
}

//! project: Σ ℓ of the selected choices of a trace.

use super::elements;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::{Cx, Value};
use crate::gfi::data::has_elements;
use crate::gfi::interface::function;
use crate::gfi::selection::{Selection, Share};
use crate::gfi::trace::{Trace, What};
use crate::gfi::trie::{Trie, with_stack};

/// Σ ℓ of the selected choices. Choices that a custom function tells no shares of count all together or not at all.
pub fn project(cx: &mut Cx, trace: &Trace, selection: &Selection) -> Result<f64> {
    let (mut sum, mut known) = (0.0, 0.0);
    let (mut selected, mut unshared) = (0, 0);
    for (path, record) in trace.records.leaves() {
        match &record.what {
            What::Choice(_, score) if score.is_nan() => {
                unshared += 1;
                selected += usize::from(selection.contains(&path));
            }
            What::Choice(value, score) => {
                known += score;
                sum += match selection.share(&path) {
                    Share::Some if has_elements(value) => elements::selected(cx, trace, &path, selection)?,
                    _ if selection.contains(&path) => *score,
                    _ => 0.0,
                };
            }
            What::Call(call) => {
                known += call.score;
                sum += with_stack(|| project(cx, call, &selection.at(&path)))?;
            }
        }
    }
    for call in &trace.inlined {
        known += call.score;
        sum += with_stack(|| project(cx, call, selection))?;
    }
    // A custom function without choices has a log-density all the same.
    let bare = trace.records.is_empty() && trace.inlined.is_empty() && selection.contains(&[]);
    let rest = || if trace.score == known { 0.0 } else { trace.score - known };
    Ok(match selected {
        0 if bare => trace.score,
        0 => sum,
        all if all == unshared => sum + rest(),
        _ => sum + told(cx, trace, selection)?,
    })
}

/// A part of what has no shares, as the function tells it.
fn told(cx: &mut Cx, trace: &Trace, selection: &Selection) -> Result<f64> {
    let this = function("project", &trace.function)?;
    this.project(cx, &trace.args, &trace.choices(), selection).unwrap_or_else(|| Err(no_share(this.name())))
}

/// Σ ℓ of the choices at these paths.
pub fn project_paths(cx: &mut Cx, trace: &Trace, paths: impl IntoIterator<Item = Vec<Value>>) -> Result<f64> {
    let mut selected = Trie::Empty;
    paths.into_iter().for_each(|path| selected.mark(&path));
    match selected.is_empty() {
        true => Ok(0.0),
        false => project(cx, trace, &Selection::Addresses(selected)),
    }
}

/// The error of what needs the log-density of some choices of a custom function.
#[cold]
pub fn no_share(name: &str) -> Stop {
    let message =
        format!("`{name}` tells one log-density for all its choices together, and a part of it is needed here");
    Error::raise(Code::Operation, message)
        .help("let `:assess` return `:scores` too, `{:weight w :retval r :scores {:a la :b lb}}`, or give `:project`")
}

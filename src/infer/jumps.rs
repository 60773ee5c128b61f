//! What derivatives along runs do not see: an expectation changes also where its runs come to meet a jump, and there the
//! program decides something by a parameter, or by what is computed from one.

use super::follow::Followed;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::gradient::{innermost_in, is_decisive, watched};
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use crate::gfi::{show, to_value};

/// Runs `f` while decisions by variables in the data are watched for; see [`check_decisions`].
pub fn smoothly<R>(cx: &mut Cx, variables: &Value, f: impl FnOnce(&mut Cx) -> Result<R>) -> Result<R> {
    match innermost_in(std::slice::from_ref(variables)) {
        Some(tape) => watched(cx, &tape, f),
        None => f(cx),
    }
}

/// An error if something was decided by a parameter in force, or by a choice that moves with one.
pub fn check_decisions(cx: &Cx, choices: &[Followed]) -> Result<()> {
    let Some(tape) = &cx.watch.decisions else { return Ok(()) };
    if !tape.is_decisive() {
        return if tape.caught() { Err(caught()) } else { Ok(()) };
    }
    if let Some(choice) = choices.iter().find(|choice| choice.values.iter().any(is_decisive)) {
        let key = brief(&to_value(&choice.path));
        return Err(refusal(&format!("something is decided by `{}`", show(&choice.path))).help(format!(
            "let the choice stand still, which counts jumps: `:estimator {{{key} :reinforce}}`; where nothing jumps, decide by `(stop-gradient x)`"
        )));
    }
    let name = match &cx.params {
        Value::Map(store) => store.iter().find(|(_, value)| is_decisive(value)).map(|(name, _)| name.clone()),
        _ => None,
    };
    Err(refusal(&format!("something is decided by `(param {} …)`", name.map_or("…".to_string(), |name| brief(&name))))
        .help(
            "let a choice that stands still have the parameter, `(> (trace :x (normal m 1)) 0)` for `(> m (trace :x \
            (normal 0 1)))`, under `:estimator :reinforce`; where nothing jumps, decide by `(stop-gradient x)`",
        ))
}

/// The refusal of a bound whose choices move off what the model can give.
#[cold]
pub fn off_support(path: &[Value]) -> Stop {
    refusal(&format!("the model has no density at some draws of `{}`", show(path)))
        .help("draw from a distribution with the support of the model's, or let the choice stand still: `:estimator :reinforce`")
}

/// The refusal of a model for the draws of `advi`.
#[cold]
pub fn decided_in_advi(path: Option<&[Value]>) -> Stop {
    let by = path.map_or("an error that is caught".to_string(), |path| format!("`{}`", show(path)));
    refusal(&format!("something is decided by {by}")).help(
        "use `vi` with a guide and `:estimator :reinforce`, `nuts` or `mh`; where nothing jumps, decide by `(stop-gradient x)`",
    )
}

#[cold]
fn caught() -> Stop {
    refusal("something is decided by an error that is caught")
        .help("ask before: `(if (pos? (stop-gradient x)) … …)` where nothing jumps there")
}

fn refusal(what: &str) -> Stop {
    Error::raise(Code::NoGradient, format!("{what}: a gradient does not see what jumps there"))
}

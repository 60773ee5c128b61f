//! assess: the log-density of given choices, every one of which must be given; a function that can be differentiated.

use crate::error::{Code, Error, Result, Stop};
use crate::eval::key::Key;
use crate::eval::{Cx, Value};
use crate::gfi::address::show;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::goal::Goal;
use crate::gfi::interface::{function, run};
use crate::gfi::past::Past;
use crate::gfi::request::{Origin, Outcome, Request};

/// A run of given choices. Choices that it does not visit are the caller's business: see [`super::unvisited()`].
pub fn assess(cx: &mut Cx, this: &Value, args: &[Value], choices: &ChoiceMap) -> Result<Outcome> {
    let args = function("assess", this)?.complete(cx, args)?;
    let goal = Goal::Assess(choices.clone());
    // Nothing is drawn, so any key will do.
    let origin = Origin::new(Key(0));
    run(cx, &Request { this, args, goal: &goal, past: &Past::None, diffs: Vec::new(), origin })
}

#[cold]
pub fn not_given(path: &[Value]) -> Stop {
    let message = match path {
        [] => "`assess` needs the value of the distribution".to_string(),
        path => format!("`assess` needs a value for the choice at `{}`", show(path)),
    };
    Error::raise(Code::ChoiceMissing, message).help("give every choice, or use `generate`, which draws what is missing")
}

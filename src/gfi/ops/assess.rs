//! assess: the log-density of given choices, every one of which must be given; a function that can be differentiated.

use super::unvisited::all_visited;
use crate::error::{Code, Error, Result};
use crate::eval::key::Key;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::address::show;
use crate::gfi::batch;
use crate::gfi::builtins::{argument_vector, constraints_of, result};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::goal::Goal;
use crate::gfi::interface::{Origin, Outcome, Run, function, run};
use crate::gfi::past::Past;

/// A run of given choices. Choices that it does not visit are the caller's business: see [`super::unvisited()`].
pub fn assess(cx: &mut Cx, this: &Value, args: &[Value], choices: &ChoiceMap) -> Result<Outcome> {
    let args = function("assess", this)?.complete(cx, args)?;
    let goal = Goal::Assess(choices.clone());
    // Nothing is drawn, so any key will do.
    let origin = Origin::new(Key(0));
    run(cx, &Run { this, args, goal: &goal, past: &Past::None, diffs: Vec::new(), origin })
}

#[cold]
pub fn not_given(path: &[Value]) -> Box<Error> {
    let message = match path {
        [] => "`assess` needs the value of the distribution".to_string(),
        path => format!("`assess` needs a value for the choice at `{}`", show(path)),
    };
    Error::new(Code::ChoiceMissing, message).help("give every choice, or use `generate`, which draws what is missing")
}

pub const ROW: Builtin = Builtin::new(
    "assess",
    "[gf args choices]",
    "The log-density of a run whose every choice is given, and what it returns: `{:weight w :retval v}`.\n(assess (gen [] (trace :x (flip 0.25))) [] {:x true}) ;=> {:weight -1.3862943611198906, :retval true}",
    |cx, args| {
        function("assess", &args[0]).map_err(|e| e.arg(0))?;
        let given = argument_vector(cx, "assess", &args[1])?;
        let choices = constraints_of(&args[2], 2)?;
        if let Some(group) = batch::ops::lanes_among(&given, &choices)? {
            return batch::ops::assess(cx, &args[0], &given, &choices, &group).map_err(|e| e.or_arg(2));
        }
        let outcome = assess(cx, &args[0], &given, &choices).map_err(|e| e.arguments_at(1))?;
        all_visited(&choices, &outcome.trace).map_err(|e| e.arg(2))?;
        result([("weight", outcome.total), ("retval", outcome.trace.retval.clone())])
    },
);

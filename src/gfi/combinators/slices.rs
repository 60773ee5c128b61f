//! What is given for the arrays of several runs, run by run.

use crate::error::{Code, Error, Result, Stop};
use crate::eval::Value;
use crate::eval::lanes::numbers::in_lane;
use crate::eval::lanes::{Group, LaneValues};
use crate::eval::print::brief;
use crate::gfi::address::show;
use crate::gfi::data::{Row, count};
use crate::gfi::goal::Goal;
use crate::gfi::trie::Trie;

/// The goal of one run: element `t` of everything given.
pub fn slice_goal(goal: &Goal, t: usize) -> Result<Goal> {
    Ok(match goal {
        Goal::Assess(choices) => Goal::Assess(Row::of(choices, t)),
        Goal::Guided(guided) => Goal::Assess(Row::of(&guided.rows()?, t)),
        Goal::Constrain { choices, intent } => Goal::Constrain { choices: Row::of(choices, t), intent: *intent },
        Goal::Redraw { selection, given, loose } => {
            Goal::Redraw { selection: selection.row(t), given: Row::of(given, t), loose: loose.row(t) }
        }
    })
}

/// What is given for a choice of the runs as one array has an element for each of them, in the lanes in force if there
/// are such.
pub fn check_fit(goal: &Goal, n: usize, force: Option<&Group>, path: &[Value]) -> Result<()> {
    match goal.given().map(|given| given.given_at(path)).transpose()? {
        Some(Trie::Leaf(value)) => fits(path, &value, n, force),
        _ => Ok(()),
    }
}

/// The error of a run without a value for a choice, if what was given for that choice is no array over the runs.
#[cold]
pub fn unfit_or(error: Stop, goal: &Goal, n: usize, force: Option<&Group>) -> Stop {
    if !error.is(Code::ChoiceMissing) {
        return error;
    }
    let text = |address: &str| format!("{} ", address.trim_matches(['[', ']']));
    let missing: String = error.path().iter().map(|address| text(address)).collect();
    let given = |path: &[Value]| path.is_empty() || missing.starts_with(&text(&show(path)));
    let leaves = goal.given().map(|all| all.leaves_of_lanes()).and_then(Result::ok).unwrap_or_default();
    let mut about = leaves.iter().filter(|(path, _)| given(path));
    about.find_map(|(path, value)| fits(path, value, n, force).err()).unwrap_or(error)
}

fn fits(path: &[Value], value: &Value, n: usize, force: Option<&Group>) -> Result<()> {
    let concerned = |group: &Group| force.is_none_or(|force| !force.split_by(group).0.is_empty());
    match value {
        Value::Nil | Value::Map(_) | Value::Var(_) | Value::Host(_) => Ok(()),
        Value::Lanes(lanes) if !concerned(&lanes.group) => Ok(()),
        Value::Lanes(lanes) => match &lanes.of {
            LaneValues::Parts(parts) => parts
                .iter()
                .filter(|(group, _)| concerned(group))
                .try_for_each(|(group, value)| fits(path, value, n, force).map_err(|e| in_lane(e, group.id(0)))),
            LaneValues::Numbers(_) if count(value) == Some(n) => Ok(()),
            LaneValues::Numbers(column) => Err(unfit(path, &crate::eval::lanes::number(column, 0), n)),
        },
        _ if count(value) == Some(n) => Ok(()),
        other => Err(unfit(path, other, n)),
    }
}

#[cold]
fn unfit(path: &[Value], value: &Value, n: usize) -> Stop {
    let message = format!("`{}` holds an array over {n} runs, which `{}` is not", show(path), brief(value));
    Error::raise(Code::Shape, message)
        .help("give an array or a vector with one element for each run; nil where nothing is known")
}

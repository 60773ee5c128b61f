//! What becomes of a choice: where its value comes from, how its log-density counts, whether the old value is discarded,
//! whether it is data. Runs of one, of lanes, and of elements only execute what is decided here.
//!
//! The cells say yes, no, or `–` for either. ℓ is the log-density now, ℓ′ the one in the old run.
//!
//! | goal      | given | old | selected | value from | counts as | discarded | data |
//! |-----------|-------|-----|----------|------------|-----------|-----------|------|
//! | assess    | yes   | –   | –        | given      | come      | no        | no   |
//! | assess    | no    | –   | –        | missing    | nothing   | no        | no   |
//! | set       | yes   | no  | –        | given      | come      | no        | no   |
//! | set       | yes   | yes | –        | given      | change    | yes       | no   |
//! | observe   | yes   | no  | –        | given      | come      | no        | yes  |
//! | observe   | yes   | yes | –        | given      | change    | yes       | yes  |
//! | constrain | no    | yes | –        | old        | keep      | no        | no   |
//! | constrain | no    | no  | –        | prior      | nothing   | no        | no   |
//! | redraw    | –     | yes | no       | old        | keep      | no        | no   |
//! | redraw    | yes   | yes | yes      | given      | nothing   | yes       | no   |
//! | redraw    | no    | yes | yes      | prior      | nothing   | yes       | no   |
//! | redraw    | yes   | no  | –        | given      | nothing   | no        | no   |
//! | redraw    | no    | no  | –        | prior      | nothing   | no        | no   |
//!
//! (`constrain` is `set` and `observe`.) What only one of the two, the old run and what is given, has:
//!
//! | goal      | a vanished choice counts as | discarded | a constraint that a lane does not visit |
//! |-----------|-----------------------------|-----------|-----------------------------------------|
//! | assess    | nothing                     | no        | is the caller's business                |
//! | constrain | gone                        | yes       | makes the lane impossible               |
//! | redraw    | nothing                     | yes       | is the caller's business                |
//!
//! A custom function answers for a call as a whole, by an operation of its own, or as follows from the others:
//!
//! | goal      | given | old | selected | answer      |
//! |-----------|-------|-----|----------|-------------|
//! | assess    | –     | –   | –        | as given    |
//! | constrain | no    | no  | –        | simulate    |
//! | constrain | yes   | no  | –        | generate    |
//! | constrain | –     | yes | –        | update      |
//! | redraw    | –     | –   | none     | keep        |
//! | redraw    | yes   | –   | all      | as drawn    |
//! | redraw    | yes   | –   | some     | no way back |
//! | redraw    | no    | –   | all      | simulate    |
//! | redraw    | no    | –   | some     | regenerate  |

/// What a run is for, as far as a decision goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoalKind {
    Assess,
    /// A run under constraints, which may be data.
    Constrain {
        observe: bool,
    },
    Redraw,
}

/// Where the value of a choice comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueFrom {
    Given,
    Old,
    Prior,
    /// From nowhere, which is an error.
    Missing,
}

/// How the log-density of a choice counts in the weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counting {
    Nothing,
    /// ℓ
    Come,
    /// ℓ − ℓ′, of a value that moved.
    Change,
    /// ℓ − ℓ′, of a value that stayed.
    Keep,
    /// −ℓ′
    Gone,
}

/// What becomes of a choice of the new run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    pub from: ValueFrom,
    pub counts: Counting,
    /// Does the old value go to the discard?
    pub discarded: bool,
    /// Is it data from now on?
    pub data: bool,
}

/// Decides a choice: is a value given for it, had the old run one, is it selected?
#[inline]
pub fn decide(kind: GoalKind, given: bool, old: bool, selected: bool) -> Decision {
    let (from, counts) = match (kind, given, old, selected) {
        (GoalKind::Assess, true, ..) => (ValueFrom::Given, Counting::Come),
        (GoalKind::Assess, false, ..) => (ValueFrom::Missing, Counting::Nothing),
        (GoalKind::Constrain { .. }, true, false, _) => (ValueFrom::Given, Counting::Come),
        (GoalKind::Constrain { .. }, true, true, _) => (ValueFrom::Given, Counting::Change),
        (GoalKind::Constrain { .. }, false, true, _) | (GoalKind::Redraw, _, true, false) => {
            (ValueFrom::Old, Counting::Keep)
        }
        (GoalKind::Redraw, true, ..) => (ValueFrom::Given, Counting::Nothing),
        (_, false, ..) => (ValueFrom::Prior, Counting::Nothing),
    };
    let replaced = old && from != ValueFrom::Old;
    let discarded = replaced && kind != GoalKind::Assess;
    let data = from == ValueFrom::Given && kind == GoalKind::Constrain { observe: true };
    Decision { from, counts, discarded, data }
}

/// How a choice of the old run counts that the new one has not; it is discarded where there is an old run.
#[inline]
pub fn vanished(kind: GoalKind) -> Counting {
    match kind {
        GoalKind::Constrain { .. } => Counting::Gone,
        // Redrawing leaves it out on both sides.
        GoalKind::Assess | GoalKind::Redraw => Counting::Nothing,
    }
}

/// Does a constraint that a lane does not visit make the lane impossible?
pub fn forbids_unvisited(kind: GoalKind) -> bool {
    matches!(kind, GoalKind::Constrain { .. })
}

/// How much of the old choices of a whole call is selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    None,
    Some,
    /// Also of a call that had none.
    All,
}

/// How a custom function answers for a whole call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallAnswer {
    /// The given choices are all there are.
    AsGiven,
    Simulate,
    Generate,
    Update,
    /// An update without constraints: the old choices stay.
    Keep,
    /// The given values stand for draws, all of them, and weigh nothing.
    AsDrawn,
    Regenerate,
    /// Values for some of the draws: no function tells what they weigh.
    NoWayBack,
}

/// Decides a call as a whole: is anything given, was there an old run, how much is selected?
pub fn answer(kind: GoalKind, given: bool, old: bool, selected: Extent) -> CallAnswer {
    match (kind, given, old, selected) {
        (GoalKind::Assess, ..) => CallAnswer::AsGiven,
        (GoalKind::Constrain { .. }, _, true, _) => CallAnswer::Update,
        (GoalKind::Constrain { .. }, true, false, _) => CallAnswer::Generate,
        (GoalKind::Constrain { .. }, false, false, _) | (GoalKind::Redraw, false, _, Extent::All) => {
            CallAnswer::Simulate
        }
        (GoalKind::Redraw, _, _, Extent::None) => CallAnswer::Keep,
        (GoalKind::Redraw, true, _, Extent::All) => CallAnswer::AsDrawn,
        (GoalKind::Redraw, true, _, Extent::Some) => CallAnswer::NoWayBack,
        (GoalKind::Redraw, false, _, Extent::Some) => CallAnswer::Regenerate,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [(GoalKind, &str); 4] = [
        (GoalKind::Assess, "assess"),
        (GoalKind::Constrain { observe: false }, "set"),
        (GoalKind::Constrain { observe: true }, "observe"),
        (GoalKind::Redraw, "redraw"),
    ];

    /// The rows of the table at the head of this file whose first column is `goal` and that have so many columns.
    fn table(start: &str) -> Vec<Vec<&'static str>> {
        let lines = include_str!("decision.rs").lines().map(|line| line.trim_start_matches("//!").trim());
        let rows = lines.skip_while(|line| !line.starts_with(start)).skip(2).take_while(|line| line.starts_with('|'));
        rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
    }

    fn says(cell: &str, fact: &str) -> bool {
        cell == "–" || cell == fact
    }

    fn yes(fact: bool) -> &'static str {
        if fact { "yes" } else { "no" }
    }

    fn goal(cell: &str, name: &str) -> bool {
        cell == name || cell == "constrain" && ["set", "observe"].contains(&name)
    }

    /// The one row for these facts.
    fn row(rows: &[Vec<&'static str>], name: &str, facts: &[&str]) -> Vec<&'static str> {
        let fits = |row: &&Vec<&str>| goal(row[0], name) && facts.iter().zip(&row[1..]).all(|(f, cell)| says(cell, f));
        let found: Vec<_> = rows.iter().filter(fits).collect();
        assert_eq!(found.len(), 1, "rows for {name} {facts:?}");
        found[0].clone()
    }

    fn facts() -> impl Iterator<Item = [bool; 3]> {
        (0..8).map(|n| [n & 1 == 1, n & 2 == 2, n & 4 == 4])
    }

    #[test]
    fn a_choice_is_decided_as_the_table_says() {
        let rows = table("| goal      | given | old | selected | value");
        for (kind, name) in KINDS {
            for [given, old, selected] in facts() {
                let Decision { from, counts, discarded, data } = decide(kind, given, old, selected);
                let told = [
                    format!("{from:?}").to_lowercase(),
                    format!("{counts:?}").to_lowercase(),
                    yes(discarded).to_string(),
                    yes(data).to_string(),
                ];
                let row = row(&rows, name, &[yes(given), yes(old), yes(selected)]);
                assert_eq!(told[..], row[4..], "{name} given {given} old {old} selected {selected}");
            }
        }
    }

    #[test]
    fn what_one_side_has_is_decided_as_the_table_says() {
        let rows = table("| goal      | a vanished");
        for (kind, name) in KINDS {
            let row = row(&rows, name, &[]);
            assert_eq!(format!("{:?}", vanished(kind)).to_lowercase(), row[1], "{name}");
            assert_eq!(forbids_unvisited(kind), row[3] == "makes the lane impossible", "{name}");
        }
    }

    #[test]
    fn a_call_is_answered_as_the_table_says() {
        let rows = table("| goal      | given | old | selected | answer");
        let extents = [(Extent::None, "none"), (Extent::Some, "some"), (Extent::All, "all")];
        for (kind, name) in KINDS {
            for [given, old, _] in facts() {
                for (extent, selected) in extents {
                    let told = format!("{:?}", answer(kind, given, old, extent)).to_lowercase();
                    let row = row(&rows, name, &[yes(given), yes(old), selected]);
                    assert_eq!(told, row[4].replace(' ', ""), "{name} given {given} old {old} selected {selected}");
                }
            }
        }
    }
}

//! How much a walk may come to: runs are kept, so that one without end is an error before it has taken all memory.

use super::Level;
use crate::error::{Code, Error, Result, Stop};
use crate::gfi::show;

/// More runs than this are not made.
pub const MOST_RUNS: usize = 1_000_000;
/// More choices than this, of all runs together, are not kept.
pub const MOST_CHOICES: usize = 5_000_000;

/// What was kept so far.
#[derive(Default)]
pub struct WalkSize {
    runs: usize,
    choices: usize,
}

impl WalkSize {
    /// One run more, with so many choices; the levels are those on its way.
    pub fn add(&mut self, choices: usize, levels: &[Level]) -> Result<()> {
        self.runs += 1;
        self.choices += choices;
        match self.runs > MOST_RUNS || self.choices > MOST_CHOICES {
            true => Err(self.too_many(levels)),
            false => Ok(()),
        }
    }

    #[cold]
    fn too_many(&self, levels: &[Level]) -> Stop {
        let WalkSize { runs, choices } = self;
        let message = format!(
            "the combinations of values are too many to walk through: after {runs} runs with {choices} choices there are more; {}",
            multiplied(levels)
        );
        Error::raise(Code::TooLarge, message).help(
            "go through the likely runs only, until they have most of the probability: `(enumerate model args \
            observations {:mass 0.99})`, or so many: `{:max-executions 1000}`; observe some of the choices, \
            or sample: `(mh model args observations)`",
        )
    }
}

/// The choices that multiply on the way of a run.
fn multiplied(levels: &[Level]) -> String {
    let name = |level: &Level| format!("`{}`", show(&level.path));
    let names = match levels {
        [] => "it".to_string(),
        [one] => name(one),
        [first, last] => format!("{} and {}", name(first), name(last)),
        [first, second, .., last] => format!("{}, {}, … {}", name(first), name(second), name(last)),
    };
    let sizes = levels.iter().map(|level| level.values.len());
    let (least, most) = (sizes.clone().min().unwrap_or(0), sizes.max().unwrap_or(0));
    let each = if least == most { most.to_string() } else { format!("{least} to {most}") };
    let has = if levels.len() == 1 { "has" } else { "have" };
    format!("in the last run {names} {has} {each} values")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::Value;

    fn level(i: i64, values: usize) -> Level {
        let values = vec![(Value::True, 0.0); values];
        Level { path: vec![Value::keyword("a"), Value::Int(i)], values, complete: true, at: 0 }
    }

    #[test]
    fn runs_and_choices_have_an_end() {
        let levels: Vec<Level> = (0..40).map(|i| level(i, 2)).collect();
        let mut kept = WalkSize::default();
        let error = (0..).find_map(|_| kept.add(40, &levels).err());
        let error = error.map(|e| (e.code(), e.to_string())).unwrap_or_default();
        assert_eq!(error.0, Some(Code::TooLarge));
        assert!(error.1.contains("after 125001 runs with 5000040 choices"), "{}", error.1);
        assert!(error.1.ends_with("`[:a 0]`, `[:a 1]`, … `[:a 39]` have 2 values"), "{}", error.1);
        let mut kept = WalkSize::default();
        let runs = (1..).find(|_| kept.add(1, &levels[..1]).is_err());
        assert_eq!(runs, Some(MOST_RUNS + 1));
    }

    #[test]
    fn the_choices_that_multiply_are_named() {
        assert_eq!(multiplied(&[level(0, 3)]), "in the last run `[:a 0]` has 3 values");
        assert_eq!(multiplied(&[level(0, 3), level(1, 5)]), "in the last run `[:a 0]` and `[:a 1]` have 3 to 5 values");
    }
}

//! Bad points: where a run of a model fails with an error of its values the model has no density. An algorithm that
//! proposed the point rejects it, counts it and keeps the first error; an error at every point that was tried is the
//! algorithm's own. Mistakes of the program, and what cannot be done at all, say nothing of the point and are raised:
//! counted as impossible they would change the posterior behind the user's back.

use super::ops::IMPOSSIBLE;
use crate::error::{Caught, Code, Error, Result, Stop};

/// The codes of errors that are no business of the model: the engine's own, and that a run has other coordinates.
const OTHERS: [Code; 3] = [super::batch::run::IMPURE, Code::Internal, Code::Structure];

/// The codes of mistakes, whatever the values are.
const MISTAKES: [Code; 13] = [
    Code::Address,
    Code::AddressPrefix,
    Code::AddressVisitedTwice,
    Code::Arity,
    Code::Condition,
    Code::DefInModel,
    Code::EffectOutsideModel,
    Code::MacroAsValue,
    Code::NotAFunction,
    Code::Option,
    Code::RandomInModel,
    Code::Type,
    Code::UnknownName,
];

/// The codes of what cannot be done.
const REFUSALS: [Code; 6] =
    [Code::CaughtInSomeLanes, Code::Elements, Code::Lanes, Code::Measure, Code::NoGradient, Code::Operation];

/// Is it an error of the run? What ends a program, such as an interrupt, is none.
pub fn is_of_run(error: &Stop) -> bool {
    error.code().is_some_and(is_code_of_run)
}

/// Says an error of a run that its point is bad?
pub fn is_bad_point(error: &Stop) -> bool {
    error.code().is_some_and(says_of_point)
}

fn is_code_of_run(code: Code) -> bool {
    !OTHERS.contains(&code)
}

fn says_of_point(code: Code) -> bool {
    is_code_of_run(code) && !MISTAKES.contains(&code) && !REFUSALS.contains(&code)
}

/// The bad points that an algorithm has met.
#[derive(Clone, Debug, Default)]
pub struct BadPoints {
    pub count: u64,
    pub first: Option<Box<Error>>,
}

impl BadPoints {
    /// What came of a run; nothing where its point is bad. That an old value fell off its support is no error of the
    /// model: the point is impossible, and not counted.
    pub fn good<T>(&mut self, run: Result<T>) -> Result<Option<T>> {
        match run.caught()? {
            Ok(found) => Ok(Some(found)),
            Err(e) if e.code == IMPOSSIBLE => Ok(None),
            Err(e) if says_of_point(e.code) => {
                self.meet(e);
                Ok(None)
            }
            Err(e) => Err(e.into()),
        }
    }

    pub fn meet(&mut self, error: Box<Error>) {
        self.count += 1;
        self.first.get_or_insert(error);
    }

    /// These and those met later.
    pub fn join(&mut self, later: BadPoints) {
        self.count += later.count;
        if self.first.is_none() {
            self.first = later.first;
        }
    }

    /// The first error, for an algorithm that has met no other points; `other` where it has met no error.
    pub fn all_bad(self, other: impl FnOnce() -> Stop) -> Stop {
        self.first.map_or_else(other, Stop::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Halt;

    fn error(code: Code) -> Result<()> {
        Err(Error::raise(code, code.name()))
    }

    #[test]
    fn errors_of_a_point_are_counted_and_halts_pass() {
        let mut bad = BadPoints::default();
        assert!(matches!(bad.good(Ok(1)), Ok(Some(1))));
        for code in [Code::Array, Code::Thrown, Code::Index, Code::Parameter, IMPOSSIBLE] {
            assert!(matches!(bad.good(error(code)), Ok(None)), "{code}");
        }
        assert_eq!((bad.count, bad.first.as_ref().map(|e| e.code)), (4, Some(Code::Array)));
        for code in OTHERS.into_iter().chain(MISTAKES).chain(REFUSALS) {
            assert!(bad.good(error(code)).is_err(), "{code}");
        }
        for halt in [Halt::Interrupted, Halt::StepLimit, Halt::TimeLimit, Halt::Exit] {
            assert!(bad.good(Err::<(), Stop>(Stop::halt(halt, "", None))).is_err(), "{halt:?}");
        }
        assert_eq!(bad.count, 4);
    }
}

//! Bad points: where a run of a model fails with an error the model has no density. An algorithm that proposed the point
//! rejects it, counts it and keeps the first error; an error at every point that was tried is the algorithm's own.

use super::ops::IMPOSSIBLE;
use crate::error::{Error, Result};

/// The codes of errors that are no business of the model: the engine's own, and that a run has other coordinates.
const OTHERS: [&str; 3] = [super::batch::run::IMPURE, "gen::internal", "gen::structure"];

/// Says an error of a run that its point is bad? What ends a program, such as an interrupt, says nothing of a point.
pub fn is_bad_point(error: &Error) -> bool {
    !error.is_halt() && !OTHERS.contains(&error.code)
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
        match run {
            Ok(found) => Ok(Some(found)),
            Err(e) if e.code == IMPOSSIBLE => Ok(None),
            Err(e) if is_bad_point(&e) => {
                self.meet(e);
                Ok(None)
            }
            Err(e) => Err(e),
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
    pub fn all_bad(self, other: impl FnOnce() -> Box<Error>) -> Box<Error> {
        self.first.unwrap_or_else(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: &'static str) -> Result<()> {
        Err(Error::new(code, code))
    }

    #[test]
    fn errors_of_a_point_are_counted_and_halts_pass() {
        let mut bad = BadPoints::default();
        assert!(matches!(bad.good(Ok(1)), Ok(Some(1))));
        for code in ["gen::array", "gen::thrown", "gen::index", "gen::arity", IMPOSSIBLE] {
            assert!(matches!(bad.good(error(code)), Ok(None)), "{code}");
        }
        assert_eq!((bad.count, bad.first.as_ref().map(|e| e.code)), (4, Some("gen::array")));
        for code in ["gen::interrupted", "gen::step-limit", "gen::time-limit", "gen::exit"].into_iter().chain(OTHERS) {
            assert!(bad.good(error(code)).is_err(), "{code}");
        }
        assert_eq!(bad.count, 4);
    }
}

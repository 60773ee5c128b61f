//! Where the reader collects its errors: so many at most that a hostile file cannot fill the memory with them.

use crate::error::Error;

/// Errors kept of one source.
const MAX_ERRORS: usize = 1_000;

#[derive(Default)]
pub struct Errors(Vec<Error>);

impl Errors {
    pub fn push(&mut self, error: Box<Error>) {
        if !self.is_full() {
            self.0.push(*error);
        }
    }

    /// Further errors would not be kept.
    pub fn is_full(&self) -> bool {
        self.0.len() >= MAX_ERRORS
    }

    /// Forgets what was found at and after a byte of the source.
    pub fn forget_since(&mut self, start: u32) {
        while self.0.last().and_then(Error::span).is_some_and(|span| span.start >= start) {
            self.0.pop();
        }
    }

    pub fn append(&mut self, other: Errors) {
        let room = MAX_ERRORS.saturating_sub(self.0.len());
        self.0.extend(other.0.into_iter().take(room));
    }

    /// All of them, in the order of the text.
    pub fn sorted(mut self) -> Vec<Error> {
        self.0.sort_by_key(|error| error.span().map(|span| (span.start, span.end)));
        self.0
    }
}

//! What a run may use and do: limits, capabilities, and where its text goes.

use crate::error::Error;
use std::time::Duration;

/// What a run may use. Exceeding a limit is an error, never a crash.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Nested calls, expansion and analysis included.
    pub depth: u32,
    /// Calls and `recur`s, counted in thousands.
    pub steps: u64,
    /// Time on the clock, looked at every few thousand steps.
    pub time: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { depth: 10_000, steps: u64::MAX, time: None }
    }
}

/// What a program may do to the world around it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Capabilities {
    pub files: bool,
    pub environment: bool,
}

/// Where a program's text goes. The library itself never prints.
pub trait Output: Send {
    fn write(&mut self, text: &str) -> std::io::Result<()>;
    /// A warning, apart from the data.
    fn warn(&mut self, warning: &Error);
    /// Something good to know, in one line, apart from the data; dropped unless the host wants it.
    fn note(&mut self, _text: &str) {}
}

/// Where a worker's text would go, if it could write.
pub(super) struct Nowhere;

impl Output for Nowhere {
    fn write(&mut self, _text: &str) -> std::io::Result<()> {
        Ok(())
    }
    fn warn(&mut self, _warning: &Error) {}
}

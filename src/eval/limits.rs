//! What a run may use and do: limits, capabilities, and where its text goes.

use crate::error::Error;
use std::time::Duration;

/// What a run may use. Exceeding a limit ends the run, and never the process.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Nested calls, expansion and analysis included.
    pub depth: u32,
    /// Calls and `recur`s, counted in thousands.
    pub steps: u64,
    /// Time on the clock.
    pub time: Option<Duration>,
    /// Steps between two looks at the clock, the steps so far and the interrupt flag; at least 1.
    pub check_every: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { depth: 10_000, steps: u64::MAX, time: None, check_every: 4096 }
    }
}

/// What a program may do to the world around it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Capabilities {
    /// Files, to read and to write.
    pub files: bool,
    /// Environment variables.
    pub environment: bool,
}

/// Where a program's text goes. The library itself never prints.
pub trait Output: Send {
    /// What the program prints.
    fn write(&mut self, text: &str) -> std::io::Result<()>;
    /// A warning, apart from the data.
    fn warn(&mut self, warning: &Error);
    /// Something good to know, in one line, apart from the data; dropped unless the host wants it.
    fn note(&mut self, _text: &str) {}
    /// Columns that a line may have where somebody reads it.
    fn width(&self) -> usize {
        80
    }
}

/// Where a worker's text would go, if it could write.
pub(super) struct Nowhere;

impl Output for Nowhere {
    fn write(&mut self, _text: &str) -> std::io::Result<()> {
        Ok(())
    }
    fn warn(&mut self, _warning: &Error) {}
}

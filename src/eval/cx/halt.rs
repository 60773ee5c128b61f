//! What ends a run: limits, interrupts and `exit`, looked at every few thousand steps. A halt is final: once it is met,
//! every further step meets it again, whatever code took it for an error of its own.

use super::{Cx, FUEL};
use crate::error::{Code, Error, Result};
use std::sync::atomic::Ordering;
use std::time::Instant;

impl Cx {
    /// Raises why the run must end: a halt that was met before, or an interrupt that came while nothing was counted.
    /// The flag stays up for all workers of the run.
    pub fn check_halt(&mut self) -> Result<()> {
        if let Some(halt) = &self.halted {
            self.fuel = 1;
            return Err(halt.clone());
        }
        match self.interrupt.load(Ordering::Relaxed) {
            true => Err(self.halt(Error::new(Code::Interrupted, "interrupted"))),
            false => Ok(()),
        }
    }

    /// Ends the run with this error: every further step raises it again.
    pub fn halt(&mut self, error: Box<Error>) -> Box<Error> {
        self.halted = Some(error.clone());
        self.fuel = 1;
        error
    }

    /// Must the run end, whatever its code does?
    pub fn is_halted(&self) -> bool {
        self.halted.is_some()
    }

    /// What a run came to: nothing but its halt, where it had to end.
    pub fn ended<T>(&mut self, result: Result<T>) -> Result<T> {
        match result {
            Err(halt) if halt.is_halt() => Err(halt),
            other => self.check_halt().and(other),
        }
    }

    /// The same at the end of a run: the halt was for that run alone.
    pub fn finish<T>(&mut self, result: Result<T>) -> Result<T> {
        let result = self.ended(result);
        self.forget_halt();
        result
    }

    pub(super) fn forget_halt(&mut self) {
        self.interrupt.store(false, Ordering::Relaxed);
        self.halted = None;
        self.fuel = FUEL;
    }

    /// Long builtins charge by element.
    pub fn charge(&mut self, elements: usize) -> Result<()> {
        if elements as u64 >= u64::from(self.fuel) {
            self.steps += elements as u64;
            return self.refuel();
        }
        self.fuel -= elements as u32;
        if self.fuel == 0 { self.refuel() } else { Ok(()) }
    }

    #[cold]
    #[inline(never)]
    pub(super) fn refuel(&mut self) -> Result<()> {
        self.steps += u64::from(FUEL - self.fuel.min(FUEL));
        self.fuel = FUEL;
        self.check_halt()?;
        let (code, message) = if self.steps >= self.limits.steps {
            (Code::StepLimit, format!("the run took more than its limit of {} steps", self.limits.steps))
        } else if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            let limit = self.limits.time.unwrap_or_default();
            (Code::TimeLimit, format!("the run took longer than its limit of {limit:?}"))
        } else {
            return Ok(());
        };
        Err(self.halt(Error::new(code, message).help("look for a loop that never ends, or raise the limit")))
    }
}

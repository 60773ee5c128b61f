//! What ends a run: limits, interrupts and `exit`, looked at every few thousand steps. A halt is final: once it is met,
//! every further step meets it again, whatever code took it for an error of its own.

use super::Cx;
use crate::error::{Halt, Result, Stop};
use crate::eval::value::Value;
use std::sync::atomic::Ordering;
use std::time::Instant;

impl Cx {
    /// Raises why the run must end: a halt that was met before, or an interrupt that came while nothing was counted.
    /// The flag stays up for all workers of the run.
    pub fn check_halt(&mut self) -> Result<()> {
        if let Some(halt) = &self.halted {
            (self.fuel, self.resumed) = (1, self.resumed + 1);
            return Err(halt.clone());
        }
        match self.interrupt.load(Ordering::Relaxed) {
            true => Err(self.halt(Stop::halt(Halt::Interrupted, "interrupted", None))),
            false => Ok(()),
        }
    }

    /// Ends the run with this halt: every further step meets it again.
    pub(crate) fn halt(&mut self, halt: Stop) -> Stop {
        self.halted = Some(halt.clone());
        self.fuel = 1;
        halt
    }

    /// What came of a run, after `cleanup`, which runs after an error and after `exit`; nothing of a program runs after
    /// an interrupt or a limit, not even what cleans up.
    pub(crate) fn finally<T>(
        &mut self,
        result: Result<T>,
        cleanup: impl FnOnce(&mut Cx) -> Result<Value>,
    ) -> Result<T> {
        match result.as_ref().err().and_then(Stop::halted) {
            None => cleanup(self).and(result),
            Some(Halt::Exit) => {
                let exit = self.halted.take();
                self.refill();
                let cleaned = cleanup(self);
                // What fails while the program ends is told in place of it.
                cleaned?;
                self.halted = exit;
                self.fuel = 1;
                result
            }
            Some(_) => result,
        }
    }

    /// What a run came to: nothing but its halt, where it had to end.
    pub(crate) fn ended<T>(&mut self, result: Result<T>) -> Result<T> {
        match result {
            Err(stop) if stop.is_halt() => Err(stop),
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
        self.refill();
    }

    fn refill(&mut self) {
        self.fuel = self.limits.check_every.max(1);
    }

    /// How often the run went on after it was halted, because something took the halt for an error of its own.
    pub fn resumed(&self) -> u32 {
        self.resumed
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
        self.steps += u64::from(self.limits.check_every.saturating_sub(self.fuel));
        self.refill();
        self.check_halt()?;
        let (halt, message) = if self.steps >= self.limits.steps {
            (Halt::StepLimit, format!("the run took more than its limit of {} steps", self.limits.steps))
        } else if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            let limit = self.limits.time.unwrap_or_default();
            (Halt::TimeLimit, format!("the run took longer than its limit of {limit:?}"))
        } else {
            return Ok(());
        };
        Err(self.halt(Stop::halt(halt, message, Some("look for a loop that never ends, or raise the limit"))))
    }
}

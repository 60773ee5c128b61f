//! Ctrl-C: stops the running evaluation at its next check; a program that does not get there is left at the second.

use super::exit::INTERRUPTED;
use genlisp::Interpreter;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// Two presses within this time mean it.
const TWICE: Duration = Duration::from_secs(1);

/// The handler of a process, and the flag through which it reaches the evaluation.
pub struct Interrupts {
    /// Set until the evaluation notices.
    pending: Arc<AtomicBool>,
    session: Arc<AtomicBool>,
}

impl Interrupts {
    /// Installs the handler. Where that fails, Ctrl-C ends the process as it would without us.
    pub fn install(lisp: &mut Interpreter) -> Interrupts {
        let interrupts = Interrupts { pending: lisp.cx().interrupt_flag(), session: Arc::default() };
        let (pending, session) = (interrupts.pending.clone(), interrupts.session.clone());
        let mut last: Option<Instant> = None;
        let _ = ctrlc::set_handler(move || {
            let stuck = pending.swap(true, Relaxed);
            let again = last.replace(Instant::now()).is_some_and(|at| at.elapsed() < TWICE);
            if (stuck || again) && !session.load(Relaxed) {
                std::process::exit(INTERRUPTED.into());
            }
        });
        interrupts
    }

    /// From here on no Ctrl-C ends the process: a session keeps what it has.
    pub fn keep_session(&self) {
        self.session.store(true, Relaxed);
    }

    /// Forgets a Ctrl-C that came when nothing ran; true if there was one.
    pub fn forget(&self) -> bool {
        self.pending.swap(false, Relaxed)
    }
}

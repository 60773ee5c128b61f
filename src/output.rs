//! Where a program's text goes in a host: nowhere, or into memory.

use crate::error::Error;
use crate::eval::Output;
use std::sync::{Arc, Mutex, PoisonError};

/// Swallows all output.
pub struct Silent;

impl Output for Silent {
    fn write(&mut self, _text: &str) -> std::io::Result<()> {
        Ok(())
    }
    fn warn(&mut self, _warning: &Error) {}
}

/// Keeps all output; clones share what they keep, so that the host holds one and the interpreter another.
///
/// ```
/// # fn main() -> genlisp::Answer<()> {
/// use genlisp::{Captured, Interpreter};
/// let output = Captured::default();
/// let mut lisp = Interpreter::builder().output(output.clone()).build()?;
/// lisp.eval(r#"(println "hello")"#)?;
/// assert_eq!(output.take(), "hello\n");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Captured(Arc<Mutex<CapturedOutput>>);

#[derive(Default)]
struct CapturedOutput {
    text: String,
    warnings: Vec<Error>,
}

impl Captured {
    /// The text printed since the last call.
    pub fn take(&self) -> String {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).text)
    }

    /// The warnings since the last call.
    pub fn take_warnings(&self) -> Vec<Error> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).warnings)
    }
}

impl Output for Captured {
    fn write(&mut self, text: &str) -> std::io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).text.push_str(text);
        Ok(())
    }
    fn warn(&mut self, warning: &Error) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).warnings.push(warning.clone());
    }
}

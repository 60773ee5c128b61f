//! `with-out-str`: output into a string while a function runs.

use super::super::strings::printing;
use crate::error::{Error, Result};
use crate::eval::cx::{Cx, Output};
use crate::eval::value::Value;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What has been printed, and the output that waits; warnings still go there.
struct Captured {
    text: String,
    outer: Option<Box<dyn Output>>,
}

#[derive(Clone)]
struct Capture(Arc<Mutex<Captured>>);

impl Capture {
    fn lock(&self) -> MutexGuard<'_, Captured> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Output for Capture {
    fn write(&mut self, text: &str) -> std::io::Result<()> {
        let mut captured = self.lock();
        if captured.text.len() + text.len() > printing::MAX_TEXT {
            return Err(std::io::Error::other("too much text for one string"));
        }
        captured.text.push_str(text);
        Ok(())
    }

    fn warn(&mut self, warning: &Error) {
        if let Some(outer) = &mut self.lock().outer {
            outer.warn(warning);
        }
    }

    fn note(&mut self, text: &str) {
        if let Some(outer) = &mut self.lock().outer {
            outer.note(text);
        }
    }
}

pub fn with_out_str(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let capture = Capture(Arc::new(Mutex::new(Captured { text: String::new(), outer: None })));
    let outer = std::mem::replace(&mut cx.output, Box::new(capture.clone()));
    capture.lock().outer = Some(outer);
    let result = cx.call(&args[0], &mut []);
    let mut captured = capture.lock();
    if let Some(outer) = captured.outer.take() {
        cx.output = outer;
    }
    result?;
    printing::string(std::mem::take(&mut captured.text))
}

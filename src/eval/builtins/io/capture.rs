//! `with-out-str`: output into a string while a function runs, or into one for each lane of a batched run.

use super::super::strings::printing;
use crate::error::{Error, Result};
use crate::eval::cx::{Cx, Output};
use crate::eval::lanes::by_value::by_keys;
use crate::eval::lanes::output::LaneOutput;
use crate::eval::lanes::{Group, LaneValues, merge};
use crate::eval::value::Value;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Prints values as each lane in force has them.
pub fn print(cx: &mut Cx, args: &[Value], readable: bool, end: &str) -> Result<Value> {
    let text = by_keys(cx, args, &mut |cx, args| printing::string(printing::spaced(cx, args, readable)? + end))?;
    keep(cx, text)?;
    Ok(Value::Nil)
}

/// Keeps what the lanes in force print.
pub fn keep(cx: &mut Cx, text: Value) -> Result<()> {
    let Some(captured) = &mut cx.captured else { return Ok(()) };
    // A run inside, of other lanes or none, prints for all.
    let own = cx.group.as_ref().filter(|group| group.meets(&captured.group).unwrap_or(false));
    let group = own.unwrap_or(&captured.group).clone();
    let length = |text: &Value| text.as_str().map_or(0, str::len);
    captured.bytes += match &text {
        Value::Lanes(lanes) => match &lanes.of {
            LaneValues::Parts(parts) => parts.iter().map(|(_, text)| length(text)).sum(),
            LaneValues::Numbers(_) => 0,
        },
        text => length(text),
    };
    printing::check_length(captured.bytes)?;
    captured.pieces.push((group, text));
    Ok(())
}

/// What each lane of a group prints while a function runs.
fn for_lanes(cx: &mut Cx, f: &Value, group: &Arc<Group>) -> Result<Value> {
    let outer = cx.captured.replace(LaneOutput { group: group.clone(), pieces: Vec::new(), bytes: 0 });
    let result = cx.call(f, &mut []);
    let pieces = std::mem::replace(&mut cx.captured, outer).map_or_else(Vec::new, |captured| captured.pieces);
    result?;
    let mut texts = Vec::with_capacity(pieces.len());
    for (part, text) in pieces {
        let rest = group.part(group.split_by(&part).1);
        texts.push(match rest.is_empty() {
            true => text,
            false => merge(vec![(part, text), (rest, Value::str(""))], group)?,
        });
    }
    by_keys(cx, &texts, &mut |_, texts| printing::string(texts.iter().filter_map(Value::as_str).collect()))
}

/// What has been printed, and the output that waits; warnings still go there.
struct Text {
    text: String,
    outer: Option<Box<dyn Output>>,
}

#[derive(Clone)]
struct Capture(Arc<Mutex<Text>>);

impl Capture {
    fn lock(&self) -> MutexGuard<'_, Text> {
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
    if let Some(group) = cx.group.clone() {
        return for_lanes(cx, &args[0], &group);
    }
    // Inside, what runs without lanes is one text.
    let lanes = cx.captured.take();
    let capture = Capture(Arc::new(Mutex::new(Text { text: String::new(), outer: None })));
    let outer = std::mem::replace(&mut cx.output, Box::new(capture.clone()));
    capture.lock().outer = Some(outer);
    let result = cx.call(&args[0], &mut []);
    cx.captured = lanes;
    let mut captured = capture.lock();
    if let Some(outer) = captured.outer.take() {
        cx.output = outer;
    }
    result?;
    printing::string(std::mem::take(&mut captured.text))
}

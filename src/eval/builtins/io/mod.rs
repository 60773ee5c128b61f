//! Input and output: printing, the environment, time, the end of the program.

pub mod capture;
pub mod files;
mod json;
mod records;
mod table;
mod tables;

use super::strings::printing;
use crate::error::{Code, Error, Halt, Result, Stop};
use crate::eval::args::{integer, string};
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::value::Value;
pub use files::TABLE as FILES;
use std::io::{BufRead, Read};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
pub use table::{TABLE as TABLES, Table};

#[rustfmt::skip]
pub const TABLE: &[Builtin] = &[
    Builtin::generic("print", "[& values]", |cx, a| print(cx, a, false, "")).io().takes_lanes(),
    Builtin::generic("println", "[& values]", |cx, a| print(cx, a, false, "\n")).io().takes_lanes(),
    Builtin::generic("pr", "[& values]", |cx, a| print(cx, a, true, "")).io().takes_lanes(),
    Builtin::generic("prn", "[& values]", |cx, a| print(cx, a, true, "\n")).io().takes_lanes(),
    Builtin::generic("newline", "[]", |cx, a| print(cx, a, false, "\n")).io(),
    Builtin::generic("read-line", "[]", read_line).io(),
    Builtin::generic("with-out-str*", "[f]", capture::with_out_str).io(),
    Builtin::generic("getenv", "[name]", getenv).io(),
    Builtin::generic("exit", "[] [code]", exit).io(),
    Builtin::generic("current-time-ms", "[]", |_, _| Ok(Value::Int((seconds() * 1e3) as i64))).io(),
    Builtin::generic("now", "[]", |_, _| Ok(Value::float(seconds()))).io(),
];

fn print(cx: &mut Cx, args: &[Value], readable: bool, end: &str) -> Result<Value> {
    if cx.captured.is_some() {
        return capture::print(cx, args, readable, end);
    }
    let text = printing::spaced(cx, args, readable)? + end;
    write(cx, &text)?;
    Ok(Value::Nil)
}

/// Writes text to where the program's output goes. A reader that has gone ends the program quietly.
pub fn write(cx: &mut Cx, text: &str) -> Result<()> {
    if cx.captured.is_some() {
        return capture::keep(cx, Value::str(text));
    }
    cx.output.write(text).map_err(|error| match error.kind() {
        std::io::ErrorKind::BrokenPipe => ending(cx, 0),
        _ => Error::raise(Code::Io, format!("cannot write the output: {error}")),
    })
}

fn ending(cx: &mut Cx, code: i64) -> Stop {
    let stop = Stop::halt(Halt::Exit, format!("the program ended with exit code {code}"), None);
    cx.halt(stop.with_payload(Arc::new(Value::Int(code))))
}

fn exit(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let code = if args.is_empty() { 0 } else { integer("exit", args, 0)? };
    if !(0..=255).contains(&code) {
        return Err(Error::raise(Code::Type, format!("`exit` wants a code from 0 to 255, not `{code}`")).arg(0));
    }
    Err(ending(cx, code))
}

fn read_line(cx: &mut Cx, _: &mut [Value]) -> Result<Value> {
    if !cx.capabilities.files {
        return Err(not_allowed("read-line", "standard input"));
    }
    let mut line = String::new();
    let limited = &mut std::io::stdin().lock().take(printing::MAX_TEXT as u64);
    match limited.read_line(&mut line) {
        Ok(0) => Ok(Value::Nil),
        Ok(_) => Ok(Value::str(line.trim_end_matches(['\n', '\r']))),
        Err(error) => Err(Error::raise(Code::Io, format!("cannot read standard input: {error}"))),
    }
}

fn getenv(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let name = string("getenv", args, 0)?;
    if !cx.capabilities.environment {
        return Err(not_allowed("getenv", "the environment"));
    }
    Ok(std::env::var(name).map_or(Value::Nil, Value::from))
}

/// The error of a capability that the embedder has not given.
#[cold]
pub fn not_allowed(function: &str, what: &str) -> Stop {
    Error::raise(Code::Capability, format!("`{function}` needs {what}, which this interpreter may not use"))
        .help("the program that runs this one decides it: `Builder::capabilities`")
}

fn seconds() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64())
}

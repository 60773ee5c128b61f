//! Reading, evaluating and expanding code given as data.

use crate::error::{At, Code, Error, Result, Stop};
use crate::eval::analyze::{expand_all, expand_once};
use crate::eval::args::string;
use crate::eval::builtins::strings::printing::settled;
use crate::eval::convert::{to_form, to_value};
use crate::eval::cx::Cx;
use crate::eval::stdlib::{load_source, run_top};
use crate::eval::value::Value;
use crate::lexer::{Source, Span};
use crate::parser::{self, Form};

/// The source of text that nobody keeps, so that reading in a loop holds no memory.
const NOWHERE: Span = Span::new(u32::MAX, 0, 0);

pub fn read_string(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let text = string("read-string", args, 0)?;
    cx.charge(text.len())?;
    let source = Source::new(NOWHERE.source, "<read-string>", text);
    let forms = parser::read(&source).map_err(|error| inside(*error, &source))?;
    match forms.first() {
        Some(form) => to_value(form),
        None => Err(Error::raise(Code::Syntax, "`read-string` found no form in the text").arg(0)),
    }
}

/// An error in a text that cannot be quoted says where in the text it is, and points at the argument.
fn inside(error: Error, source: &Source) -> Stop {
    let place = error.span().map(|span| source.line_column(span.start));
    let message = match place {
        Some((line, column)) => format!("{} (line {line}, column {column} of the text)", error.message),
        None => error.message,
    };
    let inside = Error::raise(error.code, message).arg(0);
    match error.help {
        Some(help) => inside.help(help),
        None => inside,
    }
}

/// An argument as code.
fn form_of(cx: &mut Cx, args: &[Value]) -> Result<Form> {
    let code = settled(cx, args[0].clone())?;
    to_form(&code, NOWHERE)
}

pub fn eval(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let form = form_of(cx, args)?;
    run_top(&form, cx).map_err(|e| placed(cx, e))
}

/// Forgets places in texts that nobody kept; the call of `eval` is pointed at instead.
fn placed(cx: &Cx, stop: Stop) -> Stop {
    let known = |span: Span| cx.program.sources.get(span.source).is_some();
    stop.map(|mut error| {
        if error.span().is_some_and(|span| !known(span)) {
            error.at = At::Unknown;
        }
        error.more.retain(|(span, _)| known(*span));
        error
    })
}

pub fn load_string(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let text = string("load-string", args, 0)?;
    parser::check_size(text.len(), "<load-string>")?;
    let source = cx.program_mut().sources.add("<load-string>", text);
    cx.deeper(|cx| load_source(&source, cx))
}

pub fn macroexpand_1(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let form = form_of(cx, args)?;
    match expand_once(cx, &form).map_err(|e| placed(cx, e))? {
        Some(expanded) => to_value(&expanded),
        None => Ok(std::mem::take(&mut args[0])),
    }
}

pub fn macroexpand(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let form = form_of(cx, args)?;
    to_value(&expand_all(cx, &form).map_err(|e| placed(cx, e))?)
}

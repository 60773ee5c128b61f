//! A caught error as a value: what `catch` binds, `ex-message` and `ex-data` read.

use super::collections::Map;
use super::cx::Cx;
use super::host::HostObject;
use super::print::Printer;
use super::value::Value;
use crate::error::{At, Code, Error, Result};

/// An error of the language, or an `ex-info`.
pub struct ErrorValue {
    error: Box<Error>,
    /// The data of `ex-info`.
    data: Option<Value>,
    cause: Option<Value>,
}

impl ErrorValue {
    pub fn new(error: Box<Error>) -> ErrorValue {
        ErrorValue { error, data: None, cause: None }
    }

    /// `(ex-info message data cause)`.
    pub fn info(message: &str, data: Value, cause: Option<Value>) -> ErrorValue {
        ErrorValue { error: Error::new(Code::Thrown, message), data: Some(data), cause }
    }

    /// The error to raise when the value is thrown: the same object when it is caught again.
    pub fn to_error(&self) -> Box<Error> {
        let mut error = self.error.clone();
        if let Some(data) = &self.data {
            let same = ErrorValue { error: self.error.clone(), data: Some(data.clone()), cause: self.cause.clone() };
            error.payload = Some(std::sync::Arc::new(Value::host(same)));
            if !matches!(data, Value::Map(m) if m.is_empty()) {
                error.help = Some(format!("its data: {}", super::print::brief(data)));
            }
        }
        error
    }

    pub fn message(&self) -> &str {
        &self.error.message
    }

    pub fn cause(&self) -> Value {
        self.cause.clone().unwrap_or(Value::Nil)
    }

    /// The data of an `ex-info`; for the language's own errors their code, message, help and address path.
    pub fn data(&self) -> Result<Value> {
        if let Some(data) = &self.data {
            return Ok(data.clone());
        }
        let e = &self.error;
        let code = e.code.name().replace("::", "/");
        let mut map = Map::empty()
            .insert(Value::keyword("code"), Value::keyword(&code))?
            .insert(Value::keyword("message"), Value::str(e.message.as_str()))?;
        if let Some(help) = &e.help {
            map = map.insert(Value::keyword("help"), Value::str(help.as_str()))?;
        }
        if let At::Place(span) = e.at {
            let place = Value::vector(vec![Value::Int(i64::from(span.start)), Value::Int(i64::from(span.end))])?;
            map = map.insert(Value::keyword("span"), place)?;
        }
        if !e.path.is_empty() {
            let path = e.path.iter().map(|p| Value::str(p.as_str())).collect();
            map = map.insert(Value::keyword("path"), Value::vector(path)?)?;
        }
        Ok(Value::Map(map))
    }
}

impl HostObject for ErrorValue {
    fn kind(&self) -> &'static str {
        "an error"
    }

    fn print(&self, out: &mut Printer<'_>) {
        out.text(&format!("#<error {} ", self.error.code));
        out.value(&Value::str(self.error.message.as_str()));
        if let Some(data) = &self.data {
            out.text(" ");
            out.value(data);
        }
        out.text(">");
    }

    fn parts(&self) -> &[Value] {
        self.data.as_slice()
    }

    fn with_parts(&self, _: &mut Cx, mut parts: Vec<Value>) -> Result<Value> {
        let (error, cause) = (self.error.clone(), self.cause.clone());
        Ok(Value::host(ErrorValue { error, data: parts.pop(), cause }))
    }

    fn depth(&self) -> u32 {
        let depth = |v: &Option<Value>| v.as_ref().map_or(0, Value::depth);
        depth(&self.data).max(depth(&self.cause)) + 1
    }
}

/// What a run had when it was halted, such as the draws of a sampler: a result with `:interrupted true`.
pub fn partial(error: &Error) -> Option<&Value> {
    error.partial.as_ref().and_then(|partial| partial.downcast_ref())
}

/// The value that `throw` was given, if an error is of one.
pub fn thrown(error: &Error) -> Option<&Value> {
    error.payload.as_ref().and_then(|payload| payload.downcast_ref())
}

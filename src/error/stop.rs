//! Why an evaluation stops: an error was raised, which a program may catch, or the run is halted, which nothing may.

use super::{At, Code, Error, Partial, Result};
use crate::lexer::Span;
use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// What ends a run whatever its code does. None of them is an error: no `catch` sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Halt {
    /// By an interrupt: Ctrl-C, or [`crate::InterruptHandle`].
    Interrupted,
    /// By the limit of steps.
    StepLimit,
    /// By the limit of time.
    TimeLimit,
    /// The program asked to end.
    Exit,
}

impl Halt {
    /// The code under which it is reported.
    pub fn code(self) -> Code {
        match self {
            Halt::Interrupted => Code::Interrupted,
            Halt::StepLimit => Code::StepLimit,
            Halt::TimeLimit => Code::TimeLimit,
            Halt::Exit => Code::Exit,
        }
    }
}

/// Why an evaluation stops. One pointer, so that a result is as small as a value; what it holds is looked at by
/// [`Stop::caught`], which hands a halt on.
#[derive(Clone)]
pub struct Stop(Box<Error>);

impl Error {
    /// A new error, raised: `Err(Error::raise(Code::Arity, "…"))`.
    #[cold]
    pub fn raise(code: Code, message: impl Into<String>) -> Stop {
        Stop(Error::new(code, message))
    }
}

impl From<Box<Error>> for Stop {
    fn from(error: Box<Error>) -> Stop {
        Stop(error)
    }
}

impl Stop {
    /// The run must end.
    #[cold]
    pub(crate) fn halt(halt: Halt, message: impl Into<String>, help: Option<&str>) -> Stop {
        let mut error = Error::new(halt.code(), message);
        (error.halt, error.help) = (Some(halt), help.map(str::to_string));
        Stop(error)
    }

    /// The error that was raised; a halt is handed on.
    pub fn caught(self) -> Result<Box<Error>> {
        if self.is_halt() { Err(self) } else { Ok(self.0) }
    }

    /// Was an error with this code raised?
    pub fn is(&self, code: Code) -> bool {
        self.code() == Some(code)
    }

    /// The code of a raised error.
    pub fn code(&self) -> Option<Code> {
        (!self.is_halt()).then_some(self.0.code)
    }

    /// Is it no error but a halt?
    pub fn is_halt(&self) -> bool {
        self.0.halt.is_some()
    }

    /// What the run is halted by.
    pub fn halted(&self) -> Option<Halt> {
        self.0.halt
    }

    /// Another error in place of the raised one; a halt stays what it is.
    pub fn map(self, f: impl FnOnce(Box<Error>) -> Box<Error>) -> Stop {
        if self.is_halt() { self } else { Stop(f(self.0)) }
    }

    /// Something to type, unless that is said already.
    pub(crate) fn or_help(self, help: impl FnOnce() -> String) -> Stop {
        self.map(|error| if error.help.is_some() { error } else { error.help(help()) })
    }

    /// What was thrown, or the code with which the program ends.
    pub(crate) fn with_payload(mut self, payload: Arc<dyn Any + Send + Sync>) -> Stop {
        self.0.payload = Some(payload);
        self
    }

    /// The first of the lanes that raised it, where it is known.
    pub(crate) fn lane(&self) -> Option<u32> {
        self.0.lane
    }

    /// Perhaps not all lanes that were running raised it.
    pub(crate) fn is_of_lanes(&self) -> bool {
        self.0.some_lanes
    }

    /// Hands a halt what the run had until then, for the top to show; of runs in runs the outermost counts.
    pub(crate) fn with_partial(mut self, partial: impl FnOnce() -> Option<Partial>) -> Stop {
        if self.is_halt() {
            self.0.partial = partial().or(self.0.partial);
        }
        self
    }

    /// At the top, where nothing else runs: the error to report, a halt among them.
    pub fn into_error(self) -> Box<Error> {
        self.0
    }

    /// The place it points at, once known.
    pub fn span(&self) -> Option<Span> {
        self.0.span()
    }

    /// The addresses of the choice that it is about, outermost first.
    pub fn path(&self) -> &[String] {
        &self.0.path
    }

    /// Nothing that was called stands between it and who gets it.
    pub(crate) fn is_direct(&self) -> bool {
        self.0.frames.is_empty()
    }

    /// Where it points.
    pub(crate) fn place(&self) -> At {
        self.0.at
    }

    /// Adds a level to the call stack, innermost first.
    pub(crate) fn push_frame(&mut self, name: &Arc<str>, call: Span) {
        self.0.push_frame(name, call);
    }

    /// Adds an address at the front of the path.
    pub fn enter(&mut self, address: String) {
        self.0.enter(address);
    }
}

/// Methods of an error that a stop has as well: of a halt they are told too, where they say a place, else left out.
macro_rules! as_of_errors {
    (places: $($place:ident($($p:ident: $P:ty),*)),+; rest: $($name:ident($($arg:ident: $Arg:ty),*)),+) => {
        impl Stop {
            $(
                #[doc = concat!("As [`Error::", stringify!($place), "`].")]
                pub fn $place(self, $($p: $P),*) -> Stop {
                    Stop(self.0.$place($($p),*))
                }
            )+
            $(
                #[doc = concat!("As [`Error::", stringify!($name), "`]; a halt stays what it is.")]
                pub fn $name(self, $($arg: $Arg),*) -> Stop {
                    self.map(|error| error.$name($($arg),*))
                }
            )+
        }
    };
}

as_of_errors! {
    places: at(span: Span), or_at(span: Span), before_run(before: bool);
    rest: of_lanes(some: bool), help(help: impl Into<String>), label(label: impl Into<String>), arg(index: usize), arguments(),
        or_arg(index: usize), arguments_at(index: usize), also(span: Span, text: impl Into<String>),
        within(place: impl fmt::Display), coded(code: Code)
}

/// Looking at what was raised: `match run.caught()? { Ok(value) => …, Err(error) => … }`.
pub trait Caught<T> {
    /// What came of it; a halt is handed on.
    fn caught(self) -> Result<Result<T, Box<Error>>>;
}

impl<T> Caught<T> for Result<T> {
    fn caught(self) -> Result<Result<T, Box<Error>>> {
        match self {
            Ok(value) => Ok(Ok(value)),
            Err(stop) => stop.caught().map(Err),
        }
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

//! Errors as values: code, sentence, place, help, call stack, address path.

mod code;
mod report;
mod stop;

pub use code::Code;
pub use report::ReportStyle;
pub use stop::{Caught, Halt, Stop};

use crate::lexer::{Sources, Span};
use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// Result of everything that a program can make fail.
pub type Result<T, E = Stop> = std::result::Result<T, E>;

/// What a run had when it was halted: a value, held as that of `eval`.
pub type Partial = Arc<dyn Any + Send + Sync>;

/// Where an error points.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum At {
    /// Not known yet: the call that fails fills in its own span.
    #[default]
    Unknown,
    /// The n-th argument of the call that fails; the call turns it into a span.
    Arg(usize),
    /// The arguments of a generative function that an operation runs: the operation knows where they stand.
    Arguments,
    Place(Span),
}

/// One level of the call stack: the function's name and the place of the call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Frame {
    pub name: Arc<str>,
    pub call: Span,
    /// How often in a row: a recursion is one line of the report.
    pub times: usize,
}

/// What went wrong, where, and what to type next.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Error {
    /// Which error it is.
    pub code: Code,
    /// One sentence with the offending value.
    pub message: String,
    /// Where it is.
    pub at: At,
    /// Text at the main span.
    pub label: Option<String>,
    /// Further places, each with its own text.
    pub more: Vec<(Span, String)>,
    /// Something to type.
    pub help: Option<String>,
    /// Innermost call first.
    pub frames: Vec<Frame>,
    /// Calls left out of `frames` because the stack was deep.
    pub frames_dropped: usize,
    /// Address path inside a model, outermost first, each component as printed.
    pub path: Vec<String>,
    /// The thrown value of `(throw …)`, held as `eval`'s value.
    pub payload: Option<Arc<dyn Any + Send + Sync>>,
    /// Further errors of the same run of the reader.
    pub others: Vec<Error>,
    /// Nothing of the top-level form had run: reading or analysis failed.
    pub before_run: bool,
    /// In a batched run: it arose in some of the lanes that were running, perhaps not in all.
    pub some_lanes: bool,
    /// The first of those lanes, where it is known.
    pub lane: Option<u32>,
    /// It is no error, but what halted the run.
    halt: Option<Halt>,
    /// What a run that was halted had so far.
    pub partial: Option<Partial>,
    /// Texts to quote from; attached at the edge.
    pub sources: Option<Sources>,
}

/// Calls kept in an error's stack.
const MAX_FRAMES: usize = 32;
/// Addresses kept of a path.
const MAX_PATH: usize = 16;

impl Error {
    /// A new error without a place: `Error::new(Code::Arity, "…")`.
    #[cold]
    pub fn new(code: Code, message: impl Into<String>) -> Box<Error> {
        Box::new(Error { code, message: message.into(), ..Error::default() })
    }

    /// What ended the run, where it was no error: an interrupt, a limit, `exit`.
    pub fn halted(&self) -> Option<Halt> {
        self.halt
    }

    /// Remembers that perhaps not all lanes that were running have it.
    pub(crate) fn of_lanes(mut self: Box<Self>, some: bool) -> Box<Self> {
        self.some_lanes |= some;
        self
    }

    /// The error as results carry it.
    pub fn boxed(self) -> Box<Error> {
        Box::new(self)
    }

    /// Says what to type.
    pub fn help(mut self: Box<Self>, help: impl Into<String>) -> Box<Self> {
        self.help = Some(help.into());
        self
    }

    /// Says something at the place of the error.
    pub fn label(mut self: Box<Self>, label: impl Into<String>) -> Box<Self> {
        self.label = Some(label.into());
        self
    }

    /// Points at the n-th argument of the failing call.
    pub fn arg(mut self: Box<Self>, index: usize) -> Box<Self> {
        self.at = At::Arg(index);
        self
    }

    /// Points at the arguments of the generative function that runs.
    pub(crate) fn arguments(mut self: Box<Self>) -> Box<Self> {
        self.at = At::Arguments;
        self
    }

    /// Points at the n-th argument unless something closer is known.
    pub(crate) fn or_arg(self: Box<Self>, index: usize) -> Box<Self> {
        if matches!(self.at, At::Unknown | At::Arguments) { self.arg(index) } else { self }
    }

    /// Says which argument of an operation holds those of the generative function.
    pub(crate) fn arguments_at(self: Box<Self>, index: usize) -> Box<Self> {
        match self.at {
            At::Arguments if self.code == Code::Arity && self.help.is_none() => self
                .arg(index)
                .help("a vector holds the arguments: `[x y]` are two, `[[1 2 3]]` is one that is a vector"),
            At::Arguments => self.arg(index),
            _ => self,
        }
    }

    /// Says where it is.
    pub fn at(mut self: Box<Self>, span: Span) -> Box<Self> {
        self.at = At::Place(span);
        self
    }

    /// Points at `span` unless a place is already known.
    pub(crate) fn or_at(mut self: Box<Self>, span: Span) -> Box<Self> {
        if !matches!(self.at, At::Place(_)) {
            self.at = At::Place(span);
        }
        self
    }

    /// Says whether anything of the top-level form had run.
    pub fn before_run(mut self: Box<Self>, before: bool) -> Box<Self> {
        self.before_run = before;
        self
    }

    /// The same under another code.
    pub(crate) fn coded(mut self: Box<Self>, code: Code) -> Box<Self> {
        self.code = code;
        self
    }

    /// Says in what it happened: `place: message`.
    pub(crate) fn within(mut self: Box<Self>, place: impl fmt::Display) -> Box<Self> {
        self.message = format!("{place}: {}", self.message);
        self
    }

    /// A second place with its own text.
    pub(crate) fn also(mut self: Box<Self>, span: Span, text: impl Into<String>) -> Box<Self> {
        self.more.push((span, text.into()));
        self
    }

    /// Adds a level to the call stack, innermost first; a recursion's repeats are only counted.
    pub(crate) fn push_frame(&mut self, name: &Arc<str>, call: Span) {
        match self.frames.last_mut() {
            Some(last) if last.call == call && last.name == *name => return last.times += 1,
            _ => {}
        }
        if self.frames.len() < MAX_FRAMES {
            self.frames.push(Frame { name: name.clone(), call, times: 1 });
        } else {
            self.frames_dropped += 1;
        }
    }

    /// Adds an address at the front of the path; of a long one the middle is left out.
    pub fn enter(&mut self, address: String) {
        if self.path.len() < MAX_PATH {
            return self.path.insert(0, address);
        }
        self.path[0] = address;
        self.path[1] = "…".to_string();
    }

    /// The place it points at, once known.
    pub fn span(&self) -> Option<Span> {
        match self.at {
            At::Place(span) => Some(span),
            _ => None,
        }
    }

    /// Attaches the texts that the report quotes.
    pub fn with_sources(mut self: Box<Self>, sources: &Sources) -> Box<Self> {
        for other in &mut self.others {
            other.sources.get_or_insert_with(|| sources.clone());
        }
        self.sources.get_or_insert_with(|| sources.clone());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Error {}

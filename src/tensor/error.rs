//! What can go wrong with arrays: a code, a sentence, and what to do about it.
use crate::error::Code;
use std::fmt;

/// An array error. Codes: `gen::shape`, `gen::dtype`, `gen::index`, `gen::too-large`,
/// `gen::overflow` (integers), `gen::division-by-zero` (integers), `gen::array` (the rest).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// The kind of the error, for programs.
    pub code: Code,
    /// One sentence with the offending shapes or values.
    pub message: String,
    /// Something to do about it.
    pub help: Option<String>,
}

/// A result whose error is one pointer wide.
pub type Result<T> = std::result::Result<T, Box<Error>>;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl Error {
    /// An error with this code.
    pub fn new(code: Code, message: impl Into<String>) -> Box<Error> {
        Box::new(Error { code, message: message.into(), help: None })
    }

    /// The same error with a help line.
    pub fn with_help(mut self: Box<Error>, help: impl Into<String>) -> Box<Error> {
        self.help = Some(help.into());
        self
    }

    pub(super) fn shape(message: impl Into<String>) -> Box<Error> {
        Error::new(Code::Shape, message)
    }

    pub(super) fn dtype(message: impl Into<String>) -> Box<Error> {
        Error::new(Code::Dtype, message)
    }

    pub(super) fn index(message: impl Into<String>) -> Box<Error> {
        Error::new(Code::Index, message)
    }

    pub(super) fn array(message: impl Into<String>) -> Box<Error> {
        Error::new(Code::Array, message)
    }
}

impl From<mlx_rs::error::Exception> for Box<Error> {
    fn from(e: mlx_rs::error::Exception) -> Self {
        Error::array(format!("MLX: {}", e.what()))
    }
}

impl From<mlx_rs::error::AsSliceError> for Box<Error> {
    fn from(e: mlx_rs::error::AsSliceError) -> Self {
        Error::array(format!("MLX: {e}"))
    }
}

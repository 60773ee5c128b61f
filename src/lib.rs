//! GenLisp: a small Clojure for probabilistic programs, with Gen's generative function interface over MLX arrays.

#![deny(unsafe_code)]

mod convert;
pub mod distributions;
pub mod docs;
pub mod error;
pub mod eval;
pub mod gfi;
mod host;
pub mod infer;
mod interpreter;
pub mod lexer;
mod library;
mod module;
mod output;
pub mod parser;
pub mod tensor;

pub use convert::{Answer, FromValue, IntoArgs, IntoValue};
pub use error::{Code, Error, Halt, Stop};
pub use eval::{Value, json};
pub use host::Function;
pub use interpreter::{Builder, Interpreter, InterruptHandle, random_seed};
pub use module::Module;
pub use output::{Captured, Silent};

/// The Rust code of the README is tested with the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;

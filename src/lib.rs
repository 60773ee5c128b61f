//! GenLisp: a small Clojure for probabilistic programs, with Gen's generative function interface over MLX arrays.

#![deny(unsafe_code)]
// What the inside says of itself links to the inside.
#![allow(rustdoc::private_intra_doc_links)]

mod broken;
mod convert;
mod distributions;
mod docs;
mod error;
mod eval;
mod gfi;
mod host;
mod infer;
mod interpreter;
mod lexer;
mod library;
mod module;
mod output;
mod parser;
mod tensor;

#[doc(hidden)]
pub mod internals;

pub use convert::{Answer, FromValue, IntoArgs, IntoValue};
pub use error::{Code, Error, Halt, ReportStyle, Result, Stop};
pub use eval::error_value::partial;
pub use eval::{Capabilities, Cx, Output, Value, json};
pub use gfi::{ChoiceMap, Selection, Trace};
pub use host::Function;
pub use interpreter::{Builder, Interpreter, InterruptHandle, random_seed};
pub use module::Module;
pub use output::{Captured, Silent};
pub use tensor::{Array, Backend, DType, Device};

/// The Rust code of the README is tested with the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;

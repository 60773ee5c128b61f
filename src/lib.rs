//! GenLisp: a small Clojure for probabilistic programs, with Gen's generative function interface over MLX arrays.
pub mod error;
pub mod eval;
mod files;
mod interpreter;
pub mod lexer;
mod library;
pub mod parser;
pub mod tensor;

pub use error::Error;
pub use eval::Value;
pub use interpreter::{Builder, InterruptHandle, Interpreter, Silent, random_seed};

//! The evaluator: values, expansion, analysis, evaluation, builtins. It knows no probability.

pub mod analyze;
mod arithmetic;
pub mod arrays;
pub mod builtins;
mod call;
pub mod collections;
pub mod convert;
pub mod cx;
pub mod effect;
mod effects;
mod equality;
pub mod error_value;
pub mod function;
pub mod host;
pub mod host_function;
pub mod key;
pub mod lookup;
pub mod name;
pub mod node;
pub mod print;
pub mod program;
pub mod run;
pub mod sequence;
mod special;
pub mod stdlib;
pub mod value;

pub use cx::{Capabilities, Cx, Limits, Output};
pub use arithmetic::not_a_number;
pub use effect::{Handler, Site};
pub use equality::{compare, hash_code};
pub use function::{Builtin, Effect};
pub use host::{Host, HostObject};
pub use host_function::HostFunction;
pub use name::Name;
pub use program::{Core, Program};
pub use value::Value;

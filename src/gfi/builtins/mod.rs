//! The interface as functions of the language: a table for each theme.

mod changes;
mod choices;
mod gradients;
mod operations;
mod selections;
mod traces;

use super::diff::Diff;
use super::interface::is_function;
use super::selection::Selection;
use crate::eval::{Builtin, Value};

/// The operations, and everything on traces, choices and selections.
pub const TABLES: &[&[Builtin]] = &[
    operations::TABLE,
    changes::TABLE,
    super::diff_builtins::TABLE,
    super::edit::TABLE,
    super::combinators::TABLE,
    gradients::TABLE,
    super::handler::TABLE,
    super::params_builtins::TABLE,
    super::choice_arrays::TABLE,
    super::saved::TABLE,
    super::custom::TABLE,
    super::batch::builtins::TABLE,
    traces::TABLE,
    choices::TABLE,
    selections::TABLE,
    FUNCTIONS,
];

/// Names that are values, not functions.
pub fn constants() -> Vec<(String, Value)> {
    vec![
        ("no-change".to_string(), Diff::NoChange.into_value()),
        ("unknown-change".to_string(), Diff::Unknown.into_value()),
        ("select-all".to_string(), Selection::All.into_value()),
        ("select-none".to_string(), Selection::None.into_value()),
    ]
}

const FUNCTIONS: &[Builtin] =
    &[Builtin::new("generative-function?", "[x]", |_, a| Ok(Value::bool(is_function(&a[0]))))];

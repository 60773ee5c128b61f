//! Builtins by theme: each file is a table of rows and the functions behind them.

pub mod arrays;
pub mod collections;
pub mod destructuring;
pub mod errors;
pub mod functions;
pub mod gradients;
pub mod io;
pub mod lanes;
pub mod math;
pub mod namespaces;
pub mod numbers;
pub mod predicates;
pub mod random;
pub mod reflection;
pub mod sequences;
pub mod state;
pub mod strings;

use super::function::Builtin;
pub use crate::eval::args;

/// All tables of the evaluator.
pub const TABLES: &[&[Builtin]] = &[
    numbers::TABLE,
    math::TABLE,
    math::integers::TABLE,
    math::convert::TABLE,
    math::statistics::TABLE,
    predicates::TABLE,
    sequences::access::TABLE,
    sequences::transform::TABLE,
    sequences::join::TABLE,
    sequences::fold::TABLE,
    sequences::search::TABLE,
    sequences::slice::TABLE,
    sequences::divide::TABLE,
    sequences::generate::TABLE,
    sequences::order::TABLE,
    collections::TABLE,
    collections::lookup::TABLE,
    collections::change::TABLE,
    collections::entries::TABLE,
    functions::TABLE,
    functions::expansion::TABLE,
    state::TABLE,
    state::atom::TABLE,
    state::delay::TABLE,
    state::memo::TABLE,
    state::multimethod::TABLE,
    strings::TABLE,
    strings::regex::TABLE,
    strings::CLOJURE_STRING,
    arrays::TABLE,
    arrays::shapes::TABLE,
    arrays::parts::TABLE,
    arrays::linear::TABLE,
    gradients::TABLE,
    lanes::TABLE,
    random::TABLE,
    io::TABLE,
    io::FILES,
    io::TABLES,
    reflection::TABLE,
    namespaces::TABLE,
    errors::TABLE,
];

//! The generative function interface: traces, choice maps, selections, and one file per operation.

mod address;
mod builtins;
mod choicemap;
mod combinators;
mod diff;
mod diff_builtins;
mod edit;
mod goal;
mod gradient;
mod handler;
mod interface;
mod leaf;
mod model;
pub mod ops;
mod params_builtins;
mod past;
mod selection;
mod special_form;
mod trace;
mod trace_object;
mod trie;

pub use address::{components, hash_path, show, to_value};
pub use builtins::{TABLES, argument_vector, constants, constraints_of, result};
pub use choicemap::ChoiceMap;
pub use diff::Diff;
pub use goal::Goal;
pub use interface::{GenerativeFunction, Model, Origin, Outcome, Run, function};
pub use model::DynamicModel;
pub use ops::unvisited::check_selection;
pub use past::Past;
pub use selection::Selection;
pub use special_form::SPECIALS;
pub use trace::{Record, Trace, What};
pub use trace_object::{TraceObject, of_value, trace_value};
pub use trie::Trie;

//! The generative function interface: traces, choice maps, selections, and one file per operation.

mod address;
mod builtins;
mod choicemap;
mod interface;
mod model;
pub mod ops;
mod selection;
mod special_form;
mod trace;
mod trie;

pub use address::{components, hash_path, show, to_value};
pub use builtins::{TABLE, argument_vector, check_selection, constraints_of, result};
pub use choicemap::ChoiceMap;
pub use interface::{GenerativeFunction, Model, Origin, function};
pub use model::DynamicModel;
pub use selection::Selection;
pub use special_form::SPECIALS;
pub use trace::{Record, Trace, TraceObject, What, of_value, trace_value};
pub use trie::Trie;

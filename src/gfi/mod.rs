//! The generative function interface: traces, choice maps, selections, and one file per operation. What is exported here
//! is its face, all that inference is written with; its modules are its own.

mod address;
mod any_trace;
mod arguments;
mod bad_points;
mod batch;
mod body;
mod builtins;
mod call;
mod change;
mod choice_arrays;
mod choice_paths;
mod choicemap;
mod choicemap_lanes;
mod combinators;
mod custom;
mod data;
mod decision;
mod diff;
mod diff_builtins;
mod edit;
mod goal;
mod gradient;
mod handler;
mod incremental;
mod interface;
mod leaf;
mod model;
mod ops;
mod params_builtins;
mod past;
mod reading;
mod request;
mod saved;
mod selection;
mod trace;
mod trace_object;
mod trie;

// Addresses and choices.
pub use address::{components, show, to_value};
pub use any_trace::{AnyTrace, constraints_of};
pub use arguments::{argument_vector, result};
pub use choice_arrays::flat;
pub use choice_paths::{choice_paths, dropped_paths, has_choice, has_same_choice, is_marked};
pub use choicemap::ChoiceMap;
pub use data::{count, element, element_at, has_elements};
pub use reading::is_partial;
pub use selection::{Selection, Share};
pub use trie::{Trie, with_stack};

// Generative functions and their traces.
pub use body::{Body, Run};
pub use combinators::with_store;
pub use custom::custom;
pub use diff::Diff;
pub use interface::{GenerativeFunction, Model, check_callable, function, is_function, same_function};
pub use model::MODEL;
pub use trace::{Record, Trace, UNKNOWN_DIMENSION, What};
pub use trace_object::{TraceObject, TraceStore, of_value, trace_value};

// Operations on one run: what is asked of it, and what comes of it.
pub use change::Change;
pub use goal::{Goal, Guide, Guided};
pub use gradient::possible;
pub use ops::{IMPOSSIBLE, assess, generate, regenerate, regenerate_loosely, rerun, run_guided, simulate, update};
pub use request::{Origin, Outcome, Request};

// What an operation needs besides: the value that is given for a choice, weights, parts of a log density, and errors.
pub use bad_points::{BadPoints, is_bad_point, is_of_run};
pub use ops::assess::not_given;
pub use ops::element_scores::element_scores;
pub use ops::project::{project, project_paths};
pub use ops::site::{Given, given_choice};
pub use ops::unvisited::{all_visited, check_selection, unvisited, unvisited_error};
pub use ops::weight::Weight;
pub use params_builtins::within;

// What a generative function written in Rust makes its choices with.
pub use ops::site::visit;
pub use ops::vanish::vanish;

// Batched runs: many lanes at once.
pub use batch::dimension::Dimension;
pub use batch::elements::{discard_of_lane, discarded_by_elements};
pub use batch::lanes_of::collect_lanes;
pub use batch::ops::{change_batch, check_lanes};
pub use batch::site::{Site, Visit};
pub use batch::sums::LaneSums;
pub use batch::{
    Batch, BatchOutcome, BatchRequest, BatchedTrace, LaneMode, LaneSource, RunLanes, all_visited_in_lanes, resampled,
    run_batch, run_sparing, take_lanes, trace_of_lane, traces_of_lanes,
};

// Edits.
pub use edit::{
    Edit, EditRequest, Edited, Proposal, ProposalEdit, RetainedChoices, proposal_edit_lanes, proposal_of_lanes,
};

// What the language has of all this.
pub use builtins::{TABLES, constants};

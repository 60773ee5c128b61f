//! proposal-edit: a move by a forward proposal, weighed against a backward proposal (SMCP3: Lew et al., AISTATS 2023).

use super::proposal_lanes::{EditedLanes, RetainedChoices, edit_keyed as edit_lanes};
use super::{Edit, EditRequest, Edited};
use crate::broken::broken;
use crate::error::{At, Code, Error, Result, Stop};
use crate::eval::collections::{Map, Vector};
use crate::eval::key::Key;
use crate::eval::{Cx, Value};
use crate::gfi::address::show;
use crate::gfi::any_trace::{AnyOutcome, AnyTrace};
use crate::gfi::batch;
use crate::gfi::choice_paths::{choice_paths, has_choice, has_same_choice};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::choicemap_lanes::put;
use crate::gfi::diff::Diff;
use crate::gfi::ops::project::project_paths;
use crate::gfi::ops::unvisited::all_visited;
use crate::gfi::ops::{Change, assess, simulate, update};
use crate::gfi::request::{Origin, Outcome};
use crate::gfi::trace::Trace;
use crate::gfi::trie::Trie;
use std::sync::Arc;

/// A proposal and the arguments that it gets after the choices.
#[derive(Clone, PartialEq)]
pub struct Proposal {
    pub function: Value,
    pub args: Vec<Value>,
}

pub struct ProposalEdit {
    pub forward: Proposal,
    pub backward: Proposal,
    /// New arguments of the model with their diffs.
    pub args: Option<(Vec<Value>, Vec<Diff>)>,
    /// What is given besides: data, not proposed.
    pub constraints: ChoiceMap,
}

impl Proposal {
    /// The arguments of a call on these choices.
    pub fn arguments(&self, choices: &ChoiceMap) -> Vec<Value> {
        std::iter::once(choices.clone().into_value()).chain(self.args.iter().cloned()).collect()
    }
}

impl EditRequest for ProposalEdit {
    fn edit(&self, cx: &mut Cx, trace: AnyTrace<'_>, key: Key) -> Result<Edited> {
        match trace {
            AnyTrace::One(trace) => {
                let Edited { outcome, backward } = self.attempt(cx, &trace, key)??;
                Ok(Edited { outcome: AnyOutcome::One(outcome), backward })
            }
            AnyTrace::Batch(trace) => {
                let keys = (key.fold(0), key.fold(1));
                let EditedLanes { outcome, backward, .. } =
                    edit_lanes(cx, self, trace, &RetainedChoices::default(), keys, &mut batch::run_batch)?;
                Ok(Edited { outcome: AnyOutcome::Batch(outcome), backward })
            }
        }
    }

    fn given(&self) -> Option<&ChoiceMap> {
        Some(&self.constraints)
    }

    fn name(&self) -> &'static str {
        "proposal-edit"
    }

    fn parts(&self) -> Vec<Value> {
        let vector = |items: &[Value]| Vector::from_vec(items.to_vec()).map(Value::Vector).unwrap_or_default();
        let mut parts = Vec::new();
        for proposal in [&self.forward, &self.backward] {
            parts.extend([proposal.function.clone(), vector(&proposal.args)]);
        }
        let mut options = Vec::new();
        if let Some((args, diffs)) = &self.args {
            let diffs: Vec<Value> = diffs.iter().map(|diff| diff.clone().into_value()).collect();
            options.extend([(Value::keyword("args"), vector(args)), (Value::keyword("argdiffs"), vector(&diffs))]);
        }
        if !self.constraints.is_empty() {
            options.push((Value::keyword("constraints"), self.constraints.clone().into_value()));
        }
        if !options.is_empty() {
            parts.push(Map::from_pairs(options).map(Value::Map).unwrap_or_default());
        }
        parts
    }
}

impl ProposalEdit {
    /// The edit; what the model raises where the proposal leads is apart from what is wrong with the proposals. So are
    /// densities of theirs that are no numbers.
    pub fn attempt(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Result<Edited<Outcome>>> {
        let arguments = self.forward.arguments(&trace.choices());
        let proposed =
            simulate(cx, &self.forward.function, &arguments, Origin::new(key.fold(0))).map_err(called_with)?;
        let choices = proposed.choices();
        let constraints = choices.merge(&self.constraints)?;
        let change = match &self.args {
            Some((args, diffs)) => Change { args: args.clone(), diffs: diffs.clone() },
            None => Change::none(trace),
        };
        let mut outcome = match update(cx, trace, change, &constraints, Origin::new(key.fold(1))) {
            Ok(outcome) => outcome,
            Err(error) => return Ok(Err(error)),
        };
        all_visited(&constraints, &outcome.trace)
            .map_err(|e| e.help("a proposal's choices stand at addresses of the model"))?;
        let (back, vanished) = match self.way_back(cx, trace, &outcome, &choices) {
            Err(error) if error.is(Code::Nan) => return Ok(Err(error)),
            back => back?,
        };
        [if broken!("proposal-backward") { 0.0 } else { back.score }, vanished]
            .into_iter()
            .for_each(|w| outcome.weight.add(w));
        outcome.weight.go(proposed.score);
        outcome.weight.excess += outcome.trace.beyond(&proposed) - trace.beyond(&back);
        let backward = ProposalEdit {
            forward: self.backward.clone(),
            backward: self.forward.clone(),
            args: self.args.as_ref().map(|_| (trace.args.clone(), Vec::new())),
            constraints: restored(&self.constraints, &ChoiceMap::of(outcome.discard.clone()))?,
        };
        Ok(Ok(Edited { outcome, backward: Edit::value(backward) }))
    }

    /// The run of the backward proposal on what was discarded, and Σ old ℓ of what vanished without it: the
    /// reverse move draws that from the prior.
    fn way_back(&self, cx: &mut Cx, old: &Trace, outcome: &Outcome, proposed: &ChoiceMap) -> Result<(Arc<Trace>, f64)> {
        let (discard, now) = (ChoiceMap::of(outcome.discard.clone()), outcome.trace.choices());
        let arguments = self.backward.arguments(&now);
        let back =
            assess(cx, &self.backward.function, &arguments, &discard).map_err(called_with).map_err(not_discarded)?;
        let vanished = self.vanished(&discard, &back.trace.choices(), &now, proposed)?;
        Ok((back.trace, project_paths(cx, old, vanished)?))
    }

    /// Of what was discarded, what neither the way back proposes nor the new run has.
    /// Errors: `gen::proposal` if the proposal overwrote what the way back does not propose.
    pub fn vanished(
        &self,
        discard: &ChoiceMap,
        back: &ChoiceMap,
        now: &ChoiceMap,
        proposed: &ChoiceMap,
    ) -> Result<Vec<Vec<Value>>> {
        let mut vanished = Vec::new();
        for path in choice_paths(discard, &[back, proposed])? {
            if has_choice(back, &path)? {
                continue;
            }
            if !has_same_choice(discard, now, &path)? {
                vanished.push(path);
            } else if has_choice(proposed, &path)? && !has_choice(&self.constraints, &path)? {
                return Err(not_proposed_back(&path));
            }
        }
        Ok(vanished)
    }
}

/// Old values of what the constraints overwrote: data for the way back.
pub fn restored(constraints: &ChoiceMap, discard: &ChoiceMap) -> Result<ChoiceMap> {
    let mut restored = Trie::Empty;
    for (path, value) in discard.leaves_of_lanes()? {
        if has_choice(constraints, &path)? {
            put(&mut restored, &path, value)?;
        }
    }
    Ok(ChoiceMap::of(restored))
}

/// A proposal that takes other arguments than it is called with.
#[cold]
pub fn called_with(error: Stop) -> Stop {
    match error.place() {
        At::Arguments => {
            error.help("a proposal is called with the choices, then its own arguments: `(gen [choices] …)`")
        }
        _ => error,
    }
}

#[cold]
pub fn not_discarded(error: Stop) -> Stop {
    if !error.is(Code::ChoiceMissing) {
        return error;
    }
    error
        .coded(Code::Proposal)
        .within("the backward proposal makes a choice that the move did not discard")
        .help("the backward proposal proposes the old values of what the forward one changed, nothing else")
}

#[cold]
pub fn not_proposed_back(path: &[Value]) -> Stop {
    Error::raise(
        Code::Proposal,
        format!("the move overwrote `{}`, which the backward proposal does not visit", show(path)),
    )
    .help(format!("let it propose the old value: `(trace {} …)`", show(path)))
}

//! The handler of batched runs: one for all operations, which differ in their goal only.

use super::choice::Chooser;
use super::site::{LaneDensities, Site, Visit, choose};
use super::sums::{LaneSums, Weights};
use super::terms::Term;
use crate::error::{Code, Error, Result};
use crate::eval::effect::{EffectSite, Handler};
use crate::eval::key::Key;
use crate::eval::lanes::Group;
use crate::eval::{Cx, Value};
use crate::gfi::address::{components, hash_path, show};
use crate::gfi::body::Run;
use crate::gfi::combinators::intervene::partly_fixed;
use crate::gfi::data::element_at;
use crate::gfi::goal::Goal;
use crate::gfi::interface::{complete_call, function};
use crate::gfi::model::DynamicModel;
use crate::gfi::ops::inlined::{inlines, splice_parts};
use crate::gfi::ops::visits::bounded;
use crate::gfi::params_builtins::no_name;
use crate::gfi::trie::Trie;
use crate::tensor::DType;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

/// After so many addresses checks that were put off are looked at.
const SETTLED: usize = 1024;

/// A batched run of a chunk in progress.
pub struct Batch {
    pub goal: Goal,
    pub key: Key,
    /// The lanes of the chunk.
    pub whole: Arc<Group>,
    /// The choices of the old run.
    pub past: Option<Arc<Sites>>,
    pub sites: Sites,
    pub score: LaneSums,
    pub weight: Weights,
    pub discard: Sites,
    /// Choices of the old run whose weight and discard somebody has seen to already.
    pub accounted: Sites,
    /// Are log-densities of single choices kept? See `densities.rs`.
    pub keeps_densities: bool,
    /// What counts when the run is over.
    pub terms: Vec<(Arc<Group>, Term<LaneDensities>)>,
    /// The address of the call that is run.
    prefix: Vec<Value>,
    hash: u64,
    pub params: Value,
    /// Of a run that is differentiated: the log-densities so far that depend on variables.
    pub slopes: Option<Vec<Value>>,
}

impl Default for Batch {
    fn default() -> Batch {
        Batch::new(Goal::default(), Key::default(), Group::whole(0, 0, DType::Float32), None)
    }
}

/// Choices by their addresses, in the order in which they were first made.
#[derive(Clone, Default)]
pub struct Sites {
    pub list: Vec<(Arc<[Value]>, Site)>,
    /// The first choice of each hash.
    index: HashMap<u64, u32, BuildHasherDefault<Mixed>>,
}

/// Takes hashes of paths, which are well mixed, as they are.
#[derive(Default)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

impl Sites {
    pub fn get(&self, path: &[Value]) -> Option<&Site> {
        self.at(hash_path(0, path), path).map(|at| &self.list[at].1)
    }

    /// The choice that a path names, or names an element of.
    pub fn holding<'a>(&'a self, path: &'a [Value]) -> Option<&'a Site> {
        self.all_holding(path).next()
    }

    /// Those that it names in some lanes or others.
    pub fn all_holding<'a>(&'a self, path: &'a [Value]) -> impl Iterator<Item = &'a Site> {
        let above = (0..path.len()).rev().filter_map(|n| Some((n, self.get(&path[..n])?)));
        let has =
            |site: &Site, below| site.visits.iter().any(|visit| matches!(element_at(&visit.value, below), Ok(Some(_))));
        self.get(path).into_iter().chain(above.filter(move |(n, site)| has(site, &path[*n..])).map(|(_, site)| site))
    }

    fn at(&self, hash: u64, path: &[Value]) -> Option<usize> {
        let first = *self.index.get(&hash)? as usize;
        let is_it = |at: &usize| *self.list[*at].0 == *path;
        Some(first).filter(is_it).or_else(|| (first + 1..self.list.len()).find(is_it))
    }

    /// Takes in what lanes have at a path, where they have nothing yet and `start` had the choice.
    pub fn add_missing(&mut self, path: &[Value], later: &Site, start: Option<&Site>) {
        let Some(start) = start else { return };
        let own = self.entry(path);
        for visit in &later.visits {
            let mut left = visit.group.clone();
            for known in &own.visits {
                let (_, without) = left.split_by(&known.group);
                left = left.part(without);
            }
            let (with, _) = match start.lanes(&visit.group.outermost()) {
                Some(had) => left.split_by(&had),
                None => (Vec::new(), Vec::new()),
            };
            let part = left.part(with);
            if !part.is_empty() {
                own.visits.extend(visit.within(&part));
            }
        }
    }

    /// The site at a path, made if it is new.
    pub fn entry(&mut self, path: &[Value]) -> &mut Site {
        let hash = hash_path(0, path);
        let at = match self.at(hash, path) {
            Some(at) => at,
            None => {
                self.index.entry(hash).or_insert(self.list.len() as u32);
                self.list.push((path.into(), Site::default()));
                self.list.len() - 1
            }
        };
        &mut self.list[at].1
    }
}

impl Batch {
    pub fn new(goal: Goal, key: Key, whole: Arc<Group>, past: Option<Arc<Sites>>) -> Batch {
        let lanes = whole.len();
        Batch {
            goal,
            key,
            past,
            sites: Sites::default(),
            score: LaneSums::new(lanes),
            weight: Weights::new(lanes),
            discard: Sites::default(),
            accounted: Sites::default(),
            keeps_densities: true,
            terms: Vec::new(),
            prefix: Vec::new(),
            hash: 0,
            params: Value::Nil,
            slopes: None,
            whole,
        }
    }

    /// The hash that names the draws of a choice, as in scalar runs.
    pub fn hash_below(&self, full: &[Value]) -> u64 {
        hash_path(self.hash, &full[self.prefix.len()..])
    }

    pub fn old_site(&self, path: &[Value]) -> Option<&Site> {
        self.past.as_ref()?.get(path)
    }

    /// Are all scores numbers?
    pub fn are_numbers(&self) -> bool {
        self.score.are_numbers() && self.weight.come.are_numbers()
    }

    /// Choices that were observed in the old run are so in the new one.
    pub fn keep_observed(&mut self) {
        let Some(past) = &self.past else { return };
        for (path, site) in &mut self.sites.list {
            site.observed = past.get(path).map_or(Trie::Empty, |old| old.observed.clone());
        }
    }

    pub fn discarded(&mut self, path: &[Value], old: &Visit) {
        self.discard.entry(path).visits.push(old.clone());
    }

    /// Counts and discards a choice of the old run that the new one has not.
    pub fn gone(&mut self, path: &[Value], gone: &Visit) {
        if let (true, Some(density)) = (self.goal.counts_gone(), &gone.density) {
            self.count(&gone.group, Term::Go(density));
        }
        self.discarded(path, gone);
    }

    /// Takes in a choice; a lane that has it already is an error.
    pub fn record(&mut self, cx: &mut Cx, path: &[Value], visit: Visit, observed: &Trie<()>) -> Result<()> {
        cx.step()?;
        if cx.defers() && self.sites.list.len() % SETTLED == SETTLED - 1 {
            // A run that goes on for ever because of what a check would have stopped ends by it.
            cx.deferred.settle(Vec::new())?;
        }
        bounded(self.sites.list.len(), path)?;
        let site = self.sites.entry(path);
        for before in &site.visits {
            let (twice, _) = visit.group.split_by(&before.group);
            if let Some(at) = twice.first() {
                let id = visit.group.id(*at as usize);
                let message = format!("the address `{}` is visited twice", show(path));
                let error = Error::raise(Code::AddressVisitedTwice, message)
                    .label("visited again here")
                    .help("give each choice its own address, for example `[:y i]` in a loop");
                return Err(crate::eval::lanes::numbers::in_lane(error, id));
            }
        }
        site.mark(observed, std::slice::from_ref(&visit));
        site.visits.push(visit);
        Ok(())
    }

    /// The full path of an address in the call that is run.
    pub fn full(&self, path: &[Value]) -> Vec<Value> {
        [&self.prefix[..], path].concat()
    }

    pub fn prefix(&self) -> &[Value] {
        &self.prefix
    }

    /// The choice at an address of the call that is run.
    pub fn choice(&mut self, cx: &mut Cx, path: &[Value], what: &Value, args: &[Value]) -> Result<Option<Value>> {
        if let Some(group) = &cx.group
            && !group.meets(&self.whole)?
        {
            return Err(crate::eval::lanes::foreign(group, &self.whole));
        }
        if cx.fixed.is_some()
            && let Some(value) = self.fixed(cx, path, what, args)?
        {
            return Ok(Some(value));
        }
        if self.slopes.is_some() {
            let full = self.full(path);
            return super::slopes::choice(self, cx, &full, what, args);
        }
        match Chooser::of(cx, what, args)? {
            Some(chooser) => {
                let full = self.full(path);
                choose(self, cx, &full, &chooser).map(Some)
            }
            None => Ok(None),
        }
    }

    /// The value of a site that an intervention has fixed, for the lanes in force.
    fn fixed(&self, cx: &mut Cx, path: &[Value], what: &Value, args: &[Value]) -> Result<Option<Value>> {
        let (Some(fixed), Some(group)) = (cx.fixed.clone(), cx.group.clone()) else { return Ok(None) };
        let at = hash_path(self.hash, path);
        let Some(value) = fixed.value(at) else {
            return match fixed.is_above(at) && Chooser::of(cx, what, args)?.is_some() {
                true => Err(partly_fixed(&format!("the choice at `{}`", show(path)))),
                false => Ok(None),
            };
        };
        let value = crate::eval::lanes::adopt(value, &group)?;
        match Chooser::of(cx, what, args)? {
            Some(chooser) => chooser.check(cx, &group, &value).map(Some),
            None => Ok(Some(value)),
        }
    }

    /// Runs a function with its choices below a path, or at this level.
    pub fn call(&mut self, cx: &mut Cx, path: &[Value], callee: &Value, args: &[Value]) -> Result<Value> {
        let callee_function = function("trace", callee)?;
        let args = callee_function.complete(cx, args)?;
        let (length, hash) = (self.prefix.len(), self.hash);
        self.prefix.extend_from_slice(path);
        self.hash = hash_path(hash, path);
        let result = cx.deeper(|cx| callee_function.run_lanes(cx, callee, &args, self));
        self.prefix.truncate(length);
        self.hash = hash;
        result
    }

    /// Runs something below a path with a goal and a past of its own, whose choices are kept apart; sums are this run's.
    pub fn apart(
        &mut self,
        path: &[Value],
        goal: Goal,
        past: Option<Arc<Sites>>,
        f: impl FnOnce(&mut Batch) -> Result<Value>,
    ) -> Result<(Value, Batch)> {
        let mut run = Batch::new(goal, self.key, self.whole.clone(), past);
        run.hash = hash_path(self.hash, path);
        run.keeps_densities = self.keeps_densities;
        self.swap_sums(&mut run);
        let result = f(&mut run);
        self.swap_sums(&mut run);
        Ok((result?, run))
    }

    fn swap_sums(&mut self, other: &mut Batch) {
        std::mem::swap(&mut self.score, &mut other.score);
        std::mem::swap(&mut self.weight, &mut other.weight);
        std::mem::swap(&mut self.terms, &mut other.terms);
        std::mem::swap(&mut self.params, &mut other.params);
        std::mem::swap(&mut self.slopes, &mut other.slopes);
    }
}

impl Run for Batch {
    fn visit(
        &mut self,
        cx: &mut Cx,
        path: &[Value],
        callee: &Value,
        args: &[Value],
        (name, gives): (&str, &str),
    ) -> Result<Value> {
        match self.choice(cx, path, callee, args)? {
            Some(value) => Ok(value),
            None => {
                let args = complete_call(cx, name, callee, args, gives)?;
                self.call(cx, path, callee, &args)
            }
        }
    }

    fn model(&mut self, cx: &mut Cx, this: &Value, model: &DynamicModel, args: &[Value]) -> Result<Value> {
        let (batch, result) = model.execute(cx, this, args, std::mem::take(self));
        *self = batch;
        result
    }

    fn params(&mut self) -> &mut Value {
        &mut self.params
    }

    fn hash(&self) -> u64 {
        self.hash
    }

    fn set_hash(&mut self, hash: u64) {
        self.hash = hash;
    }

    fn address_names(&self) -> Vec<String> {
        self.sites.list.iter().take(1000).map(|(path, _)| show(path)).collect()
    }
}

impl Handler for Batch {
    fn trace(&mut self, cx: &mut Cx, site: &EffectSite<'_>, what: &Value, args: &[Value]) -> Result<Value> {
        let path = components(site.address)?;
        match self.choice(cx, &path, what, args)? {
            Some(value) => Ok(value),
            None => self.call(cx, &path, what, args),
        }
    }

    fn splice(&mut self, cx: &mut Cx, site: &EffectSite<'_>, what: &Value, args: &[Value]) -> Result<Value> {
        match splice_parts(site, what, args) {
            (Some(address), model, args) => {
                let path = components(address)?;
                match self.choice(cx, &path, model, args)? {
                    Some(value) => Ok(value),
                    None => self.call(cx, &path, model, args),
                }
            }
            (None, model, args) => {
                function("splice", model)?;
                inlines(model)?;
                self.call(cx, &[], model, args)
            }
        }
    }

    fn param(&mut self, cx: &mut Cx, site: &EffectSite<'_>, default: &Value) -> Result<Value> {
        if site.address.as_keyword().is_none() {
            return Err(no_name(site.address).help("write `(param :sigma 1.0)`"));
        }
        let value = crate::gfi::ops::params::value(&cx.params, site.address, default);
        self.params = crate::gfi::ops::params::with(std::mem::take(&mut self.params), site.address, &value)?;
        Ok(value)
    }
}

//! A batched trace: one run of a function per lane, kept as columns.

use super::call_density::densities_of;
use super::dimension::Dimension;
use super::lineage::Lineage;
use super::marks::{MaskOf, join};
use super::runner::Sites;
use super::site::Visit;
use crate::error::{Caught, Code, Error, Result, Stop};
use crate::eval::lanes::{Group, merge, splat};
use crate::eval::print::{Printer, brief};
use crate::eval::{Cx, HostObject, Value};
use crate::gfi::address::{components, path_of, show};
use crate::gfi::choicemap::{ChoiceMap, absent};
use crate::gfi::choicemap_lanes::put;
use crate::gfi::data::element_at;
use crate::gfi::selection::Selection;
use crate::gfi::trace::{Surroundings, Trace};
use crate::gfi::trie::Trie;
use crate::tensor::DType;
use std::sync::{Arc, OnceLock};

/// The runs of some lanes.
#[derive(Clone)]
pub struct Chunk {
    pub group: Arc<Group>,
    pub sites: Arc<Sites>,
    /// Σ ℓ of each lane.
    pub score: Vec<f64>,
    pub retval: Value,
}

/// A batched trace.
pub struct BatchedTrace {
    pub function: Value,
    /// As they were given: what is lanes among them has a value for each.
    pub args: Vec<Value>,
    /// All lanes.
    pub group: Arc<Group>,
    pub chunks: Vec<Arc<Chunk>>,
    /// What else the run may have read.
    pub surroundings: Surroundings,
    /// Where older choices are, when not all are in the chunks.
    pub lineage: Option<Box<Lineage>>,
    /// The same with the log-density of each choice, once somebody has asked.
    pub scored: OnceLock<Arc<BatchedTrace>>,
}

impl BatchedTrace {
    pub fn new(
        function: &Value,
        args: Vec<Value>,
        surroundings: Surroundings,
        group: Arc<Group>,
        chunks: Vec<Arc<Chunk>>,
    ) -> BatchedTrace {
        let function = function.clone();
        BatchedTrace { function, args, group, chunks, surroundings, lineage: None, scored: OnceLock::new() }
    }

    /// The same runs in other chunks, which have all choices.
    pub fn with_chunks(&self, chunks: Vec<Arc<Chunk>>) -> BatchedTrace {
        let (args, surroundings, group) = (self.args.clone(), self.surroundings.clone(), self.group.clone());
        BatchedTrace::new(&self.function, args, surroundings, group, chunks)
    }

    /// What the chunks have, as one value of all lanes.
    pub fn gather(&self, part: impl Fn(&Chunk) -> Result<Option<(Arc<Group>, Value)>>) -> Result<Option<Value>> {
        let mut parts = Vec::with_capacity(self.chunks.len());
        for chunk in &self.chunks {
            parts.extend(part(chunk)?);
        }
        let Some(all) = self.group.union(parts.iter().map(|(part, _)| part)) else { return Ok(None) };
        merge(parts, &all).map(Some)
    }

    /// The value of a choice, in the lanes that have it.
    pub fn choice(&self, path: &[Value]) -> Result<Option<Value>> {
        let flat = self.flat()?;
        let value = flat.gather(|chunk| match chunk.sites.get(path) {
            Some(site) => Ok(match site.lanes(&chunk.group) {
                Some(lanes) => Some((lanes, site.value(&chunk.group)?)),
                None => None,
            }),
            None => Ok(None),
        })?;
        let lanes = self.group.union(flat.visits(path).map(|visit| &visit.group));
        Ok(match (value, lanes) {
            (Some(value), Some(lanes)) if !lanes.same(&self.group) => Some(splat(&lanes, value)),
            (value, _) => value,
        })
    }

    /// The values of a choice, each with the lanes that have it.
    pub fn values(&self, path: &[Value]) -> Result<Vec<(Arc<Group>, Value)>> {
        Ok(self.flat()?.visits(path).map(|visit| (visit.group.clone(), visit.value.clone())).collect())
    }

    /// The same of a path that may name an element of a choice.
    pub fn values_at(&self, path: &[Value]) -> Result<Vec<(Arc<Group>, Value)>> {
        for n in (0..=path.len()).rev() {
            let found = self.values(&path[..n])?;
            if !found.is_empty() {
                let element = |(group, value): (Arc<Group>, Value)| {
                    Ok(element_at(&value, &path[n..])?.map(|element| match &element {
                        Value::Lanes(lanes) => (lanes.group.clone(), element),
                        _ => (group, element),
                    }))
                };
                return found.into_iter().filter_map(|visit| element(visit).transpose()).collect();
            }
        }
        Ok(Vec::new())
    }

    /// What was not observed.
    pub fn latent(&self) -> Selection {
        match self.observed() {
            Trie::Empty => Selection::All,
            observed => Selection::Addresses(observed).complement(),
        }
    }

    fn visits(&self, path: &[Value]) -> impl Iterator<Item = &Visit> {
        self.chunks.iter().filter_map(move |chunk| chunk.sites.get(path)).flat_map(|site| &site.visits)
    }

    /// The addresses of all choices, in the order of the run.
    pub fn addresses(&self) -> Vec<Arc<[Value]>> {
        let mut all: Vec<Arc<[Value]>> = Vec::new();
        let mut known = std::collections::HashSet::new();
        for chunk in &self.flat().unwrap_or(self).chunks {
            for (path, _) in &chunk.sites.list {
                if known.insert(path.clone()) {
                    all.push(path.clone());
                }
            }
        }
        all
    }

    /// The addresses that were constrained by data.
    pub fn observed(&self) -> Trie<()> {
        let flat = self.flat().unwrap_or(self);
        let joined = if flat.chunks.len() > 1 { Arc::new(flat.own_sites()) } else { flat.chunks[0].sites.clone() };
        let mut observed = Trie::Empty;
        for (path, site) in joined.list.iter().filter(|(_, site)| !site.observed.is_empty()) {
            observed.add_at(path, &site.observed);
        }
        observed
    }

    /// All choices as a choice map that holds lanes.
    pub fn choices(&self) -> Result<ChoiceMap> {
        let mut choices = Trie::Empty;
        for path in self.addresses() {
            if let Some(value) = self.choice(&path)? {
                put(&mut choices, &path, value)?;
            }
        }
        Ok(ChoiceMap::of(choices))
    }

    pub fn retval(&self) -> Result<Value> {
        // Of one that grew: what its own steps returned, until it is put together.
        let retval = self.gather(|chunk| Ok(Some((chunk.group.clone(), chunk.retval.clone()))))?;
        Ok(retval.unwrap_or_default())
    }

    pub fn score(&self) -> Value {
        self.numbers(self.scores())
    }

    /// Σ ℓ of every lane.
    pub fn scores(&self) -> Vec<f64> {
        let mut scores = Vec::with_capacity(self.group.len());
        self.chunks.iter().for_each(|chunk| scores.extend_from_slice(&chunk.score));
        scores
    }

    /// The same trace as one chunk.
    pub fn joined(&self) -> Result<BatchedTrace> {
        let flat = self.flat()?;
        let score = flat.scores();
        let (sites, retval) = (Arc::new(flat.own_sites()), flat.retval()?);
        let chunk = Chunk { group: self.group.clone(), sites, score, retval };
        Ok(self.with_chunks(vec![Arc::new(chunk)]))
    }

    /// Makes those choices, or elements of them, the observed ones that `f` tells.
    pub fn observe_only(&mut self, f: &dyn Fn(&[Value]) -> Result<Trie<()>>) -> Result<()> {
        for chunk in &mut self.chunks {
            let chunk = Arc::make_mut(chunk);
            for (path, site) in &mut Arc::make_mut(&mut chunk.sites).list {
                site.observed = site.whole_mask(f(path)?);
            }
        }
        Ok(())
    }

    /// Makes those choices of its own chunks, or elements of them, observed ones, beside those that are, that `mask` tells
    /// of a path and the values there.
    pub fn observe(&mut self, mask: MaskOf<'_>) -> Result<()> {
        for chunk in &mut self.chunks {
            let chunk = Arc::make_mut(chunk);
            for (path, site) in &mut Arc::make_mut(&mut chunk.sites).list {
                let (mut new, mut of) = (Trie::Empty, Vec::with_capacity(site.visits.len()));
                for visit in &site.visits {
                    join(&mut new, of.iter().copied(), &mask(path, &visit.value)?, [&visit.value]);
                    of.push(&visit.value);
                }
                let mut observed = site.observed.clone();
                observed.add(&new);
                site.observed = site.whole_mask(observed);
            }
        }
        Ok(())
    }

    /// A choice of the first lane that is impossible there.
    pub fn first_impossible(&self, cx: &mut Cx) -> Result<Option<(Arc<[Value]>, Value)>> {
        let scored = self.scored(cx).caught()?.ok();
        let Some(chunk) = scored.as_ref().and_then(|batch| batch.chunks.first()) else { return Ok(None) };
        let id = chunk.group.id(0);
        Ok(chunk.sites.list.iter().find_map(|(path, site)| {
            let visit = site.visits.iter().find(|visit| visit.group.find(id).is_some())?;
            let density = visit.density.as_ref()?.at(visit.group.find(id)?);
            let value = crate::eval::lanes::lane_of(&visit.value, id).ok()?;
            (density == f64::NEG_INFINITY).then(|| (path.clone(), value))
        }))
    }

    /// A scalar trace as a batch of one lane, in double precision.
    pub fn of_one(trace: &Trace) -> BatchedTrace {
        let group = Group::whole(0, 1, DType::Float64);
        let mut sites = Sites::default();
        for (path, value, density, dimension) in densities_of(trace, &[]) {
            let site = sites.entry(&path);
            site.observed = trace.observed.at(&path).cloned().unwrap_or_default();
            let dimension = Dimension::One(dimension);
            site.visits.push(Visit { group: group.clone(), value, density: Some(density), dimension, of_given: None });
        }
        let chunk = Chunk {
            group: group.clone(),
            sites: Arc::new(sites),
            score: vec![trace.score],
            retval: trace.retval.clone(),
        };
        let (args, surroundings) = (trace.args.clone(), trace.surroundings.clone());
        BatchedTrace::new(&trace.function, args, surroundings, group, vec![Arc::new(chunk)])
    }

    /// What stands at an address: a choice, or those below it.
    fn entry(&self, path: &[Value]) -> Result<Option<Value>> {
        if let Some(value) = self.choice(path)? {
            return Ok(Some(value));
        }
        let above = (0..path.len()).rev().map(|n| self.choice(&path[..n]).map(|value| (n, value)));
        for found in above {
            if let (n, Some(value)) = found? {
                return element_at(&value, &path[n..]);
            }
        }
        let below = self.choices()?.at(path)?;
        Ok(if below.is_empty() { None } else { Some(below.into_value()) })
    }

    pub fn into_value(self) -> Value {
        Value::host(self)
    }
}

/// The batched trace inside a value.
pub fn of_value<'a>(name: &str, value: &'a Value, index: usize) -> Result<&'a BatchedTrace> {
    value.as_host::<BatchedTrace>().ok_or_else(|| {
        crate::eval::args::wrong_type(name, "a batched trace", value, index)
            .help("`(vsimulate model args 1000)` and `(:trace (vgenerate model args choices 1000))` make one")
    })
}

impl HostObject for BatchedTrace {
    fn kind(&self) -> &'static str {
        "a batched trace"
    }

    fn print(&self, out: &mut Printer<'_>) {
        out.text(&format!("#<trace of {} × ", self.group.len()));
        out.cut |= self.group.len() > 4;
        out.value(&self.function);
        if !out.inside {
            for path in self.addresses().iter().take(20) {
                let value = self.choice(path).ok().flatten().unwrap_or_default();
                out.text(&format!("\n  {}  {}", show(path), brief(&value)));
            }
        }
        out.text(">");
    }

    fn call(&self, _this: &Value, cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
        let [address] = args else {
            return Err(crate::gfi::choicemap::one_address("a batched trace", args));
        };
        match self.get(cx, address) {
            Some(found) => found,
            None => Err(absent(self.kind(), &components(address)?, self.address_names())),
        }
    }

    fn get(&self, _cx: &mut Cx, key: &Value) -> Option<Result<Value>> {
        path_of(key).and_then(|path| self.entry(&path)).transpose()
    }

    /// The traces of its lanes: a batched trace is a sequence of traces.
    fn contents(&self, cx: &mut Cx) -> Option<Result<Value>> {
        Some(super::scalar::traces_of_lanes(cx, self))
    }

    fn count(&self) -> Option<usize> {
        Some(self.group.len())
    }
}

/// The error of an operation on lanes that are not there.
#[cold]
pub fn no_lane(name: &str, lane: &Value, lanes: usize) -> Stop {
    Error::raise(Code::Index, format!("`{name}`: there is no lane `{}` of {lanes}", brief(lane)))
        .help("lanes count from 0")
        .arg(1)
}

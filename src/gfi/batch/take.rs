//! Lanes taken from batched traces: resampling, accepting lane by lane, putting traces together.

use super::object::{BatchedTrace, Chunk};
use super::run::longest;
use super::runner::Sites;
use super::site::Visit;
use crate::error::Result;
use crate::eval::Value;
use crate::eval::lanes::{Group, gather_value};
use crate::tensor::lanes::gather;
use std::sync::Arc;

/// Where a new lane comes from: the number of a batched trace, and a lane of it.
pub type LaneSource = (u32, u32);

/// A batched trace whose lanes are these, of traces of one function; arguments that are lanes move with them.
pub fn take_lanes(sources: &[&BatchedTrace], picks: &[LaneSource]) -> Result<BatchedTrace> {
    let first = sources[0];
    let all = Group::whole(0, picks.len() as u32, first.group.width);
    let size = longest(first.group.width);
    let mut chunks = Vec::with_capacity(picks.len().div_ceil(size));
    let joined = sources.iter().map(|source| source.joined()).collect::<Result<Vec<_>>>()?;
    let sources: Vec<&Chunk> = joined.iter().map(|source| &*source.chunks[0]).collect();
    for (at, picks) in picks.chunks(size).enumerate() {
        let group = all.chunk((at * size) as u32, picks.len() as u32, first.group.width);
        chunks.push(Arc::new(chunk(&sources, &group, picks)?));
    }
    let args = (0..first.args.len())
        .map(|i| {
            let parts = by_source(&all, picks).into_iter().map(|(source, group, lanes)| {
                let arg = joined[source].args.get(i).cloned().unwrap_or_default();
                Ok((group.clone(), gather_value(&arg, &lanes, &group)?))
            });
            crate::eval::lanes::merge(parts.collect::<Result<Vec<_>>>()?, &all)
        })
        .collect::<Result<Vec<Value>>>()?;
    Ok(BatchedTrace::new(&first.function, args, first.surroundings.clone(), all, chunks))
}

/// One chunk of new lanes.
pub fn chunk(sources: &[&Chunk], group: &Arc<Group>, picks: &[LaneSource]) -> Result<Chunk> {
    let (mut score, mut retvals) = (vec![0.0; picks.len()], Vec::new());
    for (source, part, lanes) in by_source(group, picks) {
        let old = sources[source];
        for (id, lane) in part.iter().zip(&lanes) {
            if let (Some(at), Some(from)) = (group.find(id), old.group.find(*lane)) {
                score[at] = old.score[from];
            }
        }
        let retval = gather_value(&old.retval, &lanes, &part)?;
        retvals.push((part, retval));
    }
    let sites = sites(&sources.iter().map(|source| &*source.sites).collect::<Vec<_>>(), group, picks)?;
    let retval = crate::eval::lanes::merge(retvals, group)?;
    Ok(Chunk { group: group.clone(), sites: Arc::new(sites), score, retval })
}

/// The choices of new lanes.
pub fn sites(sources: &[&Sites], group: &Arc<Group>, picks: &[LaneSource]) -> Result<Sites> {
    let mut sites = Sites::default();
    for (source, part, lanes) in by_source(group, picks) {
        for (path, site) in &sources[source].list {
            let mut visits = Vec::with_capacity(site.visits.len());
            for visit in &site.visits {
                visits.extend(moved(visit, &part, &lanes)?);
            }
            if !visits.is_empty() {
                let entry = sites.entry(path);
                entry.mark(&site.observed, &visits);
                entry.visits.extend(visits);
            }
        }
    }
    for (_, site) in &mut sites.list {
        site.join(group)?;
    }
    Ok(sites)
}

/// A visit in the new lanes of `part` that come from lanes which have it.
pub fn moved(visit: &Visit, part: &Arc<Group>, lanes: &[u32]) -> Result<Option<Visit>> {
    let (mut here, mut there) = (Vec::with_capacity(lanes.len()), Vec::with_capacity(lanes.len()));
    for (position, lane) in lanes.iter().enumerate() {
        if let Some(at) = visit.group.find(*lane) {
            here.push(position as u32);
            there.push(at as u32);
        }
    }
    if here.is_empty() {
        return Ok(None);
    }
    let group = part.part(here);
    let density = visit.density.as_ref().map(|density| density.map(|column| gather(column, &there)));
    let lanes: Vec<u32> = there.iter().map(|at| visit.group.id(*at as usize)).collect();
    let value = gather_value(&visit.value, &lanes, &group)?;
    let (dimension, of_given) = (visit.dimension.gather(&there), visit.of_given.as_ref().map(|own| own.gather(&there)));
    Ok(Some(Visit { group, value, density, dimension, of_given }))
}

/// The new lanes by the trace they come from: its number, the lanes, and those that they come from.
fn by_source(group: &Arc<Group>, picks: &[LaneSource]) -> Vec<(usize, Arc<Group>, Vec<u32>)> {
    let sources = picks.iter().map(|(source, _)| *source).max().map_or(0, |most| most as usize + 1);
    let mut parts: Vec<(Vec<u32>, Vec<u32>)> = vec![Default::default(); sources];
    for (position, (source, lane)) in picks.iter().enumerate() {
        let (positions, lanes) = &mut parts[*source as usize];
        positions.push(position as u32);
        lanes.push(*lane);
    }
    let parts = parts.into_iter().enumerate().filter(|(_, (positions, _))| !positions.is_empty());
    parts.map(|(source, (positions, lanes))| (source, group.part(positions), lanes)).collect()
}

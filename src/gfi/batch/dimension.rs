//! Of how many numbers the log-densities of a batched choice are ones, lane by lane: 0 of a probability, beside which a
//! density is nothing. Scalar choices have one such number, see `Chosen` in `gfi::trace`.

use super::object::{BatchedTrace, Chunk};
use super::site::{Site, Visit};
use crate::error::Result;
use crate::eval::lanes::Group;
use crate::gfi::trace::{UNKNOWN_DIMENSION, beyond};
use std::sync::Arc;

/// A number for each lane.
#[derive(Clone, Debug, PartialEq)]
pub enum Dimension {
    One(u32),
    Each(Arc<[u32]>),
}

impl Dimension {
    pub const UNKNOWN: Dimension = Dimension::One(UNKNOWN_DIMENSION);

    /// One for all where they are the same.
    pub fn of(each: Vec<u32>) -> Dimension {
        match each.first() {
            Some(first) if each.iter().all(|one| one == first) => Dimension::One(*first),
            _ => Dimension::Each(each.into()),
        }
    }

    /// That of the lane at a position.
    pub fn at(&self, position: usize) -> u32 {
        match self {
            Dimension::One(one) => *one,
            Dimension::Each(each) => each.get(position).copied().unwrap_or(UNKNOWN_DIMENSION),
        }
    }

    /// Those of the lanes at these positions.
    pub fn gather(&self, positions: &[u32]) -> Dimension {
        match self {
            Dimension::One(one) => Dimension::One(*one),
            Dimension::Each(_) => Dimension::of(positions.iter().map(|at| self.at(*at as usize)).collect()),
        }
    }

    /// In the lanes of a smaller group.
    pub fn project(&self, from: &Group, to: &Group) -> Dimension {
        match (self, to.within(from)) {
            (Dimension::Each(_), Some(positions)) if !from.same(to) => self.gather(&positions),
            _ => self.clone(),
        }
    }

    /// Have possible lanes different ones?
    pub fn differs(&self, log_weights: &[f64]) -> bool {
        let Dimension::Each(each) = self else { return false };
        let mut possible = each.iter().zip(log_weights).filter(|(_, weight)| **weight > f64::NEG_INFINITY);
        let first = possible.next();
        possible.any(|(own, _)| Some(own) != first.map(|(own, _)| own))
    }

    /// How many more there are than before in the lane at a position, as far as that is told.
    pub fn beyond(&self, before: &Dimension, position: usize) -> i32 {
        beyond(self.at(position), before.at(position))
    }

    /// Of a choice of several runs: that of one of them.
    pub fn row(&self, runs: usize) -> Dimension {
        let one = |all: u32| if all == UNKNOWN_DIMENSION { all } else { all / runs.max(1) as u32 };
        match self {
            Dimension::One(all) => Dimension::One(one(*all)),
            Dimension::Each(each) => Dimension::of(each.iter().map(|all| one(*all)).collect()),
        }
    }

    /// Of several runs together.
    pub fn sum<'a>(all: impl Iterator<Item = &'a Dimension> + Clone, lanes: usize) -> Dimension {
        let add = |sum: u32, one: u32| {
            if sum == UNKNOWN_DIMENSION || one == UNKNOWN_DIMENSION { UNKNOWN_DIMENSION } else { sum + one }
        };
        let at = |lane: usize| all.clone().fold(0, |sum, one| add(sum, one.at(lane)));
        match all.clone().all(|one| matches!(one, Dimension::One(_))) {
            true => Dimension::One(at(0)),
            false => Dimension::of((0..lanes).map(at).collect()),
        }
    }
}

impl Site {
    /// Those of all visits, in the lanes of a group that has them all.
    pub fn dimension(&self, all: &Group, of: impl Fn(&Visit) -> &Dimension) -> Dimension {
        if let [first, rest @ ..] = &self.visits[..]
            && matches!(of(first), Dimension::One(_))
            && rest.iter().all(|visit| of(visit) == of(first))
        {
            return of(first).clone();
        }
        let mut each = vec![0; all.len()];
        for visit in &self.visits {
            for (at, id) in visit.group.iter().enumerate() {
                if let Some(place) = all.find(id) {
                    each[place] = of(visit).at(at);
                }
            }
        }
        Dimension::of(each)
    }
}

impl BatchedTrace {
    /// Of how many numbers the log-densities of observed choices of its own chunks together are ones, as far as that is
    /// told.
    pub fn of_data(&self) -> Dimension {
        self.dimension(|site| !site.observed.is_empty(), |visit| visit.of_given.as_ref().unwrap_or(&visit.dimension))
    }

    /// The same of all choices.
    pub fn of_all(&self) -> Dimension {
        self.dimension(|_| true, |visit| &visit.dimension)
    }

    /// By how many numbers the lanes have densities for the choices of a proposal of more than that has.
    pub fn beyond(&self, proposal: &BatchedTrace) -> Result<Vec<i32>> {
        let (own, other) = (self.joined()?, proposal.joined()?);
        let mut more = vec![0; self.group.len()];
        for (path, site) in other.chunks.iter().flat_map(|chunk| &chunk.sites.list) {
            let same = own.chunks.iter().filter_map(|chunk| chunk.sites.get(path)).flat_map(|site| &site.visits);
            for (visit, drawn) in same.flat_map(|visit| site.visits.iter().map(move |drawn| (visit, drawn))) {
                if visit.dimension == drawn.dimension && matches!(visit.dimension, Dimension::One(_)) {
                    continue;
                }
                for (at, id) in drawn.group.iter().enumerate() {
                    if let (Some(here), Some(place)) = (visit.group.find(id), self.group.find(id)) {
                        more[place] += beyond(visit.dimension.at(here), drawn.dimension.at(at));
                    }
                }
            }
        }
        Ok(more)
    }

    fn dimension(&self, counts: impl Fn(&Site) -> bool, of: impl Fn(&Visit) -> &Dimension) -> Dimension {
        let chunks: Vec<Dimension> = self.chunks.iter().map(|chunk| in_chunk(chunk, &counts, &of)).collect();
        if let [one] = &chunks[..] {
            return one.clone();
        }
        let lanes = chunks.iter().zip(&self.chunks);
        let lanes = lanes.flat_map(|(own, chunk)| (0..chunk.group.len()).map(|at| own.at(at)));
        Dimension::of(lanes.collect())
    }
}

fn in_chunk(chunk: &Chunk, counts: impl Fn(&Site) -> bool, of: impl Fn(&Visit) -> &Dimension) -> Dimension {
    let (mut all, mut each) = (0, Vec::new());
    for (_, site) in chunk.sites.list.iter().filter(|(_, site)| counts(site)) {
        if let Some(same) = same_in_all(site, chunk, &of) {
            all += same;
            continue;
        }
        for visit in &site.visits {
            add(visit, of(visit), chunk, &mut each);
        }
    }
    if each.is_empty() { Dimension::One(all) } else { Dimension::of(each.into_iter().map(|own| own + all).collect()) }
}

/// The number of all lanes, where they all have the choice and the same.
fn same_in_all(site: &Site, chunk: &Chunk, of: impl Fn(&Visit) -> &Dimension) -> Option<u32> {
    let Dimension::One(first) = of(site.visits.first()?) else { return None };
    let lanes: usize = site.visits.iter().map(|visit| visit.group.len()).sum();
    let same = lanes == chunk.group.len() && site.visits.iter().all(|visit| *of(visit) == Dimension::One(*first));
    same.then_some(if *first == UNKNOWN_DIMENSION { 0 } else { *first })
}

fn add(visit: &Visit, own: &Dimension, chunk: &Chunk, each: &mut Vec<u32>) {
    if matches!(own, Dimension::One(0) | &Dimension::UNKNOWN) {
        return;
    }
    each.resize(chunk.group.len(), 0);
    let places = visit.group.iter().enumerate().filter_map(|(at, id)| Some((at, chunk.group.find(id)?)));
    places.filter(|(at, _)| own.at(*at) != UNKNOWN_DIMENSION).for_each(|(at, place)| each[place] += own.at(at));
}

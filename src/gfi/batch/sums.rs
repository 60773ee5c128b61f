//! Sums of log-densities, one per lane of a chunk, in double precision.

use super::site::LaneDensities;
use crate::eval::lanes::Group;
use crate::tensor::lanes::{add_at, add_to, all};
use std::sync::Arc;

/// Σ ℓ of each lane.
pub struct LaneSums(pub Vec<f64>);

impl LaneSums {
    pub fn new(lanes: usize) -> LaneSums {
        LaneSums(vec![0.0; lanes])
    }

    /// Adds log-densities of the lanes of a group; `whole` is the chunk.
    pub fn add(&mut self, whole: &Group, group: &Arc<Group>, density: &LaneDensities) {
        let sums = &mut self.0;
        match (density, density.column()) {
            (LaneDensities::One(x), _) if whole.same(group) => sums.iter_mut().for_each(|sum| *sum += x),
            (LaneDensities::One(x), _) => each(whole, group, |at| sums[at] += x),
            (_, None) => {}
            (_, Some(column)) if whole.same(group) => add_to(sums, column),
            (_, Some(column)) => {
                if let Some(positions) = group.within(whole) {
                    add_at(sums, &positions, column);
                }
            }
        }
    }

    /// −∞ in the lanes of a group.
    pub fn forbid(&mut self, whole: &Group, group: &Group) {
        each(whole, group, |at| self.0[at] = f64::NEG_INFINITY);
    }

    /// Are all sums numbers?
    pub fn are_numbers(&self) -> bool {
        all(&self.0, |x| !x.is_nan())
    }
}

fn each(whole: &Group, group: &Group, mut f: impl FnMut(usize)) {
    group.iter().filter_map(|id| whole.find(id)).for_each(&mut f);
}

/// The weights of a run: Σ ℓ(new) − Σ ℓ(old), choice by choice. An impossible new value makes a lane's weight −∞;
/// leaving an impossible old one behind makes it +∞.
pub struct Weights {
    /// Of choices that only the new run has: they count in the score as they do in the weight.
    pub come: LaneSums,
    /// Of choices that both runs have, or only the old one; empty when there are none.
    changed: Vec<f64>,
    impossible_now: Vec<bool>,
    impossible_before: Vec<bool>,
    /// Empty where no lane has any.
    excess: Vec<i32>,
}

impl Weights {
    pub fn new(lanes: usize) -> Weights {
        Weights {
            come: LaneSums::new(lanes),
            changed: Vec::new(),
            impossible_now: Vec::new(),
            impossible_before: Vec::new(),
            excess: Vec::new(),
        }
    }

    /// Choices of the new run, in the lanes of a group.
    pub fn come(&mut self, whole: &Group, group: &Arc<Group>, new: &LaneDensities) {
        self.come.add(whole, group, new);
    }

    /// Choices that both runs have.
    pub fn change(&mut self, whole: &Group, group: &Arc<Group>, new: &LaneDensities, old: &LaneDensities) {
        self.changed.resize(whole.len(), 0.0);
        let (new, old) = (new.numbers(group.len()), old.numbers(group.len()));
        for ((id, new), old) in group.iter().zip(new).zip(old) {
            let Some(at) = whole.find(id) else { continue };
            if new == f64::NEG_INFINITY || old == f64::NEG_INFINITY {
                if new == f64::NEG_INFINITY {
                    mark(&mut self.impossible_now, at, whole.len());
                } else {
                    self.changed[at] += new;
                }
                self.leave(at, old);
            } else {
                self.changed[at] += new - old;
            }
        }
    }

    /// By how many numbers the new density of the lanes of a group is one of more than the old one, by position.
    pub fn exceed(&mut self, whole: &Group, group: &Group, by: impl Fn(usize) -> i32) {
        for (at, id) in group.iter().enumerate().filter(|(at, _)| by(*at) != 0) {
            if let Some(place) = whole.find(id) {
                self.excess.resize(whole.len(), 0);
                self.excess[place] += by(at);
            }
        }
    }

    /// Choices of the old run that are gone.
    pub fn go(&mut self, whole: &Group, group: &Arc<Group>, old: &LaneDensities) {
        self.changed.resize(whole.len(), 0.0);
        for (id, old) in group.iter().zip(old.numbers(group.len())) {
            if let Some(at) = whole.find(id) {
                self.leave(at, old);
            }
        }
    }

    fn leave(&mut self, at: usize, old: f64) {
        if old == f64::NEG_INFINITY {
            mark(&mut self.impossible_before, at, self.changed.len());
        } else {
            self.changed[at] -= old;
        }
    }

    /// −∞ in the lanes of a group.
    pub fn forbid(&mut self, whole: &Group, group: &Group) {
        each(whole, group, |at| mark(&mut self.impossible_now, at, whole.len()));
    }

    /// Their sums, and by how many numbers they are of more; see `Weight` in `gfi::ops`.
    pub fn total(self) -> (Vec<f64>, Vec<i32>) {
        let Weights { come, changed, impossible_now, impossible_before, excess } = self;
        let LaneSums(mut sums) = come;
        sums.iter_mut().zip(&changed).for_each(|(sum, change)| *sum += change);
        if impossible_now.is_empty() && impossible_before.is_empty() {
            return (sums, excess);
        }
        for (at, sum) in sums.iter_mut().enumerate() {
            if impossible_now.get(at) == Some(&true) || *sum == f64::NEG_INFINITY {
                *sum = f64::NEG_INFINITY;
            } else if impossible_before.get(at) == Some(&true) {
                *sum = f64::INFINITY;
            }
        }
        (sums, excess)
    }
}

fn mark(flags: &mut Vec<bool>, at: usize, len: usize) {
    if flags.is_empty() {
        flags.resize(len, false);
    }
    flags[at] = true;
}

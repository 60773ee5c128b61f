//! The log density of a whole call, where a function gives none for each of its choices, and what follows from that.

use super::runner::{Batch, Sites};
use super::site::{LaneDensities, Visit};
use crate::error::Result;
use crate::eval::Value;
use crate::gfi::incremental::score_of;
use crate::gfi::interface::{function, same_function};
use crate::gfi::ops::project::no_share;
use crate::gfi::trace::{Record, Trace, What};
use crate::gfi::trie::with_stack;
use crate::tensor::lanes::Column;
use std::sync::Arc;

/// The log densities of calls, with the function that gave them.
#[derive(Clone, Debug)]
pub struct CallDensity {
    /// Shares, or the whole where the call has its first choice and 0 at its others: sums over all are right.
    pub shares: Column,
    /// Are they shares?
    pub known: bool,
    /// The function, nil where nobody remembers which.
    pub by: Value,
    /// The address of the call.
    pub call: Arc<[Value]>,
}

impl CallDensity {
    /// The same with other numbers.
    pub fn with(&self, shares: Column) -> LaneDensities {
        LaneDensities::Told(Arc::new(CallDensity { shares, ..self.clone() }))
    }

    /// The same in a run of all lanes, told in a lane's run of the call that is run; by the callee itself, which may be
    /// another one in each lane, if that tells for whole calls.
    pub fn within(self, batch: &Batch, callee: Option<&Value>) -> CallDensity {
        let (call, by) = (batch.full(&self.call).into(), callee.cloned().unwrap_or(self.by));
        CallDensity { call, by, ..self }
    }
}

impl LaneDensities {
    pub fn told(&self) -> Option<&Arc<CallDensity>> {
        match self {
            LaneDensities::Told(told) => Some(told),
            LaneDensities::One(_) | LaneDensities::Each(_) => None,
        }
    }

    /// The same, where the call has another address.
    pub fn moved(self, f: impl FnOnce(&[Value]) -> Vec<Value>) -> LaneDensities {
        match self {
            LaneDensities::Told(told) => {
                LaneDensities::Told(Arc::new(CallDensity { call: f(&told.call).into(), ..(*told).clone() }))
            }
            other => other,
        }
    }

    /// What several log-densities have in common beside numbers: they were told by one call.
    pub fn common<'a>(all: impl IntoIterator<Item = &'a LaneDensities>) -> Option<CallDensity> {
        let mut common: Option<CallDensity> = None;
        for density in all {
            let told = density.told()?;
            match &mut common {
                None => common = Some((**told).clone()),
                Some(first) => {
                    first.known &= told.known;
                    if first.call != told.call || !same_function(&first.by, &told.by) {
                        first.by = Value::Nil;
                    }
                }
            }
        }
        common
    }
}

/// The choices of a scalar trace, each with its log-density and the function that told it, and the dimension of that.
pub fn densities_of(trace: &Trace, at: &[Value]) -> Vec<(Vec<Value>, Value, LaneDensities, u32)> {
    let (mut all, mut known) = (Vec::new(), 0.0);
    let teller = trace.is_told().then_some(trace);
    let leaves = trace.records.leaves();
    let shared = |record: &&Record| !matches!(record.what, What::Choice(_, score) if score.is_nan());
    for record in leaves.iter().map(|(_, record)| *record).filter(shared) {
        known += score_of(record);
    }
    let rest = trace.score - known - trace.inlined.iter().map(|call| call.score).sum::<f64>();
    let (mut rest, whole) = (Some(rest), leaves.iter().all(|(_, record)| shared(record)));
    for (path, record) in leaves {
        let full = [at, &path].concat();
        match &record.what {
            What::Call(call) => all.extend(with_stack(|| densities_of(call, &full))),
            What::Choice(value, score) => {
                let share = if score.is_nan() { rest.take().unwrap_or(0.0) } else { *score };
                let own = teller.as_ref().filter(|own| own.choice_at(&path).is_some());
                let density = match (own, score.is_nan()) {
                    (None, false) => LaneDensities::One(share),
                    (own, _) => LaneDensities::Told(Arc::new(CallDensity {
                        shares: Column::from(vec![share]),
                        known: whole,
                        by: own.map(|own| own.function.clone()).unwrap_or_default(),
                        call: at.into(),
                    })),
                };
                all.push((full, value.clone(), density, record.dimension));
            }
        }
    }
    all.extend(trace.inlined.iter().flat_map(|call| with_stack(|| densities_of(call, at))));
    all
}

/// Of a call that tells no shares, what is `taken` of its choices in a lane must be all or nothing.
pub fn check_whole(sites: &Sites, taken: &dyn Fn(&[Value], u32) -> bool) -> Result<()> {
    let unshared =
        |visit: &Visit| visit.density.as_ref().and_then(LaneDensities::told).filter(|told| !told.known).cloned();
    let told: Vec<_> = sites
        .list
        .iter()
        .flat_map(|(path, site)| site.visits.iter().map(move |visit| (path, visit)))
        .filter_map(|(path, visit)| Some((path, visit, unshared(visit)?)))
        .collect();
    for (path, visit, one) in &told {
        for (other, beside, same) in told.iter().filter(|(_, _, same)| same.call == one.call) {
            let both = visit.group.iter().filter(|id| beside.group.find(*id).is_some());
            if both.into_iter().any(|id| taken(path, id) != taken(other, id)) {
                return Err(no_share(function("project", &same.by).map_or("a custom function", |f| f.name())));
            }
        }
    }
    Ok(())
}

//! Chains beside each other: on the shared pool where the code that they run does nothing but draw. Each has a context
//! and an equal share of the steps left, so that they give what they would give one after another.

use super::record::ChainRecord;
use super::{Algorithm, ChainPlan, one};
use crate::error::Result;
use crate::eval::Cx;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs all chains, each in a context of its own. Threads take the next chain that nobody has taken; the error is that of
/// the first chain that has one.
pub fn share(cx: &mut Cx, algorithm: &dyn Algorithm, plan: &ChainPlan, records: &mut [ChainRecord]) -> Result<()> {
    let (next, chains) = (AtomicUsize::new(0), plan.chains);
    type Place<'a> = Mutex<(Cx, &'a mut ChainRecord, Result<()>)>;
    let place = |record| Mutex::new((cx.beside(chains as u64), record, Ok(())));
    let places: Vec<Place<'_>> = records.iter_mut().map(place).collect();
    let work = || {
        while let Some((chain, place)) = places.iter().enumerate().nth(next.fetch_add(1, Ordering::Relaxed)) {
            let mut place = place.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let (worker, record, done) = &mut *place;
            *done = one(worker, algorithm, plan, chain, record);
            if done.is_err() {
                // Nobody needs the chains after this one; those before it are being run.
                next.store(chains, Ordering::Relaxed);
            }
        }
    };
    let threads = plan.threads.unwrap_or(usize::MAX).min(rayon::current_num_threads()).min(chains);
    rayon::in_place_scope(|scope| {
        (1..threads).for_each(|_| scope.spawn(|_| work()));
        work();
    });
    let mut first = Ok(());
    for place in places {
        let (mut worker, _, done) = place.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        cx.take_back(&mut worker)?;
        first = first.and(done);
    }
    first
}

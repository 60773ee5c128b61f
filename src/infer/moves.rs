//! What the moves of all kernels share: which choices may move, and when a move is accepted.

use super::kernel::Move;
use crate::error::{Error, Result};
use crate::eval::Value;
use crate::eval::key::Key;
use crate::gfi::{BadPoints, Selection, Trace, Trie, check_selection, show};
use std::sync::Arc;

/// Accepts a proposed trace with probability min(1, α) (Hastings 1970). An error of the model there rejects, and the move
/// tells it; so does a move after which an observation is not visited, since it leaves the posterior's support. Of the
/// move's key the child 1 decides.
pub fn decide(old: &Arc<Trace>, proposed: Result<(Arc<Trace>, f64)>, key: Key) -> Result<Move> {
    let mut bad = BadPoints::default();
    let Some((new, log_alpha)) = bad.good(proposed)? else {
        return Ok(Move::rejected(old, f64::NAN).with_errors(bad));
    };
    match visits_data(old, &new) && key.fold(1).site(0, 0).open01().ln() < log_alpha {
        true => Ok(Move { trace: new, accepted: true, log_alpha, stats: Vec::new() }),
        false => Ok(Move::rejected(old, log_alpha)),
    }
}

/// What a kernel moves, and the trace that it moves: everything unobserved, or what its selection names. An observation
/// that it names is one no longer.
pub fn movable(selection: Option<&Selection>, trace: &Arc<Trace>) -> Result<(Selection, Arc<Trace>)> {
    let Some(selection) = selection else { return Ok((trace.latent(), trace.clone())) };
    check_selection(selection, trace)?;
    let (freed, stays): (Vec<_>, Vec<_>) =
        trace.observed.leaves().into_iter().partition(|(path, ())| selection.contains(path));
    if freed.is_empty() {
        return Ok((selection.clone(), trace.clone()));
    }
    let mut observed = Trie::Empty;
    stays.into_iter().for_each(|(path, ())| observed.set(&path, Trie::Leaf(())));
    Ok((selection.clone(), Arc::new(Trace { observed, ..(**trace).clone() })))
}

/// The selected choices of a whole algorithm: the observations that it was given stay.
pub fn latent_of(selection: &Selection, trace: &Trace) -> Result<Selection> {
    check_selection(selection, trace)?;
    let moves = selection.clone().and(trace.latent());
    match trace.all_choices().iter().any(|(path, _, _)| moves.contains(path)) {
        true => Ok(moves),
        false => {
            Err(Error::new("gen::selection", "the selection covers nothing but observations, which stay as they are")
                .help("select some of the others, or leave `:selection` out"))
        }
    }
}

/// The paths of the choices that were not observed.
pub fn latent_paths(trace: &Trace) -> Vec<Vec<Value>> {
    let latent = trace.latent();
    trace.all_choices().into_iter().map(|(path, _, _)| path).filter(|path| latent.contains(path)).collect()
}

/// True when every observation of the old run is made in the new one.
pub fn visits_data(old: &Trace, new: &Trace) -> bool {
    old.observed.leaves().iter().all(|(path, ())| new.choice_at(path).is_some())
}

/// A move that gives an observed choice another value would leave the posterior.
pub fn keeps_data(old: &Trace, new: &Trace) -> Result<()> {
    for (path, ()) in old.observed.leaves() {
        if let (Some((before, _)), Some((after, _))) = (old.choice_at(&path), new.choice_at(&path))
            && before != after
        {
            let at = show(&path);
            return Err(Error::new("gen::kernel", format!("the move gives `{at}`, which is observed, another value"))
                .help(format!("leave `{at}` as it is: kernels move the unobserved choices only")));
        }
    }
    Ok(())
}

//! What the moves of all kernels share: which choices may move, and when a move is accepted.

use super::kernel::Move;
use crate::broken::broken;
use crate::error::{Code, Error, Result};
use crate::eval::key::Key;
use crate::eval::{Cx, Value};
use crate::gfi::{
    BadPoints, Record, Selection, Share, Trace, Trie, What, check_selection, count, element, has_elements, show,
    with_stack,
};
use std::sync::Arc;

/// Accepts a proposed trace with probability min(1, α) (Hastings 1970). An error of the model there rejects, and the move
/// tells it; so does a move after which an observation is not visited, since it leaves the posterior's support. Of the
/// move's key the child 1 decides.
pub fn decide(old: &Arc<Trace>, proposed: Result<(Arc<Trace>, f64)>, key: Key) -> Result<Move> {
    let mut bad = BadPoints::default();
    let Some((new, log_alpha)) = bad.good(proposed)? else {
        return Ok(Move::rejected(old, f64::NAN).with_errors(bad));
    };
    match visits_data(old, &new) && (key.fold(1).site(0, 0).open01().ln() < log_alpha || broken!("acceptance")) {
        true => Ok(Move { trace: new, accepted: true, log_alpha, stats: Vec::new() }),
        false => Ok(Move::rejected(old, log_alpha)),
    }
}

/// What a kernel moves, and the trace that it moves: everything unobserved, or what its selection names. An observation
/// that it names is one no longer.
pub fn movable(cx: &mut Cx, selection: Option<&Selection>, trace: &Arc<Trace>) -> Result<(Selection, Arc<Trace>)> {
    let Some(selection) = selection else { return Ok((trace.latent(), trace.clone())) };
    check_selection(selection, trace)?;
    let named = |path: &[Value]| selection.share(path) != Share::None || selection.contains(path);
    if !trace.observed.leaves().iter().any(|(path, ())| named(path)) {
        return Ok((selection.clone(), trace.clone()));
    }
    let mut elements = trace.observed.leaves().into_iter().map(|(path, ())| path);
    if let Some(path) = elements.find(|path| selection.contains(path) && trace.choice_at(path).is_none()) {
        cx.warn_once(moves_data(&path));
    }
    let (rest, mut observed) = (selection.clone().complement(), Trie::Empty);
    for (path, ()) in trace.observed.leaves() {
        match (rest.share(&path), trace.value_at(&path)) {
            (Share::Some, Some(value)) if has_elements(&value) => {
                let mut stay = Vec::new();
                elements_in(&rest, &path, &mut Vec::new(), &value, &mut stay);
                stay.iter().for_each(|path| observed.mark(path));
            }
            _ if !selection.contains(&path) => observed.mark(&path),
            _ => {}
        }
    }
    Ok((selection.clone(), Arc::new(Trace { observed, ..(**trace).clone() })))
}

/// The warning of a kernel that moves a choice of which some elements are data.
#[cold]
fn moves_data(path: &[Value]) -> Box<Error> {
    let at = show(path);
    Error::new(
        Code::MovesData,
        format!("a kernel is to move a whole choice of which `{at}` is data: it moves that too"),
    )
    .help("name the missing elements, for example `[:y 2]`; or leave the selection out, which keeps all data")
}

/// The selected choices of a whole algorithm: the observations that it was given stay.
pub fn latent_of(selection: &Selection, trace: &Trace) -> Result<Selection> {
    check_selection(selection, trace)?;
    let moves = selection.clone().and(trace.latent());
    match paths_in(&moves, trace).is_empty() {
        false => Ok(moves),
        true => {
            Err(Error::raise(Code::Selection, "the selection covers nothing but observations, which stay as they are")
                .help("select some of the others, or leave `:selection` out"))
        }
    }
}

/// The paths of the choices that were not observed, and of the missing elements of others.
pub fn latent_paths(trace: &Trace) -> Vec<Vec<Value>> {
    paths_in(&trace.latent(), trace)
}

/// How many they are: quickly, where what is observed are whole choices.
pub fn latent_count(trace: &Trace) -> usize {
    match observed_choices(&trace.observed, &trace.records) {
        Some(observed) if trace.inlined.is_empty() => trace.choice_count() - observed,
        _ => latent_paths(trace).len(),
    }
}

/// The number of choices that are observed; `None` where it is elements of some, or what stands elsewhere.
fn observed_choices(observed: &Trie<()>, records: &Trie<Record>) -> Option<usize> {
    match (observed, records) {
        (Trie::Empty, _) => Some(0),
        (_, Trie::Leaf(Record { what: What::Call(call), .. })) if call.inlined.is_empty() => {
            with_stack(|| observed_choices(observed, &call.records))
        }
        (Trie::Leaf(()), Trie::Leaf(Record { what: What::Choice(..), .. })) => Some(1),
        (Trie::Branch(_), Trie::Branch(_)) => observed
            .children()
            .into_iter()
            .try_fold(0, |sum, (key, below)| Some(sum + with_stack(|| observed_choices(below, records.child(key)?))?)),
        _ => None,
    }
}

/// The paths of the choices that are selected, and of the elements of others that are.
pub fn paths_in(selection: &Selection, trace: &Trace) -> Vec<Vec<Value>> {
    let mut paths = Vec::new();
    for (path, value, _) in trace.all_choices() {
        match selection.share(&path) {
            Share::Some if has_elements(&value) => elements_in(selection, &path, &mut Vec::new(), &value, &mut paths),
            _ if selection.contains(&path) => paths.push(path),
            _ => {}
        }
    }
    paths
}

fn elements_in(
    selection: &Selection,
    path: &[Value],
    below: &mut Vec<Value>,
    value: &Value,
    paths: &mut Vec<Vec<Value>>,
) {
    for i in (0..count(value).unwrap_or(0) as i64).map(Value::Int) {
        let Ok(Some(own)) = element(value, &i) else { continue };
        below.push(i);
        match selection.share_of(path, below) {
            Share::All => paths.push([path, below].concat()),
            Share::Some if has_elements(&own) => elements_in(selection, path, below, &own, paths),
            _ => {}
        }
        below.pop();
    }
}

/// True when every observation of the old run is made in the new one. Where that has an array in one choice and its
/// elements in choices of their own in the other, their values tell: what is drawn again is no data.
pub fn visits_data(old: &Trace, new: &Trace) -> bool {
    old.observed.leaves().iter().all(|(path, ())| match (old.choice_at(path), new.choice_at(path)) {
        (Some(_), Some(_)) => true,
        _ => new.has(path) && new.entry(path) == old.entry(path),
    })
}

/// A move that gives an observed choice another value would leave the posterior.
pub fn keeps_data(old: &Trace, new: &Trace) -> Result<()> {
    for (path, ()) in old.observed.leaves() {
        if let (Some(before), Some(after)) = (old.value_at(&path), new.value_at(&path))
            && before != after
        {
            let at = show(&path);
            return Err(Error::raise(Code::Kernel, format!("the move gives `{at}`, which is observed, another value"))
                .help(format!("leave `{at}` as it is: kernels move the unobserved choices only")));
        }
    }
    Ok(())
}

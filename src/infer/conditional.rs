//! A draw of discrete choices from their distribution given all others.

use super::enumeration::{Grid, Space, all, same_choices};
use super::kernel::Move;
use super::moves::{decide, visits_data};
use super::weighed::Weighed;
use crate::broken::broken;
use crate::distributions::choose;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::key::Key;
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use crate::gfi::{Change, ChoiceMap, Origin, Outcome, Trace, Trie, Weight, dropped_paths, project_paths, show, update};
use std::sync::Arc;

/// How the same kernel draws from where a metropolised move leads.
pub struct ReverseDraw {
    /// The choices that it draws there.
    pub paths: Vec<Vec<Value>>,
    /// The logarithm of how likely it comes to them, over how likely it came to those that were drawn.
    pub log_ratio: f64,
}

/// Draws the choices at these paths.
pub fn draw(
    cx: &mut Cx,
    old: &Arc<Trace>,
    paths: Vec<Vec<Value>>,
    values: &Grid,
    key: Key,
    way_back: impl FnOnce(&Trace) -> ReverseDraw,
) -> Result<Move> {
    let space = Arc::new(Space::of(old, paths.clone(), values.clone()));
    let mut found = all(cx, &space)?;
    let bad = std::mem::take(&mut found.bad);
    let Some(own) = found.choices.iter().position(|choices| stands(choices, old)) else {
        return Err(not_among(&paths, old));
    };
    if let Some(path) = paths.iter().find(|path| found.choices[own].as_trie().at(path).is_none_or(Trie::is_empty)) {
        return Err(not_listed(path));
    }
    if found.log_weights.plain.iter().any(|w| w.is_nan()) {
        return metropolised(cx, old, &space, (&found.choices, own), key, way_back).map(|m| m.with_errors(bad));
    }
    let largest = found.log_weights.plain.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let power = if broken!("gibbs-conditional") { 0.5 } else { 1.0 };
    let weights: Vec<f64> = found.log_weights.plain.iter().map(|w| (power * (w - largest)).exp()).collect();
    let chosen = choose(&weights, &mut key.fold(0).site(0, 0));
    let trace = match chosen == own {
        true => old.clone(),
        false => change(cx, old, &found.choices[chosen], key)?.trace,
    };
    let moved = Move { trace, accepted: true, log_alpha: 0.0, stats: vec![("metropolised", Value::False)] };
    Ok(moved.with_errors(bad))
}

/// Draws one element of a choice; its values are given, or are true and false.
pub fn draw_element(cx: &mut Cx, old: &Arc<Trace>, path: &[Value], values: &Grid, key: Key) -> Result<Move> {
    let own = old.value_at(path).unwrap_or_default();
    let values = match values.listed(path) {
        Some(values) => values.to_vec(),
        None if own.is_bool() => vec![Value::False, Value::True],
        None => return Err(unlisted(path)),
    };
    if !values.contains(&own) {
        return Err(not_among(&[path.to_vec()], old));
    }
    let (mut runs, mut weights) = (Vec::with_capacity(values.len()), Vec::with_capacity(values.len()));
    for value in values {
        let (run, weight) = match value == own {
            true => (old.clone(), Weight::default()),
            false => {
                let mut choices = ChoiceMap::default();
                choices.put(path, value)?;
                let new = change(cx, old, &choices, key)?;
                if !same_choices(old, &new.trace) || !visits_data(old, &new.trace) {
                    return Err(other_choices(path));
                }
                (new.trace, new.weight)
            }
        };
        runs.push(run);
        weights.push(weight);
    }
    let excess: Vec<i32> = weights.iter().map(|weight| weight.excess).collect();
    let mut shares = Weighed::plain(weights.into_iter().map(Weight::plain).collect());
    shares.least_remain(&excess);
    let largest = shares.plain.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let shares: Vec<f64> = shares.plain.iter().map(|w| (w - largest).exp()).collect();
    let trace = runs.swap_remove(choose(&shares, &mut key.fold(0).site(0, 0)));
    Ok(Move { trace, accepted: true, log_alpha: 0.0, stats: vec![("metropolised", Value::False)] })
}

fn change(cx: &mut Cx, old: &Arc<Trace>, choices: &ChoiceMap, key: Key) -> Result<Outcome> {
    update(cx, old, Change::none(old), choices, Origin::new(key.fold(2)))
}

/// The trace has these values.
fn stands(choices: &ChoiceMap, trace: &Trace) -> bool {
    choices.leaves().iter().all(|(path, value)| trace.value_at(path).is_some_and(|own| own == **value))
}

/// May a trace come to what the old one has at the paths by these values? Where a run has other choices a combination ends:
/// what comes later stays as it is, or is drawn afresh where it is not.
fn leads_to(choices: &ChoiceMap, from: &Trace, old: &Trace, paths: &[Vec<Value>]) -> bool {
    paths.iter().all(|path| {
        let changed = choices.value_at(path).ok().flatten();
        match old.value_at(path) {
            Some(own) => changed.or_else(|| from.value_at(path)).is_none_or(|value| value == own),
            None => changed.is_none(),
        }
    })
}

/// One of the other values, all equally likely; what vanishes is drawn from the prior on the way back, as what is
/// fresh is now. The values to choose from on the way back are counted there.
fn metropolised(
    cx: &mut Cx,
    old: &Arc<Trace>,
    space: &Space,
    (choices, own): (&[ChoiceMap], usize),
    key: Key,
    way_back: impl FnOnce(&Trace) -> ReverseDraw,
) -> Result<Move> {
    let others: Vec<&ChoiceMap> = choices.iter().enumerate().filter(|(i, _)| *i != own).map(|(_, c)| c).collect();
    let u = key.fold(0).site(0, 0).open01();
    let Some(choice) = others.get((u * others.len() as f64) as usize) else {
        return Ok(Move { accepted: true, ..Move::rejected(old, 0.0) }.with("metropolised", Value::True));
    };
    let proposed = change(cx, old, choice, key).and_then(|new| {
        let mut alpha = Weight::default();
        alpha.join(new.weight);
        alpha.add(project_paths(cx, old, dropped_paths(&new)?)?);
        let ReverseDraw { paths, log_ratio } = way_back(&new.trace);
        let back = all(cx, &Arc::new(Space::of(&new.trace, paths.clone(), space.grid.clone())))?.choices;
        let paths = [&paths[..], space.paths()].concat();
        let returns = back.iter().any(|choices| leads_to(choices, &new.trace, old, &paths));
        alpha.add(if returns { (others.len() as f64 / (back.len() as f64 - 1.0)).ln() } else { f64::NEG_INFINITY });
        alpha.add(log_ratio);
        Ok((new.trace, alpha.total()))
    });
    Ok(decide(old, proposed, key)?.with("metropolised", Value::True))
}

#[cold]
fn not_among(paths: &[Vec<Value>], trace: &Trace) -> Stop {
    let shown: Vec<String> = paths
        .iter()
        .map(|path| format!("`{}` at `{}`", trace.value_at(path).map_or(String::new(), |v| brief(&v)), show(path)))
        .collect();
    Error::raise(Code::Kernel, format!("the trace has {}, which is not among the values given", shown.join(", ")))
        .help("give all values that the trace may have, or start from one that has one of them")
}

/// Even the run as it is does not come to the choice one by one.
#[cold]
fn not_listed(path: &[Value]) -> Stop {
    let at = show(path);
    let message =
        format!("the values of `{at}` cannot be listed: the function that makes it tells no single distributions");
    Error::raise(Code::Kernel, message).help(format!("move it by `(mh-kernel {at})`"))
}

#[cold]
fn other_choices(path: &[Value]) -> Stop {
    let name = show(path);
    Error::raise(Code::Kernel, format!("values of the element `{name}` lead to other choices being made"))
        .help(format!("draw it by `(mh-kernel {name})`"))
}

#[cold]
fn unlisted(path: &[Value]) -> Stop {
    let name = show(path);
    Error::raise(Code::Kernel, format!("the values of the element `{name}` are not known to be finitely many"))
        .help(format!("give the values to try, for example `:values {{{name} [0 1 2]}}`; or draw it by an `mh-kernel`"))
}

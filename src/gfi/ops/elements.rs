//! A choice of which some elements are given or drawn again and others not: each is decided like a choice of its own,
//! which takes a distribution whose elements are independent.

use super::assess::not_given;
use super::element_scores::{Told, excess, sum_at, told_at};
use super::site::{ScoredChoice, finish, kept, scored};
use super::weight::Weight;
use crate::distributions::Density;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::collections::Map;
use crate::eval::key::SiteRng;
use crate::eval::{Cx, Value};
use crate::gfi::address::show;
use crate::gfi::choice_paths::is_marked;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::data::{count, element, element_at, has_elements};
use crate::gfi::decision::{ValueFrom, decide};
use crate::gfi::goal::{Goal, Intent};
use crate::gfi::past::Past;
use crate::gfi::selection::{Selection, Share};
use crate::gfi::trace::{Chosen, Trace};
use crate::gfi::trie::{Trie, with_stack};

/// Where the value of an element comes from.
#[derive(Clone, Debug)]
enum ElementFrom {
    Given(Value),
    Kept,
    Drawn,
}

/// The choice as the old run had it.
#[derive(Clone, Copy)]
pub struct OldChoice<'a> {
    pub path: &'a [Value],
    pub choice: Option<Chosen<'a>>,
    pub past: &'a Past,
    /// Its elements that are data, where that is asked of what becomes of them.
    pub observed: Option<&'a Trie<()>>,
}

/// Decides a choice whose elements are `given` or selected apart.
pub fn visit(
    cx: &mut Cx,
    goal: &Goal,
    old: OldChoice<'_>,
    density: &dyn Density,
    draws: &dyn Fn() -> SiteRng,
    given: &ChoiceMap,
    weight: &mut Weight,
) -> Result<ScoredChoice> {
    let path = old.path;
    if goal.is_assess() {
        return Err(not_given(&[path, &first_missing(given)?].concat()));
    }
    let draw = |cx: &mut Cx| density.sample(cx, &mut draws());
    // A value that the distribution cannot have has no elements of this choice.
    let kept = match old.choice {
        Some(Chosen { value, .. }) => density.scores(cx, value)?.map(|scores| (value, scores)),
        None => None,
    };
    let (base, like, fresh, held) = match kept {
        Some((value, scores)) => (value.clone(), scores, None, None),
        None => {
            let fresh = draw(cx)?;
            if !has_elements(&fresh) {
                return undivided(cx, goal, old, density, fresh, given, weight);
            }
            let Some(scores) = density.scores(cx, &fresh)? else { return Err(dependent(density, path)) };
            if let Some(Chosen { value, .. }) = old.choice
                && let Some(base) = resized(cx, density, value, &fresh, &scores)?
            {
                (base, scores, Some(fresh), Some(value))
            } else if let (Some(Chosen { value, score: before, .. }), Goal::Redraw { selection, .. }) =
                (old.choice, goal)
                && places(value).iter().any(|place| selection.share_of(path, place) == Share::None)
            {
                // Elements that are not drawn stay, which is impossible.
                weight.change(f64::NEG_INFINITY, before);
                let visit = scored(cx, goal, path, density, value.clone(), None)?;
                return Ok(ScoredChoice { score: f64::NEG_INFINITY, ..visit });
            } else {
                (fresh.clone(), scores, Some(fresh), None)
            }
        }
    };
    fits(given, &base, path)?;
    let places = places(&like);
    // Of an array of another length, the elements that both runs have.
    let keeps = |place: &Vec<Value>| held.map_or(fresh.is_none(), |held| has(held, place));
    let sources = sources(goal, path, &places, given, &keeps, (&base, density))?;
    let fresh = match fresh {
        None if sources.iter().any(|source| matches!(source, ElementFrom::Drawn)) => Some(draw(cx)?),
        fresh => fresh,
    };
    let mut news = places.iter().zip(&sources).map(|(place, source)| match source {
        ElementFrom::Given(value) => Ok(Some(value.clone())),
        ElementFrom::Kept => Ok(None),
        ElementFrom::Drawn => fresh.as_ref().map_or(Ok(None), |fresh| element_at(fresh, place)),
    });
    let value = density.check_value(&rebuilt(&base, &like, &mut news)?)?;
    let mut visit = scored(cx, goal, path, density, value, None)?;
    let Some(scores) = density.scores(cx, &visit.value)? else { return Err(dependent(density, path)) };
    let sum = |scores: &Value, of: fn(&ElementFrom) -> bool| total(scores, &places, &sources, of);
    match (goal, old.choice) {
        (Goal::Redraw { .. }, Some(_)) if sources.iter().any(|s| matches!(s, ElementFrom::Kept)) => {
            let is_kept = |source: &ElementFrom| matches!(source, ElementFrom::Kept);
            let before = scores_of_old(cx, old.past, path, density)?;
            weight.change(sum(&scores, is_kept)?, sum(&before, is_kept)?);
        }
        (Goal::Redraw { .. }, _) => {}
        (_, Some(before)) if fresh.is_none() => weight.change(visit.score, before.score),
        (_, old) => {
            weight.come(sum(&scores, |source| !matches!(source, ElementFrom::Drawn))?);
            old.into_iter().for_each(|before| weight.go(before.score));
        }
    }
    if let Some(observed) = old.observed {
        visit.of_given = Some(of_data(cx, density, &visit, &places, &sources, observed)?);
    }
    let kept: Vec<bool> = sources.iter().map(|source| matches!(source, ElementFrom::Kept)).collect();
    weight.excess += excess(cx, old, density, &visit, &places, &kept)?;
    let before = old.choice.map(|before| before.value);
    visit.discard = if held.is_some() { before.cloned() } else { discarded(before, &like, &sources)? };
    if let Goal::Constrain { intent: Intent::Observe, .. } = goal {
        visit.observed = observed(&places, &sources);
    }
    Ok(visit)
}

/// A value as long as the distribution draws: old elements, and fresh ones where the old value has none. `None` where
/// they have no elements in common, or the old ones cannot be had now.
fn resized(cx: &mut Cx, density: &dyn Density, old: &Value, fresh: &Value, like: &Value) -> Result<Option<Value>> {
    let mut common = false;
    let mut news = places(like).into_iter().map(|place| {
        let own = has(old, &place);
        common |= own;
        if own { element_at(old, &place) } else { Ok(None) }
    });
    let value = rebuilt(fresh, like, &mut news)?;
    drop(news);
    match density.check_value(&value) {
        Ok(value) if common => Ok(density.scores(cx, &value)?.map(|_| value)),
        _ => Ok(None),
    }
}

/// Does a value have an element there?
fn has(value: &Value, place: &[Value]) -> bool {
    matches!(element_at(value, place), Ok(Some(_)))
}

/// A choice without elements: children are about something else, but data is a mistake.
fn undivided(
    cx: &mut Cx,
    goal: &Goal,
    old: OldChoice<'_>,
    density: &dyn Density,
    fresh: Value,
    given: &ChoiceMap,
    weight: &mut Weight,
) -> Result<ScoredChoice> {
    let path = old.path;
    if let Trie::Leaf(data) = given.as_trie() {
        density.check_value(data)?;
        let (n, at) = (count(data).unwrap_or(0), show(path));
        return Err(Error::raise(Code::Shape, format!("`{at}` has no elements, but {n} are given"))
            .help(format!("`{}` draws one value here", density.name())));
    }
    let decision = decide(goal.kind(), false, old.choice.is_some(), goal.selects(path));
    let value = match (decision.from, old.choice) {
        (ValueFrom::Old, Some(old)) => kept(density, old.value),
        _ => fresh,
    };
    finish(cx, goal, path, density, value, (decision, old.choice), weight)
}

/// Data has as many elements as the choice.
fn fits(given: &ChoiceMap, like: &Value, path: &[Value]) -> Result<()> {
    let Trie::Leaf(data) = given.as_trie() else { return Ok(()) };
    let (Some(found), Some(wanted)) = (count(data), count(like)) else { return Ok(()) };
    if found != wanted {
        let message = format!("`{}` has {wanted} elements, but {found} are given", show(path));
        return Err(Error::raise(Code::Shape, message).help("nil stands for each element that is missing"));
    }
    (0..wanted as i64).map(Value::Int).try_for_each(|i| match element(data, &i)? {
        Some(row) if crate::gfi::reading::is_partial(&row) => {
            let own = element(like, &i)?.unwrap_or_default();
            with_stack(|| fits(&ChoiceMap::of(Trie::Leaf(row)), &own, &[path, std::slice::from_ref(&i)].concat()))
        }
        _ => Ok(()),
    })
}

/// The elements that have a log-density each, in order.
pub fn places(scores: &Value) -> Vec<Vec<Value>> {
    fn walk(scores: &Value, at: &mut Vec<Value>, all: &mut Vec<Vec<Value>>) {
        let keys: Vec<Value> = match (scores, count(scores)) {
            (Value::Map(map), _) => map.iter().map(|(key, _)| key.clone()).collect(),
            (_, Some(n)) => (0..n as i64).map(Value::Int).collect(),
            _ => return all.push(at.clone()),
        };
        for key in keys {
            if let Ok(Some(below)) = element(scores, &key) {
                at.push(key);
                with_stack(|| walk(&below, at, all));
                at.pop();
            }
        }
    }
    let mut all = Vec::new();
    walk(scores, &mut Vec::new(), &mut all);
    all
}

/// What becomes of each element.
fn sources(
    goal: &Goal,
    path: &[Value],
    places: &[Vec<Value>],
    given: &ChoiceMap,
    keeps: &dyn Fn(&Vec<Value>) -> bool,
    (base, density): (&Value, &dyn Density),
) -> Result<Vec<ElementFrom>> {
    let source = |place: &Vec<Value>| {
        let value = match given.at(place)?.into_trie() {
            Trie::Empty => None,
            Trie::Leaf(value) if !crate::gfi::reading::is_partial(&value) => Some(value),
            Trie::Leaf(_) => return Err(dependent(density, path)),
            branch => match crate::gfi::data::whole(&branch)? {
                // Addresses below an element that is no map are none of this choice.
                Value::Map(_) if !matches!(element_at(base, place)?, Some(Value::Map(_))) => None,
                value => Some(value),
            },
        };
        let old = keeps(place);
        let selected = match goal {
            Goal::Redraw { selection, .. } if old => selection.share_of(path, place),
            _ => Share::None,
        };
        if selected == Share::Some {
            return Err(dependent(density, path));
        }
        let decision = decide(goal.kind(), value.is_some(), old, selected == Share::All);
        Ok(match (decision.from, value) {
            (ValueFrom::Given, Some(value)) => ElementFrom::Given(value),
            (ValueFrom::Old, _) => ElementFrom::Kept,
            _ => ElementFrom::Drawn,
        })
    };
    places.iter().map(source).collect()
}

/// A value with some of its elements replaced, in the order of [`places`].
pub fn rebuilt(value: &Value, like: &Value, news: &mut dyn Iterator<Item = Result<Option<Value>>>) -> Result<Value> {
    if let Value::Map(scores) = like {
        let pairs = scores.iter().map(|(key, below)| {
            let own = element(value, key)?.unwrap_or_default();
            Ok((key.clone(), with_stack(|| rebuilt(&own, below, news))?))
        });
        return Ok(Value::Map(Map::from_pairs(pairs.collect::<Result<Vec<_>>>()?)?));
    }
    let Some(n) = count(like) else {
        return Ok(news.next().transpose()?.flatten().unwrap_or_else(|| value.clone()));
    };
    let mut items = Vec::with_capacity(n);
    for i in 0..n as i64 {
        let key = Value::Int(i);
        let (own, below) = (element(value, &key)?.unwrap_or_default(), element(like, &key)?.unwrap_or_default());
        items.push(with_stack(|| rebuilt(&own, &below, news))?);
    }
    Value::vector(items)
}

fn total(scores: &Value, places: &[Vec<Value>], sources: &[ElementFrom], of: fn(&ElementFrom) -> bool) -> Result<f64> {
    let mut sum = 0.0;
    for (place, _) in places.iter().zip(sources).filter(|(_, source)| of(source)) {
        sum += element_at(scores, place)?.and_then(|score| score.as_f64()).unwrap_or(f64::NAN);
    }
    Ok(sum)
}

/// Of how many numbers the log-densities of elements that are data are ones: given now, or before and kept.
fn of_data(
    cx: &mut Cx,
    density: &dyn Density,
    visit: &ScoredChoice,
    places: &[Vec<Value>],
    sources: &[ElementFrom],
    observed: &Trie<()>,
) -> Result<u32> {
    let all = Told::Dimensions.of(cx, density, &visit.value)?;
    let data = places.iter().zip(sources).filter(|(place, source)| match source {
        ElementFrom::Given(_) => true,
        ElementFrom::Kept => is_marked(observed, place),
        ElementFrom::Drawn => false,
    });
    sum_at(&all.unwrap_or_default(), data.map(|(place, _)| place))
}

/// The old values of what was replaced, with nil for what was kept.
fn discarded(old: Option<&Value>, like: &Value, sources: &[ElementFrom]) -> Result<Option<Value>> {
    let Some(old) = old else { return Ok(None) };
    let kept = sources.iter().filter(|source| matches!(source, ElementFrom::Kept)).count();
    if kept == sources.len() {
        return Ok(None);
    }
    if kept == 0 {
        return Ok(Some(old.clone()));
    }
    let mut values = sources.iter().map(|source| Ok(matches!(source, ElementFrom::Kept).then_some(Value::Nil)));
    rebuilt(old, like, &mut values).map(Some)
}

fn observed(places: &[Vec<Value>], sources: &[ElementFrom]) -> Trie<()> {
    if sources.iter().all(|source| matches!(source, ElementFrom::Given(_))) {
        return Trie::Leaf(());
    }
    let mut mask = Trie::Empty;
    for (place, _) in places.iter().zip(sources).filter(|(_, source)| matches!(source, ElementFrom::Given(_))) {
        mask.mark(place);
    }
    mask
}

fn scores_of_old(cx: &mut Cx, past: &Past, path: &[Value], density: &dyn Density) -> Result<Value> {
    match past {
        Past::Trace(trace) | Past::Borrowed(_, Some(trace)) => {
            told_at(cx, trace, path, Told::Scores)?.ok_or_else(|| dependent(density, path))
        }
        _ => Err(whole_only(path)),
    }
}

/// Σ ℓ of the selected elements of a choice.
pub fn selected(cx: &mut Cx, trace: &Trace, path: &[Value], selection: &Selection) -> Result<f64> {
    let Some(scores) = told_at(cx, trace, path, Told::Scores)? else { return Err(whole_only(path)) };
    let mut sum = 0.0;
    for place in places(&scores) {
        match selection.share_of(path, &place) {
            Share::All => sum += element_at(&scores, &place)?.and_then(|x| x.as_f64()).unwrap_or(f64::NAN),
            Share::None => {}
            Share::Some => return Err(whole_only(path)),
        }
    }
    Ok(sum)
}

/// Where the first element is that is not given.
fn first_missing(given: &ChoiceMap) -> Result<Vec<Value>> {
    let Trie::Leaf(data) = given.as_trie() else { return Ok(Vec::new()) };
    for i in 0..count(data).unwrap_or(0) as i64 {
        let below = given.child(&Value::Int(i))?;
        if below.as_trie().is_empty() {
            return Ok(vec![Value::Int(i)]);
        }
        if below.as_trie().leaf().is_some_and(crate::gfi::reading::is_partial) {
            return Ok([&[Value::Int(i)], &with_stack(|| first_missing(&below))?[..]].concat());
        }
    }
    Ok(Vec::new())
}

#[cold]
fn dependent(density: &dyn Density, path: &[Value]) -> Stop {
    let message =
        format!("some elements of `{}` stand apart, but those of `{}` are not independent", show(path), density.name());
    Error::raise(Code::Elements, message)
        .help("give, or select, all of them or none; elements of array parameters, `iid` and `product` are independent")
}

#[cold]
pub fn whole_only(path: &[Value]) -> Stop {
    let message = format!("the log-densities of the elements of `{}` are not known here", show(path));
    Error::raise(Code::Elements, message)
        .help("give, or select, the whole choice: elements stand alone in scalar runs, and where they are independent")
}

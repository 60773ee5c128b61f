//! Batched choices of which some elements are given or drawn again and others not: decided lane by lane, as in a scalar
//! run.

use super::choice::{Chooser, made};
use super::dimension::Dimension;
use super::lanes_of::{collect_lanes, lane_value};
use super::marks::join;
use super::runner::Batch;
use super::site::{LaneDensities, Site, Visit};
use super::terms::Term;
use crate::error::Result;
use crate::eval::lanes::numbers::in_lane;
use crate::eval::lanes::{Group, lane_of};
use crate::eval::{Cx, Value};
use crate::gfi::choice_paths::is_apart;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::combinators::stacked_lanes;
use crate::gfi::data::whole;
use crate::gfi::ops::elements::{OldChoice, visit, whole_only};
use crate::gfi::ops::site::Given;
use crate::gfi::ops::weight::Weight;
use crate::gfi::past::Past;
use crate::gfi::reading::is_partial;
use crate::gfi::trace::Chosen;
use crate::gfi::trie::{Trie, with_stack};
use crate::tensor::lanes::Column;
use std::sync::Arc;

/// What is given for a choice: children are the value spelled out, or some of its elements.
pub fn read(cx: &mut Cx, found: Trie<Value>, chooser: &Chooser<'_>, group: &Arc<Group>) -> Result<Given> {
    Ok(match found {
        Trie::Empty | Trie::Leaf(Value::Nil) => Given::Nothing,
        Trie::Leaf(ref data) if is_partial(data) => Given::Elements(ChoiceMap::of(found)),
        Trie::Leaf(value) => crate::gfi::choicemap_lanes::plain(&value)?.map_or(Given::Nothing, Given::Whole),
        branch if !all_have(&branch, group) => match chooser.one_number() {
            true => Given::Nothing,
            false => Given::Elements(ChoiceMap::of(branch)),
        },
        branch => {
            let value = joined(cx, &whole(&branch)?, group)?;
            match (chooser.check(cx, group, &value), chooser.one_number()) {
                (Ok(value), _) => Given::Whole(value),
                (Err(_), true) => Given::Nothing,
                (Err(_), false) => Given::Elements(ChoiceMap::of(branch)),
            }
        }
    })
}

/// Do all lanes of a group have each of these elements?
fn all_have(elements: &Trie<Value>, group: &Arc<Group>) -> bool {
    let lacks = |value: &Value| matches!(value, Value::Lanes(own) if !group.split_by(&own.group).1.is_empty());
    !elements.any(&lacks)
}

/// Elements that hold lanes as lanes of arrays.
fn joined(cx: &mut Cx, value: &Value, group: &Arc<Group>) -> Result<Value> {
    let Value::Vector(items) = value else { return Ok(value.clone()) };
    if !crate::eval::lanes::holds_lanes(value) {
        return Ok(value.clone());
    }
    let items = items.iter().map(|item| with_stack(|| joined(cx, item, group))).collect::<Result<Vec<_>>>()?;
    stacked_lanes(cx, &items, group)
}

/// Decides the choice in the lanes of a group.
pub fn decide(
    batch: &mut Batch,
    cx: &mut Cx,
    path: &[Value],
    chooser: &Chooser<'_>,
    group: &Arc<Group>,
    given: &ChoiceMap,
    old: Option<&Visit>,
) -> Result<Value> {
    let Some((what, args)) = chooser.parts() else {
        if let Trie::Leaf(data) = given.as_trie() {
            chooser.check(cx, group, data)?;
        }
        return Err(whole_only(path));
    };
    let (mut values, mut scores, mut weights) = (Vec::new(), Vec::new(), Vec::new());
    let (mut dimensions, mut given_dimensions) = (Vec::new(), Vec::new());
    let (mut gone, mut observed) = (Vec::new(), Trie::Empty);
    let before = batch.old_site(&batch.full(path)).map(|site| site.observed.clone()).unwrap_or_default();
    let hash = batch.hash_below(path);
    for (at, id) in group.iter().enumerate() {
        cx.step()?;
        let (what, mut weight) = (lane_value(cx, what, id)?, Weight::default());
        let args = args.iter().map(|arg| lane_value(cx, arg, id)).collect::<Result<Vec<Value>>>()?;
        let value = old.map(|old| lane_of(&old.value, id)).transpose()?;
        let choice = old.zip(value.as_ref()).map(|(old, value)| {
            let score = old.density.as_ref().map_or(0.0, |density| density.at(at));
            Chosen { value, score, dimension: old.dimension.at(at) }
        });
        let own = given.of_lane(id)?;
        let draws = || batch.key.site(hash, id);
        let found = made(cx, &what, &args, |cx, density| {
            visit(
                cx,
                &batch.goal,
                OldChoice { path, choice, past: &Past::None, observed: Some(&before) },
                density,
                &draws,
                &own,
                &mut weight,
            )
        });
        let found = found.map_err(|e| in_lane(e, id))?;
        join(&mut observed, &values, &found.observed, [&found.value]);
        values.push(found.value);
        scores.push(found.score);
        dimensions.push(found.dimension);
        given_dimensions.push(found.of_given.unwrap_or(found.dimension));
        weights.push(weight);
        if let Some(value) = found.discard {
            gone.push((at as u32, value));
        }
    }
    let (value, scores) = (collect_lanes(values, group)?, LaneDensities::Each(Column::from(scores)));
    batch.count(group, Term::Score(&scores));
    batch.weighed(group, &weights);
    if !gone.is_empty() {
        let (places, values): (Vec<u32>, Vec<Value>) = gone.into_iter().unzip();
        let part = group.part(places);
        let value = collect_lanes(values, &part)?;
        batch.discarded(path, &Visit::untold(part, value));
    }
    let (group, density, dimension) = (group.clone(), Some(scores), Dimension::of(dimensions));
    let of_given = Some(Dimension::of(given_dimensions));
    batch.record(cx, path, Visit { group, value: value.clone(), density, dimension, of_given }, &observed)?;
    Ok(value)
}

/// Is a discarded choice an array of which elements go their own ways, by itself or as `others` have it?
pub fn discarded_by_elements(path: &[Value], site: &Site, others: &[&ChoiceMap]) -> bool {
    let alone = |visit: &Visit| visit.density.is_none() || is_partial(&visit.value);
    others.iter().any(|other| is_apart(other.as_trie().at(path))) || site.visits.iter().any(alone)
}

/// What a lane discarded at these sites.
pub fn discard_of_lane(sites: &[(&Arc<[Value]>, &Site)], id: u32) -> Result<ChoiceMap> {
    let mut discard = ChoiceMap::default();
    for (path, site) in sites {
        if let Some(visit) = site.visits.iter().find(|visit| visit.group.find(id).is_some()) {
            discard.put(path, lane_of(&visit.value, id)?)?;
        }
    }
    Ok(discard)
}

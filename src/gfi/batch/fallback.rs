//! Functions that only know scalar runs: each lane is run on its own, and its choices are taken in.

use super::choice::Chooser;
use super::lanes_of::{collect, lane_value};
use super::runner::Batch;
use super::site::{Density, choose};
use crate::error::{Error, Result};
use crate::eval::lanes::Group;
use crate::eval::{Cx, Value};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::goal::Goal;
use crate::gfi::interface::Origin;
use crate::gfi::ops;
use crate::gfi::trie::Trie;
use crate::tensor::lanes::Column;
use std::sync::Arc;

/// What the lanes chose at one address: their positions, values and log-densities.
type Chosen = (Vec<Value>, Vec<u32>, Vec<Value>, Vec<f64>);

/// Runs a function lane by lane, with what is given or kept as its constraints.
pub fn run(cx: &mut Cx, this: &Value, args: &[Value], batch: &mut Batch) -> Result<Value> {
    let Some(group) = cx.group.clone() else {
        return Err(Error::new("gen::internal", "a batched call outside a batched run"));
    };
    let mut chosen: Vec<Chosen> = Vec::new();
    let mut returned = Vec::with_capacity(group.len());
    for (position, id) in group.iter().enumerate() {
        cx.step()?;
        let one = args.iter().map(|arg| lane_value(cx, arg, id)).collect::<Result<Vec<Value>>>()?;
        let constraints = constraints(batch, &group, position)?;
        let origin = Origin::new(batch.key.fold(u64::from(id))).below(batch.prefix());
        let lanes = cx.group.take();
        let outcome = cx.isolated(|cx| ops::generate(cx, this, &one, &constraints, origin));
        cx.group = lanes;
        let trace = outcome?.trace;
        for (path, value, score) in trace.all_choices() {
            match chosen.iter_mut().find(|(other, ..)| *other == path) {
                Some((_, at, values, scores)) => {
                    at.push(position as u32);
                    values.push(value);
                    scores.push(score);
                }
                None => chosen.push((path, vec![position as u32], vec![value], vec![score])),
            }
        }
        returned.push(trace.retval.clone());
    }
    for (path, positions, values, scores) in chosen {
        let part = group.part(positions);
        let value = collect(values, &part)?;
        let chooser = Chooser::Made { value, density: Density::Each(Column::from(scores)) };
        let full = batch.full(&path);
        cx.under(part, |cx| choose(batch, cx, &full, &chooser))?;
    }
    collect(returned, &group)
}

/// What a lane is given, and what it keeps of the old run.
fn constraints(batch: &Batch, group: &Arc<Group>, position: usize) -> Result<ChoiceMap> {
    let id = group.id(position);
    let prefix = batch.prefix();
    let mut all = Trie::Empty;
    if let Some(past) = &batch.past {
        for (path, site) in past.list.iter().filter(|(path, _)| path.starts_with(prefix)) {
            let kept = match &batch.goal {
                Goal::Assess(_) => false,
                Goal::Constrain { .. } => true,
                Goal::Redraw { selection, .. } => !selection.contains(path),
            };
            let visit = site.visits.iter().find(|visit| visit.group.find(id).is_some());
            if let (true, Some(visit)) = (kept, visit) {
                all.set(&path[prefix.len()..], Trie::Leaf(crate::eval::lanes::lane_of(&visit.value, id)?));
            }
        }
    }
    if let Some(given) = batch.goal.given() {
        for (path, value) in given.of_lane(id)?.at(prefix)?.0.leaves().into_iter().filter(|(_, v)| !v.is_nil()) {
            all.set(&path, Trie::Leaf(value.clone()));
        }
    }
    Ok(ChoiceMap(all))
}

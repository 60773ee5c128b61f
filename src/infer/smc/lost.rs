//! Particles that lose data: where a change leads to a run that does not make an observed choice any more, the particle
//! has no part in the target, which is given all data so far.

use crate::error::Result;
use crate::eval::{Cx, Value};
use crate::gfi::batch::elements::discard_of;
use crate::gfi::batch::{BatchedTrace, Outcome};
use crate::gfi::pieces::{is_marked, pieces, shared};
use crate::gfi::{ChoiceMap, Trie};
use std::collections::HashMap;

/// Takes the weight of each particle that has lost data. With other arguments the model may make fewer choices: data that
/// is there in no particle any more has been dropped on purpose.
pub fn lost(cx: &mut Cx, old: &BatchedTrace, outcome: &mut Outcome, new_arguments: bool) -> Result<()> {
    let observed = old.observed();
    let of_data = |path: &[Value]| is_marked(&observed, path) || matches!(observed.at(path), Some(Trie::Branch(_)));
    let sites = outcome.discard.iter().flat_map(|sites| &sites.list).filter(|(path, _)| of_data(path));
    let sites: Vec<_> = sites.map(|(path, site)| (path, site)).collect();
    if sites.is_empty() {
        return Ok(());
    }
    let mut marks = ChoiceMap::default();
    observed.leaves().iter().for_each(|(path, ())| marks.0.set(path, Trie::Leaf(Value::True)));
    let now = outcome.trace.choices()?;
    let mut losers = HashMap::<Vec<Value>, Vec<usize>>::new();
    for (lane, id) in outcome.trace.group.iter().enumerate() {
        cx.step()?;
        let (discard, now) = (discard_of(&sites, id)?, now.of_lane(id)?);
        for path in pieces(&discard, &[&marks])? {
            if is_marked(&observed, &path) && !shared(&discard, &now, &path)? {
                losers.entry(path).or_default().push(lane);
            }
        }
    }
    let all = outcome.weights.len();
    for lanes in losers.into_values().filter(|lanes| !new_arguments || lanes.len() < all) {
        lanes.into_iter().for_each(|lane| outcome.weights[lane] = f64::NEG_INFINITY);
    }
    Ok(())
}

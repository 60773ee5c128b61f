//! Particles that lose data: where a change leads to a run that does not make an observed choice any more, the particle
//! has no part in the target, which is given all data so far.

use crate::error::Result;
use crate::eval::{Cx, Value};
use crate::gfi::{BatchOutcome, ChoiceMap, Trie, choice_paths, discard_of_lane, has_same_choice, is_marked};

/// Takes the weight of each particle that has lost data, also where the arguments of the step leave none of it.
pub fn lost(cx: &mut Cx, outcome: &mut BatchOutcome, observed: &Trie<()>) -> Result<()> {
    let of_data = |path: &[Value]| is_marked(observed, path) || matches!(observed.at(path), Some(Trie::Branch(_)));
    let sites = outcome.discard.iter().flat_map(|sites| &sites.list).filter(|(path, _)| of_data(path));
    let sites: Vec<_> = sites.map(|(path, site)| (path, site)).collect();
    if sites.is_empty() {
        return Ok(());
    }
    let data = as_choices(observed);
    let now = outcome.trace.choices()?;
    for (id, weight) in outcome.trace.group.iter().zip(&mut outcome.weights) {
        cx.step()?;
        let (discard, now) = (discard_of_lane(&sites, id)?, now.of_lane(id)?);
        for path in choice_paths(&discard, &[&data])? {
            if is_marked(observed, &path) && !has_same_choice(&discard, &now, &path)? {
                *weight = f64::NEG_INFINITY;
            }
        }
    }
    Ok(())
}

/// What of the choices is data, element by element.
pub fn marks(data: &ChoiceMap) -> Result<Trie<()>> {
    let mut marks = Trie::Empty;
    for (path, _) in data.leaves() {
        marks.set(&path, data.mask_at(&path)?);
    }
    Ok(marks)
}

/// Marks as choices, which say which elements of others stand apart.
pub fn as_choices(marks: &Trie<()>) -> ChoiceMap {
    let mut choices = Trie::Empty;
    marks.leaves().iter().for_each(|(path, ())| choices.set(path, Trie::Leaf(Value::True)));
    ChoiceMap::of(choices)
}

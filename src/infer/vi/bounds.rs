//! One step's estimate: the objective, its gradient, and which parameters it is about.

use super::super::learning::{Evaluated, Parameters, evaluate};
use super::particle::{Problem, Reads, shots};
use super::settings::{Objective, Settings};
use crate::error::{Error, Result};
use crate::eval::collections::Map;
use crate::eval::key::Key;
use crate::eval::{Cx, Value};
use crate::gfi::ChoiceMap;

/// The objective and the gradient by the parameters that it is about; parameters that are new join the others.
pub fn estimate(
    cx: &mut Cx,
    problem: &Problem<'_>,
    settings: &Settings,
    parameters: &mut Parameters,
    key: Key,
) -> Result<(f64, Map)> {
    let ((value, reads), gradient) = evaluate(cx, parameters, |cx, _| {
        let mut reads = Reads::default();
        let (value, seeds) = seeds(cx, problem, settings, key, &mut reads)?;
        Ok(Evaluated { value: (value, reads), seeds })
    })?;
    reads.model.iter().chain(&reads.guide).try_for_each(|read| parameters.learn(read))?;
    let about: &[&Vec<Value>] = match settings.objective {
        Objective::Pwake => &[&reads.model],
        Objective::Qwake => &[&reads.guide],
        _ => &[&reads.model, &reads.guide],
    };
    let read = |name: &Value| {
        about.iter().any(|all| all.iter().any(|read| matches!(read, Value::Map(map) if map.contains(name))))
    };
    let kept = gradient.iter().filter(|(name, _)| read(name)).map(|(name, slope)| (name.clone(), slope.clone()));
    Ok((value, Map::from_pairs(kept)?))
}

/// The particles of one step and what their log-densities count in the gradient.
fn seeds(
    cx: &mut Cx,
    problem: &Problem<'_>,
    settings: &Settings,
    key: Key,
    reads: &mut Reads,
) -> Result<(f64, Vec<(Value, Value)>)> {
    let particles = (0..settings.particles)
        .map(|i| shots(cx, problem, settings, key.fold(i as u64), ChoiceMap::default(), reads))
        .collect::<Result<Vec<_>>>()?;
    let weights: Vec<f64> =
        particles.iter().map(|shots| shots.iter().map(|shot| shot.share * shot.log_weight).sum()).collect();
    if weights.iter().all(|w| *w == f64::NEG_INFINITY) {
        return Err(Error::new(
            "gen::all-impossible",
            format!("all {} particles of the guide have weight 0", weights.len()),
        )
        .help("the model rules out what the guide draws: compare the supports of their distributions"));
    }
    let mut seeds = Vec::new();
    for ((shots, share), mean) in particles.iter().zip(settings.shares(&weights)).zip(&weights) {
        for shot in shots {
            shot.seeds(&share, *mean, &mut seeds);
            shot.differences(cx, problem, settings, &share, reads, &mut seeds)?;
        }
    }
    Ok((settings.value(&weights), seeds))
}

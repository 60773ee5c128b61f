//! One step's estimate: the objective, its gradient, and which parameters it is about.

use super::super::learning::{Evaluated, Parameters, evaluate};
use super::particle::{Problem, Reads, shots};
use super::settings::{Objective, Settings};
use crate::error::{Error, Result};
use crate::eval::collections::Map;
use crate::eval::key::Key;
use crate::eval::{Cx, Value};
use crate::gfi::ChoiceMap;

/// Numbers to differentiate, with their weights.
type Seeds = Vec<(Value, Value)>;

/// The mean objective of some problems, and its gradient by the parameters that it is about; parameters that are new
/// join the others.
pub fn estimate(
    cx: &mut Cx,
    problems: &[Problem<'_>],
    settings: &Settings,
    parameters: &mut Parameters,
    key: Key,
) -> Result<(f64, Map)> {
    let ((value, reads), gradient) = evaluate(cx, parameters, |cx, _| {
        let (mut reads, mut all, mut sum) = (Reads::default(), Seeds::new(), 0.0);
        for (i, problem) in problems.iter().enumerate() {
            sum += seeds(cx, problem, settings, key.fold(i as u64), &mut reads, &mut all)?;
        }
        let n = problems.len() as f64;
        let seeds = all.into_iter().map(|(x, weight)| (x, Value::float(weight.as_f64().unwrap_or(0.0) / n))).collect();
        Ok(Evaluated { value: (sum / n, reads), seeds })
    })?;
    reads.model.iter().chain(&reads.guide).try_for_each(|read| parameters.learn(read))?;
    let about: Vec<&Value> = match settings.objective {
        Objective::Wake | Objective::Pwake => reads.model.iter().collect(),
        Objective::Qwake => reads.guide.iter().collect(),
        _ => reads.model.iter().chain(&reads.guide).collect(),
    };
    Ok((value, only(&gradient, &about)?))
}

/// The gradient by parameters that runs have read.
pub fn only(gradient: &Map, reads: &[&Value]) -> Result<Map> {
    let read = |name: &Value| reads.iter().any(|read| matches!(read, Value::Map(map) if map.contains(name)));
    Map::from_pairs(gradient.iter().filter(|(name, _)| read(name)).map(|(name, slope)| (name.clone(), slope.clone())))
}

/// The objective by the particles of one step, and what their log-densities count in its gradient.
fn seeds(
    cx: &mut Cx,
    problem: &Problem<'_>,
    settings: &Settings,
    key: Key,
    reads: &mut Reads,
    seeds: &mut Seeds,
) -> Result<f64> {
    let particles = (0..settings.particles)
        .map(|i| shots(cx, problem, settings, key.fold(i as u64), ChoiceMap::default(), reads))
        .collect::<Result<Vec<_>>>()?;
    let mean = |shots: &Vec<_>| shots.iter().map(super::particle::Shot::part).sum();
    let weights: Vec<f64> = particles.iter().map(mean).collect();
    if weights.iter().all(|w| *w == f64::NEG_INFINITY) {
        return Err(all_impossible(weights.len()));
    }
    for ((shots, share), mean) in particles.iter().zip(settings.shares(&weights)).zip(&weights) {
        for shot in shots {
            shot.seeds(&share, *mean, seeds);
            shot.differences(cx, problem, settings, &share, reads, seeds)?;
        }
    }
    Ok(settings.value(&weights))
}

#[cold]
fn all_impossible(particles: usize) -> Box<Error> {
    Error::new("gen::all-impossible", format!("all {particles} particles of the guide have weight 0"))
        .help("the model rules out what the guide draws: compare the supports of their distributions")
}

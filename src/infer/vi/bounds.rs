//! One step's estimate: the objective, its gradient, and which parameters it is about.

use super::super::jumps::smoothly;
use super::super::learning::{Evaluated, Parameters, evaluate};
use super::particle::{Problem, Reads, Shot, shots};
use super::settings::{Objective, Settings};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::collections::Map;
use crate::eval::key::Key;
use crate::eval::{Cx, Value};
use crate::gfi::{BadPoints, ChoiceMap};
use crate::infer::start::STARTS;

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
    bad: &mut BadPoints,
) -> Result<(f64, Map)> {
    let ((value, reads), gradient) = evaluate(cx, parameters, |cx, variables| {
        let (mut reads, mut all, mut sum) = (Reads::default(), Seeds::new(), 0.0);
        smoothly(cx, variables, |cx| {
            for (i, problem) in problems.iter().enumerate() {
                sum += seeds(cx, problem, settings, key.fold(i as u64), &mut reads, &mut all)?;
            }
            Ok(())
        })?;
        let n = problems.len() as f64;
        let seeds = all.into_iter().map(|(x, weight)| (x, Value::float(weight.as_f64().unwrap_or(0.0) / n))).collect();
        Ok(Evaluated { value: (sum / n, reads), seeds })
    })?;
    reads.model.iter().chain(&reads.guide).try_for_each(|read| parameters.learn(read))?;
    bad.join(reads.bad);
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
    let (particles, weights) = particles(cx, problem, settings, key, reads)?;
    for ((shots, share), mean) in particles.iter().zip(settings.shares(&weights)).zip(&weights) {
        for shot in shots {
            shot.seeds(&share, *mean, seeds);
            shot.differences(cx, problem, settings, &share, reads, seeds)?;
        }
    }
    Ok(settings.value(&weights))
}

/// The particles of a step, and their log-weights; where the model raises an error at all of them they are drawn again.
fn particles(
    cx: &mut Cx,
    problem: &Problem<'_>,
    settings: &Settings,
    key: Key,
    reads: &mut Reads,
) -> Result<(Vec<Vec<Shot>>, Vec<f64>)> {
    for again in 0..STARTS {
        let (key, before) = (if again == 0 { key } else { key.fold(again) }, reads.bad.count);
        let particles = (0..settings.particles)
            .map(|i| particle(cx, problem, settings, key.fold(i as u64), reads))
            .collect::<Result<Vec<_>>>()?;
        let mean = |shots: &Vec<Shot>| shots.iter().map(Shot::part).sum();
        let weights: Vec<f64> = particles.iter().map(mean).collect();
        if weights.iter().any(|w| *w != f64::NEG_INFINITY) {
            return Ok((particles, weights));
        }
        if reads.bad.count == before {
            return Err(all_impossible(weights.len()));
        }
    }
    Err(std::mem::take(&mut reads.bad).all_bad(|| all_impossible(settings.particles)))
}

/// The runs of a particle. One at which the model raises an error has weight 0 in a sum of weights; a mean of logarithms
/// has no place for it, so that it is drawn again there.
fn particle(cx: &mut Cx, problem: &Problem<'_>, settings: &Settings, key: Key, reads: &mut Reads) -> Result<Vec<Shot>> {
    let before = reads.bad.count;
    let first = shots(cx, problem, settings, key, ChoiceMap::default(), reads)?;
    if reads.bad.count == before || settings.weighs() {
        return Ok(first);
    }
    for again in 0..STARTS {
        let before = reads.bad.count;
        let next = shots(cx, problem, settings, key.fold(again), ChoiceMap::default(), reads)?;
        if reads.bad.count == before {
            return Ok(next);
        }
    }
    Err(std::mem::take(&mut reads.bad).all_bad(|| all_impossible(1)))
}

#[cold]
fn all_impossible(particles: usize) -> Stop {
    Error::raise(Code::AllImpossible, format!("all {particles} particles of the guide have weight 0"))
        .help("the model rules out what the guide draws: compare the supports of their distributions")
}

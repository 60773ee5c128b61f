//! Importance sampling: runs weighted by how well they explain the observations (Robert & Casella 2004, § 3.3).

use super::options::Options;
use crate::error::{Error, Result};
use crate::eval::key::Key;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::ops::{self, unvisited, unvisited_error};
use crate::gfi::{ChoiceMap, Origin, Trace, Trie, argument_vector, constraints_of, function, result, show, to_value};
use std::sync::Arc;

pub const TABLE: &[Builtin] = &[
    Builtin::new("importance", "[gf args observations] [gf args observations options]", "Weighted traces of the posterior: `{:traces :log-weights :log-ml :ess}`. Options: `:particles` (1000), `:proposal` a generative function whose choices replace the prior's, `:proposal-args`.\n(let [m (gen [] (trace :x (flip 0.25)))] (:log-ml (importance m [] {:x true} {:particles 10}))) ;=> -1.3862943611198906", importance).state(),
    Builtin::new("importance-resample", "[gf args observations] [gf args observations options]", "Traces drawn from the weighted set of `importance`, equally likely each. Options as `importance`, and `:samples` (as many as particles).\n(count (importance-resample (gen [] (trace :x (flip 0.5))) [] {} {:particles 10 :samples 3})) ;=> 3", resampled).state(),
];

const OPTIONS: &[&str] = &["particles", "proposal", "proposal-args"];

/// What the particles are drawn from.
struct Sampler {
    model: Value,
    args: Vec<Value>,
    observations: ChoiceMap,
    proposal: Option<(Value, Vec<Value>)>,
}

/// Traces with the logarithms of their weights.
pub struct Particles {
    pub traces: Vec<Arc<Trace>>,
    pub log_weights: Vec<f64>,
}

impl Sampler {
    fn new(cx: &mut Cx, name: &'static str, args: &[Value], options: &Options) -> Result<Sampler> {
        function(name, &args[0])?;
        let proposal = match options.get("proposal") {
            Some(proposal) => {
                function(name, proposal)?;
                Some((proposal.clone(), options.arguments(cx, "proposal-args")?))
            }
            None => None,
        };
        let observations = constraints_of(&args[2], 2)?;
        Ok(Sampler { model: args[0].clone(), args: argument_vector(cx, name, &args[1])?, observations, proposal })
    }

    /// One particle: the proposal's choices and the observations constrain the model; weight = p(all) / q(proposed).
    fn particle(&self, cx: &mut Cx, key: Key) -> Result<(Arc<Trace>, f64, bool)> {
        let mut constraints = self.observations.clone();
        let mut proposed = 0.0;
        if let Some((proposal, args)) = &self.proposal {
            let guide = ops::simulate(cx, proposal, args, Origin::new(key.fold(1)))?;
            let guided = guide.choices();
            for (path, _) in guided.0.leaves() {
                if self.observations.value_at(&path)?.is_some() {
                    return Err(proposes_observed(&path));
                }
            }
            constraints = guided.merge(&self.observations)?;
            proposed = guide.score;
        }
        let outcome = ops::generate(cx, &self.model, &self.args, &constraints, Origin::new(key.fold(0)))?;
        let (mut trace, weight) = (outcome.trace, outcome.weight);
        let visited = unvisited(&constraints, &trace)?.is_none();
        if self.proposal.is_some() {
            let observed = self.observed(&trace)?;
            Arc::make_mut(&mut trace).observed = observed;
        }
        Ok((trace, weight - proposed, visited))
    }

    /// What was given by the observations, not by the proposal.
    fn observed(&self, trace: &Trace) -> Result<Trie<()>> {
        let mut observed = Trie::Empty;
        for (path, ()) in trace.observed.leaves() {
            if self.observations.value_at(&path)?.is_some() {
                observed.set(&path, Trie::Leaf(()));
            }
        }
        Ok(observed)
    }

    /// A particle that does not visit a constraint weighs nothing; a constraint that none visits is a mistake.
    fn run(&self, cx: &mut Cx, n: usize, key: Key) -> Result<Particles> {
        let mut particles = Particles { traces: Vec::with_capacity(n.min(1 << 16)), log_weights: Vec::new() };
        let mut any_visited = false;
        for i in 0..n {
            cx.step()?;
            let (trace, weight, visited) = self.particle(cx, key.fold(i as u64))?;
            any_visited |= visited;
            particles.log_weights.push(if visited { weight } else { f64::NEG_INFINITY });
            particles.traces.push(trace);
        }
        if !any_visited
            && let Some(trace) = particles.traces.first()
            && let Some(path) = self.never_visited(&particles)?
        {
            return Err(unvisited_error(&path, trace).arg(2));
        }
        if particles.log_weights.iter().all(|w| *w == f64::NEG_INFINITY) {
            return Err(all_impossible(&particles));
        }
        Ok(particles)
    }

    /// An observation that no particle visited.
    fn never_visited(&self, particles: &Particles) -> Result<Option<Vec<Value>>> {
        for (path, value) in self.observations.0.leaves() {
            let one = ChoiceMap::from_pairs([(to_value(&path), value.clone())])?;
            let mut missed = None;
            for trace in &particles.traces {
                missed = unvisited(&one, trace)?;
                if missed.is_none() {
                    break;
                }
            }
            if missed.is_some() {
                return Ok(missed);
            }
        }
        Ok(None)
    }
}

/// A proposal may only draw what is not known: its density would be charged for a value that is not its own.
#[cold]
fn proposes_observed(path: &[Value]) -> Box<Error> {
    Error::new("gen::proposal", format!("the proposal draws `{}`, which is observed", show(path)))
        .help("leave it out of the proposal: it draws the unobserved choices only")
}

/// Names the choice that rules out the first particle.
#[cold]
fn all_impossible(particles: &Particles) -> Box<Error> {
    let n = particles.log_weights.len();
    let mut error =
        Error::new("gen::all-impossible", format!("all {n} particles have weight 0: the observations are impossible"));
    if let Some(trace) = particles.traces.first()
        && let Some((path, value, _)) =
            trace.all_choices().into_iter().find(|(_, _, score)| *score == f64::NEG_INFINITY)
    {
        error.message =
            format!("{}, for example `{}` at `{}`", error.message, crate::eval::print::brief(&value), show(&path));
    }
    error.help("check the observations against the supports of their distributions, or use more particles")
}

fn importance(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let options = Options::read("importance", args, 3, OPTIONS)?;
    let sampler = Sampler::new(cx, "importance", args, &options)?;
    let n = options.count("particles", 1000, 1)?;
    let key = cx.next_key("importance")?;
    let particles = sampler.run(cx, n, key)?;
    let log_ml = log_mean_exp(&particles.log_weights);
    let ess = effective_sample_size(&particles.log_weights);
    let traces = particles.traces.into_iter().map(crate::gfi::trace_value).collect();
    let weights = particles.log_weights.into_iter().map(Value::float).collect();
    result([
        ("traces", Value::vector(traces)?),
        ("log-weights", Value::vector(weights)?),
        ("log-ml", Value::float(log_ml)),
        ("ess", Value::float(ess)),
    ])
}

fn resampled(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let known = [OPTIONS, &["samples"]].concat();
    let options = Options::read("importance-resample", args, 3, &known)?;
    let sampler = Sampler::new(cx, "importance-resample", args, &options)?;
    let n = options.count("particles", 1000, 1)?;
    let samples = options.count("samples", n, 1)?;
    let key = cx.next_key("importance-resample")?;
    let particles = sampler.run(cx, n, key.fold(0))?;
    let chosen = systematic(&particles.log_weights, samples, key.fold(1).site(0, 0).open01());
    Value::vector(chosen.into_iter().map(|i| crate::gfi::trace_value(particles.traces[i].clone())).collect())
}

/// log (1/n Σ exp w), without overflow.
pub fn log_mean_exp(log_weights: &[f64]) -> f64 {
    let max = log_weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if !max.is_finite() {
        return max;
    }
    let sum: f64 = log_weights.iter().map(|w| (w - max).exp()).sum();
    max + (sum / log_weights.len() as f64).ln()
}

/// (Σ w)² / Σ w² (Kish 1965).
pub fn effective_sample_size(log_weights: &[f64]) -> f64 {
    let max = log_weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights = log_weights.iter().map(|w| (w - max).exp());
    let (sum, squares) = weights.fold((0.0, 0.0), |(s, q), w| (s + w, q + w * w));
    sum * sum / squares
}

/// Systematic resampling (Kitagawa 1996): indices whose counts are the expected ones, rounded.
pub fn systematic(log_weights: &[f64], n: usize, u: f64) -> Vec<usize> {
    let max = log_weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = log_weights.iter().map(|w| (w - max).exp()).collect();
    let total: f64 = weights.iter().sum();
    let last = weights.iter().rposition(|w| *w > 0.0).unwrap_or(0);
    let (mut index, mut below) = (0, weights.first().copied().unwrap_or(0.0));
    (0..n)
        .map(|i| {
            let point = (i as f64 + u) / n as f64 * total;
            while point >= below && index < last {
                index += 1;
                below += weights[index];
            }
            index
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_by_hand() {
        let logs: Vec<f64> = [0.1f64, 0.2, 0.3, 0.4].iter().map(|w| w.ln()).collect();
        assert!((effective_sample_size(&logs) - 10.0 / 3.0).abs() < 1e-12);
        assert!((log_mean_exp(&logs) - 0.25f64.ln()).abs() < 1e-12);
        assert_eq!(systematic(&logs, 4, 0.5), vec![1, 2, 3, 3]);
        assert_eq!(log_mean_exp(&[f64::NEG_INFINITY; 3]), f64::NEG_INFINITY);
    }
}

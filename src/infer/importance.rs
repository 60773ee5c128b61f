//! Importance sampling: runs weighted by how well they explain the observations (Robert & Casella 2004, § 3.3).

use super::measure::{MEASURE, excess, least_remain};
use super::reals::same_measures;
use super::resampling::systematic;
use super::start::with_missing;
use super::tally::result_of;
use super::width::in_width;
use crate::broken::broken;
use crate::error::{Caught, Code, Error, Result, Stop};
use crate::eval::arrays::wrap;
use crate::eval::key::Key;
use crate::eval::options::{OptionRow, Options};
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::{
    BadPoints, BatchRequest, BatchedTrace, ChoiceMap, Dimension, Goal, LaneMode, LaneSource, Origin,
    all_visited_in_lanes, argument_vector, check_lanes, constraints_of, function, generate, run_batch, run_sparing,
    show, simulate, take_lanes,
};
use crate::infer::options::{DTYPE, PARTICLES};
use crate::tensor::Array;
use crate::tensor::lanes::weights;

pub const TABLE: &[Builtin] = &[
    Builtin::new("importance", "[gf args observations & options]", |cx, a| {
        in_width(cx, "importance", OPTIONS, a, 3, importance)
    })
    .draws()
    .options(3, OPTIONS),
    Builtin::new("importance-resample", "[gf args observations & options]", |cx, a| {
        in_width(cx, "importance-resample", RESAMPLED, a, 3, resampled)
    })
    .draws()
    .options(3, RESAMPLED),
];

const PROPOSAL: OptionRow = OptionRow::any("proposal", "a generative function whose choices replace the prior's");
const PROPOSAL_ARGS: OptionRow = OptionRow::any("proposal-args", "its arguments").or_told("[]");
const OPTIONS: &[OptionRow] = &[PARTICLES, PROPOSAL, PROPOSAL_ARGS, DTYPE];
const RESAMPLED: &[OptionRow] = &[
    PARTICLES,
    PROPOSAL,
    PROPOSAL_ARGS,
    DTYPE,
    OptionRow::count("samples", 1, "traces that are drawn").or_told("as many"),
];

/// What the particles are drawn from.
pub struct Sampler {
    pub model: Value,
    pub args: Vec<Value>,
    pub observations: ChoiceMap,
    pub proposal: Option<(Value, Vec<Value>)>,
}

/// Weighted runs, a lane each.
pub struct Particles {
    pub traces: BatchedTrace,
    pub log_weights: Vec<f64>,
    /// What the proposal drew.
    pub proposed: ChoiceMap,
    /// Particles at which the model raised an error.
    pub bad: BadPoints,
    /// By how many numbers the weights are densities; none where all are so by the same.
    pub excess: Vec<i32>,
}

impl Sampler {
    fn new(cx: &mut Cx, name: &'static str, args: &[Value], options: &Options<'_>) -> Result<Sampler> {
        function(name, &args[0])?;
        options.needs("proposal-args", "proposal")?;
        let proposal = match options.get("proposal") {
            Some(proposal) => {
                function(name, proposal).map_err(|e| e.arg(options.place("proposal")))?;
                Some((proposal.clone(), options.arguments(cx, "proposal-args")?))
            }
            None => None,
        };
        let (observations, given) = (constraints_of(&args[2], 2)?, argument_vector(cx, name, &args[1])?);
        let sampler = Sampler { model: args[0].clone(), args: given, observations, proposal };
        match sampler.measured(cx).caught()? {
            Err(e) if e.code == MEASURE => Err(e.arg(options.place("proposal")).into()),
            _ => Ok(sampler),
        }
    }

    /// Has what the proposal draws the measure that it has in the model, as far as a run tells?
    pub fn measured(&self, cx: &mut Cx) -> Result<()> {
        let Some((proposal, args)) = &self.proposal else { return Ok(()) };
        let drawn = simulate(cx, proposal, args, Origin::new(Key(0)))?;
        let choices = drawn.choices().merge(&self.observations)?;
        let run = generate(cx, &self.model, &self.args, &choices, Origin::new(Key(1)))?.trace;
        same_measures(cx, &run, &drawn)
    }

    /// The proposal's choices and the observations constrain the model; weight = p(all) / q(proposed). A particle that
    /// does not visit a constraint weighs nothing; a constraint that none visits is a mistake. What is `kept` has its
    /// value in the lanes that hold it there.
    pub fn run(&self, cx: &mut Cx, n: usize, key: Key, kept: &ChoiceMap) -> Result<Particles> {
        check_lanes(&self.observations, n, 2)?;
        let width = cx.width();
        let batch = |this, args, goal, key| BatchRequest {
            this,
            args,
            goal,
            key,
            lanes: n,
            width,
            past: None,
            how: LaneMode::Together,
        };
        let mut bad = BadPoints::default();
        let Some((proposal, args)) = &self.proposal else {
            let choices = self.observations.or(kept)?;
            let goal = Goal::observe(choices);
            let request = batch(&self.model, &self.args, &goal, key.fold(0));
            let mut outcome = run_sparing(cx, &request, &mut bad)?;
            all_visited_in_lanes(&self.observations, &outcome.trace).map_err(|e| e.arg(2))?;
            if !kept.is_empty() {
                self.mark(&mut outcome.trace)?;
            }
            let proposed = ChoiceMap::default();
            let (traces, mut log_weights) = (outcome.trace, outcome.weights);
            if broken!("data-ignored") {
                log_weights.fill(0.0);
            }
            let excess = excess(&traces.of_data(), &Dimension::One(0), n);
            return possible(cx, Particles { traces, log_weights, proposed, bad, excess });
        };
        let prior = Goal::update(kept.clone());
        let guide = run_batch(cx, &batch(proposal, args, &prior, key.fold(1)))?.trace;
        for path in guide.addresses() {
            if self.observations.value_at(&path)?.is_some() {
                return Err(proposes_observed(&path));
            }
        }
        let proposed = guide.choices()?;
        let choices = proposed.or(kept)?.merge(&self.observations)?;
        let goal = Goal::observe(choices.clone());
        let request = batch(&self.model, &self.args, &goal, key.fold(0));
        let mut outcome = run_sparing(cx, &request, &mut bad)?;
        all_visited_in_lanes(&choices, &outcome.trace).map_err(|e| e.arg(2))?;
        // All that is given here counts as observed until it is marked.
        let excess = excess(&outcome.trace.of_data(), &guide.of_all(), n);
        self.mark(&mut outcome.trace)?;
        let scores = guide.chunks.iter().flat_map(|chunk| &chunk.score);
        outcome.weights.iter_mut().zip(scores).for_each(|(weight, q)| *weight -= q);
        possible(cx, Particles { traces: outcome.trace, log_weights: outcome.weights, proposed, bad, excess })
    }

    /// Only the data is observed.
    fn mark(&self, trace: &mut BatchedTrace) -> Result<()> {
        trace.observe_only(&|path| self.observations.mask_at(path))
    }
}

impl Particles {
    /// Only those remain whose weights are densities of the fewest numbers.
    fn comparable(mut self) -> Particles {
        least_remain(&mut self.log_weights, &self.excess);
        self
    }
}

/// Some particle must have a weight.
fn possible(cx: &mut Cx, particles: Particles) -> Result<Particles> {
    match particles.log_weights.iter().all(|w| *w == f64::NEG_INFINITY) {
        true => Err(all_impossible(cx, &particles)),
        false => Ok(particles),
    }
}

/// A proposal may only draw what is not known: its density would be charged for a value that is not its own.
#[cold]
fn proposes_observed(path: &[Value]) -> Stop {
    Error::raise(Code::Proposal, format!("the proposal draws `{}`, which is observed", show(path)))
        .help("leave it out of the proposal: it draws the unobserved choices only")
}

/// Names the choice that rules out the first particle.
#[cold]
fn all_impossible(cx: &mut Cx, particles: &Particles) -> Stop {
    let n = particles.log_weights.len();
    let mut message = format!("all {n} particles have weight 0: the observations are impossible");
    let first = match particles.traces.first_impossible(cx) {
        Ok(first) => first,
        Err(stop) => return stop,
    };
    if let Some((path, value)) = first {
        message += &format!(", for example `{}` at `{}`", crate::eval::print::brief(&value), show(&path));
    }
    if let Some(first) = &particles.bad.first {
        let n = particles.bad.count;
        message += &format!("; at {n} of them the model raised an error, the first: {first}");
    }
    Error::raise(Code::AllImpossible, message)
        .help("check the observations against the supports of their distributions, or use more particles")
}

fn importance(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let options = Options::read("importance", args, 3, OPTIONS)?;
    let sampler = Sampler::new(cx, "importance", args, &options)?;
    let n = options.count("particles");
    let key = cx.next_key("importance")?;
    let particles = sampler.run(cx, n, key, &ChoiceMap::default())?.comparable();
    let n = particles.log_weights.len();
    let sums = weights(&particles.log_weights);
    let (log_ml, ess) = (sums.log_mean_exp(n), sums.effective_size());
    let entries = [
        ("traces", particles.traces.into_value()),
        ("log-weights", wrap(Array::from_f64(particles.log_weights, &[n]))?),
        ("log-ml", Value::float(log_ml)),
        ("ess", Value::float(ess)),
    ];
    with_missing(result_of(entries, &particles.bad)?, &sampler.observations)
}

fn resampled(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let options = Options::read("importance-resample", args, 3, RESAMPLED)?;
    let sampler = Sampler::new(cx, "importance-resample", args, &options)?;
    let n = options.count("particles");
    let samples = options.count_given("samples").unwrap_or(n);
    let key = cx.next_key("importance-resample")?;
    let particles = sampler.run(cx, n, key.fold(0), &ChoiceMap::default())?.comparable();
    let chosen = systematic(&particles.log_weights, samples, key.fold(1).site(0, 0).open01());
    let picks: Vec<LaneSource> = chosen.into_iter().map(|i| (0, i)).collect();
    Ok(take_lanes(&[&particles.traces], &picks)?.into_value())
}

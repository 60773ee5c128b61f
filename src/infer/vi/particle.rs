//! Particles of a guide, scored by the guide and by the model as functions of the parameters.

use super::super::jumps::{check_decisions, off_support};
use super::super::measure::unlike;
use super::objective::GradientWeights;
use super::settings::{EstimatorSettings, Objective};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::gradient::{holds_var, primal_of};
use crate::eval::key::Key;
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use crate::gfi::{BadPoints, ChoiceMap, Origin, Trace, assess, generate, show};
use crate::infer::follow::{Followed, Passage, follow};
use std::sync::OnceLock;

/// A guide and the posterior that it is to fit; without one what it returns is to be large.
pub struct GuidedProblem<'a> {
    pub guide: &'a Value,
    pub guide_args: &'a [Value],
    pub posterior: Option<Posterior<'a>>,
}

/// A model under observations.
pub struct Posterior<'a> {
    pub model: &'a Value,
    pub args: &'a [Value],
    pub observations: &'a ChoiceMap,
    /// By how many numbers the model's density is one of more than the guide's, once that is known.
    pub excess: OnceLock<i64>,
}

impl<'a> Posterior<'a> {
    pub fn new(model: &'a Value, args: &'a [Value], observations: &'a ChoiceMap) -> Posterior<'a> {
        Posterior { model, args, observations, excess: OnceLock::new() }
    }

    /// The values whose code its runs are.
    pub fn code(&self) -> Vec<Value> {
        self.args.iter().chain([self.model]).cloned().collect()
    }

    /// Log-weights are compared, of densities of as many numbers.
    fn comparable(&self, model: &Trace, guide: &Trace) -> Result<()> {
        let excess = model.dimension() as i64 - guide.dimension() as i64;
        let same = *self.excess.get_or_init(|| excess) == excess;
        match same && model.beyond(guide) == 0 {
            true => Ok(()),
            false => Err(unlike()),
        }
    }
}

/// A run of the guide, with the model's run of its choices.
pub struct Shot {
    model: Value,
    guide: Value,
    /// log p − log q, or what the guide returns.
    /// It is −∞ where the model raised an error.
    pub log_weight: f64,
    /// The probability of its enumerated choices.
    pub share: f64,
    choices: Vec<Followed>,
    /// Choices that were given to the guide.
    given: ChoiceMap,
    key: Key,
}

/// Parameters that model and guide have read.
#[derive(Default)]
pub struct Reads {
    pub model: Vec<Value>,
    pub guide: Vec<Value>,
    /// Draws of the guide at which the model raised an error.
    pub bad: BadPoints,
}

/// All runs of one particle: one, unless choices are enumerated; then one for each of their values, whose other choices
/// come from the same random numbers.
pub fn shots(
    cx: &mut Cx,
    problem: &GuidedProblem<'_>,
    settings: &EstimatorSettings,
    key: Key,
    given: ChoiceMap,
    reads: &mut Reads,
) -> Result<Vec<Shot>> {
    let (mut open, mut done) = (vec![given.clone()], Vec::new());
    while let Some(chosen) = open.pop() {
        cx.step()?;
        let shot = shot(cx, problem, settings, key, &chosen, reads)?;
        check_decisions(cx, &shot.choices)?;
        let next = shot.choices.iter().find(|c| c.passage == Passage::Values && chosen.as_trie().at(&c.path).is_none());
        match next {
            None => done.push(Shot { share: shot.enumerated(&given).iter().map(density).sum::<f64>().exp(), ..shot }),
            Some(choice) => {
                for value in choice.values.iter().rev() {
                    let mut chosen = chosen.clone();
                    chosen.put(&choice.path, value.clone())?;
                    open.push(chosen);
                }
            }
        }
    }
    // A value of probability 0 says nothing.
    done.retain(|shot| shot.share > 0.0);
    Ok(done)
}

fn density(choice: &&Followed) -> f64 {
    number(&choice.density)
}

fn number(density: &Value) -> f64 {
    primal_of(density).as_f64().unwrap_or(f64::NAN)
}

fn shot(
    cx: &mut Cx,
    problem: &GuidedProblem<'_>,
    settings: &EstimatorSettings,
    key: Key,
    given: &ChoiceMap,
    reads: &mut Reads,
) -> Result<Shot> {
    let origin = Origin::new(key);
    let drawn = plainly(cx, |cx| generate(cx, problem.guide, problem.guide_args, given, origin))?.trace;
    let passages = &settings.passages;
    let (guide, choices) =
        follow(cx, problem.guide, problem.guide_args, &drawn.choices(), passages, Origin::new(key.fold(1)))?;
    if let Some(moving) = choices.iter().find(|choice| choice.moves && choice.passage == Passage::Constant) {
        return Err(moves(moving));
    }
    reads.guide.push(guide.trace.params.clone());
    let shot =
        |model, guide, log_weight| Shot { model, guide, log_weight, share: 1.0, choices, given: given.clone(), key };
    let Some(posterior) = &problem.posterior else {
        let returned = guide.trace.retval.clone();
        let value = primal_of(&returned).as_f64().ok_or_else(|| no_number(primal_of(&returned)))?;
        return Ok(shot(returned, Value::float(0.0), value));
    };
    let all = guide.trace.choices().merge(posterior.observations)?;
    let model = match assess(cx, posterior.model, posterior.args, &all).map_err(covers) {
        Err(e) if e.is(MISSING) => return Err(e),
        model => match reads.bad.good(model)? {
            Some(model) => model,
            None => return Ok(shot(Value::float(f64::NEG_INFINITY), guide.total, f64::NEG_INFINITY)),
        },
    };
    let (p, q) = (model.weight.total(), guide.weight.total());
    if (p - q).is_finite() {
        posterior.comparable(&model.trace, &guide.trace)?;
    }
    reads.model.push(model.trace.params.clone());
    if p == f64::NEG_INFINITY && settings.objective == Objective::Elbo && number(&guide.total).is_finite() {
        return Err(outside(&model.trace));
    }
    let found = shot(model.total, guide.total, p - q);
    let moves = |choice: &&Followed| choice.passage == Passage::Path && choice.values.iter().any(holds_var);
    let outside = p == f64::NEG_INFINITY && settings.objective == Objective::Iwelbo;
    match found.choices.iter().find(|choice| outside && moves(choice)) {
        Some(choice) => Err(off_support(&choice.path)),
        None => Ok(found),
    }
}

/// The slope of the log-density alone is not that of an expectation whose support moves.
#[cold]
fn moves(choice: &Followed) -> Stop {
    let at = show(&choice.path);
    let message = format!("a parameter moves the support of `{at}`, which `:reinforce` and `:vimco` cannot see");
    Error::raise(Code::NoGradient, message).help(format!(
        "try `:estimator {{{at} :reparam}}`; else draw a number whose support stays, and move that: \
        `(+ a (trace {at} (exponential 1)))`; where a `transformed` distribution keeps its ends, tell its \
        `:support`"
    ))
}

#[cold]
fn no_number(value: &Value) -> Stop {
    let message = format!("the function returns {} `{}`, which has no expectation", value.kind(), brief(value));
    Error::raise(Code::Type, message).help("return a number: `(if b 1 0)`").arg(0)
}

/// Runs `f` with the parameters in force as plain numbers: draws have no derivative of their own.
fn plainly<R>(cx: &mut Cx, f: impl FnOnce(&mut Cx) -> Result<R>) -> Result<R> {
    let plain = crate::eval::gradient::plain(&cx.params)?;
    let lifted = std::mem::replace(&mut cx.params, plain);
    let result = f(cx);
    cx.params = lifted;
    result
}

impl Shot {
    /// What it adds to its particle's log-weight.
    pub fn part(&self) -> f64 {
        self.share * self.log_weight
    }

    /// The enumerated choices, but for those that were given from the start.
    fn enumerated(&self, start: &ChoiceMap) -> Vec<&Followed> {
        let listed = |c: &&Followed| c.passage == Passage::Values && start.as_trie().at(&c.path).is_none();
        self.choices.iter().filter(listed).collect()
    }

    /// What its log-densities count in the gradient; `share` is its particle's, as is `mean`, of which this is a part.
    pub fn seeds(&self, share: &GradientWeights, mean: f64, seeds: &mut Vec<(Value, Value)>) {
        // Its own reward, where its particle has several runs.
        let reward = share.score + share.model * if self.log_weight == mean { 0.0 } else { self.log_weight - mean };
        let mut seed = |density: &Value, weight: f64| {
            // What counts nothing may have no derivative.
            if weight != 0.0 {
                seeds.push((density.clone(), Value::float(weight)));
            }
        };
        seed(&self.model, self.share * share.model);
        seed(&self.guide, self.share * share.guide);
        for choice in &self.choices {
            match choice.passage {
                Passage::Path | Passage::Coordinates | Passage::Free => {}
                Passage::Constant => seed(&choice.density, self.share * (reward + share.spare)),
                // d (q f) = q (f d log q + d f).
                Passage::Values => seed(&choice.density, self.share * share.model * self.log_weight),
                Passage::Pairs => seed(&choice.density, self.share * share.spare),
            }
        }
    }

    /// The differences that make the derivatives by the parameters of single choices, with those parameters.
    pub fn differences(
        &self,
        cx: &mut Cx,
        problem: &GuidedProblem<'_>,
        settings: &EstimatorSettings,
        share: &GradientWeights,
        reads: &mut Reads,
        seeds: &mut Vec<(Value, Value)>,
    ) -> Result<()> {
        let mut before = ChoiceMap::default();
        for choice in &self.choices {
            let value = self.given.at(&choice.path)?;
            if !value.is_empty() {
                before.put_below(&choice.path, &value)?;
            }
            for pair in &choice.pairs {
                let mut mean = |cx: &mut Cx, value: &Value| -> Result<f64> {
                    let mut given = before.clone();
                    given.put(&choice.path, value.clone())?;
                    let shots = shots(cx, problem, settings, self.key, given, reads)?;
                    Ok(shots.iter().map(Shot::part).sum())
                };
                let difference = mean(cx, &pair.plus)? - mean(cx, &pair.minus)?;
                seeds.push((pair.param.clone(), Value::float(self.share * share.model * pair.scale * difference)));
            }
        }
        Ok(())
    }
}

const MISSING: Code = Code::ChoiceMissing;

/// A choice of the model that the guide did not make this time.
#[cold]
fn covers(error: Stop) -> Stop {
    match error.code() {
        Some(MISSING) => error
            .within("the guide leaves a choice of the model open")
            .help("a guide makes every unobserved choice of the model, whichever way the model goes"),
        _ => error,
    }
}

/// The error of a guide whose draws the model rules out: the bound is −∞.
#[cold]
fn outside(trace: &crate::gfi::Trace) -> Stop {
    let error =
        crate::gfi::possible(trace).err().unwrap_or_else(|| Error::raise(Code::AllImpossible, "the bound is −∞"));
    error.help("the bound is −∞ there: draw it from a distribution with the support of the model's")
}

//! Whole algorithms along gradients: their settings, and where their chains start.

use super::adaptation::Metric;
use super::chain::GradientChain;
use super::continuous::{continuous, discrete};
use super::kernels::{LEAPFROG_STEPS, MAX_DEPTH, SIZE, TAU, leapfrog_size};
use super::method::Method;
use crate::error::{Code, Error, Result};
use crate::eval::key::Key;
use crate::eval::options::OptionRow;
use crate::eval::options::Options;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::{ChoiceMap, Selection, Trace};
use crate::infer::chains::{self, Algorithm, Chain, ChainPlan};
use crate::infer::chains::{BURN, CALLBACK, CHAINS, SAMPLES, SEED, THIN, THREADS};
use crate::infer::enumeration::{self, Grid};
use crate::infer::model_density::ModelDensity;
use crate::infer::options::{SELECTION, VALUES};
use crate::infer::start::{INIT, Init, Problem, with_missing};
use std::sync::Arc;

pub const NUTS: Builtin = Builtin::new("nuts", "[gf args observations & options]", |cx, a| run(cx, "nuts", a))
    .draws()
    .options(3, NUTS_OPTIONS);
pub const HMC: Builtin =
    Builtin::new("hmc", "[gf args observations & options]", |cx, a| run(cx, "hmc", a)).draws().options(3, HMC_OPTIONS);
pub const MALA: Builtin = Builtin::new("mala", "[gf args observations & options]", |cx, a| run(cx, "mala", a))
    .draws()
    .options(3, MALA_OPTIONS);

/// What is done with discrete choices.
#[derive(Clone, Copy, PartialEq)]
pub enum Discrete {
    Refused,
    Gibbs,
    Enumerated,
}

/// The settings of a sampler along gradients.
pub struct Gradients {
    pub name: &'static str,
    problem: Problem,
    pub method: Method,
    pub warmup: usize,
    pub target: f64,
    pub size: f64,
    pub metric: Metric,
    pub discrete: Discrete,
    /// What moves; everything unobserved without one. The rest stays as it was first drawn.
    selection: Option<Selection>,
    /// Values of discrete choices by address, instead of their supports.
    pub values: Grid,
}

const TARGET: OptionRow = OptionRow::number(
    "target-accept",
    "a number between 0 and 1",
    |x| x > 0.0 && x < 1.0,
    "the acceptance that the step size adapts to",
)
.or_number(0.8);
const METRIC: OptionRow =
    OptionRow::word("mass", &["diagonal", "dense", "unit"], "which mass is learned").or_word("diagonal");
const DISCRETE: OptionRow =
    OptionRow::word("discrete", &["gibbs", "enumerate"], "discrete choices are drawn given the others, or summed over")
        .or_told("an error");
const FIRST: OptionRow = SIZE.saying("the size of a leapfrog step to start from");
const FIRST_TAU: OptionRow = TAU.saying("τ of `mala-kernel` to start from");

const NUTS_OPTIONS: &[OptionRow] = &[
    SAMPLES, BURN, THIN, CHAINS, SELECTION, MAX_DEPTH, TARGET, FIRST, METRIC, DISCRETE, VALUES, INIT, SEED, THREADS,
    CALLBACK,
];
const HMC_OPTIONS: &[OptionRow] = &[
    SAMPLES,
    BURN,
    THIN,
    CHAINS,
    SELECTION,
    LEAPFROG_STEPS,
    TARGET,
    FIRST,
    METRIC,
    DISCRETE,
    VALUES,
    INIT,
    SEED,
    THREADS,
    CALLBACK,
];
const MALA_OPTIONS: &[OptionRow] = &[
    SAMPLES, BURN, THIN, CHAINS, SELECTION, TARGET, FIRST_TAU, METRIC, DISCRETE, VALUES, INIT, SEED, THREADS, CALLBACK,
];

/// The options of an algorithm.
fn rows(name: &str) -> &'static [OptionRow] {
    match name {
        "nuts" => NUTS_OPTIONS,
        "hmc" => HMC_OPTIONS,
        _ => MALA_OPTIONS,
    }
}

fn run(cx: &mut Cx, name: &'static str, args: &mut [Value]) -> Result<Value> {
    let options = Options::read(name, args, 3, rows(name))?;
    let algorithm = Gradients::read(cx, name, args, &options)?;
    let plan = ChainPlan::read(cx, name, &options)?;
    with_missing(chains::run(cx, &algorithm, &plan)?, &algorithm.problem.observations)
}

impl Algorithm for Gradients {
    fn start(&self, cx: &mut Cx, chain: usize, key: Key) -> Result<Box<dyn Chain + '_>> {
        let mut found = None;
        self.problem.start(cx, chain, key.fold(0), |cx, trace, bad| {
            found = GradientChain::at(cx, self, trace, key.fold(1), bad)?;
            Ok(found.is_some())
        })?;
        match found {
            Some(chain) => Ok(Box::new(chain)),
            None => Err(Error::raise(Code::AllImpossible, "no start at which the density has a gradient")),
        }
    }

    fn code(&self) -> Vec<Value> {
        self.problem.code()
    }
}

impl Gradients {
    fn read(cx: &mut Cx, name: &'static str, args: &[Value], options: &Options<'_>) -> Result<Gradients> {
        options.needs("values", "discrete")?;
        let selection = options.get("selection").map(Selection::from_value).transpose()?;
        let init = Init::read(cx, options, Init::Uniform)?;
        Ok(Gradients {
            name,
            values: Grid::read(cx, options, "values")?,
            problem: Problem::read(cx, name, args)?.starting(init, selection.clone()),
            method: match name {
                "nuts" => Method::Nuts { max_depth: options.count("max-depth") },
                "hmc" => Method::Static { steps: options.count("leapfrog-steps") },
                _ => Method::Static { steps: 1 },
            },
            warmup: options.count("burn"),
            target: options.number("target-accept"),
            size: leapfrog_size(name, options),
            metric: match options.word("mass") {
                "dense" => Metric::Dense,
                "unit" => Metric::Unit,
                _ => Metric::Diagonal,
            },
            selection,
            discrete: match options.word("discrete") {
                "gibbs" => Discrete::Gibbs,
                "enumerate" => Discrete::Enumerated,
                _ => Discrete::Refused,
            },
        })
    }

    fn moving(&self, trace: &Trace) -> Selection {
        let latent = trace.latent();
        self.selection.clone().map_or(latent.clone(), |selection| selection.and(latent))
    }

    /// The discrete choices that are drawn, or summed over.
    pub fn drawn_again(&self, trace: &Trace) -> Vec<Vec<Value>> {
        let moving = self.moving(trace);
        discrete(trace).into_iter().map(|(path, _)| path).filter(|path| moving.contains(path)).collect()
    }

    pub fn spaces(&self, cx: &mut Cx, trace: &Arc<Trace>) -> Result<Spaces> {
        let (moving, paths) = (self.moving(trace), self.drawn_again(trace));
        if paths.is_empty() || self.discrete == Discrete::Refused {
            let (moves, _) = continuous(cx, self.name, Some(&moving), trace)?;
            let (space, u) = ModelDensity::of(cx, trace, &moves)?;
            return Ok((vec![space], Vec::new(), u));
        }
        let named: Vec<Value> = paths.iter().map(|path| crate::gfi::to_value(path)).collect();
        let moves = moving.and(Selection::of(&named)?.complement());
        let (space, u) = ModelDensity::of(cx, trace, &moves)?;
        if self.discrete == Discrete::Gibbs {
            return Ok((vec![space], paths, u));
        }
        let all = Arc::new(enumeration::Space::of(trace, paths.clone(), self.values.clone()));
        let combinations: Vec<ChoiceMap> = enumeration::all(cx, &all)?.choices;
        let spaces = combinations.iter().map(|choices| space.with(choices)).collect::<Result<Vec<_>>>()?;
        Ok((spaces, paths, u))
    }
}

/// The spaces of a trace's continuous choices, where the discrete ones are, and the coordinates.
type Spaces = (Vec<ModelDensity>, Vec<Vec<Value>>, Vec<f64>);

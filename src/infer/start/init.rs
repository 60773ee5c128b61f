//! `:init`: where the chains of an algorithm start.

use super::Problem;
use super::scatter::scattered;
use crate::error::{Code, Result, Stop};
use crate::eval::key::Key;
use crate::eval::options::{OptionRow, Options};
use crate::eval::{Cx, Value};
use crate::gfi::{BadPoints, ChoiceMap, Origin, Trace, TraceObject, Trie, generate, unvisited, unvisited_error};
use crate::infer::climb::{Peak, climb, foot, pathfinder};
use crate::infer::hmc::smooth;
use crate::infer::model_density::ModelDensity;
use crate::infer::resampling::systematic;
use crate::infer::samples::ResultDraws;
use std::sync::Arc;

/// The option, of algorithms that begin anywhere and of those that begin with prior draws.
pub const INIT: OptionRow = OptionRow::any(
    "init",
    "where chains start: `:uniform` (coordinates on (−2, 2)), `:prior`, `:map`, `:pathfinder`, choices, one map or one a chain, or a result",
)
.or_told(":uniform");
pub const PRIOR_INIT: OptionRow = INIT.or_told(":prior");

/// Steps of a climb to a mode.
const CLIMB: usize = 1000;

/// Where a chain begins.
#[derive(Clone, Default)]
pub enum Init {
    /// A draw from the prior.
    #[default]
    Prior,
    /// Unconstrained coordinates on (−2, 2), as Stan's.
    Uniform,
    /// The mode that is found from there.
    Map,
    /// A draw from a normal approximation found on the way to it.
    Pathfinder,
    /// Choices, chain after chain; others are drawn from the prior.
    Choices(Vec<ChoiceMap>),
}

impl Init {
    /// Reads the option: what it is by default depends on the algorithm.
    pub fn read(cx: &mut Cx, options: &Options<'_>, default: Init) -> Result<Init> {
        let Some(given) = options.get("init") else { return Ok(default) };
        let wrong =
            || options.wrong("init", "`:uniform`, `:prior`, `:map`, `:pathfinder`, choices, or a result", given);
        let place = |error: Stop| error.arg(options.place("init"));
        match given.as_keyword() {
            Some("prior") => return Ok(Init::Prior),
            Some("uniform") => return Ok(Init::Uniform),
            Some("map") => return Ok(Init::Map),
            Some("pathfinder") => return Ok(Init::Pathfinder),
            Some(_) => return Err(wrong()),
            None => {}
        }
        if matches!(given, Value::Map(map) if map.get_keyword("traces").is_some()) {
            return last_draws(cx, given, options).map_err(place);
        }
        match given {
            Value::Vector(each) if !each.is_empty() => {
                each.iter().map(|one| choices(one).unwrap_or_else(|| Err(wrong()))).collect::<Result<_>>()
            }
            one => choices(one).unwrap_or_else(|| Err(wrong())).map(|one| vec![one]),
        }
        .map(Init::Choices)
        .map_err(place)
    }

    /// A run of the model under its observations.
    pub(super) fn run(&self, cx: &mut Cx, problem: &Problem, chain: usize, key: Key) -> Result<Arc<Trace>> {
        match self {
            Init::Prior => problem.prior(cx, key),
            Init::Uniform => scattered(cx, problem, key),
            Init::Map | Init::Pathfinder => self.climbed(cx, problem, key),
            Init::Choices(all) => at_choices(cx, problem, &all[chain % all.len()], key),
        }
    }

    /// A run at coordinates that a climb finds, where there are coordinates.
    fn climbed(&self, cx: &mut Cx, problem: &Problem, key: Key) -> Result<Arc<Trace>> {
        let start = scattered(cx, problem, key)?;
        let Some((space, u)) = coordinates(cx, problem, &start)? else { return Ok(start) };
        let u = match self {
            Init::Pathfinder => pathfinder(cx, &mut &space, u, key.fold(1))?,
            _ => {
                let mut bad = BadPoints::default();
                let mut peak = Peak { point: foot(cx, &mut &space, u, &mut bad)?, converged: false };
                climb(cx, &mut &space, &mut peak, CLIMB, &mut bad, |_| {})?;
                peak.point.u
            }
        };
        Ok(space.trace(cx, &u)?.0)
    }

    /// What to look at where no start has a positive density.
    pub(super) fn advice(&self, tried: u64) -> String {
        match self {
            Init::Choices(_) => {
                "the choices of `:init` do not fit the observations, or each other: check them against the supports"
                    .into()
            }
            Init::Prior => {
                format!("none of {tried} draws from the prior fits the observations: check them against the supports")
            }
            _ => format!(
                "none of {tried} starts fits the observations: check them against the supports, or give choices as `:init`"
            ),
        }
    }
}

/// Choices, or those of a trace, if it is one of these.
fn choices(value: &Value) -> Option<Result<ChoiceMap>> {
    match value.as_host::<TraceObject>() {
        Some(trace) => Some(Ok(trace.choices())),
        None if matches!(value, Value::Map(_)) || value.as_host::<ChoiceMap>().is_some() => {
            Some(ChoiceMap::from_value(value))
        }
        None => None,
    }
}

/// The last draw of each chain of a result; of one with weights draws by these.
fn last_draws(cx: &mut Cx, result: &Value, options: &Options<'_>) -> Result<Init> {
    let draws = ResultDraws::of_value(cx, "init", result)?;
    let chains = options.count("chains");
    let rows = match &draws.log_weights {
        Some(weights) => {
            draws.weighed()?;
            systematic(weights, chains, 0.5).into_iter().map(|row| row as usize).collect()
        }
        None => draws.spread(chains),
    };
    Ok(Init::Choices(draws.traces_at(cx, &rows)?.iter().map(|run| run.choices()).collect()))
}

/// The run that has given choices, where the observations leave them open.
fn at_choices(cx: &mut Cx, problem: &Problem, choices: &ChoiceMap, key: Key) -> Result<Arc<Trace>> {
    let both = choices.merge(&problem.observations)?;
    let trace = generate(cx, &problem.model, &problem.args, &both, Origin::new(key))?.trace;
    if let Some(path) = unvisited(choices, &trace)? {
        return Err(unvisited_error(&path, &trace));
    }
    observed(problem, trace)
}

/// The run as one whose data are the observations, and nothing else.
pub(super) fn observed(problem: &Problem, run: Arc<Trace>) -> Result<Arc<Trace>> {
    let mut own = Trace { observed: Trie::Empty, ..Arc::unwrap_or_clone(run) };
    own.observe(&|path, _| problem.observations.mask_at(path))?;
    Ok(Arc::new(own))
}

/// The continuous choices of a run that are to move, as coordinates, if there are any that have some.
fn coordinates(cx: &mut Cx, problem: &Problem, trace: &Arc<Trace>) -> Result<Option<(ModelDensity, Vec<f64>)>> {
    let latent = trace.latent();
    let moves = problem.moves.clone().map_or(latent.clone(), |moves| moves.and(latent)).and(smooth(trace)?);
    match ModelDensity::of(cx, trace, &moves) {
        Ok((space, u)) => Ok(Some((space, u)).filter(|(_, u)| !u.is_empty())),
        // The algorithm says what it cannot move.
        Err(error) if NO_COORDINATES.iter().any(|code| error.is(*code)) => Ok(None),
        Err(error) => Err(error),
    }
}

const NO_COORDINATES: [Code; 4] = [Code::NoTransform, Code::Structure, Code::Elements, Code::NoGradient];

//! The algorithm under calibration: a function of the program, or one of the house with options, of which the number of
//! draws and the distance between them can be set.

use crate::error::{Code, Error, Result, Stop};
use crate::eval::analyze::closest;
use crate::eval::args::wrong_type;
use crate::eval::collections::Map;
use crate::eval::key::SiteRng;
use crate::eval::options::{OptionRow, Options, find};
use crate::eval::stdlib::core_value;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::{ChoiceMap, Trace, check_callable};
use crate::infer::TABLES;
use crate::infer::resampling::systematic;
use crate::infer::samples::ResultDraws;
use std::sync::Arc;

/// The argument of an algorithm from which on it has options.
const OPTIONS_AT: u16 = 3;

/// What draws from the posterior of observations.
pub struct PosteriorSampler {
    pub function: Value,
    /// Those of the user, where it has some.
    options: Option<Map>,
    /// Does it make chains, so that draws may lie apart?
    pub makes_chains: bool,
    draws: usize,
}

impl PosteriorSampler {
    /// Reads the algorithm and its `:options`: a function of the model, its arguments and observations, or a name.
    pub fn read(cx: &mut Cx, algorithm: &Value, options: &Options<'_>, draws: usize) -> Result<PosteriorSampler> {
        let function = match algorithm.as_keyword() {
            Some(name) => named(cx, name).map_err(|e| e.arg(3))?,
            None => {
                check_callable("sbc", algorithm, 3)?;
                algorithm.clone()
            }
        };
        let rows = rows_of(&function);
        let given = match (options.get("options"), rows) {
            (None, rows) => rows.map(|_| Map::empty()),
            (Some(Value::Map(given)), Some(_)) => Some(given.clone()),
            (Some(given), Some(_)) => return Err(options.wrong("options", "a map", given)),
            (Some(_), None) => {
                return Err(Error::raise(
                    Code::Option,
                    "`:options` are those of a named algorithm, and this is a function",
                )
                .help("write them where the function calls it: `(fn [gf args obs] (nuts gf args obs {…}))`")
                .arg(options.place("options")));
            }
        };
        if given.as_ref().is_some_and(|given| given.get_keyword("seed").is_some()) {
            return Err(Error::raise(Code::Option, "with a `:seed` of its own every replication would draw the same")
                .help("give the seed to `sbc`")
                .arg(options.place("options")));
        }
        let has = |name| rows.is_some_and(|rows| find(rows, name).is_some());
        let makes_chains = ["samples", "thin", "chains"].into_iter().all(has);
        Ok(PosteriorSampler { function, options: given, makes_chains, draws })
    }

    /// All that it runs.
    pub fn code(&self) -> impl Iterator<Item = Value> {
        [self.function.clone()].into_iter().chain(self.options.clone().map(Value::Map))
    }

    /// Runs of the model that stand for the posterior of these observations, all alike; of a chain one in `thin`.
    pub fn draw(
        &self,
        cx: &mut Cx,
        (model, args, observations): (&Value, &Value, ChoiceMap),
        thin: usize,
        draws: &mut SiteRng,
    ) -> Result<Vec<Arc<Trace>>> {
        let mut call = vec![model.clone(), args.clone(), observations.into_value()];
        if let Some(options) = &self.options {
            call.push(Value::Map(self.with_draws(options, thin)?));
        }
        let result = cx.call(&self.function, &mut call)?;
        let found = ResultDraws::of_value(cx, "sbc", &result)?;
        let rows = match &found.log_weights {
            Some(weights) => {
                found.weighed()?;
                // One by one: draws that are spread evenly would have ranks that are too even.
                (0..self.draws).map(|_| systematic(weights, 1, draws.open01())[0] as usize).collect()
            }
            None if found.len() < self.draws => return Err(too_few(found.len(), self.draws)),
            None => found.spread(self.draws),
        };
        found.traces_at(cx, &rows)
    }

    /// The options with as many draws as are compared, in one chain unless the user wants more.
    fn with_draws(&self, options: &Map, thin: usize) -> Result<Map> {
        if !self.makes_chains {
            return Ok(options.clone());
        }
        let chains = options.get_keyword("chains").and_then(Value::as_int).map_or(1, |n| n.max(1) as usize);
        let usual = [("chains", 1), ("samples", self.draws.div_ceil(chains)), ("thin", thin)];
        usual.into_iter().try_fold(options.clone(), |all, (name, value)| match all.get_keyword(name) {
            Some(_) => Ok(all),
            None => all.insert(Value::keyword(name), Value::Int(value as i64)),
        })
    }
}

#[cold]
fn too_few(all: usize, draws: usize) -> Stop {
    let message = format!("the algorithm gave {all} draws, and the truth is compared with {draws}");
    Error::raise(Code::Value, message).help(format!("ask it for more `:samples`, or `sbc` for `:draws {all}`"))
}

fn rows_of(function: &Value) -> Option<&'static [OptionRow]> {
    match function {
        Value::Native(Builtin { options: Some((OPTIONS_AT, rows)), .. }) => Some(rows),
        _ => None,
    }
}

/// The algorithm of the house that has this name.
fn named(cx: &mut Cx, name: &str) -> Result<Value> {
    let known: Vec<&'static Builtin> = TABLES.iter().flat_map(|table| table.iter()).collect();
    let samples = |row: &&&Builtin| {
        let has = |name| row.options.is_some_and(|(at, rows)| at == OPTIONS_AT && find(rows, name).is_some());
        row.arglists.starts_with("[gf args observations")
            && ["samples", "particles", "draws", "mass"].into_iter().any(has)
    };
    let names: Vec<String> = known.iter().filter(samples).map(|row| row.name.to_owned()).collect();
    match known.iter().filter(samples).find(|row| row.name == name) {
        Some(row) => core_value(cx, row.name),
        None => Err(unknown(name, &names)),
    }
}

#[cold]
fn unknown(name: &str, names: &[String]) -> Stop {
    let all = names.iter().map(|name| format!("`:{name}`")).collect::<Vec<_>>().join(", ");
    let error = wrong_type("sbc", "an algorithm", &Value::keyword(name), 3);
    match closest(name, names) {
        Some(best) => error.help(format!("did you mean `:{best}`? there are {all}, or write a function of them")),
        None => error.help(format!("there are {all}, or write `(fn [gf args obs] …)`")),
    }
}

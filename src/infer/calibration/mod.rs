//! Simulation-based calibration: of data that a model makes itself an algorithm should find the choices that made it among
//! its draws at every rank alike (Talts, Betancourt, Simpson, Vehtari, Gelman 2018, "Validating Bayesian inference
//! algorithms with simulation-based calibration", Theorem 1), and so the log-likelihood (Modrák et al. 2023).

mod band;
mod numbers;
mod sampler;

use super::chains::{SEED, THREADS};
use super::finished::result_of_finished;
use super::workers;
use crate::error::{Caught, Code, Error, Result, Stop};
use crate::eval::collections::Map;
use crate::eval::key::{Key, SiteRng, Stream};
use crate::eval::options::{OptionRow, Options};
use crate::eval::reach::only_draws;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::{
    Change, ChoiceMap, Origin, Selection, Share, Trace, argument_vector, check_callable, check_selection, count,
    element_at, function, project, result, simulate, update,
};
use band::RankBand;
use numbers::numbers_of;
use sampler::PosteriorSampler;
use std::collections::HashMap;
use std::sync::Arc;

pub const TABLE: &[Builtin] =
    &[Builtin::new("sbc", "[gf args data algorithm & options]", sbc).draws().options(4, OPTIONS)];

const OPTIONS: &[OptionRow] = &[
    OptionRow::count("replications", 1, "data sets that the model makes, and the algorithm runs on").or_count(500),
    OptionRow::count("draws", 1, "draws of each run that the truth is compared with").or_count(99),
    OptionRow::any(
        "thin",
        "one draw in so many of a chain; `:auto`: as many as make draws nearly independent, up to 100",
    )
    .or_told(":auto"),
    OptionRow::number(
        "level",
        "between 0 and 1",
        |x| x > 0.0 && x < 1.0,
        "the chance that right ranks lie inside their band",
    )
    .or_number(0.999),
    OptionRow::any("quantities", "more numbers to compare, `{name (fn [t] …)}`").or_told("none"),
    OptionRow::any("options", "those of a named algorithm").or_told("{}"),
    SEED,
    THREADS,
];

/// Runs of which the distance between draws is told.
const PILOTS: u64 = 5;
/// Draws that are worth so many of as many independent ones will do.
const ENOUGH: f64 = 0.7;
const MOST_APART: usize = 100;

/// What is calibrated, on which model.
struct Calibration {
    model: Value,
    args: Vec<Value>,
    data: Selection,
    sampler: PosteriorSampler,
    quantities: Vec<(Value, Value)>,
    key: Key,
}

/// The rank of the truth among the draws, by the name of the number; or why there is none.
type Ranks = std::result::Result<Vec<(Value, usize)>, Stop>;

fn sbc(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let options = Options::read("sbc", args, 4, OPTIONS)?;
    function("sbc", &args[0])?;
    let draws = options.count("draws");
    let calibration = Calibration {
        model: args[0].clone(),
        args: argument_vector(cx, "sbc", &args[1])?,
        data: Selection::from_value(&args[2]).map_err(|e| e.arg(2))?,
        sampler: PosteriorSampler::read(cx, &args[3], &options, draws)?,
        quantities: quantities(&options)?,
        key: match options.count_given("seed") {
            Some(seed) => Key::from_seed(seed as u64),
            None => cx.next_key("sbc")?,
        },
    };
    calibration.check_data(cx).map_err(|e| e.arg(2))?;
    let thin = calibration.thin(cx, &options)?;
    let mut found: Vec<Option<Ranks>> = (0..options.count("replications")).map(|_| None).collect();
    let one = |cx: &mut Cx, number: usize, place: &mut Option<Ranks>| {
        cx.step()?;
        *place =
            Some(calibration.replication(cx, calibration.key.fold(number as u64), thin).caught()?.map_err(Into::into));
        Ok(())
    };
    let done = match only_draws(&cx.program, &calibration.code()) {
        true => workers::beside(cx, options.count_given("threads"), &mut found, one),
        false => found.iter_mut().enumerate().try_for_each(|(number, place)| one(cx, number, place)),
    };
    result_of_finished(done, || {
        calibration.verdict(found.into_iter().map_while(|ranks| ranks).collect(), (draws, thin), &options).map(Some)
    })
}

fn quantities(options: &Options<'_>) -> Result<Vec<(Value, Value)>> {
    let given = match options.get("quantities") {
        None => return Ok(Vec::new()),
        Some(Value::Map(given)) => given,
        Some(other) => return Err(options.wrong("quantities", "a map of functions, `{:name (fn [t] …)}`", other)),
    };
    let place = options.place("quantities");
    given.iter().map(|(name, f)| check_callable("sbc", f, place).map(|()| (name.clone(), f.clone()))).collect()
}

impl Calibration {
    /// All code that runs, and what else it may reach.
    fn code(&self) -> Vec<Value> {
        let quantities = self.quantities.iter().map(|(_, f)| f.clone());
        [self.model.clone()].into_iter().chain(self.args.clone()).chain(self.sampler.code()).chain(quantities).collect()
    }

    /// Does the selection name choices of the model that are data, and leave others to find?
    fn check_data(&self, cx: &mut Cx) -> Result<()> {
        let run = simulate(cx, &self.model, &self.args, Origin::new(self.key.fold(u64::MAX - 1)))?;
        check_selection(&self.data, &run)?;
        match self.observations(&run)?.is_empty() {
            true => Err(Error::raise(Code::Selection, "no choice of the model is data")
                .help("select what is observed: `:y`, or `(select :y :z)`")),
            false => Ok(()),
        }
    }

    /// The choices that play data.
    fn observations(&self, run: &Trace) -> Result<ChoiceMap> {
        let mut observations = ChoiceMap::default();
        for (path, value, _) in run.all_choices() {
            match self.data.share(&path) {
                Share::None => {}
                Share::All => observations.put(&path, value)?,
                Share::Some => {
                    for i in 0..count(&value).unwrap_or(0) {
                        let at = [&path[..], &[Value::Int(i as i64)]].concat();
                        let element = element_at(&value, &at[path.len()..])?.filter(|_| self.data.contains(&at));
                        element.map_or(Ok(()), |element| observations.put(&at, element))?;
                    }
                }
            }
        }
        Ok(observations)
    }

    /// One run of the model makes data, and the algorithm draws what may have made it.
    fn runs(&self, cx: &mut Cx, key: Key, thin: usize) -> Result<(Arc<Trace>, Vec<Arc<Trace>>)> {
        let truth = simulate(cx, &self.model, &self.args, Origin::new(key.fold(0)))?;
        let observations = self.observations(&truth)?;
        let args = Value::vector(self.args.clone())?;
        let drawn = cx.outside_model(Stream::new(key.fold(1)), |cx| {
            self.sampler.draw(cx, (&self.model, &args, observations.clone()), thin, &mut key.fold(2).site(0, 0))
        })?;
        let drawn = drawn.into_iter().map(|run| with_data(cx, run, &observations)).collect::<Result<_>>()?;
        Ok((truth, drawn))
    }

    /// The ranks of one run's choices among the draws.
    fn replication(&self, cx: &mut Cx, key: Key, thin: usize) -> Result<Vec<(Value, usize)>> {
        let (truth, mut runs) = self.runs(cx, key, thin)?;
        runs.push(truth);
        let mut all = numbers_of(cx, &runs, &self.data, &self.quantities)?;
        let likelihoods = runs.iter().map(|run| project(cx, run, &self.data)).collect::<Result<Vec<f64>>>()?;
        all.add(Value::keyword("log-likelihood"), likelihoods);
        let mut draws = key.fold(3).site(0, 0);
        Ok(all.by_name().map(|(name, numbers)| (name.clone(), rank_of_last(numbers, &mut draws))).collect())
    }

    /// How far apart draws are: as the user says, or so far that pilot runs' are nearly independent.
    fn thin(&self, cx: &mut Cx, options: &Options<'_>) -> Result<usize> {
        match options.get("thin") {
            Some(Value::Int(n)) if *n > 0 => return Ok(*n as usize),
            Some(other) if other.as_keyword() != Some("auto") => {
                return Err(options.wrong("thin", "a number, at least 1, or `:auto`", other));
            }
            _ => {}
        }
        let mut thin = 1;
        while self.sampler.makes_chains && thin < MOST_APART {
            let mut each = Vec::new();
            for pilot in 0..PILOTS {
                let key = self.key.fold(u64::MAX).fold(pilot);
                let Ok((_, runs)) = self.runs(cx, key, thin).caught()? else { continue };
                let numbers = numbers_of(cx, &runs, &self.data, &[])?;
                each.push(runs.len() as f64 / numbers.effective_size().max(1.0));
            }
            // The middle one: each of them is known roughly.
            each.sort_by(f64::total_cmp);
            let apart = each.get(each.len() / 2).copied().unwrap_or(1.0);
            if apart * ENOUGH <= 1.0 {
                break;
            }
            thin = ((thin as f64 * apart).ceil() as usize).clamp(thin + 1, MOST_APART);
        }
        Ok(thin)
    }

    /// Whether the ranks of every number lie in the band of uniform ones.
    fn verdict(&self, found: Vec<Ranks>, (draws, thin): (usize, usize), options: &Options<'_>) -> Result<Value> {
        let (found, failed): (Vec<_>, Vec<_>) = found.into_iter().partition(Ranks::is_ok);
        let first = failed.first().and_then(|ranks| ranks.as_ref().err());
        if let (true, Some(first)) = (found.is_empty(), first) {
            return Err(first.clone());
        }
        let ranks = by_name(found.into_iter().flatten().collect(), draws, self.key);
        let band = RankBand::new(ranks.first().map_or(0, |(_, ranks)| ranks.len()), draws, options.number("level"));
        let outside = ranks.iter().filter(|(_, ranks)| !band.holds(ranks)).map(|(name, _)| name.clone());
        let outside: Vec<Value> = outside.collect();
        let count = |n: usize| Value::Int(n as i64);
        let numbers = |ranks: &[usize]| Value::vector(ranks.iter().map(|rank| count(*rank)).collect());
        let pairs =
            ranks.iter().map(|(name, ranks)| Ok((name.clone(), numbers(ranks)?))).collect::<Result<Vec<_>>>()?;
        let mut told = vec![
            ("verdict", Value::keyword(if outside.is_empty() { "inside" } else { "outside" })),
            ("outside", Value::vector(outside)?),
            ("replications", count(ranks.first().map_or(0, |(_, ranks)| ranks.len()))),
            ("failed", count(failed.len())),
            ("draws", count(draws)),
            ("thin", count(thin)),
            ("ranks", Value::Map(Map::from_pairs(pairs)?)),
        ];
        told.extend(first.map(|error| ("first-error", Value::str(error.to_string()))));
        result(told)
    }
}

/// A draw under the data of its replication: an algorithm that took no notice of them may have left others in it.
fn with_data(cx: &mut Cx, run: Arc<Trace>, data: &ChoiceMap) -> Result<Arc<Trace>> {
    let has = |path: &[Value], value: &Value| run.value_at(path).is_some_and(|own| own == *value);
    match data.leaves().iter().all(|(path, value)| has(path, value)) {
        true => Ok(run),
        false => Ok(update(cx, &run, Change::none(&run), data, Origin::default())?.trace),
    }
}

/// The rank of the last of some numbers among the others; among equal ones at random.
fn rank_of_last(numbers: &[f64], draws: &mut SiteRng) -> usize {
    let Some((truth, others)) = numbers.split_last() else { return 0 };
    let below = others.iter().filter(|x| *x < truth).count();
    let equal = others.iter().filter(|x| *x == truth).count();
    below + (draws.open01() * (equal + 1) as f64) as usize
}

/// The ranks of each number. A number that neither truth nor draws of a replication have is equal in all of them.
fn by_name(found: Vec<Vec<(Value, usize)>>, draws: usize, key: Key) -> Vec<(Value, Vec<usize>)> {
    let mut anywhere = key.fold(u64::MAX - 2).site(0, 0);
    let mut all: Vec<(Value, Vec<usize>)> = Vec::new();
    let mut index: HashMap<Value, usize> = HashMap::new();
    for (replication, ranks) in found.iter().enumerate() {
        for (name, rank) in ranks {
            let at = *index.entry(name.clone()).or_insert_with(|| {
                all.push((name.clone(), Vec::new()));
                all.len() - 1
            });
            let own = &mut all[at].1;
            own.resize_with(replication, || (anywhere.open01() * (draws + 1) as f64) as usize);
            own.push(*rank);
        }
    }
    for (_, ranks) in &mut all {
        ranks.resize_with(found.len(), || (anywhere.open01() * (draws + 1) as f64) as usize);
    }
    all
}

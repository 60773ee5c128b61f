//! The log density of each observation by itself, under every draw.

use crate::error::{Code, Error, Result, Stop};
use crate::eval::collections::Map;
use crate::eval::reach::only_draws;
use crate::eval::{Builtin, Cx, Value, arrays};
use crate::gfi::{Trace, Trie, element_scores, has_elements, is_marked, show, to_value};
use crate::infer::samples::ResultDraws;
use crate::infer::workers;
use crate::tensor::Array;
use std::sync::Arc;

pub const LOG_LIKELIHOOD: Builtin = Builtin::new("log-likelihood", "[result]", log_likelihood);

/// The observations of one address: a choice, or the elements of one.
pub struct ObservedSite {
    pub path: Vec<Value>,
    /// The shape of its elements; none of a choice that is one observation.
    pub shape: Vec<usize>,
    pub count: usize,
}

/// The log densities of all observations under all draws.
pub struct PointwiseLikelihood {
    pub sites: Vec<ObservedSite>,
    /// Draw by draw, one number for each observation.
    pub draws: Vec<Vec<f64>>,
}

/// What a draw has at one address: the numbers, and their shape.
type SiteScores = (Vec<Value>, Vec<usize>, Vec<f64>);

impl PointwiseLikelihood {
    /// Of the draws of a result, which all have the same observations.
    pub fn of(cx: &mut Cx, function: &'static str, draws: &ResultDraws) -> Result<PointwiseLikelihood> {
        let traces = draws.traces(cx)?;
        let mut found: Vec<(Arc<Trace>, Vec<SiteScores>)> = traces.into_iter().map(|run| (run, Vec::new())).collect();
        let code: Vec<Value> = found.first().map(|(run, _)| code_of(run)).unwrap_or_default();
        let one = |cx: &mut Cx, (run, scores): &mut (Arc<Trace>, Vec<SiteScores>)| {
            cx.step()?;
            *scores = scores_of(cx, function, run)?;
            Ok(())
        };
        match only_draws(&cx.program, &code) {
            true => workers::beside(cx, None, &mut found, |cx, _, place| one(cx, place))?,
            false => found.iter_mut().try_for_each(|place| one(cx, place))?,
        }
        let sites = match found.first() {
            Some((_, scores)) => scores
                .iter()
                .map(|(path, shape, all)| ObservedSite { path: path.clone(), shape: shape.clone(), count: all.len() })
                .collect(),
            None => Vec::new(),
        };
        let all = PointwiseLikelihood { sites, draws: Vec::with_capacity(found.len()) };
        found.into_iter().try_fold(all, |mut all, (_, scores)| {
            let same = |(own, (path, shape, _)): (&ObservedSite, &SiteScores)| own.path == *path && own.shape == *shape;
            if scores.len() != all.sites.len() || !all.sites.iter().zip(&scores).all(same) {
                return Err(other_observations(function));
            }
            all.draws.push(scores.into_iter().flat_map(|(_, _, numbers)| numbers).collect());
            Ok(all)
        })
    }

    /// How many observations there are.
    pub fn count(&self) -> usize {
        self.sites.iter().map(|site| site.count).sum()
    }

    /// The addresses of all observations.
    pub fn addresses(&self) -> Vec<Value> {
        let of_site = |site: &ObservedSite| match site.shape.is_empty() {
            true => vec![to_value(&site.path)],
            false => (0..site.count).map(|i| element_address(site, i)).collect(),
        };
        self.sites.iter().flat_map(of_site).collect()
    }

    /// The numbers of one observation, draw by draw.
    pub fn observation(&self, number: usize) -> Vec<f64> {
        self.draws.iter().map(|draw| draw[number]).collect()
    }
}

/// `[:y 3]`, or `[:y 0 3]` in two dimensions.
fn element_address(site: &ObservedSite, number: usize) -> Value {
    let (mut rest, mut place) = (number, Vec::new());
    for size in site.shape.iter().rev() {
        place.push(Value::Int((rest % size) as i64));
        rest /= size;
    }
    to_value(&[&site.path[..], &place.into_iter().rev().collect::<Vec<_>>()].concat())
}

fn code_of(run: &Trace) -> Vec<Value> {
    run.args.iter().chain([&run.function]).cloned().collect()
}

/// The log densities of a run's observations.
fn scores_of(cx: &mut Cx, function: &'static str, run: &Trace) -> Result<Vec<SiteScores>> {
    let mut all = Vec::new();
    for (path, value, score) in run.all_choices() {
        let marks = match run.observed.at(&path) {
            None | Some(Trie::Empty) => continue,
            Some(marks) => marks,
        };
        let elements = if has_elements(&value) { element_scores(cx, run, &path)? } else { None };
        let Some(mut elements) = elements else {
            // It has none, or they hang together.
            if score.is_nan() {
                return Err(no_shares(function, &path));
            }
            all.push((path, Vec::new(), vec![score]));
            continue;
        };
        // Missing ones are no data.
        elements.retain(|(place, _)| is_marked(marks, place));
        let shape = shape_of(&elements);
        all.push((path, shape, elements.into_iter().map(|(_, score)| score).collect()));
    }
    match all.is_empty() {
        true => Err(no_observations(function)),
        false => Ok(all),
    }
}

/// The shape of an array that has all these places, or a row of them.
fn shape_of(elements: &[(Vec<Value>, f64)]) -> Vec<usize> {
    let Some((last, _)) = elements.last() else { return vec![0] };
    let sizes: Option<Vec<usize>> = last.iter().map(|i| Some(i.as_int()? as usize + 1)).collect();
    match sizes {
        Some(sizes) if sizes.iter().product::<usize>() == elements.len() => sizes,
        _ => vec![elements.len()],
    }
}

fn log_likelihood(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let draws = ResultDraws::of_value(cx, "log-likelihood", &args[0])?;
    draws.untracked("log-likelihood")?;
    let all = PointwiseLikelihood::of(cx, "log-likelihood", &draws)?;
    let mut from = 0;
    let mut pairs = Vec::new();
    for site in &all.sites {
        let numbers: Vec<f64> =
            all.draws.iter().flat_map(|draw| draw[from..from + site.count].iter().copied()).collect();
        let shape = [&[draws.chains, draws.per_chain()], &site.shape[..]].concat();
        pairs.push((to_value(&site.path), arrays::wrap(Array::from_f64(numbers, &shape))?));
        from += site.count;
    }
    Ok(Value::Map(Map::from_pairs(pairs)?))
}

#[cold]
fn no_observations(function: &str) -> Stop {
    Error::raise(Code::Selection, format!("`{function}`: the draws have no observations"))
        .arg(0)
        .help("give the result of an inference under data, `(nuts model args {:y 1.5})`")
}

#[cold]
fn other_observations(function: &str) -> Stop {
    Error::raise(Code::Structure, format!("`{function}`: not all draws have the same observations"))
        .arg(0)
        .help("the model makes its data at other addresses from draw to draw: observe choices that are always there")
}

#[cold]
fn no_shares(function: &str, path: &[Value]) -> Stop {
    let message = format!(
        "`{function}` needs the log density of `{}` by itself, which a custom function does not tell",
        show(path)
    );
    Error::raise(Code::Operation, message)
        .arg(0)
        .help("let its `:assess` return `:scores` too, `{:weight w :retval r :scores {:a la}}`")
}

//! `exact`: the posterior without sampling, where it can be proved: conjugate choices are solved, choices with finitely
//! many values walked through, anything else refused.

mod affine;
mod conjugate;
mod double;
mod gaussian;
mod solver;
mod verify;

use super::enumeration::{Found, Grid, Space, Walked, Weighing, values_of, walk, weighed};
use super::start::{Problem, with_missing};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::arithmetic::apply;
use crate::eval::collections::Map;
use crate::eval::gradient::primal_of;
use crate::eval::node::Op;
use crate::eval::options::Options;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::{ChoiceMap, result, to_value, unvisited, unvisited_error};
use solver::{Elimination, Solution};
use std::sync::Arc;
use verify::verify;

pub const ROW: Builtin = Builtin::new("exact", "[gf args observations & options]", exact).options(3, &[]);

/// One combination of the values that are walked through, and what it comes to.
struct SolvedCase {
    choices: ChoiceMap,
    weighing: Weighing,
    solution: Solution,
}

fn exact(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    Options::read("exact", args, 3, &[])?;
    let problem = Problem::read(cx, "exact", args)?;
    let cases = cases(cx, &problem)?;
    let log_weights = weighed(cases.iter().map(|case| case.weighing.clone()).collect())?;
    if log_weights.all_impossible() {
        return Err(Error::raise(Code::AllImpossible, "the observations are impossible")
            .arg(2)
            .help("check them against the supports of their distributions"));
    }
    let (log_ml, shares) = (log_weights.log_sum(cx)?, log_weights.shares(cx)?);
    let likely = cases.iter().zip(&shares).filter(|(_, share)| is_positive(share));
    let joint = likely.map(|(case, share)| Ok((case.choices.to_map()?, share.clone())));
    let joint = Map::from_pairs(joint.collect::<Result<Vec<_>>>()?)?;
    let posterior = posteriors(cx, &cases, &shares)?;
    let eliminated = posterior.iter().map(|(address, _)| address.clone()).collect();
    let mut enumerated: Vec<Value> = Vec::new();
    for (path, _) in cases.iter().flat_map(|case| case.choices.leaves()) {
        let address = to_value(&path);
        if !enumerated.contains(&address) {
            enumerated.push(address);
        }
    }
    let found = result([
        ("log-ml", log_ml),
        ("eliminated", Value::vector(eliminated)?),
        ("enumerated", Value::vector(enumerated)?),
        ("posterior", Value::Map(Map::from_pairs(posterior)?)),
        ("joint", Value::Map(joint)),
    ])?;
    with_missing(found, &problem.observations)
}

/// Every combination, solved. A run that does not visit an observation weighs nothing.
fn cases(cx: &mut Cx, problem: &Problem) -> Result<Vec<SolvedCase>> {
    let elimination = Arc::new(Elimination::default());
    let space = Arc::new(Space {
        model: problem.model.clone(),
        args: problem.args.clone(),
        fixed: problem.observations.clone(),
        walked: Walked::All,
        grid: Grid::default(),
        solver: Some(elimination.clone()),
        width: cx.width(),
    });
    let (mut cases, mut missed, mut visited) = (Vec::new(), None, false);
    let walked = walk(cx, &space, |cx, levels, found| {
        let (Found::Run(run, weighing), solution) = (found, elimination.take()) else { return Ok(true) };
        let choices = values_of(levels.iter().map(|level| (level, level.value())));
        let fixed = problem.observations.merge(&choices)?;
        let solution = verify(cx, (&space.model, &space.args), fixed, &run, solution)?;
        let mut log_weight = apply(Op::Add, &weighing.log, &Value::float(solution.log_evidence))?;
        match unvisited(&problem.observations, &run)? {
            Some(path) => {
                log_weight = Value::float(f64::NEG_INFINITY);
                missed = Some((path, run.clone()));
            }
            None => visited = true,
        }
        let weighing = Weighing { log: log_weight, dimension: weighing.dimension + solution.dimension };
        cases.push(SolvedCase { choices, weighing, solution });
        Ok(true)
    });
    walked.map_err(|e| match e.code() {
        Some(Code::Support) => e.help(
            "`exact` solves normal, beta and gamma choices, and the observations that \
            go with them; put numbers on a grid, `(enumerate model args observations {:grid …})`, or sample",
        ),
        _ if elimination.watch.looked() => unsolvable(e),
        _ => e,
    })?;
    if elimination.watch.looked() {
        return Err(unsolvable(Error::raise(
            Code::Exact,
            "a value that `exact` has to keep unknown is looked at on the way, by `try`, a handler or `intervene`",
        )));
    }
    match missed {
        Some((path, run)) if !visited => Err(unvisited_error(&path, &run).arg(2)),
        _ => Ok(cases),
    }
}

fn is_positive(share: &Value) -> bool {
    primal_of(share).as_f64().is_some_and(|share| share > 0.0)
}

/// The posterior of each solved choice, a mixture where there are several cases.
fn posteriors(cx: &mut Cx, cases: &[SolvedCase], shares: &[Value]) -> Result<Vec<(Value, Value)>> {
    let mut all: Vec<(Value, Vec<(Value, Value)>)> = Vec::new();
    for (case, share) in cases.iter().zip(shares).filter(|(_, share)| is_positive(share)) {
        for (unknown, marginal) in case.solution.unknowns.iter().zip(case.solution.gaussian.marginals()) {
            let part = (share.clone(), unknown.known.posterior(cx, marginal)?);
            let address = to_value(&unknown.path);
            match all.iter_mut().find(|(known, _)| *known == address) {
                Some((_, parts)) => parts.push(part),
                None => all.push((address, vec![part])),
            }
        }
    }
    let one = |(address, mut parts): (Value, Vec<(Value, Value)>)| match parts.len() {
        1 => Ok((address, parts.swap_remove(0).1)),
        _ => {
            let (shares, dists): (Vec<Value>, Vec<Value>) = parts.into_iter().unzip();
            Ok((address, cx.call_core("mixture", &mut [Value::vector(shares)?, Value::vector(dists)?])?))
        }
    };
    all.into_iter().map(one).collect()
}

/// The error of a model that does with an unknown number what cannot be solved.
#[cold]
fn unsolvable(stop: Stop) -> Stop {
    stop.map(|error| match error.code == Code::Exact && error.help.is_some() {
        true => error,
        false => error
            .coded(Code::Exact)
            .within("`exact` cannot solve what this model does with an unknown number")
            .help("it solves sums of normal choices and products with known numbers; sample instead: `(mh model args observations)`"),
    })
}

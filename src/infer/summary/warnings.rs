//! What is wrong with a sample, and what to do about it.

use super::SummaryRow;
use crate::eval::Value;
use crate::infer::diagnostics::{bfmi, good_k, smoothed};
use crate::infer::learning::numbers;
use crate::infer::samples::{ResultDraws, ResultRuns};

/// R-hat above which chains have not mixed, and effective draws of a chain below which its diagnostics say little
/// (Vehtari et al. 2021).
const MAX_R_HAT: f64 = 1.01;
const MIN_ESS_PER_CHAIN: usize = 100;
const MIN_ESS: usize = 400;
/// ResultDraws of a chain below which nothing can be computed.
const MIN_DRAWS: usize = 4;
/// Below it the momenta do not move the energy enough (Betancourt 2016), as Stan warns.
const MIN_BFMI: f64 = 0.3;
/// The acceptance of steps, and of moves, that is far below any target.
const LOW_STEPS: f64 = 0.5;
const LOW_MOVES: f64 = 0.02;
/// The share of particles that a step must leave.
const LOW_PARTICLES: f64 = 0.01;
/// Effective draws of a weighted sample.
const MIN_WEIGHTED_ESS: f64 = 100.0;

pub fn of_chains(rows: &[SummaryRow], draws: &ResultDraws) -> Vec<String> {
    let mut warnings = Vec::new();
    let mut warn = |bad: Vec<&SummaryRow>, text: &dyn Fn(&str) -> String| {
        if !bad.is_empty() {
            warnings.push(text(&names(&bad)));
        }
    };
    let where_row = |test: &dyn Fn(&SummaryRow) -> bool| rows.iter().filter(|r| test(r)).collect::<Vec<_>>();
    warn(where_row(&|r| r.get("sd") == 0.0 && r.count > 1), &|names| {
        format!("{names} never changed: if it can, no move was accepted; see `:stats` of the result")
    });
    warn(where_row(&|r| r.get("r_hat") > MAX_R_HAT), &|names| {
        format!(
            "r_hat of {names} is above {MAX_R_HAT}: the chains disagree; run longer (`:burn`, `:samples`) or choose other moves"
        )
    });
    let wanted = MIN_ESS.max(MIN_ESS_PER_CHAIN * draws.chains);
    warn(where_row(&|r| r.get("ess_bulk").min(r.get("ess_tail")) < wanted as f64), &|names| {
        format!("the effective sample size of {names} is below {wanted}: draw more (`:samples`, `:thin`)")
    });
    if draws.per_chain() < MIN_DRAWS && !rows.is_empty() {
        warnings.push(format!("fewer than {MIN_DRAWS} draws a chain cannot be judged: draw more (`:samples`)"));
    }
    // ResultDraws that are independent by themselves form no chain.
    let independent = matches!(draws.runs(), ResultRuns::Batched(_)) || draws.result.get_keyword("sample").is_some();
    if draws.chains == 1 && !rows.is_empty() && !independent {
        warnings.push("one chain has no r_hat: run several (`:chains 4`) to see whether they agree".to_string());
    }
    warnings.extend(of_errors(draws));
    warnings.extend(of_divergences(draws));
    warnings.extend(of_cut_trajectories(draws));
    warnings.extend(of_energy(draws));
    warnings.extend(of_acceptance(draws));
    warnings.extend(of_structure(rows, draws));
    warnings
}

/// A number or a text among the `:stats` of a result.
fn stat(draws: &ResultDraws, name: &str) -> Option<Value> {
    match draws.result.get_keyword("stats")? {
        Value::Map(stats) => stats.get_keyword(name).cloned(),
        _ => None,
    }
}

/// Points at which the model raised an error.
fn of_errors(draws: &ResultDraws) -> Option<String> {
    let (count, first) = (stat(draws, "errors")?.as_int()?, stat(draws, "first-error")?);
    let points = if count == 1 { "1 proposed point, which counts" } else { "proposed points, which count" };
    let points = if count == 1 { points.to_string() } else { format!("{count} {points}") };
    Some(format!("the model raised an error at {points} as impossible; the first: {}", first.as_str()?))
}

/// Trajectories whose energy ran away (Betancourt 2017, § 6.2): the posterior near them is not explored.
fn of_divergences(draws: &ResultDraws) -> Option<String> {
    let count = trues(&stat(draws, "diverging")?);
    let advice = "raise `:target-accept`, or write the model in other coordinates";
    (count > 0).then(|| format!("{count} of {} draws came of a divergent trajectory: {advice}", draws.len()))
}

/// Trajectories that were cut before they turned.
fn of_cut_trajectories(draws: &ResultDraws) -> Option<String> {
    let count = trues(&stat(draws, "saturated")?);
    let advice = "raise `:max-depth`, learn a `:mass :dense`, or write the model on one scale";
    (count > draws.len() / 100)
        .then(|| format!("{count} of {} trajectories were cut at their greatest length: {advice}", draws.len()))
}

/// Chains whose energy hardly moves from draw to draw.
fn of_energy(draws: &ResultDraws) -> Option<String> {
    let energies = numbers(&stat(draws, "energy")?).ok()?;
    let chains = energies.chunks(draws.per_chain().max(MIN_DRAWS));
    let worst = chains.filter(|chain| chain.len() >= MIN_DRAWS).map(bfmi).fold(f64::INFINITY, f64::min);
    let advice = "the tails are hardly explored; write the model in other coordinates, or draw more (`:samples`)";
    (worst < MIN_BFMI).then(|| format!("the energy of a chain moves too little, its BFMI is {worst:.2}: {advice}"))
}

/// Moves that are hardly ever accepted, or steps that are not what the warm-up was to make them.
fn of_acceptance(draws: &ResultDraws) -> Option<String> {
    let of_steps = stat(draws, "accept-prob").and_then(|all| numbers(&all).ok());
    if let Some(all) = of_steps.filter(|all| !all.is_empty()) {
        let mean = all.iter().sum::<f64>() / all.len() as f64;
        let advice = "the steps are too long for some of the posterior; raise `:target-accept` or `:burn`";
        return (mean < LOW_STEPS).then(|| format!("steps are accepted with {mean:.2} on average: {advice}"));
    }
    let rate = draws.result.get_keyword("accept-rate")?.as_f64()?;
    let advice = "propose less at a time, or use another kernel";
    (rate < LOW_MOVES).then(|| format!("only {:.1} % of the moves were accepted: {advice}", 100.0 * rate))
}

fn trues(value: &Value) -> usize {
    match value {
        Value::True => 1,
        Value::Vector(items) => items.iter().map(trues).sum(),
        Value::Array(array) => array.to_f64().map_or(0, |xs| xs.iter().filter(|x| **x != 0.0).count()),
        _ => 0,
    }
}

/// Moves that stopped where the model makes other choices, in chains that never got there.
fn of_structure(rows: &[SummaryRow], draws: &ResultDraws) -> Option<String> {
    let count = stat(draws, "structure-changes")?.as_int()?;
    let crossed = |row: &SummaryRow| {
        let has: Vec<bool> = draws.choice(&row.path).ok()?.iter().map(Option::is_some).collect();
        has.chunks(draws.per_chain().max(1)).find(|chain| chain.contains(&true) && chain.contains(&false)).map(|_| ())
    };
    if rows.iter().any(|row| crossed(row).is_some()) {
        return None;
    }
    let kernels = "`(chain (mh-kernel) (nuts-kernel …))`, `gibbs-kernel` or `involutive-kernel`";
    Some(format!(
        "{count} moves stopped where the model makes other choices, and each chain stayed with those that it \
        began with: moves along gradients cannot cross, {kernels} can"
    ))
}

pub fn of_weighted(ess: f64, draws: &ResultDraws, log_weights: &[f64]) -> Vec<String> {
    let (n, mut warnings) = (draws.len(), Vec::new());
    if ess < MIN_WEIGHTED_ESS && ess < 0.99 * n as f64 {
        let advice = "raise `:particles`, or propose closer to the posterior with `:proposal`";
        warnings.push(format!("the {n} weighted draws are worth only {ess:.1}: {advice}"));
    } else if ess < MIN_WEIGHTED_ESS {
        warnings.push(format!("{n} draws say little: raise `:particles`"));
    }
    let k = smoothed(log_weights, 1.0).k;
    if k > good_k(n) && k.is_finite() {
        let advice =
            "a few draws decide everything; propose with heavier tails, or closer to the posterior, with `:proposal`";
        warnings.push(format!("Pareto k of the weights is {k:.2}: {advice}"));
    }
    warnings.extend(of_particles(draws));
    warnings.extend(of_errors(draws));
    warnings
}

/// Steps of a filter after which nearly all particles descend from a few.
fn of_particles(draws: &ResultDraws) -> Option<String> {
    let sizes = numbers(draws.result.get_keyword("ess-history")?).ok()?;
    let (step, least) = sizes.iter().copied().enumerate().min_by(|a, b| a.1.total_cmp(&b.1))?;
    let advice = "raise `:particles`, or propose closer to the data with `:proposal`";
    (least < LOW_PARTICLES * draws.len() as f64)
        .then(|| format!("the {} particles were worth only {least:.1} at step {step}: {advice}", draws.len()))
}

/// The first few names.
fn names(rows: &[&SummaryRow]) -> String {
    let shown: Vec<&str> = rows.iter().take(3).map(|r| r.name.as_str()).collect();
    let more = rows.len() - shown.len();
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}

//! The numbers of `loo`, `waic`, `psis` and `compare-models` are ArviZ's: `tests/oracles/loo.py` wrote them.

use super::compare::stacked;
use super::log_likelihood::{ObservedSite, PointwiseLikelihood};
use super::loo::PredictiveFit;
use crate::infer::diagnostics::smoothed;
use serde_json::Value;

fn table() -> Value {
    serde_json::from_str(include_str!("../../../tests/oracles/loo.json")).expect("JSON")
}

fn numbers(of: &Value) -> Vec<f64> {
    // Infinite where nothing stands.
    of.as_array().expect("numbers").iter().map(|x| x.as_f64().unwrap_or(f64::INFINITY)).collect()
}

#[track_caller]
fn near(own: &[f64], theirs: &[f64], error: f64) {
    assert_eq!(own.len(), theirs.len());
    for (a, b) in own.iter().zip(theirs) {
        assert!(a == b || (a - b).abs() <= error * b.abs().max(1.0), "{own:?}\n{theirs:?}");
    }
}

fn likelihood(model: &Value) -> PointwiseLikelihood {
    let draws: Vec<Vec<f64>> = model["log_likelihood"].as_array().expect("draws").iter().map(numbers).collect();
    let count = draws[0].len();
    PointwiseLikelihood { sites: vec![ObservedSite { path: Vec::new(), shape: vec![count], count }], draws }
}

#[track_caller]
fn same(own: &PredictiveFit, theirs: &Value) {
    let named = |name: &str| theirs[name].as_f64().expect("a number");
    near(&[own.elpd, own.se(), own.p], &[named("elpd"), named("se"), named("p")], 1e-10);
    near(&own.pointwise, &numbers(&theirs["pointwise"]), 1e-10);
    assert_eq!(Some(own.warning), theirs["warning"].as_bool());
    if let Some(ks) = &own.pareto_k {
        near(ks, &numbers(&theirs["pareto_k"]), 1e-10);
    }
}

#[test]
fn cross_validation_and_criterion_are_those_of_arviz() {
    for (_, model) in table()["models"].as_object().expect("models") {
        let all = likelihood(model);
        same(&PredictiveFit::left_out(&all, model["efficiency"].as_f64().expect("a number")), &model["loo"]);
        same(&PredictiveFit::by_variance(&all), &model["waic"]);
    }
}

#[test]
fn smoothed_weights_are_those_of_arviz() {
    for case in table()["psis"].as_array().expect("cases") {
        let own = smoothed(&numbers(&case["weights"]), 1.0);
        near(&own.log_weights, &numbers(&case["smoothed"]), 1e-10);
        near(&[own.k], &[case["k"].as_f64().unwrap_or(f64::INFINITY)], 1e-10);
    }
}

/// Their optimizer stops at about 1e-7 of the optimum.
#[test]
fn stacking_weights_are_those_of_arviz() {
    let table = table();
    let models = table["models"].as_object().expect("models");
    let left_out: Vec<Vec<f64>> =
        models.values().map(|model| PredictiveFit::left_out(&likelihood(model), 1.0).pointwise).collect();
    let own = stacked(&left_out.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let theirs: Vec<f64> =
        models.keys().map(|name| table["compared"][name]["weight"].as_f64().expect("a weight")).collect();
    near(&own, &theirs, 1e-4);
}

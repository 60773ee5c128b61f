//! The committed table of ArviZ's and NumPy's results, and chains that no diagnostic is made for.

use super::*;
use serde_json::Value;

fn table() -> Value {
    serde_json::from_str(include_str!("../../../tests/oracles/diagnostics.json")).expect("JSON")
}

fn rows<'a>(table: &'a Value, key: &str) -> &'a [Value] {
    table[key].as_array().expect("rows")
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("an array").iter().map(|x| x.as_f64().expect("a number")).collect()
}

/// Fails unless both agree to ten digits; null stands for NaN.
fn agree(row: &Value, key: &str, got: f64) {
    let wanted = row[key].as_f64().unwrap_or(f64::NAN);
    let same = (wanted.is_nan() && got.is_nan()) || (got - wanted).abs() <= 1e-10 * wanted.abs();
    assert!(same, "{key} of {}: {got}, not {wanted}", row["name"]);
}

#[test]
fn chains_as_in_arviz() {
    let table = table();
    assert!(rows(&table, "chains").len() >= 10);
    for row in rows(&table, "chains") {
        let chains: Vec<Vec<f64>> = row["draws"].as_array().expect("chains").iter().map(numbers).collect();
        let (lower, upper) = equal_tailed(&chains, 0.89);
        agree(row, "mean", mean(&chains));
        agree(row, "sd", sd(&chains));
        agree(row, "eti89_lb", lower);
        agree(row, "eti89_ub", upper);
        agree(row, "ess_bulk", ess_bulk(&chains));
        agree(row, "ess_tail", ess_tail(&chains));
        agree(row, "r_hat", r_hat(&chains));
        agree(row, "mcse_mean", mcse_mean(&chains));
        agree(row, "mcse_sd", mcse_sd(&chains));
    }
}

#[test]
fn weights_as_in_numpy() {
    let table = table();
    for row in rows(&table, "weighted") {
        let (xs, logs) = (numbers(&row["draws"]), numbers(&row["log_weights"]));
        let weights = RelativeWeights::new(&logs).expect("positive weights");
        agree(row, "mean", weights.mean(&xs));
        agree(row, "sd", weights.sd(&xs));
        agree(row, "eti89_lb", weights.quantile(&xs, 0.055));
        agree(row, "eti89_ub", weights.quantile(&xs, 0.945));
        agree(row, "ess", weights.effective_sample_size());
    }
}

#[test]
fn what_cannot_be_computed_is_not_a_number() {
    let ramp: Vec<f64> = (0..20).map(f64::from).collect();
    assert!(r_hat(std::slice::from_ref(&ramp)).is_nan(), "one chain");
    assert!(ess_bulk(std::slice::from_ref(&ramp)).is_finite(), "one chain has a sample size");
    let mut holed = ramp.clone();
    holed[3] = f64::NAN;
    for chains in [
        vec![],
        vec![vec![]; 2],
        vec![vec![1.0, 2.0, 3.0]; 2],
        vec![ramp.clone(), ramp[..9].to_vec()],
        vec![ramp, holed],
    ] {
        for f in [r_hat, ess_bulk, ess_tail, mcse_mean, mcse_sd] {
            assert!(f(&chains).is_nan(), "{chains:?}");
        }
    }
}

#[test]
fn constant_chains() {
    let chains = vec![vec![2.5; 10]; 3];
    assert!(r_hat(&chains).is_nan());
    assert_eq!((ess_bulk(&chains), ess_tail(&chains), mcse_mean(&chains)), (30.0, 30.0, 0.0));
    assert!(mcse_sd(&chains).is_nan());
    // Chains that never move, each at its own value, have not mixed at all.
    let stuck: Vec<Vec<f64>> = (0..3).map(|c| vec![f64::from(c); 10]).collect();
    assert!(r_hat(&stuck) > 1e3);
}

#[test]
fn infinite_draws_do_not_panic() {
    let mut chain: Vec<f64> = (0..16).map(f64::from).collect();
    chain[5] = f64::INFINITY;
    let chains = [chain.clone(), chain];
    for f in [mean, sd, r_hat, ess_bulk, ess_tail, mcse_mean, mcse_sd] {
        f(&chains);
    }
}

//! Algorithms on random models: numbers whose expectation is 0 add up, over all models and over those of each kind.

use super::model::Module;
use super::{Checker, Width, cases, features, print, runner, shown, strategy};
use genlisp::Value;
use genlisp::internals::eval::print::readable;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestError};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Standard errors that a sum may be off; of a thousand sums none is by chance.
const BOUND: f64 = 5.0;

/// A sum of fewer is not judged.
const ENOUGH: u32 = 30;

/// What adds up of one kind.
#[derive(Default)]
struct Sum {
    count: u32,
    total: f64,
    squares: f64,
}

impl Sum {
    fn add(&mut self, x: f64) {
        self.count += 1;
        self.total += x;
        self.squares += x * x;
    }

    /// How many standard errors the sum is off, of numbers that are independent and of expectation 0.
    fn off(&self) -> f64 {
        if self.squares == 0.0 { 0.0 } else { self.total / self.squares.sqrt() }
    }
}

#[test]
fn kernels_leave_the_posterior_as_it_is() {
    adds_up("stationarity", &strategy::module(1));
}

#[test]
fn kernels_leave_finite_posteriors_as_they_are() {
    adds_up("stationarity", &strategy::finite());
}

#[test]
fn evidence_is_unbiased() {
    adds_up("evidence", &strategy::finite());
}

fn adds_up(function: &str, modules: &impl Strategy<Value = Module>) {
    let checker = Checker::new(Width::all()[0]);
    let sums = RefCell::new(BTreeMap::<String, Sum>::new());
    let result = runner().run(modules, |module| {
        let found = checker.borrow_mut().ask(function, &module).map_err(TestCaseError::fail)?;
        let kinds: Vec<String> = features::written(&print::program(&module)).collect();
        for (name, x) in found.iter().flat_map(pairs) {
            let mut sums = sums.borrow_mut();
            sums.entry(name.clone()).or_default().add(x);
            kinds.iter().for_each(|kind| sums.entry(format!("{name} {kind}")).or_default().add(x));
        }
        Ok(())
    });
    if let Err(TestError::Fail(reason, module)) = &result {
        panic!("{function}\n{reason}\nin the model\n{}\nwith seed {}", print::program(module), module.seed);
    }
    let sums = sums.into_inner();
    let off: Vec<String> = sums
        .iter()
        .filter(|(_, sum)| sum.count >= ENOUGH && sum.off().abs() > BOUND)
        .map(|(name, sum)| format!("{name}: {:.1} standard errors over {} numbers", sum.off(), sum.count))
        .collect();
    assert!(off.is_empty(), "{function}: off by\n{}", off.join("\n"));
    assert!(sums.values().any(|sum| sum.count >= cases() / 4), "{function}: too few models");
}

/// The pairs of a name and a number in what a function says.
fn pairs(found: &Value) -> Vec<(String, f64)> {
    let triples = Vec::<Value>::try_from(found.clone()).unwrap_or_default();
    let pair = |triple: &Value| {
        let parts = Vec::<Value>::try_from(triple.clone()).map_err(|e| shown(&e)).ok()?;
        let [algorithm, look, x] = &parts[..] else { return None };
        Some((format!("{} {}", readable(algorithm), readable(look)), x.as_f64()?))
    };
    triples.iter().filter_map(pair).collect()
}

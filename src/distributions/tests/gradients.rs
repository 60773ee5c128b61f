//! Gradients of every density, by its value and by each parameter, against differences.

use super::super::lifted::Lifted;
use super::{Problems, cases};
use crate::distributions::{Family, Kind, Support};
use crate::eval::key::Key;
use crate::eval::{Cx, Value};

/// The derivatives of the log-density by the value (first) and each parameter.
fn gradient(cx: &mut Cx, family: &Family, point: &[f64]) -> Vec<f64> {
    let tape = cx.new_tape();
    let inputs: Vec<Value> = point.iter().map(|x| tape.variable(Value::float(*x)).expect("a number")).collect();
    let lifted: Vec<Lifted> = inputs.iter().map(|x| Lifted::of(x.clone())).collect();
    let score = (family.logpdf_lifted)(lifted[0].clone(), &lifted[1..]).value().expect("a density");
    let found = tape.backward(cx, &[(score, Value::float(1.0))]).expect("a gradient");
    inputs.iter().map(|x| found.of(x).expect("a number").as_f64().expect("a number")).collect()
}

/// Differences of ever smaller steps, extrapolated, until they stop agreeing better: the derivative and its error
/// (Ridders, "Accurate computation of F'(x) and F'(x)F''(x)", 1982).
fn differences(f: impl Fn(f64) -> f64, x: f64, first: f64) -> (f64, f64) {
    let at = |h: f64| (f(x + h) - f(x - h)) / (2.0 * h);
    let (mut best, mut error, mut row) = (f64::NAN, f64::INFINITY, Vec::<f64>::new());
    for i in 0..14 {
        let mut next = vec![at(first / 1.6_f64.powi(i))];
        let mut power = 1.0;
        for (j, before) in row.iter().enumerate() {
            power *= 1.6 * 1.6;
            next.push((next[j] * power - before) / (power - 1.0));
            let apart = (next[j + 1] - next[j]).abs().max((next[j + 1] - before).abs());
            if apart < error {
                (best, error) = (next[j + 1], apart);
            }
        }
        row = next;
    }
    (best, error)
}

/// Whether the density has a derivative by this coordinate: not by whole numbers, nor at the end of a range.
fn varies(support: Support, x: f64, step: f64) -> bool {
    let whole = matches!(support, Support::Counts | Support::Integers);
    !whole && x.is_finite() && support.admits(x + step) && support.admits(x - step)
}

#[test]
fn gradients_are_those_of_differences() {
    let mut lisp = crate::Interpreter::builder().build().expect("an interpreter");
    let mut problems = Problems::default();
    for (family, p) in cases() {
        let mut draws = Key::from_seed(6).site(1, 0);
        for _ in 0..3 {
            let x = (family.sample)(p, &mut draws);
            let point = [&[x], p].concat();
            let found = gradient(lisp.cx(), family, &point);
            let spread = (family.variance)(p).sqrt();
            for (i, name) in std::iter::once("the value").chain(family.params.iter().map(|q| q.name)).enumerate() {
                let scale = if i == 0 && spread.is_finite() { spread.min(x.abs()) } else { point[i].abs() };
                let step = 1e-3 * if scale > 0.0 { scale } else { 1.0 };
                let support = if i == 0 { family.support } else { family.params[i - 1].support };
                if i == 0 && family.kind != Kind::Real || !varies(support, point[i], step) {
                    continue;
                }
                let moved = |to: f64| {
                    let mut q = point.clone();
                    q[i] = to;
                    (family.logpdf)(q[0], &q[1..])
                };
                let (expected, error) = differences(moved, point[i], step);
                let slack = 1e-7 * (1.0 + expected.abs()) + 10.0 * error;
                let same = (found[i] - expected).abs() <= slack && error < 1e-3 * (1.0 + expected.abs());
                problems.check(same, family, p, || format!("by {name} at {x}: {}, not {expected} ± {error}", found[i]));
            }
        }
    }
}

#[test]
fn a_gradient_at_an_end_is_a_number() {
    // The deviance of no count under no mean, a branch that is not taken at an infinite end, a coin that cannot fail.
    let mut lisp = crate::Interpreter::builder().build().expect("an interpreter");
    let ends: [(&str, &[f64]); 6] = [
        ("binomial", &[0.0, 5.0, 0.0]),
        ("binomial", &[5.0, 5.0, 1.0]),
        ("poisson", &[0.0, 0.0]),
        ("flip", &[1.0, 1.0]),
        ("truncated-normal", &[1.0, 0.0, 2.0, f64::NEG_INFINITY, f64::INFINITY]),
        ("wrapped-normal", &[1.0, 0.0, 1e-3]),
    ];
    let mut problems = Problems::default();
    for (name, point) in ends {
        let family = super::FAMILIES.iter().find(|family| family.name == name).expect("a family");
        let found = gradient(lisp.cx(), family, point);
        problems.check(found[2..].iter().all(|g| g.is_finite()), family, point, || format!("{found:?}"));
    }
}

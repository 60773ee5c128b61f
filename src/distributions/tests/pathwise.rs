//! Values as functions of their parameters, and pairs of values, against what quantiles and moments say.

use super::{FAMILIES, Problems, cases};
use crate::distributions::{Density, Kind, ScalarDist};
use crate::eval::Value;
use crate::eval::key::Key;

/// A value keeps its probability: its derivative is that of the quantile.
#[test]
fn values_move_as_quantiles_do() {
    let mut lisp = crate::Interpreter::builder().build().expect("an interpreter");
    let cx = lisp.cx();
    let mut problems = Problems::default();
    for (family, p) in cases().filter(|(family, _)| family.kind == Kind::Real && family.cdf.is_some()) {
        for u in [0.1, 0.4, 0.9] {
            let Some(x) = family.quantile_at(u, p) else { continue };
            let tape = cx.new_tape();
            let params: Vec<Value> = p.iter().map(|x| tape.variable(Value::float(*x)).expect("a number")).collect();
            let Ok(dist) = ScalarDist::new(family, &params) else { continue };
            let moving = dist.pathwise(cx, &Value::float(x)).expect("a value").expect("a function of the parameters");
            let found = tape.backward(cx, &[(moving, Value::float(1.0))]).expect("a gradient");
            for (i, param) in params.iter().enumerate() {
                let slope = found.of(param).expect("a number").as_f64().expect("a number");
                let h = 1e-4 * p[i].abs().max(0.1);
                let at = |step: f64| {
                    let mut moved = p.to_vec();
                    moved[i] += step;
                    family.quantile_at(u, &moved).unwrap_or(f64::NAN)
                };
                let whole = !family.params[i].support.admits(p[i] + 2.0 * h)
                    || !family.params[i].support.admits(p[i] - 2.0 * h);
                let expected = (at(h) - at(-h)) / (2.0 * h);
                if !whole && (slope - expected).abs() > 1e-4 * (1.0 + expected.abs()) {
                    problems.check(false, family, p, || format!("at {x} by {i}: {slope}, not {expected}"));
                }
            }
        }
    }
}

/// The pairs of a family make the derivative of its mean.
#[test]
fn pairs_make_the_derivative_of_the_mean() {
    let mut problems = Problems::default();
    for family in FAMILIES.iter() {
        let Some(pairs) = family.pairs else { continue };
        for p in family.cases {
            let n = 20_000;
            let drawn: Vec<_> = (0..n).map(|lane| pairs(p, &mut Key(7).site(1, lane))).collect();
            for i in 0..p.len() {
                let xs: Vec<f64> =
                    drawn.iter().map(|pairs| pairs[i].scale * (pairs[i].plus - pairs[i].minus)).collect();
                let mean = xs.iter().sum::<f64>() / f64::from(n);
                let error = (xs.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / f64::from(n).powi(2)).sqrt();
                let at = |step: f64| {
                    let mut moved = p.to_vec();
                    moved[i] += step;
                    (family.mean)(&moved)
                };
                let expected = (at(1e-4) - at(-1e-4)) / 2e-4;
                if (mean - expected).abs() > 5.0 * error + 1e-6 * expected.abs() {
                    problems.check(false, family, p, || format!("by {i}: {mean}, not {expected}"));
                }
            }
        }
    }
}

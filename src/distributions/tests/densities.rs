//! Densities: normalized, −∞ off the support, with the declared moments, the same for arrays.

use super::super::{Density, ScalarDist, Support};
use super::{Problems, cases, expectation};
use crate::distributions::scalar::value_of;
use crate::eval::Value;
use crate::eval::arrays::from_value;
use crate::eval::key::Key;
use crate::tensor::{Array, DType};

#[test]
fn densities_integrate_to_one() {
    let mut problems = Problems::default();
    for (family, p) in cases() {
        let total = expectation(family, p, |_| 1.0);
        problems.check((total - 1.0).abs() < 1e-6, family, p, || format!("the integral is {total}"));
    }
}

#[test]
fn moments_are_those_of_the_density() {
    let mut problems = Problems::default();
    for (family, p) in cases() {
        let (mean, variance) = ((family.mean)(p), (family.variance)(p));
        if family.support == Support::Angle {
            let cos = expectation(family, p, |x| (x - mean).cos());
            let sin = expectation(family, p, |x| (x - mean).sin());
            let same = sin.abs() < 1e-7 && (1.0 - cos - variance).abs() < 1e-7;
            problems.check(same, family, p, || format!("the mean resultant is {cos} {sin}, the variance {variance}"));
        } else if variance.is_finite() {
            let found = expectation(family, p, |x| x);
            let same = (found - mean).abs() <= 1e-6 * (mean.abs() + variance.sqrt());
            problems.check(same, family, p, || format!("the mean is {found}, not {mean}"));
            let found = expectation(family, p, |x| (x - mean).powi(2));
            let same = (found - variance).abs() <= 1e-6 * variance;
            problems.check(same, family, p, || format!("the variance is {found}, not {variance}"));
        }
    }
}

#[test]
fn off_the_support_is_minus_infinity_and_never_nan() {
    let odd = [f64::NEG_INFINITY, -1e100, -2.5, -1.0, -0.0, 0.5, 1.5, 2.0, 4.0, 7.5, 1e9 + 0.5, 1e100, f64::INFINITY];
    let mut problems = Problems::default();
    for (family, p) in cases() {
        let (lo, hi) = family.support.ends(p);
        for x in odd {
            let l = (family.logpdf)(x, p);
            let inside = (lo..=hi).contains(&x) && family.support.admits(x) && x.is_finite();
            let right = !l.is_nan() && (inside || l == f64::NEG_INFINITY);
            problems.check(right, family, p, || format!("{l} at {x:e}"));
        }
    }
}

#[test]
fn arrays_score_like_their_elements() {
    let mut lisp = crate::Interpreter::builder().build().expect("an interpreter");
    let mut problems = Problems::default();
    for (family, p) in cases() {
        let mut draws = Key::from_seed(2).site(1, 0);
        let xs: Vec<f64> = (0..7).map(|_| (family.sample)(p, &mut draws)).collect();
        let sum: f64 = xs.iter().map(|x| (family.logpdf)(*x, p)).sum();
        let column = Value::vector(xs.iter().map(|x| value_of(family.kind, *x)).collect()).expect("flat");
        let array = Value::array(from_value(&column).expect("numbers"));
        let repeated = |x: f64| Value::array(Array::full(&[7], x, DType::Float64).expect("seven"));
        let args: Vec<Value> = p.iter().map(|x| repeated(*x)).collect();
        let dist = ScalarDist::new(family, &args).expect("valid");
        let whole = dist.logpdf(lisp.cx(), &array).expect("scores");
        let same = (whole - sum).abs() < 1e-9 * (1.0 + sum.abs());
        problems.check(same, family, p, || format!("the array scores {whole}, its elements {sum}"));
    }
}

//! What a parameter of a vector or matrix distribution must be, with a message for each way that it is not.

use super::block::Block;
use super::linear::bad_pivot;
use crate::eval::Value;
use crate::eval::print::{brief, float};

/// A condition on one event of a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Requirement {
    Reals,
    Positive,
    /// Greater than −1 and less than 1.
    InsideUnit,
    /// A whole number that is not negative.
    Count,
    /// A whole number that is positive: a size.
    Size,
    /// Non-negative, not all 0.
    Weights,
    /// Finite or −∞, not all −∞.
    Logits,
    Increasing,
    /// Symmetric and positive definite.
    PositiveDefinite,
    /// Lower triangular with a positive diagonal.
    Cholesky,
}

/// Relative difference up to which two halves of a matrix count as equal: single precision rounds at 1e-7.
pub const SYMMETRY: f64 = 1e-6;

impl Requirement {
    /// For messages: `cov` must be …
    pub fn describe(self) -> &'static str {
        match self {
            Requirement::Reals => "finite",
            Requirement::Positive => "greater than 0",
            Requirement::InsideUnit => "strictly between -1 and 1",
            Requirement::Count => "a whole number, 0 or greater",
            Requirement::Size => "a whole number, 1 or greater",
            Requirement::Weights => "a vector of non-negative numbers, not all 0",
            Requirement::Logits => "a vector of log-weights, finite or -Inf, not all -Inf",
            Requirement::Increasing => "increasing",
            Requirement::PositiveDefinite => "symmetric and positive definite",
            Requirement::Cholesky => "lower triangular with a positive diagonal",
        }
    }

    /// What is wrong: nothing, or how the parameter continues the sentence "must be …, but …".
    pub fn violation(self, p: &Block<'_, f64>) -> Option<String> {
        match self {
            Requirement::Reals => element(p, f64::is_finite),
            Requirement::Positive => element(p, |x| x > 0.0 && x.is_finite()),
            Requirement::InsideUnit => element(p, |x| x.abs() < 1.0),
            Requirement::Count => element(p, |x| x >= 0.0 && x.fract() == 0.0 && x < 9.0e15),
            Requirement::Size => element(p, |x| x >= 1.0 && x.fract() == 0.0 && x < 9.0e15),
            Requirement::Weights => element(p, |x| x >= 0.0 && x.is_finite()).or_else(|| none_of(p, |x| x > 0.0, "0")),
            Requirement::Logits => element(p, |x| x < f64::INFINITY).or_else(|| none_of(p, f64::is_finite, "-Inf")),
            Requirement::Increasing => element(p, f64::is_finite).or_else(|| decreasing(p.items)),
            Requirement::PositiveDefinite => {
                square(p).or_else(|| element(p, f64::is_finite)).or_else(|| asymmetric(p)).or_else(|| {
                    bad_pivot(p).map(|(i, pivot)| format!("pivot {i} of its Cholesky factor is {}", float(pivot)))
                })
            }
            Requirement::Cholesky => square(p).or_else(|| element(p, f64::is_finite)).or_else(|| not_lower(p)),
        }
    }
}

/// The first element without a property, in words.
fn element(p: &Block<'_, f64>, holds: impl Fn(f64) -> bool) -> Option<String> {
    let at = p.items.iter().position(|x| !holds(*x))?;
    let x = brief(&Value::float(p.items[at]));
    Some(match (p.items.len(), p.cols) {
        (1, _) => format!("is `{x}`"),
        (_, 1) => format!("element {at} is `{x}`"),
        _ => format!("element [{} {}] is `{x}`", at / p.cols, at % p.cols),
    })
}

/// What to say when no element has a property, all being the same.
fn none_of(p: &Block<'_, f64>, holds: impl Fn(f64) -> bool, all: &str) -> Option<String> {
    let some = p.items.iter().any(|x| holds(*x));
    (!some).then(|| if p.items.is_empty() { "is empty".to_string() } else { format!("all are {all}") })
}

fn decreasing(items: &[f64]) -> Option<String> {
    let at = items.windows(2).position(|pair| pair[0] >= pair[1])?;
    Some(format!("element {} is `{}` after `{}`", at + 1, float(items[at + 1]), float(items[at])))
}

fn square(p: &Block<'_, f64>) -> Option<String> {
    (p.rows != p.cols || p.rows == 0).then(|| format!("has {} rows and {} columns", p.rows, p.cols))
}

/// The largest size of an element, by which differences are judged.
fn scale(p: &Block<'_, f64>) -> f64 {
    p.items.iter().fold(0.0, |m, x| x.abs().max(m))
}

fn asymmetric(p: &Block<'_, f64>) -> Option<String> {
    let limit = SYMMETRY * scale(p);
    let mut pairs = (0..p.rows).flat_map(|i| (0..i).map(move |j| (j, i)));
    let (i, j) = pairs.find(|(i, j)| (p.at(*i, *j) - p.at(*j, *i)).abs() > limit)?;
    Some(format!("element [{i} {j}] is `{}` and [{j} {i}] is `{}`", float(p.at(i, j)), float(p.at(j, i))))
}

fn not_lower(p: &Block<'_, f64>) -> Option<String> {
    let mut above = (0..p.rows).flat_map(|i| (i + 1..p.cols).map(move |j| (i, j)));
    if let Some((i, j)) = above.find(|(i, j)| p.at(*i, *j) != 0.0) {
        return Some(format!("element [{i} {j}], above the diagonal, is `{}`", float(p.at(i, j))));
    }
    let i = (0..p.rows).find(|i| p.at(*i, *i) <= 0.0)?;
    Some(format!("element [{i} {i}] is `{}`", float(p.at(i, i))))
}

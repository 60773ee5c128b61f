//! Pairs of distributions of which the posterior is of the prior's family (Raiffa, Schlaifer 1961).

use crate::error::{Code, Error, Result};
use crate::eval::{Cx, Value};

/// What is known of an unknown number.
#[derive(Clone)]
pub enum Known {
    /// Jointly with the other normal ones: see [`Gaussian`](super::gaussian::Gaussian).
    Normal,
    Beta {
        a: f64,
        b: f64,
    },
    Gamma {
        shape: f64,
        rate: f64,
    },
}

/// What was expected of a value before it was seen: a distribution of the language, and where it is looked at.
pub struct Expected {
    pub name: &'static str,
    pub params: Vec<f64>,
    pub at: f64,
}

impl Known {
    /// The family of a prior with these parameters, normal ones apart.
    pub fn prior(name: &str, params: &[f64]) -> Option<Known> {
        match (name, params) {
            ("beta", [a, b]) if *a > 0.0 && *b > 0.0 => Some(Known::Beta { a: *a, b: *b }),
            ("gamma", [shape, rate]) if *shape > 0.0 && *rate > 0.0 => {
                Some(Known::Gamma { shape: *shape, rate: *rate })
            }
            _ => None,
        }
    }

    /// A value of a distribution whose parameter is the unknown number; `known` are its other parameters. Nothing where
    /// the two are no conjugate pair.
    pub fn observe(&mut self, name: &str, known: &[f64], x: f64) -> Option<Expected> {
        match (self, name, known) {
            (Known::Beta { a, b }, "flip" | "bernoulli", []) => {
                let params = vec![*a / (*a + *b)];
                (*a, *b) = (*a + x, *b + 1.0 - x);
                Some(Expected { name: "bernoulli", params, at: x })
            }
            (Known::Beta { a, b }, "binomial", [n]) => {
                let params = vec![*n, *a, *b];
                (*a, *b) = (*a + x, *b + n - x);
                Some(Expected { name: "beta-binomial", params, at: x })
            }
            (Known::Gamma { shape, rate }, "poisson", []) => {
                let params = vec![*shape, *rate / (*rate + 1.0)];
                (*shape, *rate) = (*shape + x, *rate + 1.0);
                Some(Expected { name: "negative-binomial", params, at: x })
            }
            // Beyond 0 as far as a Pareto variable is beyond its least value.
            (Known::Gamma { shape, rate }, "exponential", []) => {
                let (params, at) = (vec![*shape, *rate], x + *rate);
                (*shape, *rate) = (*shape + 1.0, *rate + x);
                Some(Expected { name: "pareto", params, at })
            }
            _ => None,
        }
    }

    /// The posterior as a distribution of the language; that of a normal choice has this mean and standard deviation.
    pub fn posterior(&self, cx: &mut Cx, (mean, sd): (f64, f64)) -> Result<Value> {
        match self {
            Known::Normal => distribution(cx, "normal", &[mean, sd]),
            Known::Beta { a, b } => distribution(cx, "beta", &[*a, *b]),
            Known::Gamma { shape, rate } => distribution(cx, "gamma", &[*shape, *rate]),
        }
    }

    /// A value that it may have, to try.
    pub fn example(&self, unknown: usize) -> f64 {
        match self {
            Known::Normal => 0.3 + 0.1 * unknown as f64,
            Known::Beta { .. } => 0.37 + 0.1 * (unknown as f64).sin(),
            Known::Gamma { .. } => 1.7 + 0.1 * unknown as f64,
        }
    }
}

impl Expected {
    pub fn log_density(&self, cx: &mut Cx) -> Result<f64> {
        let dist = distribution(cx, self.name, &self.params)?;
        let whole = matches!(self.name, "bernoulli" | "beta-binomial" | "negative-binomial");
        let at = if whole { Value::Int(self.at as i64) } else { Value::float(self.at) };
        cx.call_core("logpdf", &mut [dist, at])?
            .as_f64()
            .ok_or_else(|| Error::raise(Code::Internal, "a density that is no number"))
    }
}

fn distribution(cx: &mut Cx, name: &str, params: &[f64]) -> Result<Value> {
    let whole = |(i, x): (usize, &f64)| match (name, i) {
        ("beta-binomial", 0) => Value::Int(*x as i64),
        _ => Value::float(*x),
    };
    cx.call_core(name, &mut params.iter().enumerate().map(whole).collect::<Vec<_>>())
}

//! Lower bounds of the log evidence from log-weights, log p(x, z) − log q(z) of each particle.

use super::super::resampling::{log_mean_exp, log_weights};
use crate::error::Result;
use crate::eval::{Builtin, Cx, Value};

pub const TABLE: &[Builtin] = &[
    Builtin::new("elbo", "[log-weights]", |cx, a| bound(cx, "elbo", a, elbo)).takes_lanes(),
    Builtin::new("iwelbo", "[log-weights]", |cx, a| bound(cx, "iwelbo", a, iwelbo)).takes_lanes(),
];

/// The mean log-weight (Jordan et al. 1999).
pub fn elbo(log_weights: &[f64]) -> f64 {
    log_weights.iter().sum::<f64>() / log_weights.len() as f64
}

/// log (1/k Σ w) (Burda, Grosse and Salakhutdinov 2016, equation 8).
pub fn iwelbo(log_weights: &[f64]) -> f64 {
    log_mean_exp(log_weights)
}

fn bound(cx: &mut Cx, name: &'static str, args: &[Value], of: fn(&[f64]) -> f64) -> Result<Value> {
    Ok(Value::float(of(&log_weights(cx, name, &args[0])?)))
}

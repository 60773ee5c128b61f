//! Distributions built from others: the table of their constructors, and what they share.

mod censored;
mod defined;
mod delta;
mod gaussian_process;
mod iid;
mod jacobian;
mod mass;
mod mixture;
mod product;
mod transformed;
mod truncated;

pub use defined::{Defined, make_distribution};

use super::density::Density;
use super::object::{Built, Constructor, Dist};
use crate::error::{Error, Result};
use crate::eval::Value;
use crate::eval::builtins::args::wrong_type;
use crate::eval::gradient::primal_of;
use crate::eval::run::arity_error;

/// Every constructor of a distribution from others.
pub static BUILT: &[Built] = &[
    delta::DELTA,
    mixture::MIXTURE,
    mixture::ZERO_INFLATED,
    iid::IID,
    product::PRODUCT,
    truncated::TRUNCATED,
    censored::CENSORED,
    transformed::TRANSFORMED,
    gaussian_process::GAUSSIAN_PROCESS,
];

/// A distribution inside another.
#[derive(Clone)]
pub struct Part(Value);

impl Part {
    /// An argument that must be a distribution.
    pub fn of(function: &str, args: &[Value], index: usize) -> Result<Part> {
        Part::new(function, &args[index]).map_err(|e| e.arg(index))
    }

    pub fn new(function: &str, value: &Value) -> Result<Part> {
        if value.as_host::<Dist>().is_some() {
            return Ok(Part(value.clone()));
        }
        let error = wrong_type(function, "a distribution", value, 0);
        Err(match value.as_host::<Constructor>() {
            Some(constructor) => error.help(constructor.example()),
            None => error,
        })
    }

    pub fn dist(&self) -> Option<&Dist> {
        self.0.as_host()
    }

    pub fn density(&self) -> &dyn Density {
        // Only distributions become parts.
        self.dist().map_or(&NOTHING, Dist::density)
    }

    pub fn value(&self) -> &Value {
        &self.0
    }
}

/// Stands for no distribution.
static NOTHING: delta::Delta = delta::Delta(Value::Nil);

/// An error unless there are between `least` and `most` arguments.
fn arity(built: &Built, args: &[Value], least: usize, most: usize) -> Result<()> {
    if (least..=most).contains(&args.len()) { Ok(()) } else { Err(arity_error(built.name, built.arglist, args.len())) }
}

/// An end of an interval: a number or a variable, perhaps infinite.
fn end(built: &Built, args: &[Value], index: usize) -> Result<f64> {
    match primal_of(&args[index]).as_f64() {
        Some(x) if !x.is_nan() => Ok(x),
        _ => Err(wrong_type(built.name, "a number", &args[index], index)),
    }
}

/// Both ends of an interval, in order.
fn ends(built: &Built, args: &[Value]) -> Result<(f64, f64)> {
    let (lo, hi) = (end(built, args, 1)?, end(built, args, 2)?);
    if lo < hi {
        return Ok((lo, hi));
    }
    let shown = |x| crate::eval::print::float(x);
    let message = format!("`{}`: lo must be less than hi, but they are {} and {}", built.name, shown(lo), shown(hi));
    Err(Error::new("gen::parameter", message).arg(2))
}

//! Arguments of the constructors: how many there are, and the ends of an interval.

use crate::distributions::object::Built;
use crate::error::{Code, Error, Result};
use crate::eval::Value;
use crate::eval::args::wrong_type;
use crate::eval::gradient::primal_of;
use crate::eval::run::arity_error;

/// An error unless there are between `least` and `most` arguments.
pub fn arity(built: &Built, args: &[Value], least: usize, most: usize) -> Result<()> {
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
pub fn ends(built: &Built, args: &[Value]) -> Result<(f64, f64)> {
    let (lo, hi) = (end(built, args, 1)?, end(built, args, 2)?);
    if lo < hi {
        return Ok((lo, hi));
    }
    let shown = |x| crate::eval::print::float(x);
    let message = format!("`{}`: lo must be less than hi, but they are {} and {}", built.name, shown(lo), shown(hi));
    Err(Error::raise(Code::Parameter, message).arg(2))
}

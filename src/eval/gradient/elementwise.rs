//! Derivatives of the elementwise operations: one row each.

use super::kind::{as_float, no_gradient};
use super::ruled::ruled;
use super::tape::{Tape, Var, VarOrigin};
use super::{decisive, innermost, primal_of};
use crate::error::Result;
use crate::eval::args::not_a_number;
use crate::eval::arithmetic;
use crate::eval::node::Op;
use crate::eval::numeric::{self, Binary, Unary};
use crate::eval::value::Value;
use std::f64::consts::{FRAC_2_SQRT_PI, LN_2, LN_10, PI};
use std::sync::Arc;

fn number(x: f64) -> Value {
    Value::float(x)
}
fn add(a: &Value, b: &Value) -> Result<Value> {
    numeric::binary(Binary::Add, a, b)
}
fn sub(a: &Value, b: &Value) -> Result<Value> {
    numeric::binary(Binary::Sub, a, b)
}
fn mul(a: &Value, b: &Value) -> Result<Value> {
    numeric::binary(Binary::Mul, a, b)
}
fn div(a: &Value, b: &Value) -> Result<Value> {
    numeric::binary(Binary::Div, a, b)
}
fn apply(op: Unary, x: &Value) -> Result<Value> {
    numeric::unary(op, x)
}
/// 1 / x
fn reciprocal(x: Value) -> Result<Value> {
    div(&number(1.0), &x)
}
/// 1 + c x²
fn one_and_square(c: f64, x: &Value) -> Result<Value> {
    add(&number(1.0), &mul(&number(c), &apply(Unary::Square, x)?)?)
}
/// a exp(b x²)
fn bell(a: f64, b: f64, x: &Value) -> Result<Value> {
    mul(&number(a), &apply(Unary::Exp, &mul(&number(b), &apply(Unary::Square, x)?)?)?)
}

/// An operation on a variable.
#[inline(never)]
pub fn unary(op: Unary, v: &Arc<Var>) -> Result<Value> {
    if op.is_question() {
        return numeric::unary(op, primal_of(v.primal()));
    }
    let x = v.primal();
    let y = numeric::unary(op, x)?;
    let partial = derivative(op, x, &y)?;
    v.tape().push(y, VarOrigin::One(v.index(), partial))
}

/// The derivative of `y = op(x)`.
fn derivative(op: Unary, x: &Value, y: &Value) -> Result<Value> {
    match op {
        Unary::Neg => Ok(number(-1.0)),
        // Its own derivative is 0 everywhere but at 0, where the size has none; 0 is taken there.
        Unary::Abs => apply(Unary::Sign, primal_of(x)),
        Unary::Square => mul(&number(2.0), x),
        Unary::Exp => Ok(y.clone()),
        Unary::Expm1 => add(y, &number(1.0)),
        Unary::Log => reciprocal(x.clone()),
        Unary::Log1p => reciprocal(add(x, &number(1.0))?),
        Unary::Log2 => reciprocal(mul(x, &number(LN_2))?),
        Unary::Log10 => reciprocal(mul(x, &number(LN_10))?),
        Unary::Sqrt => div(&number(0.5), y),
        Unary::Sin => apply(Unary::Cos, x),
        Unary::Cos => apply(Unary::Neg, &apply(Unary::Sin, x)?),
        Unary::Tan => one_and_square(1.0, y),
        Unary::Asin => reciprocal(apply(Unary::Sqrt, &one_and_square(-1.0, x)?)?),
        Unary::Acos => div(&number(-1.0), &apply(Unary::Sqrt, &one_and_square(-1.0, x)?)?),
        Unary::Atan => reciprocal(one_and_square(1.0, x)?),
        Unary::Sinh => apply(Unary::Cosh, x),
        Unary::Cosh => apply(Unary::Sinh, x),
        // 1 - tanh² cancels in the tails, 1 / cosh² does not.
        Unary::Tanh => apply(Unary::Square, &reciprocal(apply(Unary::Cosh, x)?)?),
        Unary::Asinh => reciprocal(apply(Unary::Sqrt, &one_and_square(1.0, x)?)?),
        Unary::Acosh => {
            let root = |shift: f64| apply(Unary::Sqrt, &add(x, &number(shift))?);
            reciprocal(mul(&root(-1.0)?, &root(1.0)?)?)
        }
        Unary::Atanh => reciprocal(one_and_square(-1.0, x)?),
        Unary::Sigmoid => mul(y, &apply(Unary::Sigmoid, &apply(Unary::Neg, x)?)?),
        Unary::Logit => reciprocal(mul(x, &sub(&number(1.0), x)?)?),
        Unary::Softplus => apply(Unary::Sigmoid, x),
        Unary::Erf => bell(FRAC_2_SQRT_PI, -1.0, x),
        Unary::Erfc => bell(-FRAC_2_SQRT_PI, -1.0, x),
        Unary::Erfinv => bell(1.0 / FRAC_2_SQRT_PI, 1.0, y),
        Unary::NormalCdf => bell((2.0 * PI).sqrt().recip(), -0.5, x),
        Unary::NormalIcdf => bell((2.0 * PI).sqrt(), 0.5, y),
        Unary::Lgamma => apply(Unary::Digamma, x),
        Unary::Digamma => apply(Unary::Trigamma, x),
        // ψ(x + 1) − log x
        Unary::StirlingExcess => sub(&apply(Unary::Digamma, &add(x, &number(1.0))?)?, &apply(Unary::Log, x)?),
        Unary::Log1pSquare => div(&mul(&number(2.0), x)?, &one_and_square(1.0, x)?),
        // I₁/I₀ − sign; at 0, where concentrations begin, the slope to the right.
        Unary::LogI0e => {
            let begins = numeric::binary(Binary::Eq, primal_of(x), &number(0.0))?;
            let sign = numeric::select(&begins, &number(1.0), &apply(Unary::Sign, primal_of(x))?)?;
            sub(&apply(Unary::BesselRatio, x)?, &sign)
        }
        Unary::BesselRatio => bessel_ratio_slope(x, y),
        _ => Err(no_gradient(op.name())),
    }
}

/// An operation of which at least one operand is a variable. Comparisons see the primals.
#[inline(never)]
pub fn binary(op: Binary, a: &Value, b: &Value) -> Result<Value> {
    if op.is_question() {
        return numeric::binary(op, primal_of(a), primal_of(b));
    }
    if matches!(op, Binary::Max | Binary::Min) {
        return extreme(op, a, b);
    }
    if op == Binary::Atan2 {
        cut(a, b);
    }
    let Some(tape) = innermost([a, b]) else { return numeric::binary(op, a, b) };
    let x = as_operand(op, tape, a, 0)?;
    let y = as_operand(op, tape, b, 1)?;
    let z = numeric::binary(op, &x, &y)?;
    let left = tape.index_of(a).map(|_| with_first(op, &x, &y, &z)).transpose()?;
    let right = tape.index_of(b).map(|_| with_second(op, &x, &y, &z)).transpose()?;
    let edges = [tape.index_of(a).zip(left), tape.index_of(b).zip(right)];
    tape.push(
        z,
        match edges {
            [Some((i, p)), Some((j, q))] => VarOrigin::Two([i, j], [p, q]),
            [Some((i, p)), None] | [None, Some((i, p))] => VarOrigin::One(i, p),
            [None, None] => VarOrigin::Many(Box::new([])),
        },
    )
}

/// An angle jumps where y changes its sign at the origin or left of it, and where x does on the axis.
fn cut(y: &Value, x: &Value) {
    let any = |value: &Value, holds: fn(f64) -> bool| match primal_of(value) {
        Value::Array(array) => array.to_f64().is_ok_and(|all| all.into_iter().any(holds)),
        number => number.as_f64().is_some_and(holds),
    };
    if any(x, |x| x <= 0.0) {
        decisive(y);
    }
    if any(y, |y| y == 0.0) {
        decisive(x);
    }
}

fn as_operand(op: Binary, tape: &Tape, value: &Value, index: usize) -> Result<Value> {
    match value {
        Value::Var(_) => Ok(tape.below(value)),
        Value::Int(_) | Value::Float(_) | Value::Array(_) | Value::Lanes(_) => as_float(value.clone()),
        other => Err(not_a_number(op.name(), other).arg(index)),
    }
}

/// ∂z/∂x of `z = op(x, y)`.
fn with_first(op: Binary, x: &Value, y: &Value, z: &Value) -> Result<Value> {
    match op {
        Binary::Add | Binary::Sub => Ok(number(1.0)),
        Binary::Mul => Ok(y.clone()),
        Binary::Div => reciprocal(y.clone()),
        Binary::Pow => {
            // y x^(y - 1), and 0 for the power 0 even at x = 0.
            let none = numeric::binary(Binary::Eq, y, &number(0.0))?;
            let slope = mul(y, &numeric::binary(Binary::Pow, x, &sub(y, &number(1.0))?)?)?;
            numeric::select(&none, &number(0.0), &slope)
        }
        Binary::Atan2 => div(y, &add(&apply(Unary::Square, x)?, &apply(Unary::Square, y)?)?),
        Binary::Xlogy => apply(Unary::Log, y),
        Binary::Lbeta => sub(&apply(Unary::Digamma, x)?, &apply(Unary::Digamma, &add(x, y)?)?),
        Binary::Deviance => apply(Unary::Log, &div(x, y)?),
        Binary::LogNormalMass => mass_slope(x, x, y, z, -1.0),
        _ => Err(no_gradient(op.name())),
    }
}

/// ∂z/∂y of `z = op(x, y)`.
fn with_second(op: Binary, x: &Value, y: &Value, z: &Value) -> Result<Value> {
    match op {
        Binary::Sub => Ok(number(-1.0)),
        Binary::Add => Ok(number(1.0)),
        Binary::Mul => Ok(x.clone()),
        Binary::Div => apply(Unary::Neg, &div(z, y)?),
        // x^y log x, and 0 at x = 0.
        Binary::Pow => numeric::binary(Binary::Mul, z, &safe_log(x)?),
        Binary::Atan2 => {
            let length = add(&apply(Unary::Square, x)?, &apply(Unary::Square, y)?)?;
            apply(Unary::Neg, &div(x, &length)?)
        }
        Binary::Xlogy => {
            let none = numeric::binary(Binary::Eq, x, &number(0.0))?;
            numeric::select(&none, &number(0.0), &div(x, &numeric::select(&none, &number(1.0), y)?)?)
        }
        Binary::Lbeta => with_first(op, y, x, z),
        Binary::Deviance => {
            // 1 − x/y, and 1 for no count, even under no mean.
            let none = numeric::binary(Binary::Eq, primal_of(x), &number(0.0))?;
            let ratio = div(x, &numeric::select(&none, &number(1.0), y)?)?;
            numeric::select(&none, &number(1.0), &sub(&number(1.0), &ratio)?)
        }
        Binary::LogNormalMass => mass_slope(y, x, y, z, 1.0),
        _ => Err(no_gradient(op.name())),
    }
}

/// The slope of r = I₁/I₀: 1 − r/x − r², and its limit 1/2 at 0.
fn bessel_ratio_slope(x: &Value, r: &Value) -> Result<Value> {
    let none = numeric::binary(Binary::Eq, primal_of(x), &number(0.0))?;
    let safe = numeric::select(&none, &number(1.0), x)?;
    let slope = sub(&sub(&number(1.0), &div(r, &safe)?)?, &apply(Unary::Square, r)?)?;
    numeric::select(&none, &number(0.5), &slope)
}

/// The slope of z = log ∫ from a to b of exp((c² − t²)/2) dt with respect to an end: ± the integrand there over the
/// integral, and the end itself where it is c, the point of [a, b] next to 0.
fn mass_slope(end: &Value, a: &Value, b: &Value, z: &Value, sign: f64) -> Result<Value> {
    let (x, y) = (primal_of(a), primal_of(b));
    let place = numeric::binary(Binary::Max, x, &numeric::binary(Binary::Min, y, &number(0.0))?)?;
    let at = |end: &Value| numeric::binary(Binary::Eq, &place, primal_of(end));
    let next = numeric::select(&at(a)?, a, &numeric::select(&at(b)?, b, &number(0.0))?)?;
    let at_end = at(end)?;
    // Where the end is c, the square cancels exactly, whatever its size.
    let square = sub(&apply(Unary::Square, &next)?, &apply(Unary::Square, end)?)?;
    let exponent = numeric::select(&at_end, &number(0.0), &mul(&number(0.5), &square)?)?;
    let integrand = mul(&number(sign), &apply(Unary::Exp, &sub(&exponent, z)?)?)?;
    add(&integrand, &numeric::select(&at_end, end, &number(0.0))?)
}

/// log x, and 0 at x = 0.
fn safe_log(x: &Value) -> Result<Value> {
    let none = numeric::binary(Binary::Eq, x, &number(0.0))?;
    apply(Unary::Log, &numeric::select(&none, &number(1.0), x)?)
}

/// The larger or smaller: the winner's slope, the first's at ties.
fn extreme(op: Binary, a: &Value, b: &Value) -> Result<Value> {
    let order = if op == Binary::Max { Binary::Ge } else { Binary::Le };
    let (x, y) = (primal_of(a), primal_of(b));
    for (i, value) in [x, y].into_iter().enumerate() {
        if !matches!(value, Value::Int(_) | Value::Float(_) | Value::Array(_) | Value::Lanes(_)) {
            return Err(not_a_number(op.name(), value).arg(i));
        }
    }
    // NaN wins.
    let first = numeric::binary(
        Binary::Or,
        &numeric::binary(Binary::And, &numeric::binary(order, x, y)?, &apply(Unary::Not, &apply(Unary::IsNan, y)?)?)?,
        &apply(Unary::IsNan, x)?,
    )?;
    numeric::select(&first, a, b)
}

/// `a` where the mask holds, else `b`, of which one is a variable and one an array (perhaps in a variable).
#[inline(never)]
pub fn select(mask: &Value, a: &Value, b: &Value) -> Result<Value> {
    let mask = primal_of(mask).clone();
    let forward = mask.clone();
    ruled(
        &[a.clone(), b.clone()],
        |parts| numeric::select(&forward, &parts[0], &parts[1]),
        move |_, flow| {
            let zero = number(0.0);
            Ok(vec![numeric::select(&mask, flow.cotangent, &zero)?, numeric::select(&mask, &zero, flow.cotangent)?])
        },
    )
}

/// The evaluator's operators when an operand is a variable.
#[cold]
#[inline(never)]
pub fn operator(op: Op, a: &Value, b: &Value) -> Result<Value> {
    let op_of_arrays = match op {
        Op::Add => Binary::Add,
        Op::Sub => Binary::Sub,
        Op::Mul => Binary::Mul,
        Op::Div => Binary::Div,
        Op::Lt | Op::Le | Op::Gt | Op::Ge | Op::Eq => return arithmetic::apply(op, decisive(a), decisive(b)),
    };
    for (i, value) in [a, b].into_iter().enumerate() {
        if !matches!(value, Value::Int(_) | Value::Float(_) | Value::Array(_) | Value::Var(_) | Value::Lanes(_)) {
            return Err(not_a_number(op.symbol(), value).arg(i));
        }
    }
    binary(op_of_arrays, a, b)
}

//! Values of the language as numbers of a formula: arrays, and variables of gradients at any level.

use super::number::{Condition, Number, Sides, Varying};
use crate::error::Result;
use crate::eval::Value;
use crate::eval::gradient::primal_of;
use crate::eval::numeric::{self, Binary, Unary};

/// A number, array or variable in a formula; the first error of the formula is kept and raised at its end.
#[derive(Clone)]
pub struct LiftedValue(Result<Value>);

/// A constant of the formula, or what is computed with values.
pub type Lifted = Number<LiftedValue>;

impl Lifted {
    pub fn of(value: Value) -> Lifted {
        Lifted::result(Ok(value))
    }

    pub fn result(value: Result<Value>) -> Lifted {
        Number::Varying(LiftedValue(value))
    }

    /// What the formula came to, or its first error.
    pub fn value(self) -> Result<Value> {
        match self {
            Number::Constant(x) => Ok(Value::float(x)),
            Number::Varying(LiftedValue(value)) => value,
        }
    }
}

impl Varying for LiftedValue {
    type Float = f64;
    type Mask = LiftedValue;

    fn unary(self, op: Unary, _: impl Fn(f64) -> f64) -> Lifted {
        Lifted::result(self.0.and_then(|x| match op {
            // Steps have no slope: in a formula the floor of a variable is a constant.
            Unary::Floor => numeric::unary(op, primal_of(&x)),
            _ => numeric::unary(op, &x),
        }))
    }

    fn binary(sides: Sides<LiftedValue>, op: Binary, _: impl Fn(f64, f64) -> f64 + Copy) -> Lifted {
        Lifted::result(match &sides {
            Sides::Left(a, b) => of_two(op, &a.0, &Ok(Value::float(*b))),
            Sides::Right(a, b) => of_two(op, &Ok(Value::float(*a)), &b.0),
            Sides::Both(a, b) => of_two(op, &a.0, &b.0),
        })
    }

    fn compare(sides: Sides<&LiftedValue>, op: Binary, _: impl Fn(&f64, &f64) -> bool) -> Condition<LiftedValue> {
        Condition::Varying(LiftedValue(match sides {
            Sides::Left(a, b) => of_two(op, &a.0, &Ok(Value::float(b))),
            Sides::Right(a, b) => of_two(op, &Ok(Value::float(a)), &b.0),
            Sides::Both(a, b) => of_two(op, &a.0, &b.0),
        }))
    }

    fn and(a: LiftedValue, b: LiftedValue) -> Condition<LiftedValue> {
        Condition::Varying(LiftedValue(of_two(Binary::And, &a.0, &b.0)))
    }

    fn select(mask: &LiftedValue, a: Lifted, b: Lifted) -> Lifted {
        Lifted::result(match (&mask.0, a.value(), b.value()) {
            (Ok(mask), Ok(a), Ok(b)) => numeric::select(mask, &a, &b),
            (Err(e), _, _) => Err(e.clone()),
            (_, Err(e), _) | (_, _, Err(e)) => Err(e),
        })
    }
}

fn of_two(op: Binary, a: &Result<Value>, b: &Result<Value>) -> Result<Value> {
    match (a, b) {
        (Ok(a), Ok(b)) => numeric::binary(op, a, b),
        (Err(e), _) | (_, Err(e)) => Err(e.clone()),
    }
}

//! Values of the language as numbers of a formula: arrays, and variables of gradients at any level.

use super::real::Real;
use crate::error::Result;
use crate::eval::Value;
use crate::eval::gradient::primal_of;
use crate::eval::numeric::{self, Binary, Unary};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number, array or variable in a formula; the first error of the formula is kept and raised at its end.
#[derive(Clone)]
pub struct Lifted(pub Result<Value>);

impl Lifted {
    fn unary(self, op: Unary) -> Lifted {
        Lifted(self.0.and_then(|a| numeric::unary(op, &a)))
    }

    fn binary(&self, op: Binary, other: &Lifted) -> Lifted {
        Lifted(match (&self.0, &other.0) {
            (Ok(a), Ok(b)) => numeric::binary(op, a, b),
            (Err(e), _) | (_, Err(e)) => Err(e.clone()),
        })
    }
}

macro_rules! lifted_operator {
    ($($trait:ident $method:ident $op:ident),*) => {$(
        impl $trait for Lifted {
            type Output = Lifted;
            fn $method(self, other: Lifted) -> Lifted {
                self.binary(Binary::$op, &other)
            }
        }
    )*};
}
lifted_operator!(Add add Add, Sub sub Sub, Mul mul Mul, Div div Div);

impl Neg for Lifted {
    type Output = Lifted;
    fn neg(self) -> Lifted {
        self.unary(Unary::Neg)
    }
}

/// Operations on one number, and on two.
macro_rules! operations {
    ($($name:ident $op:ident),*; $($name2:ident $op2:ident),*) => {
        $(fn $name(self) -> Lifted {
            self.unary(Unary::$op)
        })*
        $(fn $name2(x: Lifted, y: Lifted) -> Lifted {
            x.binary(Binary::$op2, &y)
        })*
    };
}

impl Real for Lifted {
    type Mask = Lifted;

    operations! {
        ln Log, ln_1p Log1p, exp Exp, exp_m1 Expm1, sqrt Sqrt, abs Abs, sin Sin, cos Cos, tanh Tanh, asinh Asinh, sigmoid Sigmoid,
        softplus Softplus, normal_icdf NormalIcdf, lgamma Lgamma, stirling_excess StirlingExcess, log1p_square Log1pSquare, log_i0e LogI0e;
        lbeta Lbeta, deviance Deviance, log_normal_mass LogNormalMass, and And
    }

    fn constant(x: f64) -> Lifted {
        Lifted(Ok(Value::float(x)))
    }
    /// Steps have no slope: in a formula the floor of a variable is a constant.
    fn floor(self) -> Lifted {
        Lifted(self.0.and_then(|a| numeric::unary(Unary::Floor, primal_of(&a))))
    }
    fn lt(&self, other: &Lifted) -> Lifted {
        self.binary(Binary::Lt, other)
    }
    fn le(&self, other: &Lifted) -> Lifted {
        self.binary(Binary::Le, other)
    }
    fn equals(&self, other: &Lifted) -> Lifted {
        self.binary(Binary::Eq, other)
    }
    fn select(mask: &Lifted, a: Lifted, b: Lifted) -> Lifted {
        Lifted(match (&mask.0, a.0, b.0) {
            (Ok(m), Ok(a), Ok(b)) => numeric::select(m, &a, &b),
            (Err(e), _, _) => Err(e.clone()),
            (_, Err(e), _) | (_, _, Err(e)) => Err(e),
        })
    }
}

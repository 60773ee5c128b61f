//! The parameters of a scalar family, read and checked. Single numbers never touch an array.

use super::family::Family;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::arrays::{operand, wrap};
use crate::eval::gradient::{holds_var, plain};
use crate::eval::print::brief;
use crate::eval::{Value, not_a_number};
use crate::tensor::lanes::common_shape;
use crate::tensor::{Array, ops};

/// Parameters of one distribution, checked against their supports.
#[derive(Clone)]
pub enum Params {
    /// Up to four numbers, in place.
    Few([f64; 4], usize),
    /// At least one parameter is an array: one choice that holds independent elements.
    Arrays(Vec<Array>),
    /// At least one parameter is a variable of a gradient: the plain parameters, and all as they were given.
    Variables(Box<(Params, Vec<Value>)>),
}

impl Params {
    /// Reads and checks parameters; errors name the distribution, the parameter and the value.
    #[inline]
    pub fn check(family: &Family, args: &[Value]) -> Result<Params> {
        if args.len() != family.params.len() {
            return Err(crate::eval::run::arity_error(family.name, &family.arglist(), args.len()));
        }
        let mut few = [0.0; 4];
        for (i, arg) in args.iter().enumerate() {
            match arg {
                Value::Float(x) => few[i] = x.get(),
                Value::Int(n) => few[i] = *n as f64,
                Value::Array(_) | Value::Var(_) => return wide(family, args),
                other => return Err(not_a_parameter(family, i, other)),
            }
            if !family.params[i].support.admits(few[i]) {
                return Err(invalid_parameter(family, i, arg));
            }
        }
        match family.invalid(&few[..args.len()]) {
            None => Ok(Params::Few(few, args.len())),
            Some(condition) => Err(invalid_together(family, condition, args)),
        }
    }

    /// The parameters of a scalar; `None` of an array.
    pub fn numbers(&self) -> Option<&[f64]> {
        match self {
            Params::Few(few, n) => Some(&few[..*n]),
            Params::Arrays(_) => None,
            Params::Variables(both) => both.0.numbers(),
        }
    }

    /// The shape of a choice; `None` of a single number.
    pub fn shape(&self) -> Result<Option<Vec<usize>>> {
        match self {
            Params::Few(..) => Ok(None),
            Params::Arrays(arrays) => Ok(Some(broadcast(arrays)?.1)),
            Params::Variables(both) => both.0.shape(),
        }
    }

    /// How many numbers a choice has.
    pub fn count(&self) -> usize {
        match self {
            Params::Few(..) => 1,
            Params::Arrays(arrays) => {
                let shape = arrays.iter().try_fold(Vec::new(), |all, array| common_shape(&all, array.shape()));
                shape.map_or(1, |shape| shape.iter().product())
            }
            Params::Variables(both) => both.0.count(),
        }
    }

    /// All of them, differentiable where they were given so.
    pub fn values(&self) -> Vec<Value> {
        match self {
            Params::Few(few, n) => few[..*n].iter().map(|p| Value::float(*p)).collect(),
            Params::Arrays(arrays) => arrays.iter().map(|a| Value::array(a.clone())).collect(),
            Params::Variables(both) => {
                both.1.iter().map(|v| v.as_f64().map_or_else(|| v.clone(), Value::float)).collect()
            }
        }
    }

    /// Applies a moment of the family; elementwise over array parameters.
    pub fn moment(&self, moment: fn(&[f64]) -> f64) -> Result<Value> {
        match self {
            Params::Arrays(arrays) => {
                let (columns, shape) = broadcast(arrays)?;
                let len = shape.iter().product();
                wrap(Array::from_f64((0..len).map(|i| moment(&row(&columns, i))).collect(), &shape))
            }
            Params::Variables(both) => both.0.moment(moment),
            Params::Few(few, n) => Ok(Value::float(moment(&few[..*n]))),
        }
    }
}

/// Parameters of which one is an array or a variable.
#[cold]
fn wide(family: &Family, args: &[Value]) -> Result<Params> {
    if !args.iter().any(holds_var) {
        return arrays(family, args);
    }
    let plain = args.iter().map(plain).collect::<Result<Vec<Value>>>()?;
    Ok(Params::Variables(Box::new((Params::check(family, &plain)?, args.to_vec()))))
}

fn arrays(family: &Family, args: &[Value]) -> Result<Params> {
    let mut arrays = Vec::with_capacity(args.len());
    for (i, arg) in args.iter().enumerate() {
        let array = operand(family.name, arg, i)?;
        let numbers = array.to_f64()?;
        if let Some(x) = numbers.iter().find(|x| !family.params[i].support.admits(**x)) {
            return Err(invalid_parameter(family, i, &Value::float(*x)));
        }
        arrays.push(array);
    }
    let (columns, shape) = broadcast(&arrays)?;
    for i in 0..shape.iter().product() {
        let row = row(&columns, i);
        if let Some(condition) = family.invalid(&row) {
            let values: Vec<Value> = row.into_iter().map(Value::float).collect();
            return Err(invalid_together(family, condition, &values));
        }
    }
    Ok(Params::Arrays(arrays))
}

/// The elements of every array at the common shape.
pub fn broadcast(arrays: &[Array]) -> Result<(Vec<Vec<f64>>, Vec<usize>)> {
    let mut common = Array::scalar(0.0)?;
    for array in arrays {
        // Adding decides the common shape, and reports shapes that have none.
        common = ops::binary(ops::BinaryOp::Add, &common, array)?;
    }
    let shape = common.shape().to_vec();
    let spread = |a: &Array| ops::broadcast_to(a, &shape).and_then(|a| a.to_f64());
    Ok((arrays.iter().map(spread).collect::<Result<_>>()?, shape))
}

pub fn row(columns: &[Vec<f64>], i: usize) -> Vec<f64> {
    columns.iter().map(|c| c[i]).collect()
}

#[cold]
fn not_a_parameter(family: &Family, index: usize, value: &Value) -> Stop {
    let param = family.params[index];
    let message = format!(
        "`{}` of `{}` must be {}, not {} `{}`",
        param.name,
        family.name,
        param.support.describe(),
        value.kind(),
        brief(value)
    );
    let known = |mut error: Box<Error>| {
        error.message = message;
        error.coded(Code::Parameter)
    };
    not_a_number(family.name, value).map(known).arg(index)
}

#[cold]
fn invalid_parameter(family: &Family, index: usize, value: &Value) -> Stop {
    let param = family.params[index];
    let message = format!(
        "`{}` of `{}` must be {}, but is `{}`",
        param.name,
        family.name,
        param.support.describe(),
        brief(value)
    );
    let error = Error::raise(Code::Parameter, message).arg(index);
    if param.name == "sigma" {
        return error
            .help("sigma is a standard deviation: make it positive, for example with `(exp s)` or `(softplus s)`");
    }
    error
}

#[cold]
fn invalid_together(family: &Family, condition: &str, values: &[Value]) -> Stop {
    let shown: Vec<String> = values.iter().map(brief).collect();
    Error::raise(Code::Parameter, format!("`({} {})`: {condition}", family.name, shown.join(" ")))
}

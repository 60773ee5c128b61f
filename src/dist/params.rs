//! Checked parameters, and what is done with them: sampling, scoring, checking values. Scalars never touch an array.

use super::family::{Family, Kind};
use super::lifted::Lifted;
use crate::error::{Error, Result};
use crate::eval::arrays::{from_value, operand, raise, wrap};
use crate::eval::collections::Vector;
use crate::eval::key::Draws;
use crate::eval::print::brief;
use crate::eval::{Value, not_a_number};
use crate::tensor::{Array, ops};

/// Parameters of one distribution, checked against their supports.
#[derive(Clone)]
pub enum Params {
    /// Up to four numbers, in place.
    Few([f64; 4], usize),
    /// A vector of weights.
    Many(Vec<f64>),
    /// At least one parameter is an array: one choice that holds independent elements.
    Arrays(Vec<Array>),
}

impl Params {
    /// Reads and checks parameters; errors name the distribution, the parameter and the value.
    #[inline]
    pub fn check(family: &Family, args: &[Value]) -> Result<Params> {
        if args.len() != family.params.len() {
            return Err(crate::eval::run::arity_error(family.name, &family.arglist(), args.len()));
        }
        if family.weighted {
            return weights(family, &args[0]);
        }
        let mut few = [0.0; 4];
        for (i, arg) in args.iter().enumerate() {
            match arg {
                Value::Float(x) => few[i] = x.get(),
                Value::Int(n) => few[i] = *n as f64,
                Value::Array(_) => return arrays(family, args),
                other => return Err(not_a_parameter(family, i, other)),
            }
            if !family.params[i].support.admits(few[i]) {
                return Err(invalid_parameter(family, i, arg));
            }
        }
        match (family.invalid)(&few[..args.len()]) {
            None => Ok(Params::Few(few, args.len())),
            Some(condition) => Err(invalid_together(family, condition, args)),
        }
    }

    /// The parameters of a scalar; `None` of an array.
    pub fn numbers(&self) -> Option<&[f64]> {
        match self {
            Params::Few(few, n) => Some(&few[..*n]),
            Params::Many(many) => Some(many),
            Params::Arrays(_) => None,
        }
    }

    /// A draw, as the kind of value the distribution has.
    #[inline]
    pub fn sample(&self, family: &Family, draws: &mut Draws) -> Result<Value> {
        match self {
            Params::Arrays(arrays) => sample_array(family, arrays, draws),
            _ => Ok(value_of(family.kind, (family.sample)(self.numbers().unwrap_or(&[]), draws))),
        }
    }

    /// The log-density of a value; −∞ for a value of another type or shape.
    #[inline]
    pub fn logpdf(&self, family: &Family, value: &Value) -> Result<f64> {
        if let Params::Arrays(arrays) = self {
            return logpdf_array(family, arrays, value);
        }
        let numbers = self.numbers().unwrap_or(&[]);
        match number_of(family.kind, value) {
            // Adding 0 turns −0, which only puzzles people, into 0.
            Some(x) => Ok((family.logpdf)(x, numbers) + 0.0),
            None => Ok(f64::NEG_INFINITY),
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
            _ => Ok(Value::float(moment(self.numbers().unwrap_or(&[])))),
        }
    }
}

fn value_of(kind: Kind, x: f64) -> Value {
    match kind {
        Kind::Real => Value::float(x),
        Kind::Boolean => Value::bool(x != 0.0),
        Kind::Integer if x.abs() < 9.0e15 => Value::Int(x as i64),
        Kind::Integer => Value::float(x),
    }
}

/// The number that a density sees of a value; `None` when it is of another type.
#[inline]
fn number_of(kind: Kind, value: &Value) -> Option<f64> {
    match (kind, value) {
        (Kind::Boolean, Value::True) => Some(1.0),
        (Kind::Boolean, Value::False) => Some(0.0),
        (Kind::Boolean, _) => None,
        (_, v) => v.as_f64(),
    }
}

/// A constraint as the value of a choice: a vector becomes an array where arrays are drawn. A wrong type is an error.
pub fn check_value(family: &Family, params: &Params, value: &Value) -> Result<Value> {
    let shape = match params {
        Params::Arrays(arrays) => Some(broadcast(arrays)?.1),
        _ => None,
    };
    match (value, shape) {
        (Value::Vector(_) | Value::List(_) | Value::Array(_), Some(shape)) => {
            let array = from_value(value)?;
            if shape != array.shape() {
                let message =
                    format!("`{}` here draws an array of shape {shape:?}, not {:?}", family.name, array.shape());
                return Err(Error::new("gen::shape", message));
            }
            Ok(Value::array(array))
        }
        (_, Some(shape)) => {
            let message = format!(
                "`{}` here draws an array of shape {shape:?}, not {} `{}`",
                family.name,
                value.kind(),
                brief(value)
            );
            Err(Error::new("gen::shape", message))
        }
        (Value::Array(array), None) => {
            let message = format!("`{}` here draws one value, not an array of shape {:?}", family.name, array.shape());
            Err(Error::new("gen::shape", message).help("array parameters draw arrays: `(normal (zeros [3]) 1)`"))
        }
        _ => match (family.kind, value) {
            _ if number_of(family.kind, value).is_none() => Err(wrong_value(family, value)),
            (Kind::Integer, Value::Float(x)) if x.get().fract() == 0.0 => Ok(value_of(Kind::Integer, x.get())),
            (Kind::Real, Value::Int(n)) => Ok(Value::float(*n as f64)),
            _ => Ok(value.clone()),
        },
    }
}

#[cold]
fn wrong_value(family: &Family, value: &Value) -> Box<Error> {
    let error = Error::new(
        "gen::value",
        format!(
            "`{}` has values that are {}, not {} `{}`",
            family.name,
            family.support.describe(),
            value.kind(),
            brief(value)
        ),
    );
    match (family.kind, value) {
        (Kind::Boolean, Value::Int(_) | Value::Float(_)) => {
            error.help("use `true` or `false`, or `bernoulli` for 0 and 1")
        }
        (_, Value::True | Value::False) => error.help("use 1 or 0, or `flip` for true and false"),
        (_, Value::Vector(_)) => {
            error.help("several values need several addresses, `(trace [:y i] …)`, or array parameters")
        }
        _ => error,
    }
}

fn weights(family: &Family, value: &Value) -> Result<Params> {
    let numbers: Vec<f64> = match value {
        Value::Vector(v) => numbers_of(family, v)?,
        Value::List(l) => numbers_of(family, &Vector::from_vec(l.to_vec())?)?,
        Value::Array(a) if a.ndim() == 1 => a.to_f64().map_err(raise)?,
        other => return Err(not_a_parameter(family, 0, other)),
    };
    if numbers.is_empty() || numbers.iter().any(|x| !family.params[0].support.admits(*x)) {
        return Err(invalid_parameter(family, 0, value));
    }
    match (family.invalid)(&numbers) {
        None => Ok(Params::Many(numbers)),
        Some(condition) => Err(invalid_together(family, condition, std::slice::from_ref(value))),
    }
}

fn numbers_of(family: &Family, items: &Vector) -> Result<Vec<f64>> {
    items.iter().map(|v| v.as_f64().ok_or_else(|| not_a_parameter(family, 0, v))).collect()
}

fn arrays(family: &Family, args: &[Value]) -> Result<Params> {
    let mut arrays = Vec::with_capacity(args.len());
    for (i, arg) in args.iter().enumerate() {
        let array = operand(family.name, arg, i)?;
        let numbers = array.to_f64().map_err(raise)?;
        if let Some(x) = numbers.iter().find(|x| !family.params[i].support.admits(**x)) {
            return Err(invalid_parameter(family, i, &Value::float(*x)));
        }
        arrays.push(array);
    }
    let (columns, shape) = broadcast(&arrays)?;
    for i in 0..shape.iter().product() {
        let row = row(&columns, i);
        if let Some(condition) = (family.invalid)(&row) {
            let values: Vec<Value> = row.into_iter().map(Value::float).collect();
            return Err(invalid_together(family, condition, &values));
        }
    }
    Ok(Params::Arrays(arrays))
}

/// The elements of every array at the common shape.
fn broadcast(arrays: &[Array]) -> Result<(Vec<Vec<f64>>, Vec<usize>)> {
    let mut common = Array::scalar(0.0).map_err(raise)?;
    for array in arrays {
        // Adding decides the common shape, and reports shapes that have none.
        common = ops::binary(ops::BinaryOp::Add, &common, array).map_err(raise)?;
    }
    let shape = common.shape().to_vec();
    let spread = |a: &Array| ops::broadcast_to(a, &shape).and_then(|a| a.to_f64()).map_err(raise);
    Ok((arrays.iter().map(spread).collect::<Result<_>>()?, shape))
}

fn row(columns: &[Vec<f64>], i: usize) -> Vec<f64> {
    columns.iter().map(|c| c[i]).collect()
}

fn sample_array(family: &Family, params: &[Array], draws: &mut Draws) -> Result<Value> {
    let (columns, shape) = broadcast(params)?;
    let len: usize = shape.iter().product();
    let drawn: Vec<f64> = (0..len).map(|i| (family.sample)(&row(&columns, i), draws)).collect();
    wrap(match family.kind {
        Kind::Real => Array::from_f64(drawn, &shape),
        Kind::Integer => Array::from_i64(drawn.into_iter().map(|x| x as i64).collect(), &shape),
        Kind::Boolean => Array::from_bool(drawn.into_iter().map(|x| x != 0.0).collect(), &shape),
    })
}

fn logpdf_array(family: &Family, params: &[Array], value: &Value) -> Result<f64> {
    let shape = broadcast(params)?.1;
    // A value of another shape is not one that could be drawn.
    let Value::Array(value) = value else { return Ok(f64::NEG_INFINITY) };
    if value.shape() != shape {
        return Ok(f64::NEG_INFINITY);
    }
    let numbers = wrap(value.cast(crate::tensor::DType::Float64));
    let params: Vec<Lifted> = params.iter().map(|p| Lifted(Ok(Value::array(p.clone())))).collect();
    let density = (family.logpdf_array)(Lifted(numbers), &params).0?;
    Ok(crate::eval::numeric::sum(&density)?.as_f64().unwrap_or(f64::NAN))
}

#[cold]
fn not_a_parameter(family: &Family, index: usize, value: &Value) -> Box<Error> {
    let param = family.params[index];
    if family.weighted {
        let message = format!(
            "`{}` of `{}` is {}, not {} `{}`",
            param.name,
            family.name,
            param.support.describe(),
            value.kind(),
            brief(value)
        );
        return Error::new("gen::parameter", message).arg(index);
    }
    let error = not_a_number(family.name, value);
    let message = format!(
        "`{}` of `{}` must be {}, not {} `{}`",
        param.name,
        family.name,
        param.support.describe(),
        value.kind(),
        brief(value)
    );
    Error { code: "gen::parameter", message, ..*error }.boxed().arg(index)
}

#[cold]
fn invalid_parameter(family: &Family, index: usize, value: &Value) -> Box<Error> {
    let param = family.params[index];
    let message = format!(
        "`{}` of `{}` must be {}, but is `{}`",
        param.name,
        family.name,
        param.support.describe(),
        brief(value)
    );
    let error = Error::new("gen::parameter", message).arg(index);
    if param.name == "sigma" {
        return error
            .help("sigma is a standard deviation: make it positive, for example with `(exp s)` or `(softplus s)`");
    }
    error
}

#[cold]
fn invalid_together(family: &Family, condition: &str, values: &[Value]) -> Box<Error> {
    let shown: Vec<String> = values.iter().map(brief).collect();
    Error::new("gen::parameter", format!("`({} {})`: {condition}", family.name, shown.join(" ")))
}

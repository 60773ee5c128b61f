//! Elements of data that may hold variables of gradients, and limits on how much is made of them.

use crate::error::{Code, Error, Result};
use crate::eval::Value;
use crate::eval::arrays::{leaves, wrap};
use crate::eval::gradient::{Var, primal_of};
use crate::tensor::{Array, MAX_LEN};

/// The numbers of nested vectors and arrays in row order, each differentiable where it was.
pub fn elements(value: &Value) -> Result<Vec<Value>> {
    let mut items = Vec::new();
    collect(value, &mut items)?;
    Ok(items)
}

fn collect(value: &Value, items: &mut Vec<Value>) -> Result<()> {
    match value {
        Value::Vector(parts) => parts.iter().try_for_each(|part| collect(part, items)),
        Value::List(parts) => parts.iter().try_for_each(|part| collect(part, items)),
        Value::Array(array) => {
            items.extend(leaves(array)?.into_iter().map(|x| x.as_f64().map_or(x, Value::float)));
            Ok(())
        }
        Value::Var(var) => match primal_of(value) {
            Value::Array(array) => split(value, var, array.shape(), items),
            _ => {
                items.push(value.clone());
                Ok(())
            }
        },
        number => {
            items.push(number.as_f64().map_or(number.clone(), Value::float));
            Ok(())
        }
    }
}

/// Each element of an array as a variable of its own: its cotangent is that of the array at one place.
fn split(whole: &Value, var: &Var, shape: &[usize], items: &mut Vec<Value>) -> Result<()> {
    for (i, element) in elements(var.primal())?.into_iter().enumerate() {
        items.push(var.tape().record(element, &[(whole.clone(), unit(i, shape)?)])?);
    }
    Ok(())
}

/// An error when a distribution would draw more numbers than an array holds.
pub fn check_size(name: &str, count: usize) -> Result<()> {
    if count <= MAX_LEN {
        return Ok(());
    }
    Err(Error::raise(Code::TooLarge, format!("`{name}` would draw {count} numbers at once; at most {MAX_LEN}")))
}

/// Nested data as one array under a shape, which is differentiable by each of its parts.
pub fn stack_nested(value: &Value, shape: &[usize]) -> Result<Value> {
    match value {
        Value::Array(_) | Value::Var(_) => Ok(value.clone()),
        data => stack(&elements(data)?, shape),
    }
}

/// Numbers as one array: the cotangent of each is that of the array at its place.
pub fn stack(items: &[Value], shape: &[usize]) -> Result<Value> {
    let tapes = items.iter().filter_map(|item| match item {
        Value::Var(var) => Some(var.tape()),
        _ => None,
    });
    let Some(tape) = tapes.max_by_key(|tape| tape.level()) else {
        let numbers = items.iter().map(|item| item.as_f64().unwrap_or(f64::NAN)).collect();
        return wrap(Array::from_f64(numbers, shape));
    };
    let below: Vec<Value> = items.iter().map(|item| tape.below(item)).collect();
    let edges = items.iter().enumerate().map(|(i, item)| Ok((item.clone(), unit(i, shape)?)));
    tape.record(stack(&below, shape)?, &edges.collect::<Result<Vec<_>>>()?)
}

/// The array that is 1 at one place and 0 elsewhere.
fn unit(i: usize, shape: &[usize]) -> Result<Value> {
    let mut numbers = vec![0.0; shape.iter().product()];
    numbers[i] = 1.0;
    wrap(Array::from_f64(numbers, shape))
}

//! Parameters along axes of independent elements: the axes in common, and what each element has of a parameter.

use crate::error::{Code, Error, Result};
use crate::eval::Value;
use crate::eval::arrays::{from_value, rows};
use crate::eval::gradient::arrays::{broadcast_to, reshape};
use crate::eval::gradient::rules::from_nested;
use crate::eval::gradient::{holds_var, pick, plain, primal_of};

/// The items of a vector or list.
pub fn nested(value: &Value) -> Vec<Value> {
    match value {
        Value::Vector(items) => items.to_vec(),
        Value::List(items) => items.to_vec(),
        _ => Vec::new(),
    }
}

/// The shape of an array, or of nested vectors of numbers; `[]` of a number. `None` of other values.
pub fn shape_of(value: &Value) -> Option<Vec<usize>> {
    match primal_of(value) {
        Value::Array(array) => Some(array.shape().to_vec()),
        Value::Vector(_) | Value::List(_) => from_value(&plain(value).ok()?).ok().map(|array| array.shape().to_vec()),
        number if number.as_f64().is_some() || number.is_bool() => Some(Vec::new()),
        _ => None,
    }
}

/// The axes to which two broadcast; an error that names the distribution where there are none.
pub fn common(name: &str, a: &[usize], b: &[usize]) -> Result<Vec<usize>> {
    merged(a, b).ok_or_else(|| {
        Error::raise(Code::Shape, format!("`{name}`: arrays of shape {a:?} and {b:?} have no shape in common"))
            .help("aligned from the right, axes must be equal or 1")
    })
}

/// The same, if there are any.
pub fn merged(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let n = a.len().max(b.len());
    let at = |shape: &[usize], axis: usize| (axis + shape.len()).checked_sub(n).map_or(1, |i| shape[i]);
    let merged = (0..n).map(|axis| match (at(a, axis), at(b, axis)) {
        (m, k) if m == k || k == 1 => Some(m),
        (1, k) => Some(k),
        _ => None,
    });
    merged.collect()
}

/// What each element has of a value that broadcasts to the axes; the last `rank` axes are an element's own. Each part
/// is differentiable where the whole was.
pub fn spread(value: &Value, rank: usize, axes: &[usize]) -> Result<Vec<Value>> {
    let n = axes.iter().product();
    let shape = shape_of(value).unwrap_or_default();
    if shape.len() <= rank && !(rank == 0 && matches!(primal_of(value), Value::Array(_))) {
        return Ok(vec![value.clone(); n]);
    }
    let event = &shape[shape.len() - rank..];
    let whole = match value {
        Value::Vector(_) | Value::List(_) if holds_var(value) => from_nested(value)?,
        Value::Vector(_) | Value::List(_) => Value::array(from_value(value)?),
        array => array.clone(),
    };
    let (full, flat) = ([axes, event].concat(), [&[n], event].concat());
    match reshape(&broadcast_to(&whole, &full)?, &flat)? {
        Value::Array(array) => rows(&array),
        variable => pick::rows(&variable),
    }
}

/// Where the element `index` of axes lies in a shape that broadcasts to them.
pub fn position(own: &[usize], axes: &[usize], index: usize) -> usize {
    let (mut rest, mut stride, mut place) = (index, 1, 0);
    for (i, size) in axes.iter().enumerate().rev() {
        let at = rest % size;
        rest /= size;
        if let Some(axis) = (i + own.len()).checked_sub(axes.len()) {
            if own[axis] != 1 {
                place += at * stride;
            }
            stride *= own[axis];
        }
    }
    place
}

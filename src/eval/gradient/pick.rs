//! Elements taken from an array, and put back: what indexing, slicing, sorting and joining have in common.
//!
//! Where an operation takes its elements from is shown by the operation itself, run on the positions 1, 2, … in place
//! of the elements. A 0 in the result is no element: the zeros beside a diagonal.

use super::kind::VarKind;
use super::primal_of;
use super::ruled::{linear, ruled};
use crate::error::Result;
use crate::eval::arrays::{operand, wrap};
use crate::eval::value::Value;
use crate::tensor::{Array, DType};
use std::sync::Arc;

/// Places in the row order of an array, counted from 1; 0 stands for none.
pub type Places = Arc<[i64]>;

/// The positions 1, 2, … after `before` ones, in a shape.
pub fn positions(before: usize, shape: &[usize]) -> Result<Array> {
    let n: usize = shape.iter().product();
    Array::from_i64((1..=n).map(|i| (before + i) as i64).collect(), shape)
}

/// Elements of an array in a shape; a number without one.
pub fn pick(x: &Value, places: &Places, shape: Option<&[usize]>) -> Result<Value> {
    let Value::Var(_) = x else {
        let array = operand("gather", x, 0)?;
        let data = array.to_f64()?;
        let at = |&i: &i64| usize::try_from(i - 1).ok().and_then(|i| data.get(i).copied()).unwrap_or(0.0);
        return made(places.iter().map(at).collect(), shape, array.dtype());
    };
    let (kind, by) = (VarKind::of(x)?, places.clone());
    linear(x, |x| pick(x, places, shape), move |cotangent| scatter(cotangent, &by, &kind))
}

/// The adjoint of [`pick`]: adds elements at their places in an array of zeros.
fn scatter(x: &Value, places: &Places, kind: &VarKind) -> Result<Value> {
    let Value::Var(_) = x else {
        let mut data = vec![0.0; kind.shape().iter().product()];
        for (i, x) in places.iter().zip(operand("gather", x, 0)?.to_f64()?) {
            if let Some(slot) = usize::try_from(i - 1).ok().and_then(|i| data.get_mut(i)) {
                *slot += x;
            }
        }
        return match kind {
            VarKind::Number | VarKind::Lanes(_) => made(data, None, DType::Float64),
            VarKind::Array(shape, dtype) => made(data, Some(shape), *dtype),
        };
    };
    let (of, by) = (VarKind::of(x)?, places.clone());
    let back = move |cotangent: &Value| match &of {
        VarKind::Number | VarKind::Lanes(_) => pick(cotangent, &by, None),
        VarKind::Array(shape, _) => pick(cotangent, &by, Some(shape)),
    };
    linear(x, |x| scatter(x, places, kind), back)
}

fn made(data: Vec<f64>, shape: Option<&[usize]>, dtype: DType) -> Result<Value> {
    match shape {
        None => Ok(Value::float(data.first().copied().unwrap_or(0.0))),
        Some(shape) => wrap(Array::from_f64(data, shape).and_then(|array| array.cast(dtype))),
    }
}

/// What an operation that only moves elements makes of a variable; `moved` is what it made of the positions.
pub fn picked(x: &Value, moved: &Value) -> Result<Value> {
    match moved {
        Value::Int(place) => pick(x, &[*place].into(), None),
        Value::Array(places) => pick(x, &places.to_i64()?.into(), Some(places.shape())),
        other => Ok(other.clone()),
    }
}

/// The plain array of a variable, or of what is one already.
pub fn array_in(name: &str, x: &Value) -> Result<Arc<Array>> {
    match primal_of(x) {
        Value::Array(a) => Ok(a.clone()),
        other => operand(name, other, 0).map(Arc::new),
    }
}

impl Value {
    /// The elements along axis 0 of an array variable.
    pub(in crate::eval) fn variable_rows(&self) -> Result<Vec<Value>> {
        rows(self)
    }
}

/// The elements along axis 0 of an array variable: numbers of a vector, rows of a matrix.
pub fn rows(x: &Value) -> Result<Vec<Value>> {
    let shape = super::arrays::shape_of(x)?;
    let [n, inner @ ..] = &shape[..] else { return crate::eval::arrays::rows(&*array_in("seq", x)?) };
    let size: usize = inner.iter().product();
    let inner = (!inner.is_empty()).then_some(inner);
    // An element's cotangent fills an array of the size of what it was taken from: of a piece, for many.
    if *n <= 64 {
        return (0..*n).map(|i| pick(x, &range(i * size, size), inner)).collect();
    }
    let step = n.isqrt();
    let mut all = Vec::with_capacity(*n);
    for start in (0..*n).step_by(step) {
        let count = step.min(n - start);
        let mut shape = shape.clone();
        shape[0] = count;
        let piece = pick(x, &range(start * size, count * size), Some(&shape))?;
        for i in 0..count {
            all.push(pick(&piece, &range(i * size, size), inner)?);
        }
    }
    Ok(all)
}

/// `(nth a i)` and `(get a indices)` of an array variable.
pub fn index(x: &Value, key: &Value) -> Result<Value> {
    let plain = array_in("nth", x)?;
    // What is wrong with the index is reported as for a plain array.
    crate::eval::arrays::index(&plain, key)?;
    let Value::Int(i) = key else {
        return picked(x, &crate::eval::arrays::index(&positions(0, plain.shape())?, key)?);
    };
    let inner = plain.shape().get(1..).filter(|inner| !inner.is_empty());
    let size: usize = inner.map_or(1, |inner| inner.iter().product());
    pick(x, &range(*i as usize * size, size), inner)
}

fn range(start: usize, n: usize) -> Places {
    (start + 1..=start + n).map(|i| i as i64).collect()
}

/// Several numbers and arrays put into one array; `join` does it with plain ones.
pub fn joined(parts: &[Value], join: &(dyn Fn(&[Array]) -> Result<Array> + Sync)) -> Result<Value> {
    if !parts.iter().any(|part| matches!(part, Value::Var(_))) {
        let arrays: Vec<Array> = parts.iter().map(|part| operand("array", part, 0)).collect::<Result<_>>()?;
        return Ok(Value::array(join(&arrays)?));
    }
    let kinds: Vec<VarKind> = parts.iter().map(VarKind::of).collect::<Result<_>>()?;
    let mut before = 0;
    let mut numbered = Vec::with_capacity(parts.len());
    for kind in &kinds {
        numbered.push(positions(before, kind.shape())?);
        before += kind.shape().iter().product::<usize>();
    }
    let places = join(&numbered)?.to_i64()?;
    // Where each element of the parts has gone.
    let mut gone = vec![0i64; before];
    for (to, from) in places.iter().enumerate() {
        gone[*from as usize - 1] = to as i64 + 1;
    }
    ruled(parts, |parts| joined(parts, join), move |_, flow| taken_apart(flow.cotangent, &kinds, &gone))
}

/// The parts of a joined array, which is read once when it is plain.
fn taken_apart(cotangent: &Value, kinds: &[VarKind], gone: &[i64]) -> Result<Vec<Value>> {
    let mut rest = gone;
    let mut next = |kind: &VarKind| {
        let (these, others) = rest.split_at(kind.shape().iter().product());
        rest = others;
        these
    };
    let shape = |kind: &VarKind| match kind {
        VarKind::Number | VarKind::Lanes(_) => None,
        VarKind::Array(shape, _) => Some(shape.clone()),
    };
    if let Value::Array(array) = cotangent {
        let data = array.to_f64()?;
        let part = |kind: &VarKind| {
            made(next(kind).iter().map(|i| data[*i as usize - 1]).collect(), shape(kind).as_deref(), array.dtype())
        };
        return kinds.iter().map(part).collect();
    }
    kinds.iter().map(|kind| pick(cotangent, &next(kind).into(), shape(kind).as_deref())).collect()
}

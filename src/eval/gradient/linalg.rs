//! Linear algebra of variables: matrix calculus after Giles (2008), *Collected matrix derivative results*.

use super::arrays::{broadcast_to, reshape, shape_of, transposed};
use super::pick::array_in;
use super::ruled::{ruled, ruled1};
use crate::error::Result;
use crate::eval::arrays::{operand, wrap};
use crate::eval::numeric::{self, Binary, Unary};
use crate::eval::value::Value;
use crate::tensor::{Array, ops};

fn mul(a: &Value, b: &Value) -> Result<Value> {
    numeric::binary(Binary::Mul, a, b)
}

fn negated(x: &Value) -> Result<Value> {
    numeric::unary(Unary::Neg, x)
}

/// An operation on one plain array, evaluated: a matrix that has no solution is reported here.
fn plain1(f: fn(&Array) -> crate::error::Result<Array>, x: &Value) -> Result<Value> {
    let array = f(&operand("a matrix operation", x, 0)?)?;
    array.evaluate()?;
    Ok(Value::array(array))
}

fn has_var(values: &[&Value]) -> bool {
    values.iter().any(|value| matches!(value, Value::Var(_)))
}

/// The matrix product; a vector counts as a row on the left and as a column on the right.
pub fn matmul(a: &Value, b: &Value) -> Result<Value> {
    let shape = ops::matmul(&*array_in("matmul", a)?, &*array_in("matmul", b)?)?.shape().to_vec();
    let matrix = |x: &Value, column: bool| match &shape_of(x)?[..] {
        [n] if column => reshape(x, &[*n, 1]),
        [n] => reshape(x, &[1, *n]),
        _ => Ok(x.clone()),
    };
    reshape(&product(&matrix(a, false)?, &matrix(b, true)?)?, &shape)
}

/// The product of matrices, over any leading axes.
fn product(a: &Value, b: &Value) -> Result<Value> {
    if !has_var(&[a, b]) {
        return wrap(ops::matmul(&operand("matmul", a, 0)?, &operand("matmul", b, 1)?));
    }
    ruled(
        &[a.clone(), b.clone()],
        |x| product(&x[0], &x[1]),
        |_, flow| {
            let [a, b] = flow.inputs else { return Ok(Vec::new()) };
            Ok(vec![product(flow.cotangent, &transposed(b)?)?, product(&transposed(a)?, flow.cotangent)?])
        },
    )
}

/// Every product of an element of a vector and one of another.
pub fn outer(a: &Value, b: &Value) -> Result<Value> {
    let shape = ops::outer(&*array_in("outer", a)?, &*array_in("outer", b)?)?.shape().to_vec();
    mul(&reshape(a, &[shape[0], 1])?, &reshape(b, &[1, shape[1]])?)
}

/// The lower Cholesky factor. Its gradient is that of a function of symmetric matrices: symmetric itself (Murray 2016,
/// *Differentiation of the Cholesky decomposition*, equation 10).
pub fn cholesky(x: &Value) -> Result<Value> {
    let forward = |x: &Value| if has_var(&[x]) { cholesky(x) } else { plain1(ops::cholesky, x) };
    ruled1(x, forward, |flow| {
        let factor = flow.output;
        let inner = mul(&product(&transposed(factor)?, flow.cotangent)?, &triangle(factor, true, 0.5)?)?;
        // L⁻ᵀ Φ L⁻¹ by two triangular solutions.
        let upper = transposed(factor)?;
        let left = triangular(&upper, &inner, false)?;
        let both = transposed(&triangular(&upper, &transposed(&left)?, false)?)?;
        mul(&Value::float(0.5), &numeric::binary(Binary::Add, &both, &transposed(&both)?)?)
    })
}

/// Ones in a triangle of a square matrix of the size of `like`, `diagonal` on its diagonal.
fn triangle(like: &Value, lower: bool, diagonal: f64) -> Result<Value> {
    let n = shape_of(like)?.last().copied().unwrap_or(0);
    let at = |i: usize| match (i / n).cmp(&(i % n)) {
        std::cmp::Ordering::Equal => diagonal,
        std::cmp::Ordering::Greater if lower => 1.0,
        std::cmp::Ordering::Less if !lower => 1.0,
        _ => 0.0,
    };
    wrap(Array::from_f64((0..n * n).map(at).collect(), &[n, n]))
}

/// The x with `a` x = `b`.
pub fn solve(a: &Value, b: &Value) -> Result<Value> {
    solution(a, b, None)
}

/// The same for a triangular `a`.
pub fn triangular(a: &Value, b: &Value, lower: bool) -> Result<Value> {
    solution(a, b, Some(lower))
}

fn solution(a: &Value, b: &Value, lower: Option<bool>) -> Result<Value> {
    if !has_var(&[a, b]) {
        let (a, b) = (operand("solve", a, 0)?, operand("solve", b, 1)?);
        let array = lower.map_or_else(|| ops::solve(&a, &b), |lower| ops::triangular_solve(&a, &b, lower));
        let array = array?;
        array.evaluate()?;
        return Ok(Value::array(array));
    }
    ruled(
        &[a.clone(), b.clone()],
        |x| solution(&x[0], &x[1], lower),
        move |_, flow| {
            let side = solution(&transposed(&flow.inputs[0])?, flow.cotangent, lower.map(|lower| !lower))?;
            let matrix = negated(&product(
                &column(&side, &flow.inputs[0])?,
                &transposed(&column(flow.output, &flow.inputs[0])?)?,
            )?)?;
            let matrix = match lower {
                Some(lower) => mul(&matrix, &triangle(&matrix, lower, 1.0)?)?,
                None => matrix,
            };
            Ok(vec![matrix, side])
        },
    )
}

/// A right-hand side as a matrix: a vector is one column.
fn column(x: &Value, matrix: &Value) -> Result<Value> {
    let mut shape = shape_of(x)?;
    if shape.len() == shape_of(matrix)?.len() {
        return Ok(x.clone());
    }
    shape.push(1);
    reshape(x, &shape)
}

pub fn inv(x: &Value) -> Result<Value> {
    let forward = |x: &Value| if has_var(&[x]) { inv(x) } else { plain1(ops::inv, x) };
    ruled1(x, forward, |flow| {
        let turned = transposed(flow.output)?;
        negated(&product(&product(&turned, flow.cotangent)?, &turned)?)
    })
}

pub fn det(x: &Value) -> Result<Value> {
    let forward = |x: &Value| if has_var(&[x]) { det(x) } else { plain1(ops::det, x) };
    ruled1(x, forward, |flow| slope_of_det(&flow.inputs[0], &mul(flow.cotangent, flow.output)?))
}

pub fn logdet(x: &Value) -> Result<Value> {
    let forward = |x: &Value| if has_var(&[x]) { logdet(x) } else { plain1(ops::logdet, x) };
    ruled1(x, forward, |flow| slope_of_det(&flow.inputs[0], flow.cotangent))
}

/// The transposed inverse, times a number for each matrix.
fn slope_of_det(x: &Value, scale: &Value) -> Result<Value> {
    let mut shape = shape_of(scale)?;
    shape.extend([1, 1]);
    let inverse = transposed(&inv(x)?)?;
    mul(&broadcast_to(&reshape(scale, &shape)?, &shape_of(&inverse)?)?, &inverse)
}

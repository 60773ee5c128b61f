//! Operations along the middle of three axes that keep its length.
use super::{
    CastElements, dtype_of, failed,
    reduce::{largest, sum},
    view::{from_lines, lines},
};
use crate::error::Result;
use crate::tensor::{
    lanes::{Buffer, Element},
    ops::{BinaryOp, Scan},
};
use std::cmp::Ordering;

/// `op` of every line, which has elements. Errors: `gen::overflow`.
pub(in crate::tensor) fn scan(op: Scan, data: &Buffer, parts: (usize, usize, usize)) -> Result<Buffer> {
    let (dtype, n, data) = (dtype_of(data), parts.1, lines(data, parts));
    let whole = !dtype.is_float();
    let result = match op {
        Scan::Cumsum if whole => integers(op, &data, n, BinaryOp::Add)?,
        Scan::Cumprod if whole => integers(op, &data, n, BinaryOp::Mul)?,
        Scan::Sort if whole => each_line(&i64::all(&data), n, <[i64]>::sort_unstable),
        Scan::Argsort if whole => {
            i64::data(i64::all(&data).chunks_exact(n).flat_map(|line| order(line, i64::cmp)).collect())
        }
        Scan::Argsort => i64::data(f64::all(&data).chunks_exact(n).flat_map(|line| order(line, nan_last)).collect()),
        Scan::Cumsum => doubles(&data, n, |line| running(line, |sum, x| sum + x)),
        Scan::Cumprod => doubles(&data, n, |line| running(line, |product, x| product * x)),
        Scan::Sort => doubles(&data, n, |line| line.sort_by(nan_last)),
        Scan::Softmax => doubles(&data, n, softmax),
    };
    let result = if whole || op == Scan::Argsort { result } else { super::retyped(&result, dtype) };
    Ok(from_lines(result, parts))
}

fn doubles(data: &Buffer, n: usize, f: fn(&mut [f64])) -> Buffer {
    each_line(&f64::all(data), n, f)
}

fn each_line<T: Element>(values: &[T], n: usize, f: fn(&mut [T])) -> Buffer {
    let mut values = values.to_vec();
    values.chunks_exact_mut(n).for_each(f);
    T::data(values)
}

fn integers(op: Scan, data: &Buffer, n: usize, with: BinaryOp) -> Result<Buffer> {
    let mut values = i64::all(data).into_owned();
    for line in values.chunks_exact_mut(n) {
        for i in 1..n {
            let (before, x) = (line[i - 1], line[i]);
            line[i] = with.of_integers(before, x).ok_or_else(|| failed(op.name(), before, x))?;
        }
    }
    Ok(i64::data(values))
}

fn running(line: &mut [f64], f: fn(f64, f64) -> f64) {
    for i in 1..line.len() {
        line[i] = f(line[i - 1], line[i]);
    }
}

fn order<T>(line: &[T], compare: impl Fn(&T, &T) -> Ordering) -> Vec<i64> {
    let mut order: Vec<i64> = (0..line.len() as i64).collect();
    order.sort_by(|&i, &j| compare(&line[i as usize], &line[j as usize]));
    order
}

fn nan_last(x: &f64, y: &f64) -> Ordering {
    x.partial_cmp(y).unwrap_or_else(|| x.is_nan().cmp(&y.is_nan()))
}

/// exp(x - m) / Σ exp(x - m) with m the largest element.
fn softmax(line: &mut [f64]) {
    let largest = largest(line);
    line.iter_mut().for_each(|x| *x = (*x - largest).exp());
    let total = sum(line);
    line.iter_mut().for_each(|x| *x /= total);
}

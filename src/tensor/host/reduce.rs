//! Reductions of the middle of three axes: every line of it to one element.
use super::{CastElements, dtype_of, failed, floats, view::lines};
use crate::error::Result;
use crate::tensor::{
    lanes::{Buffer, Element},
    ops::{BinaryOp, Reduction, UnaryOp},
};

/// `op` of every line, which has elements. Errors: `gen::overflow`.
pub(in crate::tensor) fn reduce(op: Reduction, data: &Buffer, parts: (usize, usize, usize)) -> Result<Buffer> {
    let (dtype, n) = (dtype_of(data), parts.1);
    if op == Reduction::Sum && dtype.is_float() && parts.2 > 1 {
        return Ok(floats(sum_rows(&f64::all(data), parts), dtype));
    }
    let data = lines(data, parts);
    let positions = |found: fn(&[f64]) -> usize| -> Buffer {
        i64::data(f64::all(&data).chunks_exact(n).map(|line| found(line) as i64).collect())
    };
    let logic = |answer: fn(&[bool]) -> bool| bool::data(bool::all(&data).chunks_exact(n).map(answer).collect());
    let number =
        |on_float: fn(&[f64]) -> f64| floats(f64::all(&data).chunks_exact(n).map(on_float).collect(), dtype.float());
    let folded = |start: i64, with: BinaryOp| -> Result<Buffer> {
        Ok(i64::data(i64::all(&data).chunks_exact(n).map(|line| fold(op, line, start, with)).collect::<Result<_>>()?))
    };
    let whole = !dtype.is_float();
    Ok(match op {
        Reduction::Sum if whole => folded(0, BinaryOp::Add)?,
        Reduction::Prod if whole => folded(1, BinaryOp::Mul)?,
        Reduction::Max if whole => folded(i64::MIN, BinaryOp::Max)?,
        Reduction::Min if whole => folded(i64::MAX, BinaryOp::Min)?,
        Reduction::Argmax if whole => whole_positions(&data, n, |x, best| x > best),
        Reduction::Argmin if whole => whole_positions(&data, n, |x, best| x < best),
        Reduction::Sum => number(sum),
        Reduction::Prod => number(|line| line.iter().product()),
        Reduction::Mean => number(mean),
        Reduction::Var => number(|line| variance(line, 0.0)),
        Reduction::Std => number(|line| deviation(line, 0.0)),
        Reduction::Max => number(largest),
        Reduction::Min => number(|line| line.iter().fold(f64::INFINITY, |least, &x| BinaryOp::Min.of(least, x))),
        Reduction::LogSumExp => number(log_sum_exp),
        Reduction::Argmax => positions(|line| position(line, |x, best| beats(x, best, x > best))),
        Reduction::Argmin => positions(|line| position(line, |x, best| beats(x, best, x < best))),
        Reduction::Any => logic(|line| line.contains(&true)),
        Reduction::All => logic(|line| !line.contains(&false)),
    })
}

fn fold(op: Reduction, line: &[i64], start: i64, with: BinaryOp) -> Result<i64> {
    line.iter().try_fold(start, |y, &x| with.of_integers(y, x).ok_or_else(|| failed(op.name(), y, x)))
}

fn whole_positions(data: &Buffer, n: usize, better: fn(i64, i64) -> bool) -> Buffer {
    i64::data(i64::all(data).chunks_exact(n).map(|line| position(line, better) as i64).collect())
}

/// The first of the best.
fn position<T: Copy>(line: &[T], better: impl Fn(T, T) -> bool) -> usize {
    (1..line.len()).fold(0, |best, i| if better(line[i], line[best]) { i } else { best })
}

/// Eight sums side by side: the compiler adds them with vector instructions, and errors grow slower.
pub(super) fn sum(line: &[f64]) -> f64 {
    let (blocks, rest) = line.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for block in blocks {
        sums.iter_mut().zip(block).for_each(|(sum, x)| *sum += x);
    }
    rest.iter().fold(sums.iter().sum(), |sum, x| sum + x)
}

/// The sums along the middle axis, row by row: nothing is put in another order for them.
fn sum_rows(values: &[f64], (outer, n, inner): (usize, usize, usize)) -> Vec<f64> {
    let mut sums = vec![0.0; outer * inner];
    for (sums, block) in sums.chunks_exact_mut(inner).zip(values.chunks_exact(n * inner)) {
        for row in block.chunks_exact(inner) {
            sums.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
        }
    }
    sums
}

/// NaN beats every number: its place is where something went wrong.
pub fn beats(x: f64, best: f64, better: bool) -> bool {
    if best.is_nan() { false } else { x.is_nan() || better }
}

/// Where the sum of finite numbers is none, that of their shares.
pub fn mean(line: &[f64]) -> f64 {
    let n = line.len() as f64;
    let mean = sum(line) / n;
    if mean.is_finite() || line.is_empty() || line.iter().any(|x| !x.is_finite()) {
        return mean;
    }
    sum(&line.iter().map(|x| x / n).collect::<Vec<_>>())
}

/// The squared distances from the mean, divided by n − ddof.
pub fn variance(line: &[f64], ddof: f64) -> f64 {
    let mean = mean(line);
    sum(&line.iter().map(|x| (x - mean).powi(2)).collect::<Vec<_>>()) / (line.len() as f64 - ddof)
}

/// The root of the variance, of distances in units of the largest where their squares leave the range of floats.
pub fn deviation(line: &[f64], ddof: f64) -> f64 {
    let variance = variance(line, ddof);
    if variance.is_nan() || (f64::MIN_POSITIVE / f64::EPSILON..f64::INFINITY).contains(&variance) {
        return variance.sqrt();
    }
    let mean = mean(line);
    let unit = line.iter().fold(0.0, |most: f64, x| most.max((x - mean).abs()));
    if unit == 0.0 || !unit.is_finite() {
        return variance.sqrt();
    }
    let squares: Vec<f64> = line.iter().map(|x| ((x - mean) / unit).powi(2)).collect();
    unit * (sum(&squares) / (line.len() as f64 - ddof)).sqrt()
}

/// NaN if there is one.
pub(super) fn largest(line: &[f64]) -> f64 {
    line.iter().fold(f64::NEG_INFINITY, |most, &x| BinaryOp::Max.of(most, x))
}

/// log Σ exp(x - m) + m with m the largest element, or 0 if that is infinite: then either the sum is
/// that, or all are -∞.
fn log_sum_exp(line: &[f64]) -> f64 {
    let largest = Some(largest(line)).filter(|x| !x.is_infinite()).unwrap_or(0.0);
    UnaryOp::Log.of(sum(&line.iter().map(|x| (x - largest).exp()).collect::<Vec<_>>())) + largest
}

//! Sums and extremes: over all lanes in fixed blocks, and over the elements of each lane's value.
use super::column::Column;
use super::{Fault, FaultKind, device, double};
use crate::error::Result;
use crate::tensor::DType;
use crate::tensor::buffer::Buffer;
use crate::tensor::ops::Reduction;
use pulp::{Arch, NullaryFnOnce};
use rayon::prelude::*;

/// Lanes are added in blocks of so many, in index order: sums do not depend on chunks and threads.
pub const BLOCK: usize = 1024;

/// With fewer lanes it is not worth to wake a thread for a sum.
const MANY: usize = 256 * BLOCK;

/// The sum of numbers, in blocks.
pub fn sum(values: &[f64]) -> f64 {
    let [sum, _] = sums(
        values,
        #[inline(always)]
        |x| [x, 0.0],
    );
    sum
}

/// The sums of two functions of every number, in blocks, which threads share when there are many.
fn sums(values: &[f64], of: impl Fn(f64) -> [f64; 2] + Sync) -> [f64; 2] {
    let block = |values| Arch::new().dispatch(BlockSum { values, of: &of });
    let total = |[a, b]: [f64; 2], [x, y]: [f64; 2]| [a + x, b + y];
    if values.len() < MANY {
        return values.chunks(BLOCK).map(block).fold([0.0; 2], total);
    }
    let blocks: Vec<[f64; 2]> = values.par_chunks(BLOCK).with_min_len(64).map(block).collect();
    blocks.into_iter().fold([0.0; 2], total)
}

/// The sums of one block.
struct BlockSum<'a, F> {
    values: &'a [f64],
    of: &'a F,
}

impl<F: Fn(f64) -> [f64; 2]> NullaryFnOnce for BlockSum<'_, F> {
    type Output = [f64; 2];

    #[inline(always)]
    fn call(self) -> [f64; 2] {
        // Eight sums side by side, for a vector unit.
        let (rows, rest) = self.values.as_chunks::<8>();
        let mut sums = [[0.0; 8]; 2];
        for row in rows {
            for j in 0..8 {
                let [x, y] = (self.of)(row[j]);
                sums[0][j] += x;
                sums[1][j] += y;
            }
        }
        let last = rest.iter().fold([0.0; 2], |[a, b], x| {
            let [x, y] = (self.of)(*x);
            [a + x, b + y]
        });
        [sums[0].iter().sum::<f64>() + last[0], sums[1].iter().sum::<f64>() + last[1]]
    }
}

struct Maximum<'a>(&'a [f64]);

impl NullaryFnOnce for Maximum<'_> {
    type Output = f64;

    #[inline(always)]
    fn call(self) -> f64 {
        let (rows, rest) = self.0.as_chunks::<8>();
        let mut largest = [f64::NEG_INFINITY; 8];
        let mut strange = [false; 8];
        for row in rows {
            for j in 0..8 {
                largest[j] = if row[j] > largest[j] { row[j] } else { largest[j] };
                strange[j] |= row[j].is_nan();
            }
        }
        if strange.iter().any(|s| *s) || rest.iter().any(|x| x.is_nan()) {
            return f64::NAN;
        }
        largest.iter().chain(rest).fold(f64::NEG_INFINITY, |x, y| x.max(*y))
    }
}

/// The largest number; −∞ of none, NaN if one is.
pub fn maximum(values: &[f64]) -> f64 {
    Arch::new().dispatch(Maximum(values))
}

struct Running<'a> {
    values: &'a mut [u32],
    most: u32,
}

impl NullaryFnOnce for Running<'_> {
    type Output = ();

    #[inline(always)]
    fn call(mut self) {
        let (rows, rest) = self.values.as_chunks_mut::<8>();
        for row in rows {
            // Each the largest of itself and of 1, 3 and then 7 before it (Hillis and Steele 1986).
            for step in [1, 2, 4] {
                let before = *row;
                for j in step..8 {
                    row[j] = row[j].max(before[j - step]);
                }
            }
            for x in row.iter_mut() {
                *x = (*x).max(self.most);
            }
            self.most = row[7];
        }
        for x in rest {
            self.most = self.most.max(*x);
            *x = self.most;
        }
    }
}

/// Replaces each number by the largest of it, those before it and `least`.
pub fn running_maximum(values: &mut [u32], least: u32) {
    Arch::new().dispatch(Running { values, most: least });
}

/// log-weights summed up, relative to the largest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightSums {
    pub max: f64,
    /// Σ exp(w − max)
    pub sum: f64,
    /// Σ exp(2 (w − max))
    pub squares: f64,
}

/// exp(w − max) of each, for a finite `max`.
pub fn relative(log_weights: &[f64], max: f64) -> Vec<f64> {
    super::map(
        log_weights,
        #[inline(always)]
        move |w| {
            // Subnormal numbers are slow, and beside the largest weight they are nothing.
            let below = w - max;
            if below < -708.0 { 0.0 } else { double::exp(below) }
        },
    )
}

/// The sums from which log-sum-exp and the effective sample size are made. Infinite weights leave sums of 0 or NaN.
pub fn weights(log_weights: &[f64]) -> WeightSums {
    let max = maximum(log_weights);
    if !max.is_finite() {
        let sum = if max == f64::NEG_INFINITY { 0.0 } else { f64::NAN };
        return WeightSums { max, sum, squares: sum };
    }
    let [sum, squares] = sums(
        log_weights,
        #[inline(always)]
        |w| {
            // Not below e⁻³⁵⁰, whose square is no subnormal number yet, which are slow: such a weight adds nothing.
            let below = w - max;
            let x = double::exp(if below < -350.0 { -350.0 } else { below });
            [x, x * x]
        },
    );
    WeightSums { max, sum, squares }
}

impl WeightSums {
    pub fn log_sum_exp(&self) -> f64 {
        if self.max.is_finite() { self.max + self.sum.ln() } else { self.max }
    }

    /// Of as many as `n`.
    pub fn log_mean_exp(&self, n: usize) -> f64 {
        if self.max.is_finite() { self.max + (self.sum / n as f64).ln() } else { self.max }
    }

    /// (Σ w)² / Σ w² (Kish 1965), 0 where all weights are.
    pub fn effective_size(&self) -> f64 {
        if self.sum == 0.0 { 0.0 } else { self.sum * self.sum / self.squares }
    }
}

/// log Σ exp.
pub fn log_sum_exp(values: &[f64]) -> f64 {
    weights(values).log_sum_exp()
}

/// Reduces each lane's value to a number. `None` where the reduction of no elements, or this one, has no result.
pub fn reduce_event(reduction: Reduction, column: &Column, float: DType) -> Option<Result<Column, Fault>> {
    if let Some(reduced) = device::reduce_event(reduction, column) {
        return Some(Ok(reduced));
    }
    let (width, lanes) = (column.width(), column.len());
    if let (Buffer::I64(values), Reduction::Sum | Reduction::Prod | Reduction::Max | Reduction::Min) =
        (column.data(), reduction)
    {
        return Some(integers(reduction, values, lanes, width)?.map(Column::new));
    }
    if column.dtype() == DType::Bool {
        return Some(Err(Fault::at(0, FaultKind::NotANumber(0))));
    }
    let dtype = if column.dtype().is_float() { column.dtype() } else { float };
    let values = column.to_f64();
    let of = |row: &[f64]| -> Option<f64> {
        Some(match reduction {
            Reduction::Sum => row.iter().sum(),
            Reduction::Prod => row.iter().product(),
            Reduction::Mean => row.iter().sum::<f64>() / width as f64,
            Reduction::Max if width > 0 => maximum(row),
            Reduction::Min if width > 0 => -maximum(&row.iter().map(|x| -x).collect::<Vec<f64>>()),
            _ => return None,
        })
    };
    let reduced = (0..lanes).map(|lane| of(&values[lane * width..][..width])).collect::<Option<Vec<f64>>>()?;
    Some(Ok(Column::new(reduced).cast(dtype)))
}

type Checked = fn(i64, i64) -> Option<i64>;

fn integers(reduction: Reduction, values: &[i64], lanes: usize, width: usize) -> Option<Result<Vec<i64>, Fault>> {
    let (start, f): (Option<i64>, Checked) = match reduction {
        Reduction::Sum => (Some(0), i64::checked_add),
        Reduction::Prod => (Some(1), i64::checked_mul),
        Reduction::Max => (None, |x, y| Some(x.max(y))),
        _ => (None, |x, y| Some(x.min(y))),
    };
    if width == 0 && start.is_none() {
        return None;
    }
    let lane = |lane: usize| {
        let row = &values[lane * width..][..width];
        let first = start.or(row.first().copied()).unwrap_or_default();
        row.iter().try_fold(first, |sum, &x| f(sum, x).ok_or(Fault::at(lane, FaultKind::Overflow(sum, Some(x)))))
    };
    Some((0..lanes).map(lane).collect())
}

//! Scores: doubles to which columns are added.
use super::column::Column;
use crate::tensor::buffer::Buffer;
use pulp::{Arch, NullaryFnOnce};

struct Add<'a, T> {
    sums: &'a mut [f64],
    values: &'a [T],
}

impl<T: Copy + Into<f64>> NullaryFnOnce for Add<'_, T> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (sum, x) in self.sums.iter_mut().zip(self.values) {
            *sum += (*x).into();
        }
    }
}

/// Adds each number to its sum.
fn add<T: Copy + Into<f64>>(sums: &mut [f64], values: &[T]) {
    Arch::new().dispatch(Add { sums, values });
}

/// Adds each lane's number to its sum; a lane with an array adds all elements.
pub fn add_to(sums: &mut [f64], column: &Column) {
    match column.data() {
        Buffer::F32(values) if column.event().is_empty() => add(sums, values),
        Buffer::F64(values) if column.event().is_empty() => add(sums, values),
        _ => lane_sums(column).enumerate().for_each(|(i, x)| {
            if let Some(sum) = sums.get_mut(i) {
                *sum += x;
            }
        }),
    }
}

/// Adds the number of each lane to the sum at its position.
pub fn add_at(sums: &mut [f64], positions: &[u32], column: &Column) {
    let mut add = |p: &u32, x: f64| {
        if let Some(sum) = sums.get_mut(*p as usize) {
            *sum += x;
        }
    };
    match column.data() {
        Buffer::F32(values) if column.event().is_empty() => {
            positions.iter().zip(values.iter()).for_each(|(p, x)| add(p, f64::from(*x)));
        }
        Buffer::F64(values) if column.event().is_empty() => {
            positions.iter().zip(values.iter()).for_each(|(p, x)| add(p, *x));
        }
        _ => positions.iter().zip(lane_sums(column)).for_each(|(p, x)| add(p, x)),
    }
}

/// The number of each lane, or the sum of its array.
pub fn lane_sums(column: &Column) -> impl Iterator<Item = f64> {
    let (values, width) = (column.to_f64(), column.width());
    (0..column.len()).map(move |lane| values[lane * width..][..width].iter().sum())
}

//! Which lanes of columns with MLX: gathered, merged, cut and joined by positions that the host knows.
use super::super::column::{Column, Operand};
use super::elementwise::{Common, common_type};
use super::{any, array_of};
use crate::tensor::mlx_rs::{Array as Mlx, ops::indexing};
use crate::tensor::ops::{self, AxisRange};
use crate::tensor::{Array, DType};

/// As [`super::super::gather`].
pub fn gather(column: &Column, positions: &[u32]) -> Option<Column> {
    let array = column.array().filter(|_| !positions.is_empty())?;
    Column::of_array(taken(array, positions.to_vec())?)
}

/// The parts of axis 0 at these positions, which it has.
fn taken(array: &Array, positions: Vec<u32>) -> Option<Array> {
    let shape = [&[positions.len()], &array.shape()[1..]].concat();
    let count = i32::try_from(positions.len()).ok()?;
    let take = move |inputs: &[&Mlx]| {
        let positions = Mlx::from_slice(&positions, &[count]);
        Ok(indexing::take_axis(inputs[0], positions, 0)?)
    };
    Array::lazy(&[array], &shape, array.dtype(), take).ok()
}

/// As [`super::super::merge`]: the parts in a row, from which each lane takes its own.
pub fn merge(n: usize, parts: &[(&[u32], Operand)], float: DType) -> Option<Column> {
    if !parts.iter().any(|part| any(&[part.1])) {
        return None;
    }
    let operands: Vec<Operand> = parts.iter().map(|part| part.1).collect();
    let (dtype, event) = (common_type(&operands, float)?, parts.first()?.1.event());
    let (mut rows, mut from, mut next) = (Vec::with_capacity(parts.len()), vec![0; n], 0);
    for (positions, operand) in parts.iter().filter(|(positions, _)| !positions.is_empty()) {
        let common = Common { lanes: positions.len(), event: event.to_vec(), dtype };
        let row = common.column(common.array(*operand, false)?)?;
        rows.push(row.array()?.clone());
        for position in *positions {
            *from.get_mut(*position as usize)? = next;
            next += 1;
        }
    }
    let rows = ops::concat(&rows.iter().collect::<Vec<_>>(), 0).ok()?;
    (next as usize == n).then(|| Column::of_array(taken(&rows, from)?))?
}

/// The lanes from `start` to before `end`.
pub fn slice(column: &Column, start: usize, end: usize) -> Option<Column> {
    let array = column.array().filter(|_| start < end)?;
    let span = AxisRange { begin: start as i64, end: end as i64, step: 1 };
    Column::of_array(ops::slice(array, &[span]).ok()?)
}

/// As [`Column::concat`], for columns of one type.
pub fn concat(columns: &[Column]) -> Option<Column> {
    let dtype = columns.first()?.dtype();
    if columns.iter().all(|column| column.array().is_none()) || columns.iter().any(|column| column.dtype() != dtype) {
        return None;
    }
    let arrays = columns.iter().filter(|column| !column.is_empty()).map(array_of).collect::<Option<Vec<Array>>>()?;
    Column::of_array(ops::concat(&arrays.iter().collect::<Vec<_>>(), 0).ok()?)
}

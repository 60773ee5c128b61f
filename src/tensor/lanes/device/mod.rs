//! Columns with MLX: an array `[lanes, event…]` of floats in single precision or of booleans, computed lazily, and
//! brought to the host once when somebody reads it there. Integers and doubles are columns on the host always.
//!
//! Kernels follow their operands: one with MLX takes the others there if MLX computes the same. Where it does not, the
//! functions here give `None`, and the kernel on the host reads its operands.
mod elementwise;
mod index;

pub use elementwise::{binary, cast, reduce_event, select, unary};
pub use index::{concat, gather, merge, slice};

use super::column::{Column, Operand};
use crate::tensor::buffer::Buffer;
use crate::tensor::{Array, Backend, DType};
use std::sync::OnceLock;

/// Are the columns of a run that computes with this width made with MLX?
pub fn in_use(width: DType) -> bool {
    width == DType::Float32 && Backend::current() == Backend::Mlx
}

/// A column's array, and its elements on the host once they were asked for.
#[derive(Debug)]
pub struct DeviceColumn {
    array: Array,
    host: OnceLock<Buffer>,
}

impl DeviceColumn {
    pub(super) fn of(array: Array) -> Option<DeviceColumn> {
        let kept = array.backend() == Backend::Mlx && !array.is_empty() && is_kept(array.dtype());
        kept.then(|| DeviceColumn { array, host: OnceLock::new() })
    }

    pub(super) fn array(&self) -> &Array {
        &self.array
    }

    pub(super) fn data(&self) -> &Buffer {
        self.host.get_or_init(|| self.read())
    }

    /// The elements, read anew unless they are on the host already.
    ///
    /// Whatever fails in MLX leaves numbers that are none, here where nobody expects an error: the end of a batched
    /// run computes all that it leaves, and reports what went wrong.
    pub(super) fn read(&self) -> Buffer {
        let read = || match (self.array.fetch(), self.array.dtype()) {
            (Ok(data), _) => data,
            (Err(_), DType::Bool) => Buffer::Bool(vec![false; self.array.len()].into()),
            (Err(_), _) => Buffer::F32(vec![f32::NAN; self.array.len()].into()),
        };
        self.host.get().cloned().unwrap_or_else(read)
    }
}

fn is_kept(dtype: DType) -> bool {
    matches!(dtype, DType::Float32 | DType::Bool)
}

/// The same column with MLX, if it is of a kind that is kept there.
pub fn placed(column: &Column) -> Option<Column> {
    match column.array() {
        Some(_) => Some(column.clone()),
        None => Column::of_array(array_of(column)?),
    }
}

/// All lanes as one array with MLX.
fn array_of(column: &Column) -> Option<Array> {
    if let Some(array) = column.array() {
        return Some(array.clone());
    }
    let shape = [&[column.len()], column.event()].concat();
    (is_kept(column.dtype()) && !column.is_empty()).then(|| Array::placed(column.data().clone(), &shape).ok())?
}

/// Is one of the operands with MLX?
pub fn any(operands: &[Operand]) -> bool {
    operands.iter().any(|operand| matches!(operand, Operand::Column(column) if column.array().is_some()))
}

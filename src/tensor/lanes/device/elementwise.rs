//! Elementwise kernels over columns with MLX, and reductions of each lane's value.
use super::super::broadcast::{common_shape, same_shape};
use super::super::column::{Column, Operand};
use super::{any, array_of};
use crate::tensor::buffer::{Buffer, Element};
use crate::tensor::ops::{self, BinaryOp, Reduction, UnaryOp};
use crate::tensor::{Array, DType};

/// Integers up to this size are floats in single precision.
const MAX_WHOLE: u64 = 1 << 24;

/// As [`super::super::unary`]; errors are the host's to find.
pub fn unary(op: UnaryOp, a: &Column) -> Option<Column> {
    let array = a.array()?;
    let fits = (op == UnaryOp::Not) == (array.dtype() == DType::Bool);
    if !fits {
        return None;
    }
    Column::of_array(ops::unary(op, array).ok()?)
}

/// As [`super::super::binary`].
pub fn binary(op: BinaryOp, a: Operand, b: Operand, float: DType) -> Option<Column> {
    let lanes = if any(&[a, b]) { a.lanes().or(b.lanes())? } else { return None };
    let common = Common::of(&[a, b], lanes, float)?;
    let exact = match op {
        // Remainders by 0 are errors, which the host finds.
        BinaryOp::Rem | BinaryOp::Mod | BinaryOp::FloorDiv => return None,
        BinaryOp::Eq | BinaryOp::Ne => true,
        BinaryOp::And | BinaryOp::Or if common.dtype != DType::Bool => return None,
        BinaryOp::And | BinaryOp::Or => true,
        _ if common.dtype == DType::Bool => return None,
        _ => op.is_question(),
    };
    let (a, b) = (common.array(a, exact)?, common.array(b, exact)?);
    common.column(ops::binary(op, &a, &b).ok()?)
}

/// As [`super::super::select`].
pub fn select(mask: &Column, a: Operand, b: Operand, float: DType) -> Option<Column> {
    let all = [a, b, Operand::Column(mask)];
    if !any(&all) || mask.dtype() != DType::Bool || !mask.event().is_empty() {
        return None;
    }
    let common = Common::of(&[a, b], mask.len(), float)?;
    let mask = common.array(Operand::Column(mask), false)?;
    let (a, b) = (common.array(a, false)?, common.array(b, false)?);
    common.column(ops::select(&mask, &a, &b).ok()?)
}

/// As [`Column::cast`].
pub fn cast(column: &Column, dtype: DType) -> Option<Column> {
    match dtype {
        DType::Float32 => Column::of_array(column.array()?.cast(dtype).ok()?),
        _ => None,
    }
}

/// As [`super::super::reduce_event`].
pub fn reduce_event(reduction: Reduction, column: &Column) -> Option<Column> {
    let simple =
        matches!(reduction, Reduction::Sum | Reduction::Prod | Reduction::Mean | Reduction::Max | Reduction::Min);
    let array = column.array().filter(|array| simple && array.dtype() == DType::Float32)?;
    let rows = array.reshaped(&[column.len(), column.width()]).ok()?;
    Column::of_array(ops::reduce(reduction, &rows, Some(1)).ok()?)
}

/// The type of which operands are, or which they take together with MLX; `None` if that is not one that it keeps.
pub(super) fn common_type(operands: &[Operand], float: DType) -> Option<DType> {
    let all = |kept: &[DType]| operands.iter().all(|x| kept.contains(&x.dtype(float)));
    let floats = all(&[DType::Float32, DType::Int64]) && !all(&[DType::Int64]);
    if all(&[DType::Bool]) { Some(DType::Bool) } else { floats.then_some(DType::Float32) }
}

/// What the arrays of operands have in common.
pub(super) struct Common {
    pub lanes: usize,
    pub event: Vec<usize>,
    pub dtype: DType,
}

impl Common {
    /// `None` of operands that differ in their lanes, and as [`common_type`].
    fn of(operands: &[Operand], lanes: usize, float: DType) -> Option<Common> {
        let event = operands.iter().try_fold(Vec::new(), |event, x| common_shape(&event, x.event()))?;
        let fit = operands.iter().all(|x| x.lanes().is_none_or(|n| n == lanes));
        fit.then_some(Common { lanes, event, dtype: common_type(operands, float)? })
    }

    /// An operand as an array that broadcasts to all lanes; `exact` where the rounding of an integer shows.
    pub(super) fn array(&self, operand: Operand, exact: bool) -> Option<Array> {
        let one = |data: Buffer| Array::placed(data, &[]).ok();
        match operand {
            Operand::Column(column) if column.dtype() == DType::Int64 && exact => None,
            Operand::Column(column) if column.dtype() == DType::Bool => self.aligned(&array_of(column)?),
            Operand::Column(column) => self.aligned(&array_of(&column.cast(DType::Float32))?),
            Operand::Int(n) if exact && n.unsigned_abs() > MAX_WHOLE => None,
            Operand::Int(n) => one(f32::data(vec![n as f32])),
            Operand::Float(x) => one(f32::data(vec![x as f32])),
            Operand::Bool(x) => one(bool::data(vec![x])),
            Operand::Array { values, shape } => {
                Array::placed(f32::data(values.iter().map(|x| *x as f32).collect()), shape).ok()
            }
        }
    }

    /// With as many axes as the common shape, after that of the lanes.
    fn aligned(&self, array: &Array) -> Option<Array> {
        let (lanes, event) = array.shape().split_first()?;
        let missing = self.event.len().checked_sub(event.len())?;
        if missing == 0 {
            return Some(array.clone());
        }
        let shape = [&[*lanes], &vec![1; missing][..], event].concat();
        array.reshaped(&shape).ok()
    }

    /// A result in all lanes; numbers that are the same in all of them have lanes yet to be made.
    pub(super) fn column(&self, result: Array) -> Option<Column> {
        let shape = [&[self.lanes], &self.event[..]].concat();
        let whole =
            if same_shape(result.shape(), &shape) { result } else { ops::broadcast_to(&result, &shape).ok()? };
        Column::of_array(whole)
    }
}

//! What operations on columns take: columns, and values that are the same in every lane.
use super::column::Column;
use crate::tensor::DType;
use crate::tensor::buffer::ScalarItem;

/// What an operation takes: a value per lane, or one for all of them.
#[derive(Clone, Copy, Debug)]
pub enum Operand<'a> {
    Column(&'a Column),
    Float(f64),
    Int(i64),
    Bool(bool),
    /// The same array in every lane, row-major.
    Array {
        values: &'a [f64],
        shape: &'a [usize],
    },
}

impl<'a> Operand<'a> {
    /// The number of lanes of a column.
    pub fn lanes(self) -> Option<usize> {
        if let Operand::Column(column) = self { Some(column.len()) } else { None }
    }

    /// The shape of each value, empty for a number.
    pub fn event(self) -> &'a [usize] {
        match self {
            Operand::Column(column) => column.event(),
            Operand::Array { shape, .. } => shape,
            _ => &[],
        }
    }

    /// The type of a column; plain floats have the width `float`.
    pub fn dtype(self, float: DType) -> DType {
        match self {
            Operand::Column(column) => column.dtype(),
            Operand::Float(_) | Operand::Array { .. } => float,
            Operand::Int(_) => DType::Int64,
            Operand::Bool(_) => DType::Bool,
        }
    }
}

impl From<ScalarItem> for Operand<'_> {
    fn from(item: ScalarItem) -> Self {
        match item {
            ScalarItem::Float(x) => Operand::Float(x),
            ScalarItem::Int(x) => Operand::Int(x),
            ScalarItem::Bool(x) => Operand::Bool(x),
        }
    }
}

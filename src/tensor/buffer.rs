//! Elements one after the other in memory, of one of four types: what arrays on the host and columns of lanes are made of.

use super::dtype::DType;
use std::sync::Arc;

/// Elements of one type; clones share them.
#[derive(Clone, Debug)]
pub enum Buffer {
    F32(Arc<Vec<f32>>),
    F64(Arc<Vec<f64>>),
    I64(Arc<Vec<i64>>),
    Bool(Arc<Vec<bool>>),
}

/// One number or boolean of a buffer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ScalarItem {
    Float(f64),
    Int(i64),
    Bool(bool),
}

impl ScalarItem {
    pub fn as_f64(self) -> f64 {
        match self {
            ScalarItem::Float(x) => x,
            ScalarItem::Int(x) => x as f64,
            ScalarItem::Bool(x) => f64::from(u8::from(x)),
        }
    }
}

/// The types of elements.
pub trait Element: Copy + Default + PartialEq + Send + Sync + 'static {
    fn data(values: Vec<Self>) -> Buffer;
    /// The values, if they are of this type.
    fn of(data: &Buffer) -> Option<&Arc<Vec<Self>>>;
    fn item(self) -> ScalarItem;
}

macro_rules! elements {
    ($($type:ty, $variant:ident, $item:expr;)*) => {$(
        impl Element for $type {
            fn data(values: Vec<$type>) -> Buffer {
                Buffer::$variant(Arc::new(values))
            }
            fn of(data: &Buffer) -> Option<&Arc<Vec<$type>>> {
                if let Buffer::$variant(values) = data { Some(values) } else { None }
            }
            fn item(self) -> ScalarItem {
                $item(self)
            }
        }
    )*};
}
elements! {
    f32, F32, |x| ScalarItem::Float(f64::from(x));
    f64, F64, ScalarItem::Float;
    i64, I64, ScalarItem::Int;
    bool, Bool, ScalarItem::Bool;
}

/// The same code for every element type: `values` is the vector.
macro_rules! each_type {
    ($data:expr, $values:ident => $body:expr) => {
        match $data {
            Buffer::F32($values) => $body,
            Buffer::F64($values) => $body,
            Buffer::I64($values) => $body,
            Buffer::Bool($values) => $body,
        }
    };
}
pub(in crate::tensor) use each_type;

impl Buffer {
    pub fn dtype(&self) -> DType {
        match self {
            Buffer::F32(_) => DType::Float32,
            Buffer::F64(_) => DType::Float64,
            Buffer::I64(_) => DType::Int64,
            Buffer::Bool(_) => DType::Bool,
        }
    }

    /// The number of elements.
    pub(in crate::tensor) fn len(&self) -> usize {
        each_type!(self, values => values.len())
    }
}

//! The four kinds of elements and how operations combine them.
use super::{device::Device, mlx_rs};
use std::fmt;

/// The type of an array's elements, in promotion order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DType {
    /// true or false
    Bool,
    /// 64-bit integers; overflow is an error
    Int64,
    /// single precision
    Float32,
    /// double precision, the default on a CPU; MLX computes it nowhere else
    Float64,
}

impl DType {
    /// All of them, in promotion order.
    pub const ALL: [DType; 4] = [DType::Bool, DType::Int64, DType::Float32, DType::Float64];

    /// `bool`, `int64`, `float32` or `float64`.
    pub fn name(self) -> &'static str {
        ["bool", "int64", "float32", "float64"][self as usize]
    }

    /// The dtype of this name.
    pub fn from_name(name: &str) -> Option<DType> {
        DType::ALL.into_iter().find(|dtype| dtype.name() == name)
    }

    /// Is this one of the two float types?
    pub fn is_float(self) -> bool {
        self >= DType::Float32
    }

    /// The type both convert to: the later of the two in promotion order.
    pub fn promote(self, other: DType) -> DType {
        self.max(other)
    }

    /// The type for arithmetic: booleans count as 0 and 1.
    pub(super) fn number(self) -> DType {
        self.max(DType::Int64)
    }

    /// The type for results that are rarely whole: integers become float64, on a GPU float32.
    pub(super) fn float(self) -> DType {
        if self.is_float() { self } else { Device::current().float() }
    }

    pub(super) fn mlx(self) -> mlx_rs::Dtype {
        match self {
            DType::Bool => mlx_rs::Dtype::Bool,
            DType::Int64 => mlx_rs::Dtype::Int64,
            DType::Float32 => mlx_rs::Dtype::Float32,
            DType::Float64 => mlx_rs::Dtype::Float64,
        }
    }
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

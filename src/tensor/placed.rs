//! The elements of an array with MLX: on its thread, on the host, or in both places.
//!
//! They go where somebody asks for them, once: reading an element is a round trip to the thread the first time alone,
//! and what nobody computes with never leaves the host.
use super::{
    dtype::DType,
    lanes::Buffer,
    mlx, shape,
    thread::{ExpectedResult, Handle},
};
use crate::error::Result;
use crate::tensor::mlx_rs::{self, Array as Mlx};
use std::sync::OnceLock;

/// Where they came from, and where else they are by now, or why they are not.
pub(super) enum PlacedElements {
    /// Known on the host, row-major.
    Known { data: Buffer, sent: OnceLock<Result<Handle>> },
    /// Computed by MLX.
    Computed { handle: Handle, read: OnceLock<Result<Buffer>> },
}

impl PlacedElements {
    /// Elements that the host knows.
    pub fn known(data: Buffer) -> PlacedElements {
        PlacedElements::Known { data, sent: OnceLock::new() }
    }

    /// Elements that `build` makes of `inputs` on the thread, lazily; they fill the shape.
    pub fn computed(
        inputs: &[&Handle],
        shape: &[usize],
        dtype: DType,
        build: impl FnOnce(&[&Mlx]) -> Result<Mlx> + Send + 'static,
    ) -> Result<PlacedElements> {
        Ok(PlacedElements::Computed { handle: operation(inputs, shape, dtype, build)?, read: OnceLock::new() })
    }

    /// The handle of these elements, which fill the shape. Errors: those of a thread that does not start.
    pub fn handle(&self, shape: &[usize]) -> Result<&Handle> {
        match self {
            PlacedElements::Computed { handle, .. } => Ok(handle),
            PlacedElements::Known { data, sent } => kept(sent, || {
                let (data, dtype, dims) = (data.clone(), data.dtype(), shape::dims(shape));
                operation(&[], shape, dtype, move |_| Ok(mlx::array(&data, &dims)))
            }),
        }
    }

    /// The elements, if they came from the host.
    ///
    /// Whether somebody read computed ones does not matter: numbers must not depend on who looks at them.
    pub fn at_hand(&self) -> Option<&Buffer> {
        match self {
            PlacedElements::Known { data, .. } => Some(data),
            PlacedElements::Computed { .. } => None,
        }
    }

    /// The elements on the host: waits for their computation. Errors: what went wrong in it.
    pub fn data(&self) -> Result<&Buffer> {
        match self {
            PlacedElements::Known { data, .. } => Ok(data),
            PlacedElements::Computed { handle, read } => kept(read, || handle.read(mlx::read)),
        }
    }

    /// Waits for the computation. Errors: what went wrong in it.
    pub fn evaluate(&self) -> Result<()> {
        self.pending().map_or(Ok(()), |handle| handle.read(|_| Ok(())))
    }

    /// The handle of what may not be computed yet, or failed.
    pub fn pending(&self) -> Option<&Handle> {
        match self {
            PlacedElements::Computed { handle, read } if !matches!(read.get(), Some(Ok(_))) => Some(handle),
            _ => None,
        }
    }
}

/// What the cell holds, made first if nobody did.
fn kept<T>(cell: &OnceLock<Result<T>>, make: impl FnOnce() -> Result<T>) -> Result<&T> {
    cell.get_or_init(make).as_ref().map_err(Clone::clone)
}

/// MLX never sees an array without elements: such a result is not computed (its handle keeps a placeholder, and the
/// errors of its inputs), and callers fill what does not depend on empty inputs.
fn operation(
    inputs: &[&Handle],
    shape: &[usize],
    dtype: DType,
    build: impl FnOnce(&[&Mlx]) -> Result<Mlx> + Send + 'static,
) -> Result<Handle> {
    if shape::len(shape)? == 0 {
        let expected = ExpectedResult { shape: Vec::new(), dtype: mlx_rs::Dtype::Bool };
        return Handle::operation(inputs, expected, Box::new(|_| Ok(Mlx::from_bool(false))));
    }
    let expected = ExpectedResult { shape: shape::dims(shape), dtype: dtype.mlx() };
    Handle::operation(inputs, expected, Box::new(build))
}

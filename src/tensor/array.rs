//! The array: a handle to the MLX thread, with the shape and dtype known on this side.
use super::{
    dtype::DType,
    error::{Error, Result},
    host, shape,
    thread::{Expected, Handle},
};
use mlx_rs::Array as Mlx;
use std::{fmt, sync::Arc};

/// An n-dimensional array, immutable, lazily evaluated; cloning copies a pointer.
#[derive(Clone)]
pub struct Array {
    handle: Arc<Handle>,
    shape: Arc<[usize]>,
    dtype: DType,
}

impl fmt::Debug for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Array({}, {:?})", self.dtype, self.shape)
    }
}

impl Array {
    /// The sizes of the axes; empty for a scalar.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The type of the elements.
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// The number of elements.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Are there no elements?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of axes.
    pub fn ndim(&self) -> usize {
        self.shape.len()
    }

    /// The values in row-major order, converted to doubles.
    ///
    /// Waits for the computation and reports what went wrong in it, as do the other readers.
    pub fn to_f64(&self) -> Result<Vec<f64>> {
        self.read(host::read_f64)
    }

    /// The values as integers. Errors: `gen::dtype` for a float that is not a whole number.
    pub fn to_i64(&self) -> Result<Vec<i64>> {
        if self.dtype.is_float() {
            return self.to_f64()?.into_iter().map(host::whole).collect();
        }
        self.read(host::read::<i64>)
    }

    /// The values as booleans: is the number not zero?
    pub fn to_bool(&self) -> Result<Vec<bool>> {
        if self.dtype == DType::Bool {
            return self.read(host::read::<bool>);
        }
        Ok(self.to_f64()?.into_iter().map(|x| x != 0.0).collect())
    }

    /// The only element, as a double. Errors: `gen::shape` if there is not exactly one.
    pub fn item(&self) -> Result<f64> {
        match self.to_f64()?.as_slice() {
            [x] => Ok(*x),
            _ => Err(Error::shape(format!("one element is wanted, the array has shape {:?}", self.shape))),
        }
    }

    /// Waits for the computation without reading it. Loops that carry an array from step to step
    /// evaluate it at each.
    pub fn evaluate(&self) -> Result<()> {
        self.handle.read(|_| Ok(()))
    }

    fn read<T: Send + 'static>(&self, reader: fn(&Mlx) -> Result<Vec<T>>) -> Result<Vec<T>> {
        if self.is_empty() {
            return self.evaluate().map(|()| Vec::new());
        }
        self.handle.read(reader)
    }

    /// The array that `build` makes of `inputs` on the MLX thread.
    ///
    /// MLX never sees an array without elements: such a result is not computed (its handle keeps a
    /// placeholder, and the errors of its inputs), and callers fill what does not depend on empty inputs.
    pub(super) fn lazy(
        inputs: &[&Array],
        shape: &[usize],
        dtype: DType,
        build: impl FnOnce(&[&Mlx]) -> Result<Mlx> + Send + 'static,
    ) -> Result<Array> {
        let handles: Vec<&Handle> = inputs.iter().map(|array| &*array.handle).collect();
        let handle = if shape::len(shape)? == 0 {
            let expected = Expected { shape: Vec::new(), dtype: mlx_rs::Dtype::Bool };
            Handle::operation(&handles, expected, Box::new(|_| Ok(Mlx::from_bool(false))))?
        } else {
            let expected = Expected { shape: shape::dims(shape), dtype: dtype.mlx() };
            Handle::operation(&handles, expected, Box::new(build))?
        };
        Ok(Array { handle: Arc::new(handle), shape: shape.into(), dtype })
    }
}

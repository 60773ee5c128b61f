//! The array: a buffer on the host or a handle to the MLX thread, with the shape and dtype known on this side.
use super::{
    backend::Backend,
    dtype::DType,
    host::{self, CastElements},
    lanes::Buffer,
    mlx, shape,
    thread::{ExpectedResult, Handle},
};
use crate::error::{Error, Result};
use crate::tensor::mlx_rs::{self, Array as Mlx};
use std::{fmt, sync::Arc};

/// An n-dimensional array, immutable, with MLX lazily evaluated; cloning copies a pointer.
#[derive(Clone)]
pub struct Array {
    storage: Storage,
    shape: Arc<[usize]>,
    dtype: DType,
}

#[derive(Clone)]
enum Storage {
    /// Row-major.
    Host(Buffer),
    Mlx(Arc<Handle>),
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

    /// Where the elements are.
    pub fn backend(&self) -> Backend {
        match self.storage {
            Storage::Host(_) => Backend::Host,
            Storage::Mlx(_) => Backend::Mlx,
        }
    }

    /// The values in row-major order, converted to doubles.
    ///
    /// Waits for the computation and reports what went wrong in it, as do the other readers.
    pub fn to_f64(&self) -> Result<Vec<f64>> {
        self.read(|data| f64::all(data).into_owned())
    }

    /// The values as integers. Errors: `gen::dtype` for a float that is not a whole number.
    pub fn to_i64(&self) -> Result<Vec<i64>> {
        if self.dtype.is_float() {
            return self.to_f64()?.into_iter().map(host::whole).collect();
        }
        self.read(|data| i64::all(data).into_owned())
    }

    /// The values as booleans: is the number not zero?
    pub fn to_bool(&self) -> Result<Vec<bool>> {
        self.read(|data| bool::all(data).into_owned())
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
        match &self.storage {
            Storage::Host(_) => Ok(()),
            Storage::Mlx(handle) => handle.read(|_| Ok(())),
        }
    }

    /// Computes arrays with MLX, all of them at once.
    pub(crate) fn evaluate_all<'a>(arrays: impl IntoIterator<Item = &'a Array>) -> Result<()> {
        let handle = |array: &'a Array| match &array.storage {
            Storage::Host(_) => None,
            Storage::Mlx(handle) => Some(&**handle),
        };
        Handle::evaluate(arrays.into_iter().filter_map(handle))
    }

    /// The elements on the host.
    pub(super) fn fetch(&self) -> Result<Buffer> {
        match &self.storage {
            Storage::Host(data) => Ok(data.clone()),
            Storage::Mlx(handle) => handle.read(mlx::read),
        }
    }

    /// These elements with MLX, wherever the process keeps its arrays; they fill the shape.
    pub(crate) fn placed(data: Buffer, shape: &[usize]) -> Result<Array> {
        let dtype = data.dtype();
        Array { storage: Storage::Host(data), shape: shape.into(), dtype }.with_mlx()
    }

    fn read<T>(&self, reader: fn(&Buffer) -> Vec<T>) -> Result<Vec<T>> {
        match &self.storage {
            Storage::Host(data) => Ok(reader(data)),
            Storage::Mlx(_) if self.is_empty() => self.evaluate().map(|()| Vec::new()),
            Storage::Mlx(handle) => Ok(reader(&handle.read(mlx::read)?)),
        }
    }

    /// A new array of these elements, which fill the shape, where the process keeps its arrays.
    pub(super) fn new(data: Buffer, shape: &[usize], dtype: DType) -> Result<Array> {
        let array = Array { storage: Storage::Host(data), shape: shape.into(), dtype };
        match Backend::current() {
            Backend::Host => Ok(array),
            Backend::Mlx => array.with_mlx(),
        }
    }

    /// The array that `host` makes of the elements of `inputs`, at once, or `mlx` of those with MLX, lazily.
    ///
    /// One input with MLX takes the others there. An array without elements is not computed at all.
    pub(super) fn operation(
        inputs: &[&Array],
        shape: &[usize],
        dtype: DType,
        host: impl FnOnce(&[&Buffer]) -> Result<Buffer>,
        mlx: impl FnOnce(&[&Mlx]) -> Result<Mlx> + Send + 'static,
    ) -> Result<Array> {
        let Some(data) = inputs.iter().map(|array| array.data()).collect::<Option<Vec<_>>>() else {
            return Array::lazy(inputs, shape, dtype, mlx);
        };
        let data = if shape::len(shape)? == 0 { host::full(0.0, 0, dtype) } else { host(&data)? };
        let known = inputs.iter().find(|array| *array.shape == *shape);
        let shape = known.map_or_else(|| shape.into(), |array| array.shape.clone());
        Ok(Array { storage: Storage::Host(data), shape, dtype })
    }

    /// As [`Array::operation`], for what MLX lacks: it hands the elements over.
    pub(super) fn by_host(
        inputs: &[&Array],
        shape: &[usize],
        dtype: DType,
        f: impl FnOnce(&[&Buffer]) -> Result<Buffer> + Clone + Send + 'static,
    ) -> Result<Array> {
        let dims = shape::dims(shape);
        Array::operation(inputs, shape, dtype, f.clone(), move |inputs| mlx::by_host(inputs, &dims, f))
    }

    /// The same elements in another shape, which has as many.
    pub(super) fn reshaped(&self, shape: &[usize]) -> Result<Array> {
        let dims = shape::dims(shape);
        let same = |data: &[&Buffer]| Ok(data[0].clone());
        Array::operation(&[self], shape, self.dtype, same, move |inputs| Ok(inputs[0].reshape(&dims)?))
    }

    fn data(&self) -> Option<&Buffer> {
        match &self.storage {
            Storage::Host(data) => Some(data),
            Storage::Mlx(_) => None,
        }
    }

    /// The same array with MLX.
    pub(super) fn with_mlx(&self) -> Result<Array> {
        let Storage::Host(data) = &self.storage else { return Ok(self.clone()) };
        let (data, dims) = (data.clone(), shape::dims(&self.shape));
        Array::lazy(&[], &self.shape, self.dtype, move |_| Ok(mlx::array(&data, &dims)))
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
        let inputs: Vec<Arc<Handle>> = inputs.iter().map(|array| array.handle()).collect::<Result<_>>()?;
        let handles: Vec<&Handle> = inputs.iter().map(|handle| &**handle).collect();
        let handle = if shape::len(shape)? == 0 {
            let expected = ExpectedResult { shape: Vec::new(), dtype: mlx_rs::Dtype::Bool };
            Handle::operation(&handles, expected, Box::new(|_| Ok(Mlx::from_bool(false))))?
        } else {
            let expected = ExpectedResult { shape: shape::dims(shape), dtype: dtype.mlx() };
            Handle::operation(&handles, expected, Box::new(build))?
        };
        Ok(Array { storage: Storage::Mlx(Arc::new(handle)), shape: shape.into(), dtype })
    }

    fn handle(&self) -> Result<Arc<Handle>> {
        match self.with_mlx()?.storage {
            Storage::Mlx(handle) => Ok(handle),
            Storage::Host(_) => Err(Error::array("internal: an array did not reach MLX")),
        }
    }
}

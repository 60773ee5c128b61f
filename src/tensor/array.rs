//! The array: a buffer on the host or a handle to the MLX thread, with the shape and dtype known on this side.
use super::{
    backend::{Backend, few},
    dtype::DType,
    host::{self, CastElements},
    lanes::Buffer,
    loading::loaded,
    mlx,
    placed::PlacedElements,
    shape,
    thread::Handle,
};
use crate::error::{Error, Result};
use crate::tensor::mlx_rs::Array as Mlx;
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
    Mlx(Arc<PlacedElements>),
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
            Storage::Mlx(elements) => elements.evaluate(),
        }
    }

    /// Computes arrays with MLX, all of them at once.
    pub(crate) fn evaluate_all<'a>(arrays: impl IntoIterator<Item = &'a Array>) -> Result<()> {
        let handle = |array: &'a Array| match &array.storage {
            Storage::Host(_) => None,
            Storage::Mlx(elements) => elements.pending(),
        };
        Handle::evaluate(arrays.into_iter().filter_map(handle))
    }

    /// The elements on the host.
    pub(super) fn fetch(&self) -> Result<Buffer> {
        match &self.storage {
            Storage::Host(data) => Ok(data.clone()),
            Storage::Mlx(elements) => elements.data().cloned(),
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
            Storage::Mlx(elements) => Ok(reader(elements.data()?)),
        }
    }

    /// The element at `i` of the only axis, where the array is.
    ///
    /// Reads all of them, the first time: whoever wants a number uses it at once, and its neighbours next.
    pub(super) fn element(&self, i: usize) -> Result<Array> {
        let data = host::index::gather(&self.fetch()?, 1, &[i as i64]);
        let element = Array { storage: Storage::Host(data), shape: [].into(), dtype: self.dtype };
        if self.backend() == Backend::Mlx { element.with_mlx() } else { Ok(element) }
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
    /// One input with MLX takes the others there, but for a few elements that are at hand: to send them takes longer
    /// than to compute. An array without elements is not computed at all.
    pub(super) fn operation(
        inputs: &[&Array],
        shape: &[usize],
        dtype: DType,
        host: impl FnOnce(&[&Buffer]) -> Result<Buffer>,
        mlx: impl FnOnce(&[&Mlx]) -> Result<Mlx> + Send + 'static,
    ) -> Result<Array> {
        let most = inputs.iter().map(|array| array.len()).fold(shape::len(shape)?, usize::max);
        let on_host = inputs.iter().all(|array| array.backend() == Backend::Host);
        let at_hand = (on_host || most < few()).then(|| inputs.iter().map(|array| array.at_hand()).collect());
        match at_hand.flatten() {
            Some(data) => Array::at_once(inputs, data, shape, dtype, host),
            None => Array::lazy(inputs, shape, dtype, mlx),
        }
    }

    /// As [`Array::operation`], for what MLX lacks: it hands the elements over, if they are not at hand.
    pub(super) fn by_host(
        inputs: &[&Array],
        shape: &[usize],
        dtype: DType,
        f: impl FnOnce(&[&Buffer]) -> Result<Buffer> + Send + 'static,
    ) -> Result<Array> {
        let dims = shape::dims(shape);
        match inputs.iter().map(|array| array.at_hand()).collect() {
            Some(data) => Array::at_once(inputs, data, shape, dtype, f),
            None => Array::lazy(inputs, shape, dtype, move |inputs| mlx::by_host(inputs, &dims, f)),
        }
    }

    /// What `f` makes of the inputs' elements, where the inputs are.
    fn at_once(
        inputs: &[&Array],
        data: Vec<&Buffer>,
        shape: &[usize],
        dtype: DType,
        f: impl FnOnce(&[&Buffer]) -> Result<Buffer>,
    ) -> Result<Array> {
        let data = if shape::len(shape)? == 0 { host::full(0.0, 0, dtype) } else { f(&data)? };
        let known = inputs.iter().find(|array| *array.shape == *shape);
        let shape = known.map_or_else(|| shape.into(), |array| array.shape.clone());
        let made = Array { storage: Storage::Host(data), shape, dtype };
        if inputs.iter().any(|array| array.backend() == Backend::Mlx) { made.with_mlx() } else { Ok(made) }
    }

    /// The same elements in another shape, which has as many.
    pub(super) fn reshaped(&self, shape: &[usize]) -> Result<Array> {
        let dims = shape::dims(shape);
        let same = |data: &[&Buffer]| Ok(data[0].clone());
        Array::operation(&[self], shape, self.dtype, same, move |inputs| Ok(inputs[0].reshape(&dims)?))
    }

    fn at_hand(&self) -> Option<&Buffer> {
        match &self.storage {
            Storage::Host(data) => Some(data),
            Storage::Mlx(elements) => elements.at_hand(),
        }
    }

    /// The same array with MLX.
    pub(super) fn with_mlx(&self) -> Result<Array> {
        let Storage::Host(data) = &self.storage else { return Ok(self.clone()) };
        loaded()?;
        let storage = Storage::Mlx(Arc::new(PlacedElements::known(data.clone())));
        Ok(Array { storage, shape: self.shape.clone(), dtype: self.dtype })
    }

    /// The array that `build` makes of `inputs` on the MLX thread.
    pub(super) fn lazy(
        inputs: &[&Array],
        shape: &[usize],
        dtype: DType,
        build: impl FnOnce(&[&Mlx]) -> Result<Mlx> + Send + 'static,
    ) -> Result<Array> {
        let inputs: Vec<Array> = inputs.iter().map(|array| array.with_mlx()).collect::<Result<_>>()?;
        let handles: Vec<&Handle> = inputs.iter().map(Array::handle).collect::<Result<_>>()?;
        let storage = Storage::Mlx(Arc::new(PlacedElements::computed(&handles, shape, dtype, build)?));
        Ok(Array { storage, shape: shape.into(), dtype })
    }

    fn handle(&self) -> Result<&Handle> {
        match &self.storage {
            Storage::Mlx(elements) => elements.handle(&self.shape),
            Storage::Host(_) => Err(Error::array("internal: an array did not reach MLX")),
        }
    }
}

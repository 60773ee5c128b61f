//! New arrays from host data, constants and ranges.
use super::{
    array::Array,
    backend::Backend,
    device::Device,
    dtype::DType,
    host,
    lanes::{Buffer, Element},
    mlx, ops, shape,
};
use crate::error::{Code, Error, Result};

impl Array {
    /// A float64 array of these values in row-major order. Errors: `gen::shape` if they do not fill
    /// `shape`, `gen::too-large`.
    pub fn from_f64(data: Vec<f64>, shape: &[usize]) -> Result<Array> {
        Array::from_data(f64::data(data), shape)
    }

    /// An array of the device's own float type (see [`Device::float`]); errors as for [`Array::from_f64`].
    pub fn floats(data: Vec<f64>, shape: &[usize]) -> Result<Array> {
        Array::from_data(host::floats(data, Device::current().float()), shape)
    }

    /// An int64 array; errors as for [`Array::from_f64`].
    pub fn from_i64(data: Vec<i64>, shape: &[usize]) -> Result<Array> {
        Array::from_data(i64::data(data), shape)
    }

    /// A bool array; errors as for [`Array::from_f64`].
    pub fn from_bool(data: Vec<bool>, shape: &[usize]) -> Result<Array> {
        Array::from_data(bool::data(data), shape)
    }

    fn from_data(data: Buffer, shape: &[usize]) -> Result<Array> {
        if shape::len(shape)? != data.len() {
            let message = format!("{} values do not fill an array of shape {shape:?}", data.len());
            return Err(Error::shape(message));
        }
        let dtype = data.dtype();
        Array::new(data, shape, dtype)
    }

    /// A float64 array without axes.
    pub fn scalar(x: f64) -> Result<Array> {
        Array::full(&[], x, DType::Float64)
    }

    /// An int64 array without axes.
    pub fn scalar_i64(x: i64) -> Result<Array> {
        Array::from_i64(vec![x], &[])
    }

    /// All zeros.
    pub fn zeros(shape: &[usize], dtype: DType) -> Result<Array> {
        Array::full(shape, 0.0, dtype)
    }

    /// All ones.
    pub fn ones(shape: &[usize], dtype: DType) -> Result<Array> {
        Array::full(shape, 1.0, dtype)
    }

    /// All `x`, converted to `dtype`. Errors: `gen::too-large`; `gen::dtype` if `x` is no integer
    /// and one is wanted.
    pub fn full(shape: &[usize], x: f64, dtype: DType) -> Result<Array> {
        if dtype == DType::Int64 {
            host::whole(x)?;
        }
        if Backend::current() == Backend::Host {
            return Array::new(host::full(x, shape::len(shape)?, dtype), shape, dtype);
        }
        // Answer on the host: a device without doubles sees none.
        let one = Array::new(host::full(x, 1, dtype), &[], dtype)?;
        ops::broadcast_to(&one, shape)
    }

    /// start, start + step, … before `stop`; floats. Errors: `gen::array` for a step of zero or
    /// arguments that are not finite, `gen::too-large`.
    pub fn arange(start: f64, stop: f64, step: f64) -> Result<Array> {
        let count = ((stop - start) / step).ceil().max(0.0);
        if step == 0.0 || !count.is_finite() {
            return Err(Error::array(format!("arange: no range from {start} to {stop} by {step}")));
        }
        let n = count_of("arange", count)?;
        Array::floats((0..n).map(|i| start + i as f64 * step).collect(), &[n])
    }

    /// The integers from `start` before `stop`, by `step`; int64. Errors as for [`Array::arange`].
    pub fn arange_i64(start: i64, stop: i64, step: i64) -> Result<Array> {
        if step == 0 {
            return Err(Error::array("arange: the step is 0"));
        }
        let (start, step) = (i128::from(start), i128::from(step));
        let distance = (i128::from(stop) - start) * step.signum();
        let count = (distance.max(0) + step.abs() - 1) / step.abs();
        let n = count_of("arange", count as f64)?;
        // Every value lies between two i64.
        Array::from_i64((0..n as i128).map(|i| (start + i * step) as i64).collect(), &[n])
    }

    /// `n` evenly spaced floats from `start` to `stop`, both included.
    pub fn linspace(start: f64, stop: f64, n: usize) -> Result<Array> {
        let n = count_of("linspace", n as f64)?;
        let last = n.saturating_sub(1);
        let at = |i: usize| match i {
            0 => start,
            i if i == last => stop,
            i => start + (stop - start) * (i as f64 / last as f64),
        };
        Array::floats((0..n).map(at).collect(), &[n])
    }

    /// The n × n identity matrix, of floats.
    pub fn eye(n: usize) -> Result<Array> {
        let mut data = vec![0.0; shape::len(&[n, n])?];
        data.iter_mut().step_by(n.saturating_add(1)).for_each(|x| *x = 1.0);
        Array::floats(data, &[n, n])
    }

    /// The same values as `dtype`. To bool: not zero; floats to integers lose their fraction.
    /// Errors, when computed: `gen::dtype` for NaN or a float beyond int64.
    pub fn cast(&self, dtype: DType) -> Result<Array> {
        if dtype == self.dtype() {
            return Ok(self.clone());
        }
        let on_mlx = move |inputs: &[&_]| mlx::cast(inputs[0], dtype);
        Array::operation(&[self], self.shape(), dtype, |data| host::cast(data[0], dtype), on_mlx)
    }
}

fn count_of(name: &str, count: f64) -> Result<usize> {
    let n = if count <= shape::MAX_LEN as f64 { count as usize } else { usize::MAX };
    shape::len(&[n]).map_err(|_| Error::raise(Code::TooLarge, format!("{name}: {count:e} elements")))
}

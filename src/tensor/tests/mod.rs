//! Tests of arrays, with both storages: operations against values worked out by hand, errors, and the MLX thread.
#[cfg(feature = "mlx")]
mod agreement;
#[cfg(feature = "mlx")]
mod device;
mod elementwise;
mod errors;
mod layout;
mod matrices;
mod reductions;
#[cfg(feature = "mlx")]
mod thread;
#[cfg(not(feature = "mlx"))]
mod without_mlx;

use super::{ops::*, thread::on_mlx_thread, *};
use crate::error::{Result, Stop};
use std::cell::Cell;

thread_local! {
    static FORCED: Cell<Option<Backend>> = const { Cell::new(None) };
    static FORCED_DEVICE: Cell<Option<Device>> = const { Cell::new(None) };
}

/// The device that this thread's test asks for, if any. MLX's thread starts with the process' own.
pub(super) fn forced_device() -> Option<Device> {
    FORCED_DEVICE.get()
}

/// The backend that this thread's test asks for, if any.
pub(super) fn forced() -> Option<Backend> {
    FORCED.get()
}

/// Runs `f`, whose new arrays have this storage.
fn with<T>(backend: Backend, f: impl FnOnce() -> T) -> T {
    let before = FORCED.replace(Some(backend));
    let result = f();
    FORCED.set(before);
    result
}

#[cfg(feature = "mlx")]
fn on_mlx<T>(f: impl FnOnce() -> T) -> T {
    with(Backend::Mlx, f)
}

fn on_both(test: impl Fn()) {
    let built = if cfg!(feature = "mlx") { &Backend::ALL[..] } else { &[Backend::Host] };
    for &backend in built {
        eprintln!("storage: {}", backend.name()); // shown if it fails
        with(backend, &test);
    }
}

/// A float64 vector.
fn v(data: &[f64]) -> Array {
    Array::from_f64(data.to_vec(), &[data.len()]).unwrap()
}

/// An int64 vector.
fn i(data: &[i64]) -> Array {
    Array::from_i64(data.to_vec(), &[data.len()]).unwrap()
}

/// A bool vector.
fn b(data: &[bool]) -> Array {
    Array::from_bool(data.to_vec(), &[data.len()]).unwrap()
}

/// A float64 matrix.
fn m<const N: usize>(rows: &[[f64; N]]) -> Array {
    Array::from_f64(rows.concat(), &[rows.len(), N]).unwrap()
}

#[track_caller]
fn is(found: Result<Array>, dtype: DType, shape: &[usize], expected: &[f64]) {
    let found = found.unwrap();
    assert_eq!(found.backend(), Backend::current());
    assert_eq!((found.dtype(), found.shape()), (dtype, shape));
    let values = found.to_f64().unwrap();
    let close = |(x, y): (&f64, &f64)| x == y || (x.is_nan() && y.is_nan()) || (x - y).abs() <= 1e-13 * y.abs();
    assert!(values.len() == expected.len() && values.iter().zip(expected).all(close), "{values:?} is not {expected:?}");
}

/// The code of the error, whether it shows when the operation is called or when it is read.
#[track_caller]
fn code(found: Result<Array>) -> crate::error::Code {
    found.and_then(|a| a.to_f64()).expect_err("an error is expected").into_error().code
}

/// The same code and words.
impl PartialEq for Stop {
    fn eq(&self, other: &Stop) -> bool {
        (self.code(), self.to_string()) == (other.code(), other.to_string())
    }
}

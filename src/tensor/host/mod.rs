//! Operations on flat row-major buffers, where they are called: shapes and dtypes are checked before, and no result
//! is without elements.
pub(super) mod elementwise;
pub(super) mod index;
pub(super) mod matrix;
pub(super) mod reduce;
pub(super) mod scan;
pub(super) mod view;

use super::{
    buffer::{Buffer, Element, each_type},
    dtype::DType,
};
use crate::error::{Code, Error, Result, Stop};
use std::borrow::Cow;

/// An element type that the others convert to with `as` semantics; to bool: is it not zero?
pub(super) trait CastElements: Element {
    /// The elements as this type, copied only if they are of another.
    fn all(data: &Buffer) -> Cow<'_, [Self]>;
}

macro_rules! convert {
    ($($type:ty: $bool:expr, $int:expr, $single:expr, $double:expr;)*) => {$(
        impl CastElements for $type {
            fn all(data: &Buffer) -> Cow<'_, [$type]> {
                if let Some(values) = <$type>::of(data) {
                    return Cow::Borrowed(values);
                }
                Cow::Owned(match data {
                    Buffer::Bool(values) => values.iter().copied().map($bool).collect(),
                    Buffer::I64(values) => values.iter().copied().map($int).collect(),
                    Buffer::F32(values) => values.iter().copied().map($single).collect(),
                    Buffer::F64(values) => values.iter().copied().map($double).collect(),
                })
            }
        }
    )*};
}
convert! {
    bool: |x| x, |x| x != 0, |x| x != 0.0, |x| x != 0.0;
    i64: i64::from, |x| x, |x| x as i64, |x| x as i64;
    f32: |x| f32::from(u8::from(x)), |x| x as f32, |x| x, |x| x as f32;
    f64: |x| f64::from(u8::from(x)), |x| x as f64, f64::from, |x| x;
}

/// The elements as `dtype`, by the rules of [`CastElements`].
pub(super) fn retyped(data: &Buffer, dtype: DType) -> Buffer {
    if dtype_of(data) == dtype {
        return data.clone();
    }
    match dtype {
        DType::Bool => bool::data(bool::all(data).into_owned()),
        DType::Int64 => i64::data(i64::all(data).into_owned()),
        DType::Float32 => f32::data(f32::all(data).into_owned()),
        DType::Float64 => f64::data(f64::all(data).into_owned()),
    }
}

/// As [`retyped`]. Errors: `gen::dtype` for NaN or a float beyond int64.
pub(super) fn cast(data: &Buffer, dtype: DType) -> Result<Buffer> {
    if dtype == DType::Int64 && dtype_of(data).is_float() {
        return Ok(i64::data(f64::all(data).iter().map(|x| whole(x.trunc())).collect::<Result<_>>()?));
    }
    Ok(retyped(data, dtype))
}

/// `n` times `x`, converted to `dtype`.
pub(super) fn full(x: f64, n: usize, dtype: DType) -> Buffer {
    match dtype {
        DType::Bool => bool::data(vec![x != 0.0; n]),
        DType::Int64 => i64::data(vec![x as i64; n]),
        DType::Float32 => f32::data(vec![x as f32; n]),
        DType::Float64 => f64::data(vec![x; n]),
    }
}

/// The elements' type.
pub(super) fn dtype_of(data: &Buffer) -> DType {
    match data {
        Buffer::Bool(_) => DType::Bool,
        Buffer::I64(_) => DType::Int64,
        Buffer::F32(_) => DType::Float32,
        Buffer::F64(_) => DType::Float64,
    }
}

/// These doubles as `dtype`.
pub(super) fn floats(values: Vec<f64>, dtype: DType) -> Buffer {
    if dtype == DType::Float64 {
        return f64::data(values);
    }
    retyped(&f64::data(values), dtype)
}

/// The integer a float stands for. Errors: `gen::dtype` if none.
pub(super) fn whole(x: f64) -> Result<i64> {
    // -2⁶³ and 2⁶³ are doubles; the latter is one too many.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if x == x.trunc() && (-LIMIT..LIMIT).contains(&x) {
        return Ok(x as i64);
    }
    Err(Error::dtype(format!("{x} is not an int64")))
}

/// A checked operation of two integers has no result.
fn failed(name: &str, x: i64, y: i64) -> Stop {
    if y == 0 {
        return Error::raise(Code::DivisionByZero, format!("({name} {x} 0): integers cannot be divided by zero"))
            .help("floats can: the result is infinite or NaN");
    }
    Error::raise(Code::Overflow, format!("({name} {x} {y}) does not fit into int64"))
        .help("float64 arrays go beyond it")
}

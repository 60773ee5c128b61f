//! The option `:dtype` of algorithms that make lanes: what numbers these have.

use crate::error::Result;
use crate::eval::options::{OptionRow, Options};
use crate::eval::{Cx, Value};
use crate::tensor::DType;

/// Calls an algorithm whose options, from `args[index]` on, may say by `:dtype` what numbers the lanes that it makes
/// have.
pub fn in_width(
    cx: &mut Cx,
    algorithm: &'static str,
    known: &'static [OptionRow],
    args: &mut [Value],
    index: usize,
    run: fn(&mut Cx, &mut [Value]) -> Result<Value>,
) -> Result<Value> {
    let options = Options::read(algorithm, args, index, known)?;
    let dtype = match options.word("dtype") {
        "float32" => DType::Float32,
        "float64" => DType::Float64,
        _ => return run(cx, args),
    };
    let outer = cx.dtype.replace(dtype);
    let result = run(cx, args);
    cx.dtype = outer;
    result
}

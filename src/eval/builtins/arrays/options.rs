//! What follows the array in a call: `(sum a 0)`, `(sum a :axis 0)`, `(zeros [2 3] :dtype :float32)`.

use crate::error::Result;
use crate::eval::args::{integer, number, wrong_type};
use crate::eval::options;
use crate::eval::value::Value;
use crate::tensor::DType;

/// Options that array functions share.
#[derive(Default)]
pub struct ArrayOptions {
    pub axis: Option<i64>,
    pub ddof: f64,
    pub dtype: Option<DType>,
}

impl ArrayOptions {
    /// Reads the arguments after the first: one axis, or options, of which the function knows `allowed`.
    pub fn read(function: &str, args: &[Value], allowed: &str) -> Result<ArrayOptions> {
        ArrayOptions::read_from(function, args, 1, allowed)
    }

    /// Like [`ArrayOptions::read`], from the argument `from` on.
    pub fn read_from(function: &str, args: &[Value], from: usize, allowed: &str) -> Result<ArrayOptions> {
        let mut options = ArrayOptions::default();
        let given = match &args[from.min(args.len())..] {
            [] => return Ok(options),
            [only] if allowed.contains("axis") && !matches!(only, Value::Keyword(_) | Value::Map(_)) => {
                options.axis = axis(function, only).map_err(|e| e.arg(from))?;
                return Ok(options);
            }
            _ => options::Options::read(function, args, from, allowed)?,
        };
        let at = |name: &str| given.place(name);
        if let Some(value) = given.get("axis") {
            options.axis = axis(function, value).map_err(|e| e.arg(at("axis")))?;
        }
        if let Some(value) = given.get("ddof") {
            options.ddof = number(function, std::slice::from_ref(value), 0).map_err(|e| e.arg(at("ddof")))?;
        }
        if let Some(value) = given.get("dtype") {
            options.dtype = Some(dtype(function, value).map_err(|e| e.arg(at("dtype")))?);
        }
        Ok(options)
    }
}

/// nil means all elements.
fn axis(function: &str, value: &Value) -> Result<Option<i64>> {
    if value.is_nil() { Ok(None) } else { integer(function, std::slice::from_ref(value), 0).map(Some) }
}

/// A dtype by its name.
pub fn dtype(function: &str, value: &Value) -> Result<DType> {
    let name = value.as_keyword().or(value.as_str());
    name.and_then(DType::from_name).ok_or_else(|| {
        wrong_type(function, "a dtype", value, 0).help("dtypes are `:bool` `:int64` `:float32` `:float64`")
    })
}

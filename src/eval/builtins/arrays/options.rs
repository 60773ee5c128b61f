//! What follows the array in a call: `(sum a 0)`, `(sum a :axis 0)`, `(zeros [2 3] :dtype :float32)`.

use super::super::args::{integer, number, wrong_type};
use crate::error::{Error, Result};
use crate::eval::print::brief;
use crate::eval::value::Value;
use crate::tensor::DType;

/// Options that array functions share.
#[derive(Default)]
pub struct Options {
    pub axis: Option<i64>,
    pub ddof: f64,
    pub dtype: Option<DType>,
}

impl Options {
    /// Reads the arguments after the first: one axis, or keywords with values, of which the function knows `allowed`.
    pub fn read(function: &str, args: &[Value], allowed: &[&str]) -> Result<Options> {
        Options::read_from(function, args, 1, allowed)
    }

    /// Like [`Options::read`], from the argument `from` on.
    pub fn read_from(function: &str, args: &[Value], from: usize, allowed: &[&str]) -> Result<Options> {
        let mut options = Options::default();
        if args.len() == from + 1 && args[from].as_keyword().is_none() && allowed.contains(&"axis") {
            options.axis = axis(function, args, from)?;
            return Ok(options);
        }
        for i in (from..args.len()).step_by(2) {
            let key = args[i]
                .as_keyword()
                .filter(|key| allowed.contains(key))
                .ok_or_else(|| unknown(function, args, i, allowed))?;
            if i + 1 >= args.len() {
                return Err(Error::new("gen::type", format!("the option `:{key}` of `{function}` has no value")).arg(i));
            }
            match key {
                "axis" => options.axis = axis(function, args, i + 1)?,
                "ddof" => options.ddof = number(function, args, i + 1)?,
                _ => options.dtype = Some(dtype(function, args, i + 1)?),
            }
        }
        Ok(options)
    }
}

/// nil means all elements.
fn axis(function: &str, args: &[Value], index: usize) -> Result<Option<i64>> {
    if args[index].is_nil() { Ok(None) } else { integer(function, args, index).map(Some) }
}

pub fn dtype(function: &str, args: &[Value], index: usize) -> Result<DType> {
    let name = args[index].as_keyword().or(args[index].as_str());
    name.and_then(DType::from_name).ok_or_else(|| {
        wrong_type(function, "a dtype", &args[index], index).help("dtypes are `:bool` `:int64` `:float32` `:float64`")
    })
}

#[cold]
fn unknown(function: &str, args: &[Value], index: usize, allowed: &[&str]) -> Box<Error> {
    let known: Vec<String> = allowed.iter().map(|key| format!("`:{key}`")).collect();
    let error = Error::new("gen::type", format!("`{function}` has no option `{}`", brief(&args[index]))).arg(index);
    if known.is_empty() { error } else { error.help(format!("its options: {}", known.join(", "))) }
}

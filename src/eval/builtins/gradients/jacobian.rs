//! Jacobians: one pass backwards for each number of the result.

use super::options::Wrt;
use super::with_tape;
use crate::error::{Code, Error, Result};
use crate::eval::arrays::wrap;
use crate::eval::cx::Cx;
use crate::eval::gradient::{self, Cotangents, Tape, VarKind, arrays, pick, rules};
use crate::eval::print::brief;
use crate::eval::value::Value;
use crate::tensor::{Array, DType, ops};

/// The Jacobian of what `f` gives at these arguments, an array for each argument it is taken of.
pub fn at(
    name: &str,
    wrt: &Wrt,
    cx: &mut Cx,
    args: &mut [Value],
    f: impl FnOnce(&mut Cx, &mut [Value]) -> Result<Value>,
) -> Result<Value> {
    with_tape(cx, |cx, tape| {
        let lifted = wrt.lift(name, cx, tape, args)?;
        let inputs: Vec<Vec<usize>> = lifted.iter().map(|x| shape(name, "an argument", x)).collect::<Result<_>>()?;
        let output = f(cx, args)?;
        let out = shape(name, "a function that gives", &output)?;
        let passes = passes(cx, tape, &output)?;
        let mut inputs = inputs.iter();
        wrt.gather(&lifted, |x| table(&passes, x, &out, inputs.next().map_or(&[], |shape| shape)))
    })
}

/// The shape of numbers: a number, an array, or vectors of one shape.
fn shape(name: &str, of: &str, value: &Value) -> Result<Vec<usize>> {
    let plain = gradient::plain(value)?;
    match &plain {
        Value::Int(_) | Value::Float(_) => Ok(Vec::new()),
        Value::Array(a) if a.dtype() != DType::Bool => Ok(a.shape().to_vec()),
        Value::Vector(_) | Value::List(_) => crate::eval::arrays::from_value(&plain).map(|a| a.shape().to_vec()),
        other => {
            let found = if other.is_nil() { "nil".to_string() } else { format!("{} `{}`", other.kind(), brief(other)) };
            let message = format!("`{name}` wants {of} numbers in a vector or an array, not {found}");
            Err(Error::raise(Code::Type, message).help(
                "put its numbers into a vector `[a b]`; data of any structure have gradients of one number: `(grad f)`",
            ))
        }
    }
}

/// A pass for each number of the output.
fn passes(cx: &mut Cx, tape: &Tape, output: &Value) -> Result<Vec<Cotangents>> {
    let mut leaves = Vec::new();
    rules::collect(output, &mut leaves);
    let mut passes = Vec::new();
    for leaf in leaves {
        let shape = match VarKind::of(&leaf)? {
            VarKind::Number | VarKind::Lanes(_) => {
                passes.push(tape.backward(cx, &[(leaf, Value::float(1.0))])?);
                continue;
            }
            VarKind::Array(shape, _) => shape,
        };
        let n: usize = shape.iter().product();
        for i in 0..n {
            cx.charge(n)?;
            let seed = (0..n).map(|j| if i == j { 1.0 } else { 0.0 }).collect();
            passes.push(tape.backward(cx, &[(leaf.clone(), wrap(Array::from_f64(seed, &shape))?)])?);
        }
    }
    Ok(passes)
}

/// The cotangents of one argument from every pass, as an array; a number when there is but one.
fn table(passes: &[Cotangents], x: &Value, out: &[usize], input: &[usize]) -> Result<Value> {
    let shape = [out, input].concat();
    if passes.is_empty() {
        return wrap(Array::zeros(&shape, DType::Float64));
    }
    let rows = passes.iter().map(|pass| rules::from_nested(&pass.of(x)?)).collect::<Result<Vec<_>>>()?;
    let stacked = pick::joined(&rows, &|rows: &[Array]| ops::stack(&rows.iter().collect::<Vec<_>>(), 0))?;
    arrays::as_number(&arrays::reshape(&stacked, &shape)?)
}

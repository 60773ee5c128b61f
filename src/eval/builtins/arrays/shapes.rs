//! The same elements in another arrangement, and several arrays put together.

use super::options::AXIS;
use super::options::ArrayOptions;
use super::{array_of, of, shape_of, sizes};
use crate::error::{Code, Error, Result};
use crate::eval::args::integer;
use crate::eval::args::not_a_number;
use crate::eval::arrays::wrap;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::gradient::rules;
use crate::eval::sequence;
use crate::eval::value::Value;
use crate::tensor::ops::{self, Scan};
use crate::tensor::{Array, DType};

pub const TABLE: &[Builtin] = &[
    Builtin::new("reshape", "[a shape] [a n & more]", reshape).elements(),
    Builtin::new("transpose", "[a] [a axes] [a axis & more]", transpose).elements(),
    Builtin::new("flip-axis", "[a] [a axis] [a & {:keys [axis]}]", |_, a| {
        wrap(ops::flip(array_of("flip-axis", a, 0)?, ArrayOptions::read("flip-axis", a, AXIS)?.axis.unwrap_or(0)))
    })
    .elements(),
    Builtin::new("squeeze", "[a] [a axis] [a & {:keys [axis]}]", |_, a| {
        wrap(ops::squeeze(array_of("squeeze", a, 0)?, ArrayOptions::read("squeeze", a, AXIS)?.axis))
    })
    .elements(),
    Builtin::new("expand-dims", "[a axis]", |_, a| {
        wrap(ops::expand_dims(&of("expand-dims", a, 0)?, integer("expand-dims", a, 1)?))
    })
    .elements(),
    Builtin::new("broadcast-to", "[a shape]", |_, a| {
        wrap(ops::broadcast_to(&of("broadcast-to", a, 0)?, &shape_of("broadcast-to", a, 1)?))
    })
    .elements(),
    Builtin::new("stack", "[arrays] [arrays axis] [arrays & {:keys [axis]}]", |cx, a| {
        joined(cx, "stack", a, ops::stack)
    })
    .smooth(),
    Builtin::new("array-concat", "[arrays] [arrays axis] [arrays & {:keys [axis]}]", |cx, a| {
        joined(cx, "array-concat", a, ops::concat)
    })
    .smooth(),
    Builtin::new("array-sort", "[a] [a axis] [a & {:keys [axis]}]", |_, a| along(Scan::Sort, "array-sort", a))
        .gradient(|_, a| rules::scan(Scan::Sort, Some(-1), a)),
    Builtin::new("argsort", "[a] [a axis] [a & {:keys [axis]}]", |_, a| along(Scan::Argsort, "argsort", a)).primal(),
];

fn reshape(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let array = of("reshape", args, 0)?;
    wrap(ops::reshape(&array, &spread(args)?))
}

/// Sizes given as one vector or one by one.
fn spread(args: &[Value]) -> Result<Vec<i64>> {
    match args {
        [_, Value::Vector(_) | Value::List(_)] => sizes("reshape", args, 1),
        _ => (1..args.len()).map(|i| integer("reshape", args, i)).collect(),
    }
}

fn transpose(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let array = array_of("transpose", args, 0)?;
    if args.len() == 1 {
        return wrap(ops::transpose(array, None));
    }
    let axes: Vec<i64> = match &args[1..] {
        [Value::Vector(_) | Value::List(_)] => sizes("transpose", args, 1)?,
        _ => (1..args.len()).map(|i| integer("transpose", args, i)).collect::<Result<_>>()?,
    };
    let count = array.ndim() as i64;
    if let Some(axis) = axes.iter().find(|axis| !(-count..count).contains(axis)) {
        let message = format!("transpose: axis {axis} of an array of shape {:?}", array.shape());
        return Err(Error::raise(Code::Index, message));
    }
    let axes: Vec<usize> = axes.into_iter().map(|a| if a < 0 { a.saturating_add(count) } else { a } as usize).collect();
    wrap(ops::transpose(array, Some(&axes)))
}

fn joined(
    cx: &mut Cx,
    function: &str,
    args: &mut [Value],
    join: fn(&[&Array], i64) -> crate::error::Result<Array>,
) -> Result<Value> {
    let axis = ArrayOptions::read(function, args, AXIS)?.axis.unwrap_or(0);
    let items = match &args[0] {
        Value::Array(_) => {
            return Err(Error::raise(Code::Type, format!("`{function}` wants a vector of arrays, not one array"))
                .help(format!("write `({function} [a b])`"))
                .arg(0));
        }
        other => sequence::to_vec(cx, other).map_err(|e| e.arg(0))?,
    };
    if let ("stack", Some(Value::Host(_))) = (function, items.first()) {
        return cx.delegate("stack-traces", args);
    }
    if items.iter().any(|item| matches!(item, Value::Var(_))) {
        return rules::join(&items, axis, join).map_err(|e| e.arg(0));
    }
    let arrays: Vec<Array> =
        items.iter().map(|item| crate::eval::arrays::operand(function, item, 0)).collect::<Result<_>>()?;
    wrap(join(&arrays.iter().collect::<Vec<_>>(), axis))
}

fn along(op: Scan, function: &str, args: &mut [Value]) -> Result<Value> {
    let axis = ArrayOptions::read(function, args, AXIS)?.axis.unwrap_or(-1);
    wrap(ops::scan(op, array_of(function, args, 0)?, Some(axis)))
}

/// Booleans that hold of some or all elements.
pub fn logical(op: ops::Reduction, args: &mut [Value]) -> Result<Value> {
    let array = match &args[0] {
        Value::Array(a) => a.clone(),
        other => return Err(not_a_number(op.name(), other).arg(0)),
    };
    let array = if array.dtype() == DType::Bool { array } else { std::sync::Arc::new(array.cast(DType::Bool)?) };
    let axis = ArrayOptions::read(op.name(), args, AXIS)?.axis;
    crate::eval::arrays::scalar_value(ops::reduce(op, &array, axis)?)
}

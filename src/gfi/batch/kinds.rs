//! Values and parameters of lanes as a family of numbers has them: floats of real numbers, integers of counts.

use crate::distributions::{Family, Kind};
use crate::error::Result;
use crate::eval::Value;
use crate::eval::builtins::math::elementwise::exact_integer;
use crate::eval::lanes::in_parts;
use crate::eval::lanes::numbers::floats;
use crate::tensor::DType;
use crate::tensor::lanes::Column;
use std::borrow::Cow;

/// Parameters of which some lanes have integers and others floats: only the number matters.
pub fn in_floats(params: Cow<'_, [Value]>) -> Result<Cow<'_, [Value]>> {
    match params.iter().any(in_parts) {
        true => params.iter().map(|param| Ok(floats(param)?.into_owned())).collect::<Result<Vec<_>>>().map(Cow::Owned),
        false => Ok(params),
    }
}

/// Can values of this column be of the family's kind?
pub fn fits(family: &Family, column: &Column) -> bool {
    let boolean = column.dtype() == crate::tensor::DType::Bool;
    column.event().is_empty() && boolean == (family.kind == Kind::Boolean)
}

/// Given lanes as the family has its values: floats of real numbers, integers of counts; `None` where each lane must be
/// looked at.
pub fn of_kind(family: &Family, value: &Value) -> Result<Option<Value>> {
    let value = if family.kind == Kind::Real { floats(value)? } else { Cow::Borrowed(value) };
    let Value::Lanes(lanes) = &*value else { return Ok(None) };
    let Some(column) = lanes.column().filter(|column| fits(family, column)) else { return Ok(None) };
    Ok(match (family.kind, column.dtype()) {
        (Kind::Real, DType::Int64) => Some(Value::lanes(&lanes.group, column.cast(lanes.group.width))),
        (Kind::Integer, DType::Float32 | DType::Float64) => {
            let whole: Option<Vec<i64>> = column.to_f64().into_iter().map(exact_integer).collect();
            whole.map(|whole| Value::lanes(&lanes.group, Column::from(whole)))
        }
        _ => Some(value.into_owned()),
    })
}

//! Draws, log-densities and checks of columns with MLX: by the formulas of the family, computed lazily. Where there is
//! none the host does it.

use super::check::outside;
use super::device_array::DeviceArray;
use super::{draw, flattened, score, width};
use crate::distributions::family::{Family, Kind, Support};
use crate::distributions::number::Number;
use crate::distributions::support::Width;
use crate::eval::key::Key;
use crate::tensor::lanes::random::LaneIds;
use crate::tensor::lanes::{Column, Operand, device};
use crate::tensor::ops::{self, BinaryOp};
use crate::tensor::{Array, DType};

/// As `draw::sample`. What it draws on the host is sent to MLX where a run's columns are there: random numbers are
/// the same, and sooner made.
pub fn sample(
    family: &Family,
    params: &[Operand],
    key: Key,
    address: u64,
    lanes: LaneIds,
    float: DType,
) -> Option<Column> {
    if !device::in_use(float) {
        return draw::sample(family, params, key, address, lanes, float);
    }
    if let Some(drawn) = by_formula(family, params, |us| key.lanes(address).uniform_f32(0, lanes, us), lanes.len()) {
        return Some(drawn);
    }
    let drawn = draw::sample(family, params, key, address, lanes, float)?;
    let placed = if drawn.dtype() == DType::Float32 { device::placed(&drawn) } else { None };
    Some(placed.unwrap_or(drawn))
}

/// Are draws of parameters with MLX made there? Else the host reads the parameters.
pub fn draws_lazily(family: &Family) -> bool {
    let halves = vec![Number::Constant(0.5); family.params.len()];
    // One number tells whether there is a formula.
    let formula = || (family.lanes.from_uniform_mlx)(Number::Constant(0.5), &halves).is_some();
    family.kind != Kind::Integer && formula()
}

fn by_formula(family: &Family, params: &[Operand], uniform: impl Fn(&mut [f32]), lanes: usize) -> Option<Column> {
    if !device::any(params) || !draws_lazily(family) {
        return None;
    }
    let params = numbers(family, params, lanes)?;
    let mut us = vec![0.0; lanes];
    uniform(&mut us);
    let drawn = (family.lanes.from_uniform_mlx)(Number::lanes(us), &params)?;
    match family.kind {
        Kind::Boolean => drawn.is_not_zero()?.into_column(lanes),
        _ => {
            let (least, most) = f32::bounds(family.support);
            drawn.within(least, most)?.into_column(lanes)
        }
    }
}

/// As `score::logpdf`.
pub fn logpdf(family: &Family, x: Operand, params: &[Operand], lanes: usize, float: DType) -> Column {
    scored(family, x, params, lanes, float).unwrap_or_else(|| score::logpdf(family, x, params, lanes, float))
}

fn scored(family: &Family, x: Operand, params: &[Operand], lanes: usize, float: DType) -> Option<Column> {
    if !device::any(&[x]) && !device::any(params) {
        return None;
    }
    let boolean = x.dtype(float) == DType::Bool;
    if float != DType::Float32 || boolean != (family.kind == Kind::Boolean) {
        return None;
    }
    let all: Vec<Operand> = std::iter::once(x).chain(params.iter().copied()).collect();
    let all = numbers(family, &all, lanes)?;
    let (x, params) = all.split_first()?;
    (family.lanes.logpdf_mlx)(x.clone(), params).into_column(lanes)
}

/// The operands of a formula; `None` if none is with MLX or some have no place there.
fn numbers(family: &Family, operands: &[Operand], lanes: usize) -> Option<Vec<Number<DeviceArray>>> {
    let single = width(family, DType::Float32) == DType::Float32;
    let fits = |x: &Operand| x.event().is_empty() && x.dtype(DType::Float32) != DType::Float64;
    if !single || !device::any(operands) || !operands.iter().all(fits) {
        return None;
    }
    Some(flattened(operands, lanes, &[], DType::Float32)?.iter().map(Number::<DeviceArray>::of).collect())
}

/// Are all parameters in their supports, in every lane? A boolean that MLX computes; `None` where that is not all that
/// there is to check, or where it is known already that they are not.
pub fn admitted(family: &Family, params: &[Operand]) -> Option<Array> {
    if family.joint.is_some() {
        return None;
    }
    let mut answer: Option<Array> = None;
    for (i, param) in params.iter().enumerate() {
        let support = family.params.get(i).map_or(Support::Reals, |p| p.support);
        let array = match param {
            Operand::Column(column) if column.dtype() == DType::Float32 => column.array(),
            _ => None,
        };
        match array {
            Some(array) => {
                let here = support.holds(Number::Varying(DeviceArray::Mlx(array.clone()))).all()?;
                answer = Some(match answer {
                    Some(others) => ops::binary(BinaryOp::And, &others, &here).ok()?,
                    None => here,
                });
            }
            None if param.dtype(DType::Float64) == DType::Bool || outside(support, *param).is_some() => return None,
            None => {}
        }
    }
    answer
}

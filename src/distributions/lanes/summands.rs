//! Log-densities that wait to be added to sums: all of them for one block of lanes after the other, so that what they
//! have in common, and the sums, stay in the fastest cache.

use super::check::every;
use super::fused::{Inputs, LaneInput, MOST, Memory, Operands};
use super::lane_float::LaneFloat;
use super::score::dtype;
use super::{Flat, flattened};
use crate::distributions::family::{Family, Kind};
use crate::distributions::number::Number;
use crate::tensor::DType;
use crate::tensor::lanes::expression::{BLOCK, blocks};
use crate::tensor::lanes::{Operand, add, device};
use std::ops::Range;

/// The log-density of each lane's value.
pub struct Summand {
    family: &'static Family,
    width: DType,
    /// The value and the parameters.
    operands: Vec<Flat>,
}

impl Summand {
    /// The log-density of `x`; `None` where no loop works it out.
    pub fn new(family: &'static Family, x: Operand, params: &[Operand], lanes: usize, float: DType) -> Option<Summand> {
        let none = family.kind == Kind::Boolean || family.joint.is_some() || params.len() != family.params.len();
        let has_loops = <f32 as LaneFloat>::loops(family).is_some();
        if none || !has_loops || params.len() > MOST || device::in_use(float) {
            return None;
        }
        let all: Vec<Operand> = std::iter::once(x).chain(params.iter().copied()).collect();
        let width = dtype(family, &all, float);
        let fits = |x: &Operand| match x {
            Operand::Column(column) => column.event().is_empty() && column.dtype() == width,
            Operand::Float(_) | Operand::Int(_) => true,
            Operand::Bool(_) | Operand::Array { .. } => false,
        };
        if !all.iter().all(fits) || !all.iter().any(|x| x.lanes().is_some()) {
            return None;
        }
        Some(Summand { family, width, operands: flattened(&all, lanes, &[], width)? })
    }
}

/// Adds the log-densities of each lane to its sum, in their order. False if a parameter is outside its support: then
/// the sums are worth nothing.
pub fn add_up(summands: &[Summand], sums: &mut [f64]) -> bool {
    let Some(ready) = summands.iter().map(ReadyOperands::of).collect::<Option<Vec<ReadyOperands>>>() else {
        return false;
    };
    let mut place = BlockScratch { memory: Memory::default(), singles: [0.0; BLOCK], doubles: [0.0; BLOCK] };
    blocks(sums.len()).all(|range| {
        let sums = &mut sums[range.clone()];
        ready.iter().all(|summand| summand.add(&range, &mut place, sums) == Some(true))
    })
}

/// Where a block is computed.
struct BlockScratch {
    memory: Memory,
    singles: [f32; BLOCK],
    doubles: [f64; BLOCK],
}

/// Operands that are computed block by block.
enum ReadyOperands<'a> {
    Single(&'static Family, Operands<'a, f32>),
    Double(&'static Family, Operands<'a, f64>),
}

impl ReadyOperands<'_> {
    fn of(summand: &Summand) -> Option<ReadyOperands<'_>> {
        let Summand { family, width, operands } = summand;
        Some(match width {
            DType::Float32 => ReadyOperands::Single(family, Operands::of(operands)?),
            _ => ReadyOperands::Double(family, Operands::of(operands)?),
        })
    }

    fn add(&self, range: &Range<usize>, place: &mut BlockScratch, sums: &mut [f64]) -> Option<bool> {
        let BlockScratch { memory, singles, doubles } = place;
        let n = range.len();
        match self {
            ReadyOperands::Single(family, operands) => {
                add_block(family, operands.block(range, memory)?, &mut singles[..n], sums)
            }
            ReadyOperands::Double(family, operands) => {
                add_block(family, operands.block(range, memory)?, &mut doubles[..n], sums)
            }
        }
    }
}

fn add_block<T: LaneFloat>(
    family: &Family,
    [x, params @ ..]: Inputs<'_, T>,
    out: &mut [T],
    sums: &mut [f64],
) -> Option<bool> {
    let params = params.get(..family.params.len())?;
    let admitted = |(i, input): (usize, &LaneInput<T>)| match (family.params[i].support, input) {
        (support, Number::Constant(x)) => support.admits(*x),
        (support, Number::Varying(xs)) => every(support, xs),
    };
    if !params.iter().enumerate().all(admitted) {
        return Some(false);
    }
    (T::loops(family)?.logpdf)(x, params, out)?;
    add(sums, out);
    Some(true)
}

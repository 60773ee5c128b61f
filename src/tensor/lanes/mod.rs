//! Columns of values, one a lane, and the kernels of batched runs over them: pure numerics, on the host or with MLX
//! (see `device`).
//!
//! On the host a kernel is a loop over slices without branches, which the compiler vectorizes for whatever the machine
//! has (see `dispatch`). Products and sums are fused only where `mul_add` is written, so results are the same bits on
//! every machine.
mod accumulate;
mod binary;
mod broadcast;
mod column;
pub mod device;
mod dispatch;
mod double;
mod elements;
mod index;
mod integers;
mod operand;
pub mod random;
mod reduce;
pub mod single;
#[cfg(test)]
mod tests;
mod unary;
mod uninit;

pub use super::buffer::{Buffer, Element, ScalarItem};
pub use accumulate::{add_at, add_to, lane_sums};
pub use binary::binary;
pub use broadcast::{common_shape, expand, same_shape};
pub use column::{Column, Operand};
pub use dispatch::{Side, all, choose, fill, fill_with, map, zip};
pub use elements::{element, stack};
pub use index::{distinct, gather, merge, partition, select};
pub use reduce::{WeightSums, log_sum_exp, maximum, reduce_event, relative, running_maximum, sum, weights};
pub use unary::{rounded, unary};
pub use uninit::keep_pages;

/// Why a kernel has no result, at the first lane that has none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fault {
    /// The position in the column.
    pub lane: usize,
    pub kind: FaultKind,
}

/// What went wrong in that lane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FaultKind {
    /// An integer result does not fit into 64 bits; the operands, of which a unary operation has one.
    Overflow(i64, Option<i64>),
    /// The dividend, whose divisor is 0.
    DivisionByZero(ScalarItem),
    /// This operand is a boolean and should be a number.
    NotANumber(usize),
    /// This operand is a number and should be a boolean.
    NotABoolean(usize),
    /// The shapes of the lanes' values do not broadcast, or the operands differ in their number of lanes.
    Shapes,
}

impl Fault {
    fn at(lane: usize, kind: FaultKind) -> Fault {
        Fault { lane, kind }
    }
}

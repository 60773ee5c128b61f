//! Operations on arrays, by theme. Names are those of the language where it has them.
mod binary;
mod factor;
mod index;
mod layout;
mod linalg;
mod matrix;
mod reduce;
mod scalar;
mod scan;
mod unary;

pub use binary::{BinaryOp, binary, select};
pub use factor::{cholesky_in_place, root_of_pivot};
pub use index::{AxisRange, gather, index, slice, take_along_axis};
pub use layout::{broadcast_to, concat, expand_dims, flip, reshape, squeeze, stack, transpose};
pub use linalg::{cholesky, det, inv, logdet, solve, triangular_solve};
pub use matrix::{diag, dot, matmul, outer};
pub use reduce::{Reduction, reduce};
pub use scan::{Scan, scan};
pub use unary::{UnaryOp, unary};

/// One row per operation makes the enum, its list, the names and the table that `row` reads.
macro_rules! operations {
    ($(#[$doc:meta])* $op:ident, $row:ident; $($variant:ident $name:literal $value:expr;)*) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $op {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl $op {
            /// Every operation of this kind.
            #[cfg(test)]
            #[allow(dead_code)] // of some kinds where MLX is not there to compare with
            pub const ALL: &'static [$op] = &[$($op::$variant,)*];

            /// The name in error messages.
            pub fn name(self) -> &'static str {
                match self {
                    $($op::$variant => $name,)*
                }
            }

            fn row(self) -> $row {
                match self {
                    $($op::$variant => $value,)*
                }
            }
        }
    };
}
use operations;

//! What can go wrong with arrays, under its codes: `gen::shape`, `gen::dtype`, `gen::index`, `gen::too-large`,
//! `gen::overflow` and `gen::division-by-zero` (of integers), and `gen::array` for the rest.

use super::mlx_rs;
use crate::error::{Code, Error, Stop};

impl Error {
    pub(super) fn shape(message: impl Into<String>) -> Stop {
        Error::raise(Code::Shape, message)
    }

    pub(super) fn dtype(message: impl Into<String>) -> Stop {
        Error::raise(Code::Dtype, message)
    }

    pub(super) fn index(message: impl Into<String>) -> Stop {
        Error::raise(Code::Index, message)
    }

    pub(super) fn array(message: impl Into<String>) -> Stop {
        Error::raise(Code::Array, message)
    }
}

impl From<mlx_rs::error::Exception> for Stop {
    fn from(e: mlx_rs::error::Exception) -> Self {
        Error::array(format!("MLX: {}", e.what()))
    }
}

impl From<mlx_rs::error::AsSliceError> for Stop {
    fn from(e: mlx_rs::error::AsSliceError) -> Self {
        Error::array(format!("MLX: {e}"))
    }
}

//! MLX, loaded when it is first needed, and what is said where it is not.
use super::mlx_sys;
use crate::error::{Code, Error, Result};

/// Is MLX there? It is loaded when this is asked first. Errors: `gen::backend` that says what is missing.
pub(super) fn loaded() -> Result<()> {
    mlx_sys::load().map_err(|missing| {
        Error::raise(Code::Backend, missing).help(
            "compute on the host with `--backend host`; build with `cargo build --features mlx`, which puts MLX where it \
             is looked for; or name a folder that has it: `GENLISP_MLX=FOLDER gen …`",
        )
    })
}

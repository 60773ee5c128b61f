//! Raw declarations of mlx-c, the C interface of MLX, as `mlx-rs` expects them.
#![allow(non_upper_case_globals, non_camel_case_types, non_snake_case)]
#![allow(missing_docs, rustdoc::all, clippy::all)]

#[cfg(not(mlx_sys_docs_only))]
include!(concat!(env!("OUT_DIR"), "/bindings.rs"));

#[cfg(target_os = "linux")]
mod clock;
#[cfg(not(mlx_sys_docs_only))]
mod gpu;
#[cfg(not(mlx_sys_docs_only))]
pub use gpu::gpus;
#[cfg(all(target_os = "linux", not(mlx_sys_docs_only)))]
mod library;
#[cfg(all(target_os = "linux", not(mlx_sys_docs_only)))]
pub use library::load;
#[cfg(all(not(target_os = "linux"), not(mlx_sys_docs_only)))]
mod linked;
#[cfg(all(not(target_os = "linux"), not(mlx_sys_docs_only)))]
pub use linked::load;
#[cfg(all(target_os = "linux", not(mlx_sys_docs_only)))]
mod half;
#[cfg(all(target_os = "linux", not(mlx_sys_docs_only)))]
pub use half::*;

/// Of the build, whose own code no test reaches.
#[cfg(all(test, target_os = "linux"))]
#[path = "../build/manifest.rs"]
mod manifest;

//! Provides MLX and its C interface: from package registries on Linux, from source on macOS.
mod bindings;
mod blas;
mod command;
mod home;
#[cfg(target_os = "macos")]
mod macos;
mod manifest;
mod mlxc;
mod store;
mod upstream;
mod wheel;
mod wrappers;

use command::{stop, variable, Fallible};
use std::{env, fs, path::PathBuf};
use store::Store;

fn main() {
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rustc-check-cfg=cfg(mlx_sys_docs_only)");
    println!("cargo::rerun-if-env-changed=DOCS_RS");
    if env::var_os("DOCS_RS").is_some() {
        // A documentation host has no network, and nothing is linked there.
        println!("cargo::rustc-cfg=mlx_sys_docs_only");
        return;
    }
    let built = match variable("CARGO_CFG_TARGET_OS").as_str() {
        "linux" => linux(),
        "macos" | "ios" => apple(),
        other => Err(format!("MLX runs on Linux and macOS, not on {other}")),
    };
    built.unwrap_or_else(|message| stop(&message));
}

/// Fills the cache and the folder that programs load if need be, and hands the declarations to `lib.rs`. Nothing is
/// linked.
fn linux() -> Fallible<()> {
    for name in ["MLX_ROOT", "MLX_WHEEL", "XDG_CACHE_HOME", "XDG_DATA_HOME", "HOME", "LIBCLANG_PATH"] {
        println!("cargo::rerun-if-env-changed={name}");
    }
    for folder in ["compat", "requirements", "upstream"] {
        println!("cargo::rerun-if-changed={folder}");
    }
    let cache = Store::cache()?;
    let mlx = wheel::mlx(&cache)?;
    let (mlxc, key) = mlxc::library(&cache, &mlx)?;
    let home = home::fill(&mlxc, &key, &mlx)?;

    let cannot = |e| format!("cannot write the declarations of mlx-c: {e}");
    let bindings = fs::read_to_string(mlxc.join(bindings::FILE)).map_err(cannot)?;
    fs::write(out_dir().join(bindings::FILE), wrappers::write(&bindings)?).map_err(cannot)?;
    // What was cleared shows as a missing file, on which cargo runs this again.
    for file in [mlxc.join(mlxc::FILE), mlx.library(), home.join(mlxc::FILE)] {
        println!("cargo::rerun-if-changed={}", file.display());
    }
    println!("cargo::rustc-env=MLX_SYS_FOLDER={}", home.display());
    println!("cargo::metadata=lib={}", home.display());
    println!("cargo::metadata=include={}", mlx.include().display());
    println!("cargo::metadata=version={}", wheel::VERSION);
    Ok(())
}

#[cfg(target_os = "macos")]
fn apple() -> Fallible<()> {
    macos::build(&upstream::mlxc_sources()?, &out_dir())
}

#[cfg(not(target_os = "macos"))]
fn apple() -> Fallible<()> {
    Err("MLX for Apple platforms is built on macOS, with Xcode".into())
}

/// The folder cargo gives this build script to write to.
fn out_dir() -> PathBuf {
    PathBuf::from(variable("OUT_DIR"))
}

//! Provides MLX and its C interface: from package registries on Linux, from source on macOS.
mod bindings;
mod blas;
mod cache;
mod command;
#[cfg(target_os = "macos")]
mod macos;
mod mlxc;
mod upstream;
mod wheel;

use cache::Cache;
use command::{stop, variable, Fallible};
use std::{env, fs, path::PathBuf};

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

/// Fills the cache if need be, hands the declarations to `lib.rs` and names the library to link.
fn linux() -> Fallible<()> {
    for name in ["MLX_ROOT", "MLX_WHEEL", "XDG_CACHE_HOME", "HOME", "LIBCLANG_PATH"] {
        println!("cargo::rerun-if-env-changed={name}");
    }
    for folder in ["compat", "requirements", "upstream"] {
        println!("cargo::rerun-if-changed={folder}");
    }
    let cache = Cache::open()?;
    let mlx = wheel::mlx(&cache)?;
    let mlxc = mlxc::library(&cache, &mlx)?;

    let bindings = out_dir().join("bindings.rs");
    fs::copy(mlxc.join(bindings::FILE), &bindings).map_err(|e| format!("cannot write {}: {e}", bindings.display()))?;
    // A cleared cache shows as a missing file, on which cargo runs this again.
    println!("cargo::rerun-if-changed={}", mlxc.join(mlxc::FILE).display());
    println!("cargo::rerun-if-changed={}", mlx.library().display());
    println!("cargo::rustc-link-search=native={}", mlxc.display());
    println!("cargo::rustc-link-lib=dylib=mlxc");
    println!("cargo::metadata=lib={}", mlxc.display());
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

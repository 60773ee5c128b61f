//! Rust declarations of mlx-c's headers, by bindgen.
use crate::{
    command::{run, Fallible},
    mlxc,
    store::Store,
    wheel,
};
use std::{env, path::Path, process::Command};

/// The name of the written file.
pub const FILE: &str = "bindings.rs";
/// The include guard of mlx-c's `half.h`. Defined on Linux, so that the half-precision types, which C
/// has on some machines only, are left out on all of them; `src/half.rs` puts them back.
pub const NO_HALF: &str = "MLX_HALF_H";

/// What bindgen is told on every platform.
pub fn builder(sources: &Path) -> Fallible<bindgen::Builder> {
    let start = bindgen::Builder::default()
        .rust_target("1.73.0".parse().map_err(|e| format!("bindgen: {e}"))?)
        .formatter(bindgen::Formatter::None)
        .clang_arg(format!("-I{}", sources.display()))
        // Not mlx-c's, and rustc objects to bindgen's idea of them.
        .blocklist_function("malloc")
        .blocklist_function("realloc");
    let headers = mlxc::files(&sources.join("mlx/c"), "h")?;
    Ok(headers.iter().fold(start, |builder, header| builder.header(header.to_string_lossy())))
}

/// Writes the declarations to `file`.
pub fn write(cache: &Store, sources: &Path, file: &Path) -> Fallible<()> {
    find_libclang(cache)?;
    let mut builder = builder(sources)?.clang_arg(format!("-D{NO_HALF}"));
    // A libclang on its own lacks the compiler's headers (stddef.h, stdint.h): use GCC's behind its own.
    if let Ok(include) = run(Command::new("gcc").arg("-print-file-name=include")) {
        builder = builder.clang_args(["-idirafter", include.trim()]);
    }
    let bindings = builder.generate().map_err(|e| format!("cannot read the headers of mlx-c: {e}"))?;
    bindings.write_to_file(file).map_err(|e| format!("cannot write {}: {e}", file.display()))
}

/// Makes a libclang known to bindgen: the machine's, else the wheel.
fn find_libclang(cache: &Store) -> Fallible<()> {
    if clang_sys::load().is_ok() {
        return Ok(());
    }
    let folder = cache.entry("libclang-18.1.1", |draft| wheel::pip("libclang", draft)).map_err(|e| {
        format!("no libclang is installed (Debian: apt install libclang-dev; LIBCLANG_PATH names another place)\n{e}")
    })?;
    env::set_var("LIBCLANG_PATH", folder.join("clang/native"));
    clang_sys::load().map_err(|e| format!("cannot load libclang: {e}"))
}

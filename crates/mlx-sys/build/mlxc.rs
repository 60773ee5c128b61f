//! mlx-c, compiled once a compiler and MLX, as a shared library that programs load.
use crate::{
    bindings,
    command::{run, variable, Fallible},
    store::{key, Store},
    upstream,
    wheel::Mlx,
};
use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The library's name inside its cache folder.
pub const FILE: &str = "libmlxc.so";
const VERSION: &str = "0.7.0";
/// Compiles only where the language and the library of C++20 are there.
const CPP20: &str = "#include <concepts>\n#include <span>\n#include <version>\n\
    static_assert(__cplusplus >= 202002L);\ntemplate <std::integral T> T f(std::span<T> s) { return s[0]; }\n";

/// The cache folder with the library and its Rust declarations, and the key of all that went into both.
pub fn library(cache: &Store, mlx: &Mlx) -> Fallible<(PathBuf, String)> {
    let compiler = compiler()?;
    // Not the flags cc chose: some follow cargo's profile, and one library serves every profile.
    let version = run(compiler.to_command().arg("--version")).map_err(|e| needs_cpp20(&e))?;
    let identity = format!("{} {version}", compiler.path().display());
    let flags = ["CXXFLAGS", "LDFLAGS"].map(|name| env::var(name).unwrap_or_default()).concat();
    let mlx_path = mlx.lib();
    let recipe = [include_str!("mlxc.rs"), include_str!("bindings.rs"), include_str!("../compat/std_format.h")];
    let key =
        key(&[&identity, &mlx_path.to_string_lossy(), &mlx_stamp(mlx), &variable("TARGET"), &flags, &recipe.concat()]);
    let folder = cache.entry(&format!("mlxc-{VERSION}-{key}"), |draft| {
        let sources = upstream::mlxc_sources()?;
        // First what is quick to fail.
        check_cpp20(draft)?;
        bindings::write(cache, &sources, &draft.join(bindings::FILE))?;
        let objects = compile(&sources, mlx, draft)?;
        link(&objects, mlx, draft)
    })?;
    Ok((folder, key))
}

/// The C++ compiler with our flags, the same in every profile of cargo.
fn build() -> cc::Build {
    let mut build = cc::Build::new();
    build.cpp(true).std("c++20").pic(true).warnings(false).debug(false).force_frame_pointer(false);
    build.opt_level(1); // thin wrappers: more buys nothing
    build
}

fn compiler() -> Fallible<cc::Tool> {
    build().try_get_compiler().map_err(|e| needs_cpp20(&e.to_string()))
}

fn needs_cpp20(reason: &str) -> String {
    format!("mlx-c needs a C++20 compiler, GCC 11 or Clang 14 with its library, or newer (Debian: apt install g++; CXX names another)\n{reason}")
}

/// Tells one MLX under the same path from another: `MLX_ROOT` may be updated in place.
fn mlx_stamp(mlx: &Mlx) -> String {
    fs::read_to_string(mlx.include().join("mlx/version.h")).unwrap_or_default()
}

fn check_cpp20(draft: &Path) -> Fallible<()> {
    let probe = draft.join("probe.cpp");
    fs::write(&probe, CPP20).map_err(|e| format!("cannot write {}: {e}", probe.display()))?;
    let mut command = compiler()?.to_command();
    run(command.arg("-fsyntax-only").arg(&probe)).map(drop).map_err(|e| needs_cpp20(&e))?;
    let _ = fs::remove_file(probe);
    Ok(())
}

/// Compiles every file, several at a time, and returns the objects.
fn compile(sources: &Path, mlx: &Mlx, draft: &Path) -> Fallible<Vec<PathBuf>> {
    let shim = Path::new(&variable("CARGO_MANIFEST_DIR")).join("compat/std_format.h");
    let mut build = build();
    build.out_dir(draft.join("objects")).include(sources).include(mlx.include());
    build.define(bindings::NO_HALF, None).flag("-include").flag(shim);
    let folder = sources.join("mlx/c");
    build.files(files(&folder, "cpp")?);
    build.try_compile_intermediates().map_err(|e| format!("cannot compile mlx-c: {e}"))
}

/// Links to find MLX where it will lie: in the same folder, or where `MLX_ROOT` says.
fn link(objects: &[PathBuf], mlx: &Mlx, draft: &Path) -> Fallible<()> {
    let mut command: Command = compiler()?.to_command();
    command.arg("-shared").args(objects).arg("-o").arg(draft.join(FILE));
    let rpath = if mlx.wheel().is_some() { PathBuf::from("$ORIGIN/mlx/lib") } else { mlx.lib() };
    command.args(["-Xlinker", "-rpath", "-Xlinker"]).arg(rpath).arg("-L").arg(mlx.lib()).arg("-lmlx");
    run(&mut command).map_err(|e| format!("cannot link mlx-c with MLX in {}\n{e}", mlx.lib().display()))?;
    fs::remove_dir_all(draft.join("objects")).map_err(|e| format!("cannot clean {}: {e}", draft.display()))
}

/// The files of `folder` with this ending, in a fixed order.
pub fn files(folder: &Path, ending: &str) -> Fallible<Vec<PathBuf>> {
    let listing = fs::read_dir(folder).map_err(|e| format!("cannot read {}: {e}", folder.display()))?;
    let mut files: Vec<PathBuf> = listing.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension() == Some(OsStr::new(ending)));
    files.sort();
    Ok(files)
}

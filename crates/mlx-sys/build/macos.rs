//! MLX and mlx-c from source with Metal and Accelerate, by the recipe of the published crate.
use crate::{
    bindings,
    command::{run, variable, Fallible},
};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Builds both with cmake (which fetches MLX), links them statically, writes the declarations.
pub fn build(sources: &Path, out: &Path) -> Fallible<()> {
    println!("cargo::rerun-if-env-changed=MLX_RS_METAL_PATH");
    let metallib = metallib_folder()?;
    let flag = |on| if on { "ON" } else { "OFF" };
    let mut cmake = cmake::Config::new(sources);
    cmake.define("CMAKE_INSTALL_PREFIX", ".");
    // Xcode's compiler, the one that knows the SDK.
    cmake.define("CMAKE_C_COMPILER", "/usr/bin/cc").define("CMAKE_CXX_COMPILER", "/usr/bin/c++");
    cmake.define("CMAKE_BUILD_TYPE", "Release").define("MLX_C_BUILD_EXAMPLES", "OFF");
    cmake.define("MLX_BUILD_METAL", flag(cfg!(feature = "metal")));
    cmake.define("MLX_METAL_JIT", flag(cfg!(feature = "metal-jit")));
    cmake.define("MLX_BUILD_ACCELERATE", flag(cfg!(feature = "accelerate")));
    cmake.define("MLX_METAL_PATH", &metallib);
    link(&cmake.build().join("build"));
    let bindings = bindings::builder(sources)?.generate();
    let bindings = bindings.map_err(|e| format!("cannot read the headers of mlx-c: {e}"))?;
    let file = out.join(bindings::FILE);
    bindings.write_to_file(&file).map_err(|e| format!("cannot write {}: {e}", file.display()))
}

/// Where the compiled Metal kernels go; programs look for them there when they run.
fn metallib_folder() -> Fallible<PathBuf> {
    let own = || {
        // Just-in-time builds hold a few kernels only: not a folder to share with the others.
        let kind = if cfg!(feature = "metal-jit") { "mlx-c-0.7.0-jit" } else { "mlx-c-0.7.0" };
        Some(PathBuf::from(env::var_os("HOME")?).join(".mlx/lib").join(kind))
    };
    let folder = env::var_os("MLX_RS_METAL_PATH").map(PathBuf::from).or_else(own);
    let folder = folder.ok_or("set HOME or MLX_RS_METAL_PATH: Metal's kernels are kept there")?;
    fs::create_dir_all(&folder).map_err(|e| format!("cannot create {}: {e}", folder.display()))?;
    Ok(folder)
}

fn link(built: &Path) {
    // cmake installs neither gguflib nor jaccl (which only some builds have).
    for folder in ["lib", "_deps/mlx-build/mlx/io", "jaccl"] {
        println!("cargo::rustc-link-search=native={}", built.join(folder).display());
    }
    for library in ["mlx", "mlxc", "gguflib"] {
        println!("cargo::rustc-link-lib=static={library}");
    }
    if built.join("jaccl/libjaccl.a").is_file() {
        println!("cargo::rustc-link-lib=static=jaccl");
    }
    println!("cargo::rustc-link-lib=c++");
    println!("cargo::rustc-link-lib=dylib=objc");
    let frameworks =
        [("Foundation", true), ("Metal", cfg!(feature = "metal")), ("Accelerate", cfg!(feature = "accelerate"))];
    for (framework, _) in frameworks.iter().filter(|(_, used)| *used) {
        println!("cargo::rustc-link-lib=framework={framework}");
    }
    if let Some(folder) = clang_runtime() {
        println!("cargo::rustc-link-search={}", folder.display());
        println!("cargo::rustc-link-lib=static=clang_rt.osx");
    }
}

/// Xcode's own runtime has `___isPlatformVersionAtLeast`, which newer SDKs use.
fn clang_runtime() -> Option<PathBuf> {
    if variable("CARGO_CFG_TARGET_OS") != "macos" {
        return None;
    }
    let developer = run(Command::new("xcode-select").arg("--print-path")).ok()?;
    let versions = Path::new(developer.trim()).join("Toolchains/XcodeDefault.xctoolchain/usr/lib/clang");
    let folders = fs::read_dir(versions).ok()?.flatten().map(|entry| entry.path().join("lib/darwin"));
    folders.into_iter().find(|folder| folder.join("libclang_rt.osx.a").is_file())
}

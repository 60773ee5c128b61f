//! The MLX library: the one `MLX_ROOT` names, else the wheel that `MLX_WHEEL` names, fetched by pip.
use crate::{
    command::{run, variable, Fallible},
    store::Store,
};
use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// The MLX release the sources of mlx-c are made for.
pub const VERSION: &str = "0.32.2";
/// The wheels with MLX: for the CPU alone, the default, and for CUDA, with the libraries of CUDA that they need.
const WHEELS: [&str; 3] = ["mlx-cpu", "mlx-cuda-12", "mlx-cuda-13"];
/// The C library the wheels are built against.
const GLIBC: (u32, u32) = (2, 35);

/// An installed MLX: `include/` and `lib/libmlx.so` under one folder.
pub struct Mlx {
    root: PathBuf,
    /// The unpacked wheel that it is part of, and the wheel's name.
    wheel: Option<(PathBuf, &'static str)>,
}

impl Mlx {
    /// The folder of the headers.
    pub fn include(&self) -> PathBuf {
        self.root.join("include")
    }

    /// The folder of the library.
    pub fn lib(&self) -> PathBuf {
        self.root.join("lib")
    }

    /// The library itself.
    pub fn library(&self) -> PathBuf {
        self.lib().join("libmlx.so")
    }

    /// All of the wheel it came with, if it did.
    pub fn wheel(&self) -> Option<&Path> {
        self.wheel.as_ref().map(|(folder, _)| folder.as_path())
    }

    /// The folder of the wheel's further libraries, BLAS among them, within it.
    pub fn libs(&self) -> Option<String> {
        self.wheel.as_ref().map(|(_, name)| format!("{}.libs", name.replace('-', "_")))
    }

    fn check(self) -> Fallible<Mlx> {
        let missing = [self.library(), self.include().join("mlx/mlx.h")];
        match missing.iter().find(|path| !path.is_file()) {
            None => Ok(self),
            Some(path) => Err(format!(
                "no MLX in {}: {} is missing; MLX_ROOT names a folder with include/mlx and lib/libmlx.so",
                self.root.display(),
                path.display()
            )),
        }
    }
}

/// The MLX to build against.
pub fn mlx(cache: &Store) -> Fallible<Mlx> {
    if let Some(root) = env::var_os("MLX_ROOT") {
        let root = Path::new(&root);
        let root = root.canonicalize().map_err(|e| format!("MLX_ROOT = {}: {e}", root.display()))?;
        return Mlx { root, wheel: None }.check();
    }
    let (wheel, arch) = (chosen_wheel()?, supported_machine()?);
    let folder = cache.entry(&format!("{wheel}-{VERSION}-{arch}"), |draft| pip(wheel, draft))?;
    Mlx { root: folder.join("mlx"), wheel: Some((folder, wheel)) }.check()
}

fn chosen_wheel() -> Fallible<&'static str> {
    let Some(name) = env::var_os("MLX_WHEEL") else { return Ok(WHEELS[0]) };
    let known = WHEELS.into_iter().find(|wheel| name == **wheel);
    known.ok_or_else(|| format!("MLX_WHEEL = {}: the wheels are {}", name.to_string_lossy(), WHEELS.join(", ")))
}

/// Fetches what `requirements/<name>.txt` pins, by hash, into `folder`.
pub fn pip(name: &str, folder: &Path) -> Fallible<()> {
    let python = |args: &[&str]| {
        let mut command = Command::new("python3");
        // A user's pip settings may ask for these, which `--target` does not go with.
        command.env("PIP_USER", "0").env("PIP_REQUIRE_VIRTUALENV", "0").args(["-m", "pip"]).args(args);
        command
    };
    run(&mut python(&["--version"])).map_err(|e| {
        format!("python3 with pip is needed to fetch {name} (Debian: apt install python3-pip), or set MLX_ROOT to an installed MLX {VERSION}\n{e}")
    })?;
    let requirements = Path::new(&variable("CARGO_MANIFEST_DIR")).join(format!("requirements/{name}.txt"));
    let mut install = python(&["install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-compile"]);
    install.args(["--no-deps", "--only-binary=:all:", "--require-hashes"]);
    run(install.arg("--requirement").arg(requirements).arg("--target").arg(folder)).map(drop).map_err(|e| {
        format!("pip could not fetch {name} (MLX_ROOT, an installed MLX {VERSION}, spares the download)\n{e}")
    })
}

/// The machine's name in wheels, or why none fits.
fn supported_machine() -> Fallible<String> {
    let instead = format!("or set MLX_ROOT to an MLX {VERSION} built for it");
    let arch = variable("CARGO_CFG_TARGET_ARCH");
    if !["x86_64", "aarch64"].contains(&&*arch) {
        return Err(format!("MLX wheels exist for x86_64 and aarch64, not for {arch}; use one of them, {instead}"));
    }
    if variable("HOST") != variable("TARGET") {
        return Err(format!(
            "a wheel is fetched for the machine that builds, not for {}; build there, {instead}",
            variable("TARGET")
        ));
    }
    let needed = format!("the MLX wheel needs glibc {}.{} or newer", GLIBC.0, GLIBC.1);
    match glibc() {
        Some(found) if found >= GLIBC => Ok(arch),
        Some((major, minor)) => {
            Err(format!("{needed}, this system has {major}.{minor}; use a newer system, {instead}"))
        }
        None => Err(format!("{needed}, and `getconf GNU_LIBC_VERSION` names none; use a glibc system, {instead}")),
    }
}

fn glibc() -> Option<(u32, u32)> {
    let answer = run(Command::new("getconf").arg("GNU_LIBC_VERSION")).ok()?;
    let (major, rest) = answer.trim().strip_prefix("glibc ")?.split_once('.')?;
    let minor = rest.split('.').next()?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

//! The folder that programs load MLX from: in the user's data, filled from the cache.
use crate::{blas, command::Fallible, mlxc, store::Store, wheel};
use std::{
    fs, io,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

/// The folder with mlx-c's library and, unless `MLX_ROOT` names another, MLX. Its name is the version of MLX and a key
/// for how both were built, so that programs of several builds live beside each other.
pub fn fill(mlxc: &Path, key: &str, mlx: &wheel::Mlx) -> Fallible<PathBuf> {
    let data = Store::data()?;
    let home = data.entry(&name(key), |draft| {
        let cannot = |e| format!("cannot fill {}: {e}", draft.display());
        fs::copy(mlxc.join(mlxc::FILE), draft.join(mlxc::FILE)).map_err(cannot)?;
        mlx.wheel().map_or(Ok(()), |wheel| copy(wheel, draft)).map_err(cannot)
    })?;
    if let Some(libs) = mlx.libs() {
        blas::prefer_openblas(&home.join(libs));
    }
    Ok(home)
}

/// What the folder is called.
fn name(key: &str) -> String {
    format!("{}-{key}", wheel::VERSION)
}

/// Copies all that a folder holds but hidden files and what pip notes of a wheel.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (name, kind) = (entry.file_name(), entry.file_type()?);
        let (source, target) = (entry.path(), to.join(&name));
        let name = name.to_string_lossy();
        match kind {
            _ if name.starts_with('.') || name.ends_with(".dist-info") => {}
            kind if kind.is_dir() => copy(&source, &target)?,
            kind if kind.is_symlink() => symlink(fs::read_link(&source)?, &target)?,
            _ => drop(fs::copy(&source, &target)?),
        }
    }
    Ok(())
}

//! Where cargo keeps the mlx-c sources: inside the published crate of the same name and version.
use crate::{
    command::{outside_this_build, run, variable, Fallible},
    out_dir,
};
use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

/// The root of the mlx-c sources, fetched by cargo if it has not done so before.
pub fn mlxc_sources() -> Fallible<PathBuf> {
    let project = out_dir().join("upstream");
    write_project(&project).map_err(|e| format!("cannot write {}: {e}", project.display()))?;
    // What is at hand needs no network; asking offline first also serves builds without one.
    let answer = metadata(&project, &["--offline"]).or_else(|_| metadata(&project, &[]))?;
    let answer: serde_json::Value = serde_json::from_str(&answer).map_err(|e| format!("cargo metadata: {e}"))?;
    let packages = answer["packages"].as_array().map_or(&[][..], Vec::as_slice);
    packages
        .iter()
        .find(|package| package["name"] == "mlx-sys")
        .and_then(|package| Path::new(package["manifest_path"].as_str()?).parent())
        .map(|folder| folder.join("src/mlx-c"))
        .filter(|sources| sources.join("mlx/c/mlx.h").is_file())
        .ok_or_else(|| "the published crate mlx-sys 0.7.0 lacks src/mlx-c".into())
}

fn write_project(project: &Path) -> io::Result<()> {
    let ours = Path::new(&variable("CARGO_MANIFEST_DIR")).join("upstream");
    fs::create_dir_all(project.join("src"))?;
    fs::write(project.join("src/lib.rs"), "")?;
    fs::copy(ours.join("manifest.toml"), project.join("Cargo.toml"))?;
    fs::copy(ours.join("Cargo.lock"), project.join("Cargo.lock"))?;
    Ok(())
}

fn metadata(project: &Path, more: &[&str]) -> Fallible<String> {
    let mut cargo = Command::new(variable("CARGO"));
    cargo.current_dir(project).args(["metadata", "--format-version=1", "--locked", "--filter-platform"]);
    run(outside_this_build(&mut cargo).arg(variable("HOST")).args(more))
}

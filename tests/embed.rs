//! A crate outside the repository builds with two lines of `Cargo.toml`, and its program finds its native libraries.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A directory that goes away at the end.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Copies the template, with the repository's place filled in and its versions locked.
fn crate_outside(root: &Path) -> Folder {
    let folder = Folder(std::env::temp_dir().join(format!("gen-embedding-{}", std::process::id())));
    let template = root.join("tests/embedding");
    fs::create_dir_all(folder.0.join("src")).expect("a directory");
    let manifest = fs::read_to_string(template.join("Cargo.toml.in")).expect("the template's manifest");
    let root_text = root.display().to_string().replace('\\', "/");
    fs::write(folder.0.join("Cargo.toml"), manifest.replace("REPOSITORY", &root_text)).expect("a manifest");
    fs::copy(template.join("src/main.rs"), folder.0.join("src/main.rs")).expect("a program");
    fs::copy(root.join("Cargo.lock"), folder.0.join("Cargo.lock")).expect("a lock file");
    folder
}

/// The directory that holds `release` or `debug`: what this test's build made is used again.
fn target() -> PathBuf {
    let test = std::env::current_exe().expect("this program");
    test.ancestors().nth(3).expect("target/release/deps/embed").to_path_buf()
}

#[test]
fn a_crate_outside_the_repository() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = crate_outside(root);
    let (target, release) = (target(), !cfg!(debug_assertions));
    let mut build = Command::new(env!("CARGO"));
    build.arg("build").args(release.then_some("--release")).current_dir(&folder.0).env("CARGO_TARGET_DIR", &target);
    let built = build.output().expect("cargo runs");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let program = target.join(if release { "release" } else { "debug" }).join("embedding");
    for backend in ["host", "mlx"] {
        let mut run = Command::new(&program);
        run.env_clear().env("GEN_BACKEND", backend).current_dir(std::env::temp_dir());
        let run = run.output().expect("it runs");
        let (printed, errors) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
        assert_eq!(printed.trim(), "42 6 [2.0, 4.0, 6.0] adding 3", "{backend}: {errors}");
        assert!(run.status.success() && errors.is_empty(), "{backend}: {errors}");
    }
    let _ = fs::remove_file(program);
}

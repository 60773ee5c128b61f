//! OpenBLAS in place of the wheel's BLAS and LAPACK, the slow reference ones, where it is installed.
use crate::command::run;
use std::{
    ffi::OsStr,
    fs, io,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

/// The wheel's own library is kept beside the link under this additional ending.
const ORIGINAL: &str = "original";
/// What Debian, Fedora, Arch and others call the library with 32-bit integers.
const NAMES: [&str; 4] = ["libopenblas.so.0", "libopenblasp.so.0", "libopenblas.so", "libopenblaso.so.0"];
/// Loads the library as MLX would and looks up every symbol MLX takes from these two libraries.
const PROBE: &str = "
import ctypes, sys
library = ctypes.CDLL(sys.argv[1])
for name in '''cblas_sgemm cblas_dgemm cblas_cgemm cgeev_ cgesdd_ cheevd_ dgeev_ dgeqrf_ dgesdd_ dgetrf_
dgetri_ dorgqr_ dpotrf_ dsyevd_ dtrtri_ sgeev_ sgeqrf_ sgesdd_ sgetrf_ sgetri_ sorgqr_ spotrf_ ssyevd_
strtri_'''.split(): getattr(library, name)
";

/// Makes the BLAS and LAPACK in `libs` links to OpenBLAS, or the wheel's own again if there is none.
/// Failing is no error: the libraries work either way.
pub fn prefer_openblas(libs: &Path) {
    let openblas = find();
    if let Some(path) = &openblas {
        println!("cargo::rerun-if-changed={}", path.display());
    }
    for entry in fs::read_dir(libs).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if (name.starts_with("libblas-") || name.starts_with("liblapack-")) && !name.ends_with(ORIGINAL) {
            let _ = point(&entry.path(), openblas.as_deref());
        }
    }
}

/// Replaces `library` by a link in one step, since running programs may be loading it.
fn point(library: &Path, target: Option<&Path>) -> io::Result<()> {
    let original = library.with_extension(ORIGINAL);
    let linked = library.is_symlink();
    let Some(target) = target else {
        return if linked { fs::rename(&original, library) } else { Ok(()) };
    };
    if linked && fs::read_link(library)? == target {
        return Ok(());
    }
    if !linked {
        fs::copy(library, &original)?;
    }
    let draft = library.with_extension("draft");
    let _ = fs::remove_file(&draft);
    symlink(target, &draft)?;
    fs::rename(draft, library)
}

/// An OpenBLAS of this machine that has all that MLX needs.
fn find() -> Option<PathBuf> {
    let known = run(Command::new("ldconfig").arg("-p"))
        .or_else(|_| run(Command::new("/sbin/ldconfig").arg("-p")))
        .unwrap_or_default();
    let paths: Vec<&Path> = known.lines().filter_map(|line| Some(Path::new(line.split_once(" => ")?.1))).collect();
    NAMES
        .iter()
        .flat_map(|name| paths.iter().filter(move |path| path.file_name() == Some(OsStr::new(name))))
        .find(|path| run(Command::new("python3").args(["-c", PROBE]).arg(path)).is_ok())
        .and_then(|path| path.canonicalize().ok())
}

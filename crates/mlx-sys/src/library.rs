//! The library of mlx-c, loaded when it is first needed.
use super::Functions;
use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
use std::{
    env,
    fs::File,
    io::Read,
    os::raw::c_void,
    path::{Path, PathBuf},
    sync::OnceLock,
};

/// The library, in the folder that holds MLX too.
const FILE: &str = "libmlxc.so";
/// MLX itself in that folder, where it came with this.
const MLX: &str = "mlx/lib/libmlx.so";
/// Names the folder, which is looked for nowhere else then.
const VARIABLE: &str = "GENLISP_MLX";

static FUNCTIONS: OnceLock<Result<Functions, String>> = OnceLock::new();

/// Loads MLX unless that was tried before. Errors say what is missing, and where it was looked for.
///
/// The folder is the one that `GENLISP_MLX` names, or else the first of these that is there: the program's own,
/// `../lib/genlisp` beside it, the one in the user's data that the build of this crate filled, and that of the user who
/// built it.
pub fn load() -> Result<(), String> {
    found().as_ref().map(drop).map_err(String::clone)
}

/// What the wrappers call. Whoever asks first should have asked [`load`]: without MLX there is nothing to return.
pub(crate) fn functions() -> &'static Functions {
    found().as_ref().unwrap_or_else(|missing| absent(missing))
}

#[cold]
fn absent(missing: &str) -> ! {
    eprintln!("{missing}");
    std::process::abort()
}

fn found() -> &'static Result<Functions, String> {
    FUNCTIONS.get_or_init(|| open(&folder()?))
}

/// The folder with the library.
fn folder() -> Result<PathBuf, String> {
    let has_library = |folder: &PathBuf| folder.join(FILE).is_file();
    if let Some(named) = env::var_os(VARIABLE).filter(|name| !name.is_empty()).map(PathBuf::from) {
        let wrong = format!("{VARIABLE} names {}, where no {FILE} is", named.display());
        return Some(named).filter(has_library).ok_or(wrong);
    }
    let places = places();
    let searched = places.iter().map(|place| place.display().to_string()).collect::<Vec<_>>().join(", ");
    let missing = format!("MLX is not installed: no {FILE} in {searched}");
    places.into_iter().find(has_library).ok_or(missing)
}

/// Where it may be, in the order of looking.
fn places() -> Vec<PathBuf> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let program = env::current_exe().and_then(|path| path.canonicalize()).ok();
    let beside = program.as_deref().and_then(Path::parent);
    let data = absolute("XDG_DATA_HOME").or_else(|| absolute("HOME").map(|home| home.join(".local/share")));
    let installed = beside.and_then(Path::parent).map(|prefix| prefix.join("lib/genlisp"));
    let built = Path::new(env!("MLX_SYS_FOLDER"));
    let filled = data.zip(built.file_name()).map(|(data, name)| data.join("genlisp").join(name));
    let mut places: Vec<PathBuf> = beside.map(PathBuf::from).into_iter().chain(installed).chain(filled).collect();
    if !places.iter().any(|place| place == built) {
        places.push(built.into());
    }
    places
}

fn open(folder: &Path) -> Result<Functions, String> {
    let path = folder.join(FILE);
    if let Some(cut) = [FILE, MLX].map(|file| folder.join(file)).iter().find(|path| path.is_file() && !is_whole(path)) {
        return Err(format!("{} is damaged: the file is cut off", cut.display()));
    }
    // SAFETY: loading runs the initializers of mlx-c and MLX, which need nothing of this process.
    let library = unsafe { Library::open(Some(&path), RTLD_NOW | RTLD_LOCAL) };
    let library = library.map_err(|error| refused(folder, &error.to_string()))?;
    let address = |name: &str| {
        // SAFETY: the address is not used as what it is not: `find` knows the type of each name.
        let symbol = unsafe { library.get::<*mut c_void>(name.as_bytes()) };
        let symbol = symbol.map_err(|_| format!("{} is of another version: it lacks {name}", path.display()))?;
        Ok(symbol.into_raw())
    };
    // SAFETY: the declarations are those of the headers that the library was compiled with.
    let functions = unsafe { Functions::find(address) }?;
    std::mem::forget(library); // the functions live as long as the process
    Ok(functions)
}

/// Is the file as long as its head says? The system would end the process while it loads one that is not.
fn is_whole(path: &Path) -> bool {
    let mut head = [0; 64];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut head).and_then(|()| file.metadata()));
    let number =
        |at: usize, len: usize| head[at..at + len].iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    // The table of sections is the last thing in a shared library (ELF, 64 bits): its place, and the size and number
    // of its rows.
    let end = number(0x28, 8).saturating_add(number(0x3a, 2) * number(0x3c, 2));
    read.is_ok_and(|metadata| metadata.len() >= end)
}

/// Why the system did not load the library, from its words.
fn refused(folder: &Path, reason: &str) -> String {
    let path = folder.join(FILE);
    let lacking = reason.split_once(": cannot open shared object file").map(|(name, _)| name.trim());
    match lacking.map(|name| name.rsplit(' ').next().unwrap_or(name)) {
        Some("libmlx.so") if !folder.join(MLX).is_file() => {
            format!("MLX in {} is not complete: {MLX} is missing", folder.display())
        }
        Some(name) => format!("MLX in {} needs {name}, which is not on this machine", folder.display()),
        None => format!("{} cannot be loaded: it is damaged, or not for this machine ({reason})", path.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_said_in_our_words() {
        let folder = Path::new("/nowhere");
        let said = |name: &str| refused(folder, &format!("{name}: cannot open shared object file: No such file"));
        assert_eq!(said("libmlx.so"), "MLX in /nowhere is not complete: mlx/lib/libmlx.so is missing");
        assert_eq!(said("libcuda.so.1"), "MLX in /nowhere needs libcuda.so.1, which is not on this machine");
        let damaged = refused(folder, "/nowhere/libmlxc.so: file too short");
        assert!(damaged.starts_with("/nowhere/libmlxc.so cannot be loaded: it is damaged"), "{damaged}");
    }

    #[test]
    fn a_library_that_is_cut_off_is_not_loaded() {
        let folder = env::temp_dir().join(format!("mlx-sys-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let library = std::fs::read(Path::new(env!("MLX_SYS_FOLDER")).join(FILE)).unwrap();
        for length in [0, 63, 5000, library.len() - 1] {
            std::fs::write(folder.join(FILE), &library[..length]).unwrap();
            let refused = open(&folder).map(drop).unwrap_err();
            assert!(refused.ends_with("libmlxc.so is damaged: the file is cut off"), "{refused}");
        }
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_library_that_was_built_is_found_and_whole() {
        assert_eq!(load(), Ok(()));
    }
}

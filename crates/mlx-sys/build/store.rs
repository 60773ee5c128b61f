//! Complete folders under names that say all that went into them: the cache of builds, and the data of programs.
use crate::{
    command::Fallible,
    manifest::{self, State},
};
use std::{
    env,
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

/// Marks folders that are being filled; a build that was killed leaves one behind.
const UNFINISHED: &str = ".unfinished-";

/// An open store. Builds that share it take turns while this lives, where the file system can lock.
pub struct Store {
    folder: PathBuf,
    _lock: File,
}

impl Store {
    /// What builds fetched and compiled; programs do not need it.
    pub fn cache() -> Fallible<Store> {
        Store::open(&user_folder("XDG_CACHE_HOME", ".cache")?.join("genlisp/build"))
    }

    /// What programs load when they run.
    pub fn data() -> Fallible<Store> {
        Store::open(&user_folder("XDG_DATA_HOME", ".local/share")?.join("genlisp"))
    }

    /// Opens the store and waits until no other build fills it.
    fn open(folder: &Path) -> Fallible<Store> {
        let unusable = |e| format!("cannot use the folder {}: {e}", folder.display());
        fs::create_dir_all(folder).map_err(unusable)?;
        let lock = File::create(folder.join("lock")).map_err(unusable)?;
        if lock.lock().is_ok() {
            remove_unfinished(folder);
        } // else (some network file systems): the rename in `entry` still keeps every entry whole
        Ok(Store { folder: folder.into(), _lock: lock })
    }

    /// The folder `name`, filled by `fill` if it is not there yet or is not what it was when it was filled.
    ///
    /// `fill` gets a temporary folder to write to; the folder takes its name when it is complete, so no build and no
    /// program ever sees half of one.
    pub fn entry(&self, name: &str, fill: impl FnOnce(&Path) -> Fallible<()>) -> Fallible<PathBuf> {
        let entry = self.folder.join(name);
        let cannot = |what: &str, path: &Path, e| format!("cannot {what} {}: {e}", path.display());
        match manifest::check(&entry) {
            State::Whole => return Ok(entry),
            State::Missing => {}
            State::Damaged(why) => {
                println!("cargo::warning={} is damaged ({why}) and is made again", entry.display());
                fs::remove_dir_all(&entry).map_err(|e| cannot("remove", &entry, e))?;
            }
        }
        let draft = self.folder.join(format!("{name}{UNFINISHED}{}", std::process::id()));
        let made = fs::create_dir_all(&draft)
            .map_err(|e| cannot("create", &draft, e))
            .and_then(|()| fill(&draft))
            .and_then(|()| manifest::write(&draft).map_err(|e| cannot("read", &draft, e)))
            .and_then(|()| match fs::rename(&draft, &entry) {
                Err(e) if !entry.is_dir() => Err(cannot("create", &entry, e)),
                _ => Ok(entry), // renamed, or another build was first
            });
        let _ = fs::remove_dir_all(&draft); // gone already after a rename
        made
    }
}

/// A short name for everything that `parts` hold.
pub fn key(parts: &[&str]) -> String {
    let mut hasher = DefaultHasher::new(); // fixed keys: the same on every run
    parts.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// The folder that a variable names, or else the user's own of this name.
fn user_folder(variable: &str, own: &str) -> Fallible<PathBuf> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute(variable)
        .or_else(|| absolute("HOME").map(|home| home.join(own)))
        .ok_or_else(|| format!("set HOME or {variable}: MLX is kept in a folder of the user"))
}

fn remove_unfinished(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().contains(UNFINISHED) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

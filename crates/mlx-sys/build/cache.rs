//! The per-user cache: complete folders under names that say all that went into them.
use crate::command::Fallible;
use std::{
    env,
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

/// Marks folders that are being filled; a build that was killed leaves one behind.
const UNFINISHED: &str = ".unfinished-";

/// The open cache. Builds that share it take turns while this lives, where the file system can lock.
pub struct Cache {
    folder: PathBuf,
    _lock: File,
}

impl Cache {
    /// Opens the cache and waits until no other build fills it.
    pub fn open() -> Fallible<Cache> {
        let folder = user_cache()?.join("genlisp");
        let unusable = |e| format!("cannot use the cache {}: {e}", folder.display());
        fs::create_dir_all(&folder).map_err(unusable)?;
        let lock = File::create(folder.join("lock")).map_err(unusable)?;
        if lock.lock().is_ok() {
            remove_unfinished(&folder);
        } // else (some network file systems): the rename in `entry` still keeps every entry whole
        Ok(Cache { folder, _lock: lock })
    }

    /// The folder `name`, filled by `fill` if it is not there yet.
    ///
    /// `fill` gets a temporary folder to write to and the final path (libraries may hold it); the
    /// folder takes its name when it is complete, so no build ever sees half of one.
    pub fn entry(&self, name: &str, fill: impl FnOnce(&Path, &Path) -> Fallible<()>) -> Fallible<PathBuf> {
        let entry = self.folder.join(name);
        if entry.is_dir() {
            return Ok(entry);
        }
        let draft = self.folder.join(format!("{name}{UNFINISHED}{}", std::process::id()));
        let made = fs::create_dir_all(&draft)
            .map_err(|e| format!("cannot create {}: {e}", draft.display()))
            .and_then(|()| fill(&draft, &entry))
            .and_then(|()| match fs::rename(&draft, &entry) {
                Err(e) if !entry.is_dir() => Err(format!("cannot create {}: {e}", entry.display())),
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

fn user_cache() -> Fallible<PathBuf> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute("XDG_CACHE_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".cache")))
        .ok_or_else(|| "set HOME or XDG_CACHE_HOME: MLX is kept in the user's cache folder".into())
}

fn remove_unfinished(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().contains(UNFINISHED) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

//! What a complete folder holds, written down when it was filled: damage shows when it is used again.
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The list's name in its folder. A line is the length of a file, a number for what is in it, and its path.
const FILE: &str = ".files";

/// How a folder is found.
#[derive(Debug, PartialEq)]
pub enum State {
    Whole,
    Missing,
    /// And in what way.
    Damaged(String),
}

/// Lists the files of `folder` in it.
pub fn write(folder: &Path) -> io::Result<()> {
    let mut lines = String::new();
    for path in files(folder)? {
        let content = fs::read(folder.join(&path))?;
        lines += &format!("{} {:016x} {}\n", content.len(), digest(&content), path.display());
    }
    fs::write(folder.join(FILE), lines)
}

/// Are all files that the list names there, as they were? One that has become a link since is whoever's who made it.
pub fn check(folder: &Path) -> State {
    if !folder.is_dir() {
        return State::Missing;
    }
    let Ok(list) = fs::read_to_string(folder.join(FILE)) else {
        return State::Damaged(format!("{FILE} is missing"));
    };
    let wrong = list.lines().find_map(|line| match line.splitn(3, ' ').collect::<Vec<_>>()[..] {
        [length, number, path] => wrong(&folder.join(path), length, number).map(|what| format!("{path} is {what}")),
        _ => Some(format!("{FILE} is cut off")),
    });
    wrong.map_or(State::Whole, State::Damaged)
}

fn wrong(path: &Path, length: &str, number: &str) -> Option<&'static str> {
    let Ok(found) = fs::metadata(path) else { return Some("missing") };
    if path.is_symlink() {
        return None;
    }
    if found.len().to_string() != length {
        return Some("of another length");
    }
    match fs::read(path) {
        Ok(content) if format!("{:016x}", digest(&content)) == number => None,
        Ok(_) => Some("changed"),
        Err(_) => Some("not readable"),
    }
}

/// All files below `folder` but links, as paths within it, in a fixed order.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut open, mut found) = (vec![PathBuf::new()], Vec::new());
    while let Some(within) = open.pop() {
        for entry in fs::read_dir(folder.join(&within))? {
            let (entry, kind) = entry.and_then(|entry| Ok((within.join(entry.file_name()), entry.file_type()?)))?;
            match kind {
                kind if kind.is_dir() => open.push(entry),
                kind if kind.is_file() => found.push(entry),
                _ => {}
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A number that damage changes (FNV-1a over words of eight bytes); no shield against forgery, which pip's hashes are.
fn digest(content: &[u8]) -> u64 {
    let step = |sum: u64, word: u64| (sum ^ word).wrapping_mul(0x0100_0000_01b3).rotate_left(5);
    let mut words = content.chunks_exact(8);
    let mut sum = 0xcbf2_9ce4_8422_2325;
    for word in &mut words {
        sum = step(sum, u64::from_le_bytes([word[0], word[1], word[2], word[3], word[4], word[5], word[6], word[7]]));
    }
    words.remainder().iter().fold(sum, |sum, byte| step(sum, u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_seen_and_links_are_let_be() {
        let folder = std::env::temp_dir().join(format!("mlx-sys-manifest-{}", std::process::id()));
        assert_eq!(check(&folder), State::Missing);
        fs::create_dir_all(folder.join("a")).unwrap();
        let (library, notes) = (folder.join("a/b c.so"), folder.join("notes"));
        let fill = || [(&library, "twelve bytes"), (&notes, "more")].map(|(path, text)| fs::write(path, text).unwrap());
        fill();
        assert_eq!(check(&folder), State::Damaged(".files is missing".into()));
        write(&folder).unwrap();
        assert_eq!(check(&folder), State::Whole);
        for (text, what) in [("twelve", "of another length"), ("twelve bytez", "changed"), ("Twelve bytes", "changed")]
        {
            fs::write(&library, text).unwrap();
            assert_eq!(check(&folder), State::Damaged(format!("a/b c.so is {what}")));
        }
        fs::remove_file(&library).unwrap();
        assert_eq!(check(&folder), State::Damaged("a/b c.so is missing".into()));
        std::os::unix::fs::symlink(&notes, &library).unwrap();
        assert_eq!(check(&folder), State::Whole);
        fs::remove_dir_all(folder).unwrap();
    }
}

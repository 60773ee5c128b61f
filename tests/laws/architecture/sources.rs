//! The files of the source tree as the house rules read them: paths, and lines of code without comments and tests.

use std::path::{Path, PathBuf};

/// The program: the only part that prints and exits.
const PROGRAM: &[&str] = &["main", "cli", "repl"];

pub struct File {
    /// From `src/` on, with `/`.
    pub path: String,
    pub text: String,
}

impl File {
    /// The first folder, or the file's own name without its end.
    pub fn module(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    pub fn is_test(&self) -> bool {
        self.path.split('/').any(|part| part == "tests" || part == "tests.rs")
    }

    pub fn is_program(&self) -> bool {
        PROGRAM.contains(&self.module())
    }

    /// Lines of code with their numbers: no comments, no unit tests at the end of a file.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let tests = self.text.find("#[cfg(test)]\nmod tests {").unwrap_or(self.text.len());
        let code = self.text[..tests].lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code));
        code.enumerate().map(|(i, line)| (i + 1, line))
    }
}

pub fn files(folder: &str) -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    let read = |path: PathBuf| File {
        path: path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().replace('\\', "/"),
        text: std::fs::read_to_string(&path).expect("UTF-8"),
    };
    paths.into_iter().map(read).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            collect(&path, paths);
        } else if path.extension().is_some_and(|e| e == "rs") {
            paths.push(path);
        }
    }
}

pub fn none(problems: Vec<String>) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

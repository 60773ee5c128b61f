//! Markdown files: their fenced blocks with places in the file, and edits that are written back.

use std::ops::Range;
use std::path::{Path, PathBuf};

/// A fenced block; the range is that of its text in the file.
pub struct Block {
    /// What follows the opening fence: `clojure`, `text`, `clojure file=a/b.gen`.
    pub tag: String,
    pub range: Range<usize>,
    pub line: usize,
}

pub struct Document {
    path: PathBuf,
    /// Relative to the repository, as failures show it.
    pub name: String,
    pub text: String,
    edits: Vec<(Range<usize>, String)>,
}

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// True when expected results are to be rewritten.
pub fn blessing() -> bool {
    std::env::var_os("BLESS").is_some_and(|v| v == "1")
}

/// The Markdown files of a directory in order; none when the directory is missing.
pub fn files(directory: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(directory)).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> =
        entries.map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "md")).collect();
    files.sort();
    files
}

pub fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

impl Document {
    pub fn read(path: &Path) -> Document {
        let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let name = path.strip_prefix(root()).unwrap_or(path).display().to_string();
        Document { path: path.to_path_buf(), name, text, edits: Vec::new() }
    }

    pub fn blocks(&self) -> Vec<Block> {
        let (mut blocks, mut open, mut at): (Vec<Block>, Option<Block>, usize) = (Vec::new(), None, 0);
        for (line, text) in self.text.split_inclusive('\n').enumerate() {
            let fence = text.trim_end().strip_prefix("```");
            match (open.take(), fence) {
                (None, Some(tag)) => {
                    let start = at + text.len();
                    open = Some(Block { tag: tag.trim().to_string(), range: start..start, line: line + 2 });
                }
                (Some(mut block), Some("")) => {
                    block.range.end = at;
                    blocks.push(block);
                }
                (still, _) => open = still,
            }
            at += text.len();
        }
        assert!(open.is_none(), "{}: a block is not closed", self.name);
        blocks
    }

    /// Replaces a range when the document is saved.
    pub fn edit(&mut self, range: Range<usize>, text: String) {
        self.edits.push((range, text));
    }

    /// Writes the edits back, last first, so that ranges stay right.
    pub fn save(mut self) {
        if self.edits.is_empty() {
            return;
        }
        self.edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        for (range, text) in self.edits {
            self.text.replace_range(range, &text);
        }
        std::fs::write(&self.path, &self.text).unwrap_or_else(|e| panic!("{}: {e}", self.path.display()));
    }
}

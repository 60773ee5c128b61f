//! What is said of the names of the language: Markdown files by theme, beside this one, that `doc` shows.
//!
//! `## name`, a paragraph, and examples with `;=>` in a block of code, which a test runs. Arglists, parameters and options
//! are declared in the code.

mod wrap;

pub use wrap::{is_code, wrap, wrapped};

use std::collections::HashMap;
use std::sync::LazyLock;

macro_rules! files {
    ($($name:literal,)*) => {
        /// The files, each with what is in it.
        const FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!($name, ".md")))),*];
    };
}

files! {
    "special-forms",
    "numbers",
    "math",
    "statistics",
    "predicates",
    "sequences",
    "collections",
    "functions",
    "state",
    "strings",
    "arrays",
    "gradients",
    "lanes",
    "random",
    "io",
    "reflection",
    "errors",
    "distribution-functions",
    "distributions",
    "distributions-structured",
    "distributions-derived",
    "operations",
    "traces",
    "selections",
    "changes",
    "edits",
    "combinators",
    "mcmc",
    "smc",
    "exact",
    "vi",
    "results",
}

/// The texts by name, made when the first one is asked for.
static TEXTS: LazyLock<HashMap<&str, String>> = LazyLock::new(|| entries().collect());

/// What is said of a builtin, a special form or a distribution: a line for each paragraph, then the lines of its code.
pub fn of(name: &str) -> Option<&'static str> {
    TEXTS.get(name).map(String::as_str)
}

/// Every name and its text, file by file.
pub fn entries() -> impl Iterator<Item = (&'static str, String)> {
    FILES.iter().flat_map(|(_, file)| file.split("\n## ").skip(1)).map(|entry| {
        let (name, body) = entry.split_once('\n').unwrap_or((entry, ""));
        (name.trim(), text(body))
    })
}

/// The lines of a paragraph are put together, code is left as it is.
fn text(body: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let (mut code, mut paragraph) = (false, false);
    for line in body.lines() {
        let fence = line.starts_with("```");
        let prose = !fence && !code && !line.is_empty();
        match lines.last_mut().filter(|_| prose && paragraph) {
            Some(last) => last.extend([" ", line]),
            None if prose || (code && !fence) => lines.push(line.to_string()),
            None => {}
        }
        (code, paragraph) = (code != fence, prose);
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{FILES, entries, text};
    use std::collections::HashSet;

    #[test]
    fn paragraphs_are_lines_and_code_stays() {
        let body = "\n```clojure\n(f  x)\n```\n\nOne\ntwo.\n\nThree.\n\n```clojure\n(f 1)\n\n   ;=> 2\n```\n";
        assert_eq!(text(body), "(f  x)\nOne two.\nThree.\n(f 1)\n\n   ;=> 2");
    }

    #[test]
    fn every_file_is_listed() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs");
        let files = std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
        let texts = files.filter(|file| file.extension().is_some_and(|end| end == "md"));
        let mut there: Vec<String> =
            texts.map(|file| file.file_stem().expect("a name").display().to_string()).collect();
        let mut listed: Vec<&str> = FILES.iter().map(|(name, _)| *name).collect();
        there.sort();
        listed.sort();
        assert_eq!(there, listed);
    }

    #[test]
    fn names_are_said_once() {
        let mut seen = HashSet::new();
        let twice: Vec<&str> = entries().map(|(name, _)| name).filter(|name| !seen.insert(*name)).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }
}

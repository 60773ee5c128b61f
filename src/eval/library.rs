//! The texts of the standard library, which is written in the language: indexed by name when first needed.

use crate::lexer::Source;
use crate::parser;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Texts of the library: the core, read lazily by name, and namespaces, read whole when required.
#[derive(Default)]
pub struct Library {
    core: Vec<(&'static str, &'static str)>,
    namespaces: Vec<(&'static str, &'static str)>,
    index: OnceLock<HashMap<String, LibraryEntry>>,
}

/// Where a definition stands.
#[derive(Clone, Copy)]
pub(super) struct LibraryEntry {
    file: usize,
    pub start: u32,
    pub end: u32,
    /// Defined by `defn-`, for the library alone.
    private: bool,
}

impl Library {
    /// `core` and `namespaces` hold names and texts; a namespace's name is what `require` says.
    pub fn new(core: Vec<(&'static str, &'static str)>, namespaces: Vec<(&'static str, &'static str)>) -> Library {
        Library { core, namespaces, index: OnceLock::new() }
    }

    fn index(&self) -> &HashMap<String, LibraryEntry> {
        self.index.get_or_init(|| {
            let mut index = HashMap::new();
            for (file, (name, text)) in self.core.iter().enumerate() {
                let source = Source::new(0, *name, *text);
                for form in parser::top_level(&source) {
                    let entry = LibraryEntry {
                        file,
                        start: form.span.start,
                        end: form.span.end,
                        private: form.head == "defn-",
                    };
                    index.insert(form.name.to_string(), entry);
                }
            }
            index
        })
    }

    /// Names defined in the core part.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.index().iter().filter(|(_, entry)| !entry.private).map(|(name, _)| name.as_str())
    }

    pub fn has_namespace(&self, name: &str) -> bool {
        self.namespaces.iter().any(|(n, _)| *n == name)
    }

    pub fn namespace_names(&self) -> impl Iterator<Item = &'static str> {
        self.namespaces.iter().map(|(n, _)| *n)
    }

    /// A definition of the core.
    pub(super) fn entry(&self, name: &str) -> Option<LibraryEntry> {
        self.index().get(name).copied()
    }

    /// The name and the text of the file that a definition stands in.
    pub(super) fn core_text(&self, entry: LibraryEntry) -> (&'static str, &'static str) {
        self.core[entry.file]
    }

    pub(super) fn namespace_text(&self, name: &str) -> Option<&'static str> {
        self.namespaces.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
    }
}

//! Sources and spans: where a form stands, and how a span becomes `file:line:column`.

use std::sync::{Arc, OnceLock};

/// Number of a source in [`Sources`].
pub type SourceId = u32;

/// A half-open range of bytes in one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    pub source: SourceId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub const fn new(source: SourceId, start: u32, end: u32) -> Self {
        Span { source, start, end }
    }

    /// The smallest span that covers both; spans of different sources keep the first.
    pub fn to(self, other: Span) -> Span {
        if self.source != other.source {
            return self;
        }
        Span { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// One text with the name that reports show: a path, `<repl>`, `<-e>` or `core.gen`.
#[derive(Debug)]
pub struct Source {
    pub id: SourceId,
    pub name: Arc<str>,
    pub text: Arc<str>,
    lines: OnceLock<Vec<u32>>,
}

impl Source {
    pub fn new(id: SourceId, name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Source { id, name: name.into(), text: text.into(), lines: OnceLock::new() }
    }

    /// 1-based line and column (in characters) of a byte offset.
    pub fn line_column(&self, offset: u32) -> (usize, usize) {
        let lines = self.lines.get_or_init(|| {
            let breaks = self.text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
            std::iter::once(0).chain(breaks.map(|(i, _)| i as u32 + 1)).collect()
        });
        let line = lines.partition_point(|start| *start <= offset).max(1);
        let start = lines[line - 1] as usize;
        let before = self.text.get(start..(offset as usize).min(self.text.len())).unwrap_or("");
        (line, before.chars().count() + 1)
    }

    /// The text of a span; empty when the span is not of this source.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }
}

/// All sources read so far, by number. A clone is cheap and sees what was there when it was made.
#[derive(Clone, Debug, Default)]
pub struct Sources(Arc<Vec<Arc<Source>>>);

impl Sources {
    /// Registers a text and returns it with its number.
    pub fn add(&mut self, name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Arc<Source> {
        let source = Arc::new(Source::new(self.0.len() as SourceId, name, text));
        Arc::make_mut(&mut self.0).push(source.clone());
        source
    }

    pub fn get(&self, id: SourceId) -> Option<&Arc<Source>> {
        self.0.get(id as usize)
    }

    /// `name:line:column` of a span's start.
    pub fn place(&self, span: Span) -> String {
        match self.get(span.source) {
            Some(source) => {
                let (line, column) = source.line_column(span.start);
                format!("{}:{line}:{column}", source.name)
            }
            None => "<unknown>".to_string(),
        }
    }
}

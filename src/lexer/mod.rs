//! Text to tokens: sources, spans, and the logos lexer.

mod source;

pub use source::{Source, SourceId, Sources, Span};

//! Text to tokens: sources, spans, and the logos lexer.

mod excerpt;
mod scan;
mod source;
#[cfg(test)]
mod tests;
mod token;

pub use excerpt::{Excerpt, visible};
pub use source::{Source, SourceId, Sources, Span};
pub use token::{Token, tokens};

//! An index of a source's top-level forms, made without building any: the library is read definition by definition.

use crate::lexer::{Source, Span, Token, tokens};

/// A top-level `(head name …)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopLevel<'a> {
    pub span: Span,
    /// The symbol in front, `defn` for instance; empty when there is none.
    pub head: &'a str,
    /// The symbol after it, behind metadata if there is some; empty when there is none.
    pub name: &'a str,
}

/// The list that is being read.
#[derive(Default)]
struct OpenList<'a> {
    start: u32,
    words: [&'a str; 2],
    /// Forms seen in it.
    count: usize,
}

/// All top-level lists of a source. Errors in it are left to the reader of a part.
pub fn top_level(source: &Source) -> Vec<TopLevel<'_>> {
    let text: &str = &source.text;
    let mut found = Vec::new();
    let mut list = OpenList::default();
    let mut depth = 0_usize;
    // forms still to come that are only metadata, dropped or quoted
    let mut skip = 0_usize;
    for (token, range) in tokens(text) {
        if token.is_trivia() {
            continue;
        }
        if token.is_open() {
            depth += 1;
            if depth == 1 && skip == 0 && token == Token::ParenOpen {
                list = OpenList { start: range.start as u32, words: [""; 2], count: 0 };
            } else if depth == 1 {
                list.count = usize::MAX;
            }
            continue;
        }
        if token.is_close() {
            depth = depth.saturating_sub(1);
            if depth == 0 && list.count != usize::MAX {
                let span = Span::new(source.id, list.start, range.end as u32);
                found.push(TopLevel { span, head: list.words[0], name: list.words[1] });
                list.count = usize::MAX;
                continue;
            }
        }
        if depth > 1 || (depth == 1 && list.count >= 2) {
            continue;
        }
        if token.is_prefix() {
            skip += usize::from(token != Token::Tag);
        } else if skip > 0 {
            skip -= 1;
        } else if depth == 1 {
            if token == Token::Symbol {
                list.words[list.count] = &text[range];
            }
            list.count += 1;
        }
    }
    found
}

//! Whether a text is complete, for the REPL: to run it, to ask for another line, or to complain.

use super::lexemes::Lexeme;
use crate::lexer::{Token, tokens};

/// What a REPL does with what was typed so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// To be read.
    Complete,
    /// More lines are needed; the next one starts in column `indent`, inside of `depth` open groups.
    Incomplete { depth: usize, indent: usize },
    /// No further line can make it right.
    Invalid,
}

/// An open group and the first two forms in it.
struct OpenGroup {
    lexeme: Lexeme,
    closer: Token,
    forms: [Option<Lexeme>; 2],
}

pub fn completeness(text: &str) -> Completeness {
    let mut open: Vec<OpenGroup> = Vec::new();
    let mut last = None;
    for (token, range) in tokens(text).filter(|(token, _)| !token.is_trivia()) {
        let lexeme = Lexeme { token, start: range.start as u32, end: range.end as u32 };
        if token.is_close() {
            if open.pop().is_none_or(|group| group.closer != token) {
                return Completeness::Invalid;
            }
        } else if let Some(group) = open.last_mut()
            && !last.is_some_and(Token::is_prefix)
            && let Some(slot) = group.forms.iter_mut().find(|slot| slot.is_none())
        {
            *slot = Some(lexeme);
        }
        if let Some(closer) = token.closer() {
            open.push(OpenGroup { lexeme, closer, forms: [None; 2] });
        }
        last = Some(token);
    }
    let unclosed = last.is_some_and(Token::is_unclosed);
    if open.is_empty() && !unclosed && !last.is_some_and(Token::is_prefix) {
        return Completeness::Complete;
    }
    let indent = open.last().filter(|_| !unclosed).map_or(0, |group| indent(text, group));
    Completeness::Incomplete { depth: open.len(), indent }
}

/// Where the next line of a group starts, as the community's style guide has it.
fn indent(text: &str, group: &OpenGroup) -> usize {
    let inside = column(text, group.lexeme.end);
    let [Some(head), argument] = group.forms else { return inside };
    let is_call = matches!(group.lexeme.token, Token::ParenOpen | Token::FnOpen);
    if !is_call {
        return column(text, head.start);
    }
    if head.token == Token::Symbol && has_body(&text[head.start as usize..head.end as usize]) {
        return inside + 1;
    }
    match argument {
        Some(argument) if !text[head.start as usize..argument.start as usize].contains('\n') => {
            column(text, argument.start)
        }
        _ => inside,
    }
}

/// Characters between the start of the line and a byte.
fn column(text: &str, offset: u32) -> usize {
    let before = &text[..offset as usize];
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    before[line..].chars().count()
}

/// Forms whose arguments are a body and stand two columns in.
fn has_body(head: &str) -> bool {
    let name = head.rsplit('/').next().unwrap_or(head);
    let exact = [
        "binding", "case", "catch", "comment", "cond", "cond->", "cond->>", "condp", "do", "doseq", "dotimes",
        "finally", "fn", "for", "gen", "if", "if-let", "if-not", "let", "letfn", "loop", "ns", "testing", "time",
        "try", "when", "when-let", "when-not", "while",
    ];
    name.starts_with("def") || name.starts_with("with-") || exact.contains(&name)
}

//! The tokens that mean something: without white space and comments, with their places in the whole source.

use super::errors::Errors;
use crate::error::{Code, Error, Result};
use crate::lexer::{Source, Span, Token, tokens};

/// Bytes of the longest word; strings may be longer.
const MAX_WORD: usize = 64 * 1024;

/// A token and its bytes in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lexeme {
    pub token: Token,
    pub start: u32,
    pub end: u32,
}

impl Lexeme {
    pub fn span(self, source: &Source) -> Span {
        Span::new(source.id, self.start, self.end)
    }

    pub fn text(self, source: &Source) -> &str {
        source.text.get(self.start as usize..self.end as usize).unwrap_or("")
    }
}

/// The tokens of one part of a source; characters that mean nothing are reported and left out.
pub fn lexemes(source: &Source, part: Span, errors: &mut Errors) -> Result<Vec<Lexeme>, Box<Error>> {
    let text = source.slice(part);
    let mut found = Vec::with_capacity(text.len() / 5 + 4);
    for (token, range) in tokens(text) {
        if token.is_trivia() {
            continue;
        }
        let (start, end) = (part.start + range.start as u32, part.start + range.end as u32);
        let lexeme = Lexeme { token, start, end };
        if token == Token::Error {
            errors.push(unexpected(lexeme, source));
        } else if range.len() > MAX_WORD && !is_text(token) {
            return Err(too_long(lexeme, source));
        } else {
            found.push(lexeme);
        }
    }
    Ok(found)
}

fn is_text(token: Token) -> bool {
    matches!(token, Token::Str | Token::StrUnclosed | Token::Regex | Token::RegexUnclosed)
}

fn unexpected(lexeme: Lexeme, source: &Source) -> Box<Error> {
    let code = lexeme.text(source).chars().next().map_or(0, |c| c as u32);
    Error::new(Code::Character, format!("the invisible character U+{code:04X} stands between forms"))
        .at(lexeme.span(source))
        .label("here")
        .help("delete it; it often comes along when text is copied from a web page or a PDF")
}

fn too_long(lexeme: Lexeme, source: &Source) -> Box<Error> {
    let bytes = lexeme.end - lexeme.start;
    let start: String = lexeme.text(source).chars().take(20).collect();
    Error::new(Code::TooLarge, format!("`{start}…` is {bytes} bytes long, a name or number may have {MAX_WORD}"))
        .at(lexeme.span(source))
        .help("long text belongs in a string")
}

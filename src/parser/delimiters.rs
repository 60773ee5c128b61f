//! One linear pass that pairs delimiters, so that the parser only ever sees balanced tokens.

use super::errors::Errors;
use super::lexemes::Lexeme;
use super::repair::repair;
use crate::error::{Code, Error};
use crate::lexer::{Source, Span, Token};

/// Reports every unclosed string, unclosed opener and stray or mismatched closer, and returns balanced tokens.
pub fn balance(lexemes: Vec<Lexeme>, source: &Source, errors: &mut Errors) -> Vec<Lexeme> {
    let quotes = unclosed_string(&lexemes, source, errors);
    if is_balanced(&lexemes) {
        return lexemes;
    }
    // behind an unclosed string, code is text and text is code: what does not match there says nothing
    repair(&lexemes, source, quotes.unwrap_or(u32::MAX), errors)
}

fn is_balanced(lexemes: &[Lexeme]) -> bool {
    let mut expected = Vec::new();
    for lexeme in lexemes {
        if let Some(closer) = lexeme.token.closer() {
            expected.push(closer);
        } else if lexeme.token.is_close() && expected.pop() != Some(lexeme.token) {
            return false;
        }
    }
    expected.is_empty()
}

/// Reports the string without an end, if there is one, and returns where text and code begin to be confused.
fn unclosed_string(lexemes: &[Lexeme], source: &Source, errors: &mut Errors) -> Option<u32> {
    let last = lexemes.last().filter(|lexeme| lexeme.token.is_unclosed())?;
    let error = Error::new(Code::String, "unclosed string").help("close it with `\"`");
    let quote = |lexeme: Lexeme| {
        let length = if matches!(lexeme.token, Token::Regex | Token::RegexUnclosed) { 2 } else { 1 };
        Span::new(source.id, lexeme.start, lexeme.start + length)
    };
    let suspect = suspect(lexemes, source);
    errors.push(match suspect {
        Some(first) => error
            .at(quote(first))
            .label("this string seems to lack its closing `\"`")
            .also(quote(*last), "so that this quote opens a string without end"),
        None => error.at(quote(*last)).label("opened here, never closed"),
    });
    Some(suspect.unwrap_or(*last).start)
}

/// The first string over several lines that ends right before a word: `"one) ⏎ (def b "two`.
fn suspect(lexemes: &[Lexeme], source: &Source) -> Option<Lexeme> {
    lexemes.windows(2).find_map(|pair| {
        let [string, next] = [pair[0], pair[1]];
        let glued = string.token == Token::Str && next.start == string.end && next.token.is_atom();
        (glued && string.text(source).contains('\n')).then_some(string)
    })
}

//! Where words, strings, characters and comments end. Loops of our own, because these tokens may be megabytes long.

use super::token::Token;
use logos::Lexer;

/// Bytes that end a word: white space, delimiters, and the reader macros that Clojure calls terminating.
const ENDS_WORD: [bool; 128] = {
    let mut table = [false; 128];
    let mut i = 0;
    while i <= b' ' as usize {
        table[i] = true;
        i += 1;
    }
    table[127] = true;
    let ends = b",()[]{}\"\\;@^`~";
    let mut i = 0;
    while i < ends.len() {
        table[ends[i] as usize] = true;
        i += 1;
    }
    table
};

/// Bytes of the word that `text` starts with.
fn word_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte < 128 {
            if ENDS_WORD[byte as usize] {
                return at;
            }
            at += 1;
        } else {
            match text[at..].chars().next() {
                Some(c) if !ends_word(c) => at += c.len_utf8(),
                _ => return at,
            }
        }
    }
    at
}

/// Non-ASCII white space and characters that nobody sees end a word too.
fn ends_word(c: char) -> bool {
    let invisible = matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}');
    invisible || c == '\u{FEFF}' || c.is_whitespace() || c.is_control()
}

pub fn word(lex: &mut Lexer<'_, Token>) {
    lex.bump(word_length(lex.remainder()));
}

pub fn symbol(lex: &mut Lexer<'_, Token>) -> Token {
    word(lex);
    match lex.slice() {
        "nil" => Token::Nil,
        "true" => Token::True,
        "false" => Token::False,
        _ => Token::Symbol,
    }
}

pub fn tag(lex: &mut Lexer<'_, Token>) {
    // `#?@(…)` is one tag
    word(lex);
    if lex.slice() == "#?" && lex.remainder().starts_with('@') {
        lex.bump(1);
    }
}

pub fn line(lex: &mut Lexer<'_, Token>) {
    let rest = lex.remainder();
    lex.bump(rest.find('\n').unwrap_or(rest.len()));
}

/// Runs past the closing quote; false when there is none.
fn to_quote(lex: &mut Lexer<'_, Token>) -> bool {
    let rest = lex.remainder();
    let bytes = rest.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                lex.bump(at + 1);
                return true;
            }
            // whatever is escaped, its first byte cannot close the string
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    lex.bump(rest.len());
    false
}

pub fn string(lex: &mut Lexer<'_, Token>) -> Token {
    if to_quote(lex) { Token::Str } else { Token::StrUnclosed }
}

pub fn regex(lex: &mut Lexer<'_, Token>) -> Token {
    if to_quote(lex) { Token::Regex } else { Token::RegexUnclosed }
}

/// `\(` is one character, `\newline` a name; a backslash before a line break stands alone.
pub fn character(lex: &mut Lexer<'_, Token>) {
    match lex.remainder().chars().next() {
        Some('\n' | '\r') | None => {}
        Some(c) if (c as u32) < 128 && ENDS_WORD[c as usize] || ends_word(c) => lex.bump(c.len_utf8()),
        Some(c) => {
            lex.bump(c.len_utf8());
            word(lex);
        }
    }
}

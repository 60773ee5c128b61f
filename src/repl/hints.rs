//! Hints: how the function is called whose arguments are being typed.

use super::names;
use genlisp::Interpreter;
use genlisp::internals::lexer::{Token, tokens};

/// The argument lists for the innermost call around the end of the line.
pub fn arglists(line: &str, pos: usize, lisp: &mut Interpreter) -> Option<String> {
    if pos < line.len() {
        return None;
    }
    names::arglists(called(line)?, lisp)
}

/// The name that the innermost open call of a text starts with, once it is typed.
fn called(text: &str) -> Option<&str> {
    let mut open: Vec<(Token, usize)> = Vec::new();
    let mut last = Token::Whitespace;
    for (token, range) in tokens(text) {
        if token.is_open() {
            open.push((token, range.end));
        } else if token.is_close() {
            open.pop();
        }
        last = token;
    }
    let (opener, start) = open.pop()?;
    let (token, range) = tokens(&text[start..]).find(|(token, _)| !token.is_trivia())?;
    let typed = start + range.end < text.len() && !last.is_unclosed();
    let is_call = matches!(opener, Token::ParenOpen | Token::FnOpen) && token == Token::Symbol;
    (is_call && typed).then_some(&text[start + range.start..start + range.end])
}

#[cfg(test)]
mod tests {
    use super::called;

    #[test]
    fn the_innermost_call() {
        assert_eq!(called("(map f (filter "), Some("filter"));
        assert_eq!(called("(map f (filter odd? xs) "), Some("map"));
        assert_eq!(called("(map"), None);
        assert_eq!(called("(map [1 "), None);
        assert_eq!(called("'(1 "), None);
        assert_eq!(called("(str \"a"), None);
        assert_eq!(called(""), None);
    }
}

//! Colors of the input, by the tokens of the real lexer; the bracket at the cursor and its partner stand out.

use super::names;
use genlisp::Interpreter;
use genlisp::internals::lexer::{Token, tokens};
use std::ops::Range;

const KEYWORD: &str = "\x1b[36m";
const STRING: &str = "\x1b[32m";
const NUMBER: &str = "\x1b[33m";
const SYNTAX: &str = "\x1b[35m";
const COMMENT: &str = "\x1b[90m";
const WRONG: &str = "\x1b[31m";
const MATCH: &str = "\x1b[1;4m";
const RESET: &str = "\x1b[0m";

/// The text with escape sequences for a terminal.
pub fn paint(text: &str, cursor: Option<usize>, lisp: &mut Interpreter) -> String {
    let tokens: Vec<(Token, Range<usize>)> = tokens(text).collect();
    let pairs = pairs(&tokens);
    let marked = cursor.map(|at| marked(&tokens, &pairs, at)).unwrap_or_default();
    let mut out = String::with_capacity(text.len() * 2);
    let mut before = None;
    for (i, (token, range)) in tokens.iter().enumerate() {
        let word = &text[range.clone()];
        let is_head = matches!(before, Some(Token::ParenOpen | Token::FnOpen));
        let style = match token {
            _ if marked.contains(&i) => MATCH,
            Token::Symbol if is_head && names::is_syntax(word, lisp) => SYNTAX,
            token if token.is_close() && pairs[i].is_none() => WRONG,
            token => style(*token),
        };
        before = Some(*token);
        match style {
            "" => out.push_str(word),
            style => out.extend([style, word, RESET]),
        }
    }
    out
}

fn style(token: Token) -> &'static str {
    match token {
        Token::Keyword => KEYWORD,
        Token::Str | Token::StrUnclosed | Token::Regex | Token::RegexUnclosed | Token::Char => STRING,
        Token::Number | Token::Symbolic | Token::Nil | Token::True | Token::False => NUMBER,
        Token::Comment | Token::Discard => COMMENT,
        Token::Error => WRONG,
        _ => "",
    }
}

/// For each bracket the number of the token that it pairs with.
fn pairs(tokens: &[(Token, Range<usize>)]) -> Vec<Option<usize>> {
    let mut pairs = vec![None; tokens.len()];
    let mut open: Vec<usize> = Vec::new();
    for (i, (token, _)) in tokens.iter().enumerate() {
        if token.is_open() {
            open.push(i);
        } else if token.is_close()
            && let Some(opener) = open.pop_if(|opener| tokens[*opener].0.closer() == Some(*token))
        {
            (pairs[opener], pairs[i]) = (Some(i), Some(opener));
        }
    }
    pairs
}

/// The paired bracket under the cursor, else the one before it, with its partner.
fn marked(tokens: &[(Token, Range<usize>)], pairs: &[Option<usize>], cursor: usize) -> Vec<usize> {
    let under = tokens.iter().position(|(_, range)| range.contains(&cursor));
    let before = tokens.iter().position(|(_, range)| range.end == cursor);
    let pair = [under, before].into_iter().flatten().find_map(|i| Some([i, (*pairs.get(i)?)?]));
    pair.map(Vec::from).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Interpreter, paint};

    fn painted(text: &str, cursor: usize) -> String {
        let mut lisp = Interpreter::builder().seed(1).build().expect("an interpreter");
        paint(text, Some(cursor), &mut lisp).replace('\x1b', "")
    }

    #[test]
    fn tokens_have_colors() {
        assert_eq!(painted("(if x :a 1)", 5), "([35mif[0m x [36m:a[0m [33m1[0m)");
        assert_eq!(painted("(f if)]", 3), "(f if)[31m][0m");
    }

    #[test]
    fn brackets_at_the_cursor_match() {
        assert_eq!(painted("[(a)]", 4), "[1;4m[[0m(a)[1;4m][0m");
        assert_eq!(painted("((a)", 4), "([1;4m([0ma[1;4m)[0m");
        assert_eq!(painted("((a)", 0), "((a)");
    }
}

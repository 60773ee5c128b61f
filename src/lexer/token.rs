//! The tokens: a logos state machine distinguishes them by their first characters, `scan` finds where the long ones end.

use super::scan;
use logos::Logos;
use std::ops::Range;

/// Kind of a token. Together the tokens of a text cover every byte of it, so that an editor can colour by them.
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Token {
    #[regex(r"[ \t\r\n\x0B\x0C,]+")]
    // one at a time: a loop over characters of several bytes would cost native stack in unoptimized builds
    #[regex(r"[\u{85}\u{A0}\u{1680}\u{2000}-\u{200A}\u{2028}\u{2029}\u{202F}\u{205F}\u{3000}\u{FEFF}]")]
    Whitespace,
    /// `; …` and `#! …`, without the line break.
    #[token(";", scan::line)]
    #[token("#!", scan::line)]
    Comment,

    #[token("(")]
    ParenOpen,
    #[token(")")]
    ParenClose,
    #[token("[")]
    BracketOpen,
    #[token("]")]
    BracketClose,
    #[token("{")]
    BraceOpen,
    #[token("}")]
    BraceClose,
    /// `#{`
    #[token("#{")]
    SetOpen,
    /// `#(`
    #[token("#(")]
    FnOpen,

    #[token("'")]
    Quote,
    #[token("`")]
    SyntaxQuote,
    #[token("~")]
    Unquote,
    #[token("~@")]
    UnquoteSplicing,
    #[token("@")]
    Deref,
    /// `#'`
    #[token("#'")]
    VarQuote,
    /// `^` and `#^`
    #[token("^")]
    #[token("#^")]
    Meta,
    /// `#_`
    #[token("#_")]
    Discard,
    /// `#` and a word that the language has no meaning for: `#inst`, `#?`.
    #[regex("#", scan::tag, priority = 1)]
    Tag,

    #[token("\"", scan::string)]
    Str,
    /// A string that runs to the end of the text.
    StrUnclosed,
    /// `#"…"`
    #[token("#\"", scan::regex)]
    Regex,
    RegexUnclosed,
    /// `\a`, `\newline`, `\u0041`
    #[token("\\", scan::character)]
    Char,
    /// Whatever starts like a number; whether it is one, the reader decides.
    #[regex(r"[+-]?\.?[0-9]", scan::word)]
    Number,
    /// `##Inf`
    #[token("##", scan::word)]
    Symbolic,
    #[token(":", scan::word)]
    Keyword,
    #[regex(r"[A-Za-z!$%&*+\-./<=>?_|]", scan::symbol)]
    #[regex(r"[[^\x00-\x7F]--[\s\u{FEFF}\u{200B}-\u{200F}\u{202A}-\u{202E}\u{2060}-\u{2069}]--\p{Cc}]", scan::symbol)]
    Symbol,
    Nil,
    True,
    False,

    /// Control and invisible characters.
    Error,
}

impl Token {
    /// The closing token that a group opened by this one needs.
    pub fn closer(self) -> Option<Token> {
        match self {
            Token::ParenOpen | Token::FnOpen => Some(Token::ParenClose),
            Token::BracketOpen => Some(Token::BracketClose),
            Token::BraceOpen | Token::SetOpen => Some(Token::BraceClose),
            _ => None,
        }
    }

    pub fn is_open(self) -> bool {
        self.closer().is_some()
    }

    pub fn is_close(self) -> bool {
        matches!(self, Token::ParenClose | Token::BracketClose | Token::BraceClose)
    }

    /// White space and comments.
    pub fn is_trivia(self) -> bool {
        matches!(self, Token::Whitespace | Token::Comment)
    }

    /// `'`, `^`, `#_` and the like, which say something about the form after them.
    pub fn is_prefix(self) -> bool {
        use Token::*;
        matches!(self, Quote | SyntaxQuote | Unquote | UnquoteSplicing | Deref | VarQuote | Meta | Discard | Tag)
    }

    /// A form of one token.
    pub fn is_atom(self) -> bool {
        use Token::*;
        matches!(
            self,
            Str | StrUnclosed
                | Regex
                | RegexUnclosed
                | Char
                | Number
                | Symbolic
                | Keyword
                | Symbol
                | Nil
                | True
                | False
        )
    }

    pub fn is_unclosed(self) -> bool {
        matches!(self, Token::StrUnclosed | Token::RegexUnclosed)
    }
}

/// All tokens of a text with their byte ranges, white space and comments included.
pub fn tokens(text: &str) -> impl Iterator<Item = (Token, Range<usize>)> + '_ {
    Token::lexer(text).spanned().map(|(token, range)| (token.unwrap_or(Token::Error), range))
}

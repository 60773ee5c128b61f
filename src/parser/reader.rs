//! What the grammar carries along: the source, the errors so far, and the `%` arguments that no `#()` has taken yet.

use super::errors::Errors;
use super::lexemes::Lexeme;
use super::{number, text, word};
use crate::error::{Code, Error};
use crate::lexer::{Source, Span, Token};
use crate::parser::{Form, FormKind};

/// A `%` argument in the text.
#[derive(Clone, Copy)]
pub struct ShorthandArgument {
    pub span: Span,
    /// `%` is 1, `%&` is 0.
    pub index: usize,
    /// A bare `%`, which no printed form contains.
    pub bare: bool,
}

pub struct Reader<'a> {
    pub source: &'a Source,
    pub errors: Errors,
    pub arguments: Vec<ShorthandArgument>,
    /// `#()` forms that are in no other `#()` yet.
    pub functions: Vec<Span>,
}

impl<'a> Reader<'a> {
    pub fn new(source: &'a Source) -> Self {
        Reader { source, errors: Errors::default(), arguments: Vec::new(), functions: Vec::new() }
    }

    /// The form of one token. A broken one is reported and read as nil, so that the forms around it keep their shape.
    pub fn atom(&mut self, lexeme: Lexeme) -> Form {
        let span = lexeme.span(self.source);
        let kind = self.literal(lexeme, span).unwrap_or_else(|error| {
            self.errors.push(error.or_at(span));
            FormKind::Nil
        });
        Form::new(kind, span)
    }

    fn literal(&mut self, lexeme: Lexeme, span: Span) -> Result<FormKind, Box<Error>> {
        let source: &'a Source = self.source;
        let text = lexeme.text(source);
        Ok(match lexeme.token {
            Token::Nil => FormKind::Nil,
            Token::True => FormKind::Bool(true),
            Token::False => FormKind::Bool(false),
            Token::Number => number::number(text)?,
            Token::Symbolic => number::symbolic(text)?,
            Token::Keyword => word::keyword(text)?,
            Token::Str => FormKind::Str(text::unescape(text, span)?.into()),
            Token::Char => FormKind::Str(text::character(text)?.into()),
            Token::Regex => text::regex(text.get(2..text.len() - 1).unwrap_or(""), span),
            // reported already; its text says nothing
            Token::StrUnclosed | Token::RegexUnclosed => FormKind::Str("".into()),
            _ => self.symbol(text, span)?,
        })
    }

    fn symbol(&mut self, text: &str, span: Span) -> Result<FormKind, Box<Error>> {
        let Some(index) = word::argument(text) else { return word::symbol(text) };
        let bare = text == "%";
        self.arguments.push(ShorthandArgument { span, index, bare });
        Ok(FormKind::Symbol(if bare { "%1".into() } else { text.into() }))
    }

    /// Nothing that was read at or after a byte counts: `#_` dropped it.
    pub fn forget_since(&mut self, start: u32) {
        self.errors.forget_since(start);
        let arguments = self.arguments.partition_point(|argument| argument.span.start < start);
        self.arguments.truncate(arguments);
        let functions = self.functions.partition_point(|span| span.start < start);
        self.functions.truncate(functions);
    }

    /// At the end, a bare `%` that no `#()` took is an error. `%1` is a name as others are: printed functions have it.
    pub fn finish(mut self) -> Errors {
        for argument in self.arguments.iter().filter(|argument| argument.bare) {
            let error = Error::new(Code::ReaderMacro, "`%` stands outside of `#()`")
                .at(argument.span)
                .label("argument of which function?")
                .help("`%` is the argument of a function written as `#(+ % 1)`; the remainder of a division is `(mod a b)`");
            self.errors.push(error);
        }
        self.errors
    }
}

//! Tokens to forms: pairing of delimiters, the chumsky grammar, recovery, printing of forms.

mod collection;
mod complete;
mod delimiters;
mod errors;
mod form;
mod grammar;
mod index;
mod layout;
mod lexemes;
mod limits;
mod number;
mod prefix;
mod print;
mod reader;
mod repair;
#[cfg(test)]
mod tests;
mod text;
mod word;

pub use complete::{Completeness, completeness};
pub use form::{Embedded, Form, FormKind};
pub use index::top_level;
pub use limits::{MAX_BYTES, check_size, decode};
pub use print::{print, same};

use crate::error::{Error, Result};
use crate::lexer::{Source, Span};
use errors::Errors;
use reader::Reader;

/// What could be read of a source, and everything that is wrong with it in the order of the text.
#[derive(Debug, Default)]
pub struct Parsed {
    pub forms: Vec<Form>,
    pub errors: Vec<Error>,
}

/// Reads a source as far as it can be read.
pub fn parse(source: &Source) -> Parsed {
    match check_size(source.text.len(), &source.name) {
        Ok(()) => parse_span(source, Span::new(source.id, 0, source.text.len() as u32)),
        Err(error) => Parsed { forms: Vec::new(), errors: vec![*error] },
    }
}

/// Reads a part of a source; spans are those of the whole source.
pub fn parse_span(source: &Source, part: Span) -> Parsed {
    let mut errors = Errors::default();
    match forms(source, part, &mut errors) {
        Ok(forms) => Parsed { forms, errors: errors.sorted() },
        Err(error) => Parsed { forms: Vec::new(), errors: vec![*error] },
    }
}

/// Reads a source, or fails with its first error, which carries the others.
pub fn read(source: &Source) -> Result<Vec<Form>, Box<Error>> {
    let Parsed { forms, mut errors } = parse(source);
    if errors.is_empty() {
        return Ok(forms);
    }
    let mut first = errors.remove(0);
    first.others = errors;
    Err(Box::new(first))
}

fn forms(source: &Source, part: Span, errors: &mut Errors) -> Result<Vec<Form>, Box<Error>> {
    check_size(source.slice(part).len(), &source.name)?;
    let lexemes = lexemes::lexemes(source, part, errors)?;
    let lexemes = delimiters::balance(lexemes, source, errors);
    limits::check_nesting(&lexemes, source)?;
    let (forms, reader) = grammar::read_forms(&lexemes, Reader::new(source));
    errors.append(reader.finish());
    Ok(forms)
}

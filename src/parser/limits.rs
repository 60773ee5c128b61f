//! What the reader refuses before it builds anything: too many bytes, text that is not UTF-8, forms nested too deep.

use super::lexemes::Lexeme;
use crate::error::{Code, Error, Result};
use crate::lexer::{Source, Token};

/// Bytes of the largest source.
pub const MAX_BYTES: usize = 16 << 20;

/// Forms inside forms, prefixes such as `'` counted too.
pub const MAX_NESTING: usize = 1_000;

/// Native stack that must be left before one more level of forms, and how much is added when it is not.
const RED_ZONE: usize = 64 * 1024;
const MORE_STACK: usize = 1024 * 1024;

/// Runs one level of a recursion over forms with enough native stack.
pub fn with_stack<R>(run: impl FnOnce() -> R) -> R {
    genlisp_stack::ensure(RED_ZONE, MORE_STACK, run)
}

/// Refuses sources beyond 16 MiB; ask before reading a file.
pub fn check_size(bytes: usize, name: &str) -> Result<(), Box<Error>> {
    if bytes <= MAX_BYTES {
        return Ok(());
    }
    let size = bytes.div_ceil(1 << 20);
    Err(Error::new(Code::TooLarge, format!("`{name}` has {size} MiB, a source may have 16 MiB"))
        .help("keep data in a file of its own, such as CSV, and read it from the program"))
}

/// The text of a source's bytes.
pub fn decode<'a>(bytes: &'a [u8], name: &str) -> Result<&'a str, Box<Error>> {
    check_size(bytes.len(), name)?;
    std::str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        let line = 1 + bytes[..offset].iter().filter(|b| **b == b'\n').count();
        let byte = bytes.get(offset).copied().unwrap_or(0);
        Error::new(Code::Encoding, format!("`{name}` is not UTF-8: byte 0x{byte:02X} at offset {offset} (line {line})"))
            .help("save the file with the encoding UTF-8")
    })
}

/// What the forms to come are to the form that waits for them.
#[derive(Clone, Copy, PartialEq)]
enum Waiting {
    /// An open group takes any number.
    Group,
    /// `'` and a complete `^meta` take one and are a form then.
    Form,
    /// `^` takes its metadata first.
    Meta,
    /// `#_` takes one and vanishes.
    Discard,
}

/// Refuses balanced tokens whose forms would nest beyond [`MAX_NESTING`]; parser and printer recurse by form.
pub fn check_nesting(lexemes: &[Lexeme], source: &Source) -> Result<(), Box<Error>> {
    let mut waiting = Vec::new();
    for lexeme in lexemes {
        match lexeme.token {
            Token::Tag => {}
            Token::Meta => waiting.push(Waiting::Meta),
            Token::Discard => waiting.push(Waiting::Discard),
            token if token.is_open() => waiting.push(Waiting::Group),
            token if token.is_prefix() => waiting.push(Waiting::Form),
            token => {
                if token.is_close() {
                    while waiting.pop().is_some_and(|top| top != Waiting::Group) {}
                }
                complete(&mut waiting);
            }
        }
        if waiting.len() > MAX_NESTING {
            return Err(too_deep(*lexeme, source));
        }
    }
    Ok(())
}

/// A form is complete, and with it the forms that waited for it alone.
fn complete(waiting: &mut Vec<Waiting>) {
    while let Some(top) = waiting.last_mut() {
        match top {
            Waiting::Group => return,
            Waiting::Meta => {
                *top = Waiting::Form;
                return;
            }
            Waiting::Discard => {
                waiting.pop();
                return;
            }
            Waiting::Form => {
                waiting.pop();
            }
        }
    }
}

fn too_deep(lexeme: Lexeme, source: &Source) -> Box<Error> {
    Error::new(Code::TooLarge, format!("forms are nested more than {MAX_NESTING} levels deep"))
        .at(lexeme.span(source))
        .label("one level too many")
        .help("give inner parts a name with `def` or `let`, or build deep data in a loop")
}

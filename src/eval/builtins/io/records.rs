//! The records of CSV text (RFC 4180), which tell cells in quotes from others, and a cell as it is written.

use std::borrow::Cow;

/// What is between two separators: in quotes as it is, else without the space around it.
pub struct Field {
    pub text: String,
    pub quoted: bool,
}

/// A quote is not closed: the line where it opens.
pub struct Unclosed(pub usize);

/// Reads one record after another.
pub struct Records<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    separator: u8,
}

impl<'t> Records<'t> {
    pub fn new(text: &'t str, separator: u8) -> Records<'t> {
        Records { text, at: 0, line: 1, separator }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The cells of the next line that is not empty, and its number.
    pub fn next(&mut self) -> Result<Option<(usize, Vec<Field>)>, Unclosed> {
        while self.end_of_line() {}
        if self.peek().is_none() {
            return Ok(None);
        }
        let (line, mut cells) = (self.line, Vec::new());
        loop {
            cells.push(self.cell()?);
            if self.peek() != Some(self.separator) {
                self.end_of_line();
                return Ok(Some((line, cells)));
            }
            self.at += 1;
        }
    }

    /// Goes beyond an end of line, if there is one here.
    fn end_of_line(&mut self) -> bool {
        let rest = &self.text.as_bytes()[self.at..];
        let length = match rest {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => return false,
        };
        self.at += length;
        self.line += 1;
        true
    }

    fn cell(&mut self) -> Result<Field, Unclosed> {
        if self.peek() != Some(b'"') {
            return Ok(Field { text: self.plain().trim().to_string(), quoted: false });
        }
        let (opened, mut text) = (self.line, String::new());
        loop {
            // Each quote within is written twice.
            self.at += 1;
            let inside = self.text.get(self.at..).and_then(|rest| rest.split_once('"').map(|(inside, _)| inside));
            let Some(inside) = inside else { return Err(Unclosed(opened)) };
            text.push_str(inside);
            self.line += inside.matches('\n').count();
            self.at += inside.len() + 1;
            if self.peek() != Some(b'"') {
                text.push_str(self.plain());
                return Ok(Field { text, quoted: true });
            }
            text.push('"');
        }
    }

    /// Until the next separator or end of line.
    fn plain(&mut self) -> &'t str {
        let start = self.at;
        let ends = |byte: u8| byte == self.separator || byte == b'\n' || byte == b'\r';
        let length = self.text.as_bytes()[start..].iter().position(|byte| ends(*byte));
        self.at = length.map_or(self.text.len(), |length| start + length);
        self.text.get(start..self.at).unwrap_or_default()
    }
}

/// Text in quotes where it needs them, or should have them.
pub fn written(text: &str, quoted: bool) -> Cow<'_, str> {
    match quoted || text.contains(['"', ',', '\n', '\r']) || text.trim().len() < text.len() {
        true => Cow::Owned(format!("\"{}\"", text.replace('"', "\"\""))),
        false => Cow::Borrowed(text),
    }
}

//! Repairs unbalanced delimiters: one missing or surplus delimiter is to give one error at the place to edit.
//!
//! A text is cut into regions at parentheses in column 0, unless the group around them is sound. Inside a region the
//! numbers of openers and closers say whether a mismatch is a missing, a surplus or a wrong closer, and while a closer
//! is missing, a line that starts left of an open group says which group lacks it; while there is one too many, a line
//! that starts right of a group just closed says which one.

use super::errors::Errors;
use super::layout::{Pairs, TokenPlace, layout};
use super::lexemes::Lexeme;
use crate::error::{Code, Error};
use crate::lexer::{Source, Token};

/// Balanced tokens for unbalanced ones. Problems that involve text from byte `limit` on are repaired but not reported.
pub fn repair(lexemes: &[Lexeme], source: &Source, limit: u32, errors: &mut Errors) -> Vec<Lexeme> {
    let layout = layout(lexemes, source);
    let pairs = Pairs::of(lexemes);
    let margins: Vec<usize> =
        (0..lexemes.len()).filter(|&i| layout[i].column == 0 && lexemes[i].token == Token::ParenOpen).collect();
    let out = Vec::with_capacity(lexemes.len() + 16);
    let mut repair =
        Repair { source, limit, errors, out, stack: Vec::new(), trail: Vec::new(), missing: 0, complete: None };
    let mut at = 0;
    while at < lexemes.len() {
        let next = margins.partition_point(|&margin| margin <= at);
        let next = margins.get(next).copied().unwrap_or(lexemes.len());
        // a form that reaches beyond the next margin is meant to; what is wrong behind a shorter one may belong to it
        at = match pairs.sound(at).filter(|&end| end >= next || pairs.in_order(at, next)) {
            Some(end) => {
                repair.out.extend_from_slice(&lexemes[at..end]);
                end
            }
            None => {
                repair.region(&lexemes[at..next], &layout[at..next], lexemes.get(next).copied());
                next
            }
        };
    }
    repair.out
}

struct OpenDelimiter {
    lexeme: Lexeme,
    closer: Token,
    column: u32,
}

struct Repair<'a> {
    source: &'a Source,
    limit: u32,
    errors: &'a mut Errors,
    out: Vec<Lexeme>,
    stack: Vec<OpenDelimiter>,
    /// The groups that the closers at the end of `out` closed, with these closers.
    trail: Vec<(OpenDelimiter, Lexeme)>,
    /// Closers that the region lacks; negative when it has too many.
    missing: isize,
    /// The closer of the region's last complete form, which a stray closer is shown with.
    complete: Option<Lexeme>,
}

impl Repair<'_> {
    fn region(&mut self, lexemes: &[Lexeme], layout: &[TokenPlace], next: Option<Lexeme>) {
        let openers = lexemes.iter().filter(|l| l.token.is_open()).count();
        let closers = lexemes.iter().filter(|l| l.token.is_close()).count();
        self.missing = openers as isize - closers as isize;
        self.complete = None;
        self.trail.clear();
        for (lexeme, place) in lexemes.iter().zip(layout) {
            if place.first {
                self.dedent(*lexeme, place.column);
                self.indent(*lexeme, place.column);
            }
            if !lexeme.token.is_close() {
                self.trail.clear();
            }
            match lexeme.token.closer() {
                Some(closer) => {
                    self.stack.push(OpenDelimiter { lexeme: *lexeme, closer, column: place.column });
                    self.out.push(*lexeme);
                }
                None if lexeme.token.is_close() => self.close(*lexeme),
                None => self.out.push(*lexeme),
            }
        }
        while self.unclosed(next) {}
    }

    /// A line that starts left of an open group's content shows that the group should have ended.
    fn dedent(&mut self, lexeme: Lexeme, column: u32) {
        // a closer may stand right below its opener
        let edge = column + u32::from(lexeme.token.is_close());
        while self.missing > 0 && self.stack.last().is_some_and(|open| open.column >= edge) {
            self.unclosed(Some(lexeme));
        }
    }

    /// A line that starts right of a group that was closed just before shows that the group should have gone on.
    fn indent(&mut self, lexeme: Lexeme, column: u32) {
        while self.missing < 0
            && !lexeme.token.is_close()
            && let Some((open, closer)) = self.trail.pop_if(|(open, _)| open.column < column)
        {
            self.out.pop();
            self.stack.push(open);
            self.missing += 1;
            if !self.is_silent(lexeme.start) {
                let text = closer.text(self.source);
                let error = Error::new(Code::Delimiter, format!("stray `{text}`"))
                    .at(closer.span(self.source))
                    .label("one closer too many")
                    .also(lexeme.span(self.source), "by its indentation, this belongs to the group closed before")
                    .help(format!("remove this `{text}`"));
                self.errors.push(error);
            }
        }
    }

    fn close(&mut self, lexeme: Lexeme) {
        let Some(top) = self.stack.last() else {
            return self.stray(lexeme);
        };
        if top.closer == lexeme.token {
            return self.pop(lexeme);
        }
        if self.missing > 0 && self.stack.iter().rev().take(64).any(|open| open.closer == lexeme.token) {
            while self.stack.last().is_some_and(|open| open.closer != lexeme.token) {
                self.unclosed(Some(lexeme));
            }
            return self.pop(lexeme);
        }
        if self.missing < 0 {
            return self.stray(lexeme);
        }
        self.wrong(lexeme);
    }

    fn is_silent(&self, place: u32) -> bool {
        place >= self.limit || self.errors.is_full()
    }

    fn pop(&mut self, lexeme: Lexeme) {
        if let Some(open) = self.stack.pop() {
            self.trail.push((open, lexeme));
        }
        if self.stack.is_empty() {
            self.complete = Some(lexeme);
        }
        self.out.push(lexeme);
    }

    fn stray(&mut self, lexeme: Lexeme) {
        self.missing += 1;
        self.trail.clear();
        if self.is_silent(lexeme.start) {
            return;
        }
        let token = lexeme.text(self.source);
        let error = Error::new(Code::Delimiter, format!("stray `{token}`"))
            .at(lexeme.span(self.source))
            .label("closes nothing")
            .help(format!("remove this `{token}`, or add the opener it belongs to"));
        let other = match (self.stack.last(), self.complete) {
            (Some(open), _) => Some((open.lexeme, "inside this group")),
            (None, Some(closer)) => Some((closer, "the form before is complete here")),
            (None, None) => None,
        };
        self.errors.push(match other {
            Some((place, text)) => error.also(place.span(self.source), text),
            None => error,
        });
    }

    /// The closer is of another kind than the opener; the opener's kind wins.
    fn wrong(&mut self, lexeme: Lexeme) {
        let Some(open) = self.stack.pop() else { return };
        self.trail.clear();
        self.out.push(Lexeme { token: open.closer, ..lexeme });
        if self.is_silent(lexeme.start) {
            return;
        }
        let (opener, closer) = (open.lexeme.text(self.source), lexeme.text(self.source));
        let right = closing(open.closer);
        let error = Error::new(Code::Delimiter, format!("`{opener}` is closed by `{closer}`"))
            .at(open.lexeme.span(self.source))
            .label("opened here")
            .also(lexeme.span(self.source), format!("should be `{right}`"))
            .help(format!("write `{right}` instead of `{closer}`"));
        self.errors.push(error);
    }

    /// Closes the innermost group before `next`, or before the end of the text; false when none is open.
    fn unclosed(&mut self, next: Option<Lexeme>) -> bool {
        let Some(open) = self.stack.pop() else { return false };
        self.trail.clear();
        self.missing -= 1;
        let end = self.out.last().map_or(open.lexeme.end, |last| last.end);
        self.out.push(Lexeme { token: open.closer, start: end, end });
        if self.is_silent(next.map_or(self.source.text.len() as u32, |next| next.start)) {
            return true;
        }
        let (opener, closer) = (open.lexeme.text(self.source), closing(open.closer));
        let error = Error::new(Code::Delimiter, format!("unclosed `{opener}`"))
            .at(open.lexeme.span(self.source))
            .label("opened here, never closed")
            .help(format!("add the missing `{closer}`"));
        self.errors.push(match next {
            Some(next) => error.also(next.span(self.source), format!("`{closer}` expected before this")),
            None => error,
        });
        true
    }
}

fn closing(token: Token) -> &'static str {
    match token {
        Token::ParenClose => ")",
        Token::BracketClose => "]",
        _ => "}",
    }
}

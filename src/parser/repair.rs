//! Repairs unbalanced delimiters: one missing or surplus delimiter is to give one error at the place to edit.
//!
//! A text is cut into regions at parentheses in column 0, unless the group around them is sound. Inside a region the
//! numbers of openers and closers say whether a mismatch is a missing, a surplus or a wrong closer, and while a closer
//! is missing, a line that starts left of an open group says which group lacks it.

use super::errors::Errors;
use super::lexemes::Lexeme;
use crate::error::Error;
use crate::lexer::{Source, Token};

/// Balanced tokens for unbalanced ones. Problems that involve text from byte `limit` on are repaired but not reported.
pub fn repair(lexemes: &[Lexeme], source: &Source, limit: u32, errors: &mut Errors) -> Vec<Lexeme> {
    let layout = layout(lexemes, source);
    let pairs = Pairs::of(lexemes);
    let margins: Vec<usize> =
        (0..lexemes.len()).filter(|&i| layout[i].column == 0 && lexemes[i].token == Token::ParenOpen).collect();
    let out = Vec::with_capacity(lexemes.len() + 16);
    let mut repair = Repair { source, limit, errors, out, stack: Vec::new(), missing: 0, complete: None };
    let mut at = 0;
    while at < lexemes.len() {
        at = match pairs.sound(at) {
            Some(end) => {
                repair.out.extend_from_slice(&lexemes[at..end]);
                if lexemes[at].token.is_open() && (layout[at].column == 0 || repair.complete.is_none()) {
                    repair.complete = Some(lexemes[end - 1]);
                }
                end
            }
            None => {
                let next = margins.partition_point(|&margin| margin <= at);
                let end = margins.get(next).copied().unwrap_or(lexemes.len());
                repair.region(&lexemes[at..end], &layout[at..end], lexemes.get(end).copied());
                end
            }
        };
    }
    repair.out
}

/// Where a token stands on its line.
#[derive(Clone, Copy)]
struct Place {
    column: u32,
    first: bool,
}

fn layout(lexemes: &[Lexeme], source: &Source) -> Vec<Place> {
    let text = source.text.as_bytes();
    let mut line = 0;
    let mut seen = 0;
    let mut places = Vec::with_capacity(lexemes.len());
    for lexeme in lexemes {
        let gap = &text[seen..lexeme.start as usize];
        let broken = gap.iter().rposition(|b| *b == b'\n');
        if let Some(at) = broken {
            line = seen + at + 1;
        }
        places.push(Place { column: lexeme.start - line as u32, first: broken.is_some() || seen == 0 });
        // a string over several lines moves the line on as well
        let own = &text[lexeme.start as usize..lexeme.end as usize];
        if let Some(at) = own.iter().rposition(|b| *b == b'\n') {
            line = lexeme.start as usize + at + 1;
        }
        seen = lexeme.end as usize;
    }
    places
}

/// Openers and closers paired by number alone, whatever their kind.
struct Pairs {
    /// For an opener one past its closer, for a token that is no delimiter one past itself, else 0.
    end: Vec<u32>,
    /// Pairs of different kinds whose closer is one of the first `i` tokens.
    mixed: Vec<u32>,
}

impl Pairs {
    fn of(lexemes: &[Lexeme]) -> Pairs {
        let mut end = vec![0; lexemes.len()];
        let mut mixed = vec![0; lexemes.len() + 1];
        let mut open: Vec<usize> = Vec::new();
        for (i, lexeme) in lexemes.iter().enumerate() {
            mixed[i + 1] = mixed[i];
            if lexeme.token.is_open() {
                open.push(i);
            } else if !lexeme.token.is_close() {
                end[i] = i as u32 + 1;
            } else if let Some(opener) = open.pop() {
                end[opener] = i as u32 + 1;
                mixed[i + 1] += u32::from(lexemes[opener].token.closer() != Some(lexeme.token));
            }
        }
        Pairs { end, mixed }
    }

    /// One past the form that begins here, when its delimiters are in order.
    fn sound(&self, at: usize) -> Option<usize> {
        let end = self.end[at] as usize;
        (end > at && self.mixed[end] == self.mixed[at]).then_some(end)
    }
}

struct Open {
    lexeme: Lexeme,
    closer: Token,
    column: u32,
}

struct Repair<'a> {
    source: &'a Source,
    limit: u32,
    errors: &'a mut Errors,
    out: Vec<Lexeme>,
    stack: Vec<Open>,
    /// Closers that the region lacks; negative when it has too many.
    missing: isize,
    /// The closer of the last sound top-level form, which a stray closer is shown with.
    complete: Option<Lexeme>,
}

impl Repair<'_> {
    fn region(&mut self, lexemes: &[Lexeme], layout: &[Place], next: Option<Lexeme>) {
        let openers = lexemes.iter().filter(|l| l.token.is_open()).count();
        let closers = lexemes.iter().filter(|l| l.token.is_close()).count();
        self.missing = openers as isize - closers as isize;
        for (lexeme, place) in lexemes.iter().zip(layout) {
            if place.first {
                self.dedent(*lexeme, place.column);
            }
            match lexeme.token.closer() {
                Some(closer) => {
                    self.stack.push(Open { lexeme: *lexeme, closer, column: place.column });
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

    fn pop(&mut self, lexeme: Lexeme) {
        self.stack.pop();
        self.out.push(lexeme);
    }

    fn stray(&mut self, lexeme: Lexeme) {
        self.missing += 1;
        if lexeme.start >= self.limit {
            return;
        }
        let token = lexeme.text(self.source);
        let error = Error::new("gen::delimiter", format!("stray `{token}`"))
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
        self.out.push(Lexeme { token: open.closer, ..lexeme });
        if lexeme.start >= self.limit {
            return;
        }
        let (opener, closer) = (open.lexeme.text(self.source), lexeme.text(self.source));
        let right = closing(open.closer);
        let error = Error::new("gen::delimiter", format!("`{opener}` is closed by `{closer}`"))
            .at(open.lexeme.span(self.source))
            .label("opened here")
            .also(lexeme.span(self.source), format!("should be `{right}`"))
            .help(format!("write `{right}` instead of `{closer}`"));
        self.errors.push(error);
    }

    /// Closes the innermost group before `next`, or before the end of the text; false when none is open.
    fn unclosed(&mut self, next: Option<Lexeme>) -> bool {
        let Some(open) = self.stack.pop() else { return false };
        self.missing -= 1;
        let end = self.out.last().map_or(open.lexeme.end, |last| last.end);
        self.out.push(Lexeme { token: open.closer, start: end, end });
        if next.map_or(self.source.text.len() as u32, |next| next.start) >= self.limit {
            return true;
        }
        let (opener, closer) = (open.lexeme.text(self.source), closing(open.closer));
        let error = Error::new("gen::delimiter", format!("unclosed `{opener}`"))
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

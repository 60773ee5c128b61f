//! What repairing delimiters looks at: where tokens stand on their lines, and how delimiters pair by number alone.

use super::lexemes::Lexeme;
use crate::lexer::Source;

/// Where a token stands on its line.
#[derive(Clone, Copy)]
pub struct TokenPlace {
    pub column: u32,
    /// First on its line.
    pub first: bool,
}

pub fn layout(lexemes: &[Lexeme], source: &Source) -> Vec<TokenPlace> {
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
        places.push(TokenPlace { column: lexeme.start - line as u32, first: broken.is_some() || seen == 0 });
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
pub struct Pairs {
    /// For an opener one past its closer, for a token that is no delimiter one past itself, else 0.
    end: Vec<u32>,
    /// Closers without an opener or of another kind than it, among the first `i` tokens.
    wrong: Vec<u32>,
}

impl Pairs {
    pub fn of(lexemes: &[Lexeme]) -> Pairs {
        let mut end = vec![0; lexemes.len()];
        let mut wrong = vec![0; lexemes.len() + 1];
        let mut open: Vec<usize> = Vec::new();
        for (i, lexeme) in lexemes.iter().enumerate() {
            wrong[i + 1] = wrong[i];
            if lexeme.token.is_open() {
                open.push(i);
            } else if !lexeme.token.is_close() {
                end[i] = i as u32 + 1;
            } else if let Some(opener) = open.pop() {
                end[opener] = i as u32 + 1;
                wrong[i + 1] += u32::from(lexemes[opener].token.closer() != Some(lexeme.token));
            } else {
                wrong[i + 1] += 1;
            }
        }
        Pairs { end, wrong }
    }

    /// One past the form that begins here, when its delimiters are in order.
    pub fn sound(&self, at: usize) -> Option<usize> {
        let end = self.end[at] as usize;
        (end > at && self.in_order(at, end)).then_some(end)
    }

    pub fn in_order(&self, start: usize, end: usize) -> bool {
        self.wrong[start] == self.wrong[end]
    }
}

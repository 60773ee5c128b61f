//! What the comments after a form say of it: `;=> value`, `;~> numbers`, `;! gen::code`, `;out> line`, `;warn> gen::code`.

use super::session::{Outcome, Session, report};
use std::ops::Range;

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Value,
    /// Numbers that agree to one part in a million, alone or in collections.
    Near,
    Error,
    Printed,
    Warning,
}

const MARKS: &[(&str, Kind)] = &[
    (";=>", Kind::Value),
    (";~>", Kind::Near),
    (";!", Kind::Error),
    (";out>", Kind::Printed),
    (";warn>", Kind::Warning),
];

/// One such comment; the range is that of what follows the mark.
pub struct Expectation {
    pub kind: Kind,
    pub wanted: String,
    pub range: Range<usize>,
}

/// The expectations in the trivia `gap` of `text`.
pub fn expectations(text: &str, gap: Range<usize>) -> Vec<Expectation> {
    let mut found = Vec::new();
    let mut at = gap.start;
    for line in text[gap].split_inclusive('\n') {
        let comment = line.find(';').unwrap_or(line.len());
        let mark = MARKS.iter().find(|(mark, _)| line[comment..].starts_with(mark));
        if let Some((mark, kind)) = mark {
            let body = comment + mark.len();
            let wanted = line[body..].trim();
            let start = at + body + line[body..].find(wanted).unwrap_or(0);
            found.push(Expectation { kind: *kind, wanted: wanted.to_string(), range: start..start + wanted.len() });
        }
        at += line.len();
    }
    found
}

/// A result that is not what the comment says.
pub struct Mismatch {
    pub got: String,
    /// What belongs into the comment instead; `None` when a mark of another kind would be needed.
    pub blessed: Option<String>,
}

/// The first expectation that `outcome` does not meet comes with its index, an unexpected failure with none.
pub fn check(session: &mut Session, wanted: &[Expectation], outcome: &Outcome) -> Vec<(Option<usize>, Mismatch)> {
    let mut wrong = Vec::new();
    let expects_error = wanted.iter().any(|w| w.kind == Kind::Error);
    if let (Err(error), false) = (&outcome.result, expects_error) {
        wrong.push((None, Mismatch { got: report(error), blessed: None }));
    }
    let (mut printed, mut warned) = (outcome.printed.lines(), outcome.warnings.iter());
    for (i, w) in wanted.iter().enumerate() {
        let got = match (w.kind, &outcome.result) {
            (Kind::Value, Ok(value)) => Some(session.shown(value)),
            (Kind::Near, Ok(value)) if session.near(&w.wanted, value) => Some(w.wanted.clone()),
            (Kind::Near, Ok(value)) => Some(session.shown(value)),
            (Kind::Error, Err(error)) => Some(error.code.to_string()),
            (Kind::Printed, _) => printed.next().map(|line| line.trim().to_string()),
            (Kind::Warning, _) => warned.next().map(|w| w.code.to_string()),
            _ => None,
        };
        match got {
            Some(got) if got == w.wanted => {}
            // Numbers that come from elsewhere are never rewritten.
            Some(got) if w.kind == Kind::Near => wrong.push((Some(i), Mismatch { got, blessed: None })),
            Some(got) => wrong.push((Some(i), Mismatch { got: got.clone(), blessed: Some(got) })),
            None if matches!(w.kind, Kind::Value | Kind::Near) => {}
            None => wrong.push((Some(i), Mismatch { got: absent(session, w.kind, outcome), blessed: None })),
        }
    }
    let printing = wanted.iter().any(|w| w.kind == Kind::Printed);
    if let (true, Some(line)) = (printing, printed.next()) {
        wrong.push((None, Mismatch { got: format!("a further printed line: {line}"), blessed: None }));
    }
    wrong
}

/// What to say when the kind of thing that was expected did not happen.
fn absent(session: &mut Session, kind: Kind, outcome: &Outcome) -> String {
    match (kind, &outcome.result) {
        (Kind::Error, Ok(value)) => format!("no error, but the value {}", session.shown(value)),
        (Kind::Printed, _) => "no further printed line".to_string(),
        _ => "no further warning".to_string(),
    }
}

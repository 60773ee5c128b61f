//! Runs a piece of code whose comments say what each form gives.

use super::expectations::{Expectation, check, expectations};
use super::session::{Session, report};
use std::ops::Range;

/// Code in a text, its place in words, and where results to be rewritten go.
pub struct Example<'a> {
    pub name: &'a str,
    pub text: &'a str,
    pub part: Range<usize>,
}

/// An edit that would make the example true.
pub type Edit = (Range<usize>, String);

/// What is wrong with an example, each with the edit that would make it right, if there is one.
#[derive(Default)]
pub struct Findings {
    pub failures: Vec<(String, Option<Edit>)>,
    /// Expectations that were looked at.
    pub checked: usize,
}

pub fn run(example: &Example<'_>, session: &mut Session) -> Findings {
    let mut findings = Findings::default();
    let forms = match session.read(example.name, example.text, example.part.clone()) {
        Ok(forms) => forms,
        Err(error) => {
            broken(example, &error, &mut findings);
            return findings;
        }
    };
    for (i, form) in forms.iter().enumerate() {
        let end = forms.get(i + 1).map_or(example.part.end, |next| next.span.start as usize);
        let wanted = expectations(example.text, form.span.end as usize..end);
        let outcome = session.run(form);
        findings.checked += wanted.len();
        for (index, mismatch) in check(session, &wanted, &outcome) {
            let range = form.span.start as usize..form.span.end as usize;
            let expectation = index.map(|i| &wanted[i]);
            let edit = expectation.and_then(|w| Some((w.range.clone(), mismatch.blessed?)));
            findings.failures.push((failure(example, range, expectation, &mismatch.got), edit));
        }
    }
    findings
}

/// Code that does not read: its one expectation is the reader's code.
fn broken(example: &Example<'_>, error: &genlisp::Error, findings: &mut Findings) {
    let wanted = expectations(example.text, example.part.clone());
    findings.checked += wanted.len();
    match wanted.as_slice() {
        [only] if only.wanted == error.code.name() => {}
        [only] => {
            let edit = (only.range.clone(), error.code.to_string());
            findings.failures.push((failure(example, example.part.clone(), Some(only), &report(error)), Some(edit)));
        }
        _ => findings.failures.push((failure(example, example.part.clone(), None, &report(error)), None)),
    }
}

fn failure(example: &Example<'_>, code: Range<usize>, wanted: Option<&Expectation>, got: &str) -> String {
    let line = 1 + example.text[..code.start].matches('\n').count();
    let wanted = wanted.map_or("no error, no further output", |w| w.wanted.as_str());
    format!("{}:{line}: {}\n  expected: {wanted}\n  got:      {got}", example.name, example.text[code].trim())
}

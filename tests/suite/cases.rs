//! `tests/conformance/bugs.json` and `clojure.json`: expressions with their values, each a test of its own.
//!
//! `expect` is the value as JSON, flattened (a number within `tol` of it, absolutely where `kind` is `stat`), or
//! `error:CODE`. A case whose id has a row in `exempt.md` waits for the reason given there.

use super::markdown::root;
use super::session::Session;
use super::{Failures, conformance, trial};
use genlisp::Value;
use genlisp::internals::eval::json::to_json;
use libtest_mimic::Trial;
use serde_json::Value as Json;

const FILES: [&str; 2] = ["bugs", "clojure"];

pub fn trials() -> Vec<Trial> {
    let exempt = conformance::exempt();
    let cases: Vec<Json> = FILES.iter().flat_map(|file| read(file)).collect();
    let known = exempt.iter().filter(|id| id.contains('-')).all(|id| cases.iter().any(|case| text(case, "id") == *id));
    assert!(known, "exempt.md has an id that no file of cases has");
    let waits = |case: &Json| exempt.iter().any(|id| id == text(case, "id"));
    cases
        .into_iter()
        .filter(|case| !waits(case))
        .map(|case| trial(format!("case::{}", text(&case, "id")), move || check(&case)))
        .collect()
}

fn read(name: &str) -> Vec<Json> {
    let path = root().join("tests/conformance").join(format!("{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).expect("the cases")).expect("a list of cases")
}

fn text<'a>(case: &'a Json, key: &str) -> &'a str {
    case[key].as_str().unwrap_or_default()
}

fn check(case: &Json) -> Failures {
    let mut session = Session::new(&[]);
    let result = session.lisp.eval(text(case, "expr"));
    let told = match (text(case, "expect").strip_prefix("error:"), result) {
        (Some(code), Err(error)) if error.code.name().starts_with(code.trim_matches(':')) => None,
        (Some(code), Ok(value)) => Some(format!("gave {}, not the error {code}", session.shown(&value))),
        (_, Err(error)) => Some(super::session::report(&error)),
        (None, Ok(value)) => differs(&mut session, case, &value),
    };
    told.map(|told| format!("{}\n{told}\n{}", text(case, "expr"), case["expect"])).into_iter().collect()
}

fn differs(session: &mut Session, case: &Json, value: &Value) -> Option<String> {
    let found = match session.lisp.evaluation(|cx| to_json(value, cx)) {
        Ok(json) => json,
        Err(error) => return Some(super::session::report(&error)),
    };
    let (mut all, mut wanted) = (Vec::new(), Vec::new());
    flatten(&found, &mut all);
    flatten(&case["expect"], &mut wanted);
    let same = all.len() == wanted.len() && all.iter().zip(&wanted).all(|(a, b)| near(a, b, case));
    (!same).then(|| format!("gave {found}"))
}

/// The leaves in order; numbers and booleans as numbers.
fn flatten(json: &Json, leaves: &mut Vec<Json>) {
    let number = |x: f64| serde_json::Number::from_f64(x).map_or(Json::Null, Json::Number);
    match json {
        Json::Array(items) => items.iter().for_each(|item| flatten(item, leaves)),
        Json::Object(entries) => entries.values().for_each(|item| flatten(item, leaves)),
        Json::Bool(yes) => leaves.push(number(f64::from(u8::from(*yes)))),
        Json::Number(n) => leaves.push(n.as_f64().map_or(Json::Null, number)),
        other => leaves.push(other.clone()),
    }
}

fn near(found: &Json, wanted: &Json, case: &Json) -> bool {
    match (found.as_f64(), wanted.as_f64()) {
        (Some(found), Some(wanted)) => {
            let size = if text(case, "kind") == "stat" { 1.0 } else { wanted.abs().max(1.0) };
            (found - wanted).abs() <= case["tol"].as_f64().unwrap_or(0.0) * size
        }
        _ => found == wanted,
    }
}

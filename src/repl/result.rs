//! How what is too long is shown: inference results as their summaries, at the prompt the rest cut, with the way to all.

use genlisp::Interpreter;
use genlisp::internals::eval::print::{plain, readable};
use genlisp::internals::eval::{Core, Value};

/// The summary of an inference result, and what else it holds; `None` for every other value, and for results whose
/// choices have no numbers.
pub fn summary(value: &Value, lisp: &mut Interpreter) -> Option<(String, String)> {
    let Value::Map(map) = value else { return None };
    let has = |key: &str| map.get(&Value::keyword(key)).is_some();
    // An estimate of the mode has a trace and no draws.
    if !has("traces") || !["chains", "log-weights", "sample"].into_iter().any(has) {
        return None;
    }
    let summary = lisp.cx().program.core.get("summary").map(Core::value)?;
    let table = lisp.call_value(&summary, (value.clone(),)).ok()?;
    let keys: Vec<String> = map.iter().map(|(key, _)| readable(key)).collect();
    Some((plain(&table), format!("a map with {}", keys.join(" "))))
}

/// How to see all of a value that was cut.
pub fn all_of(value: &Value) -> &'static str {
    match value {
        Value::Lanes(_) => "`(lanes->array *1)` has all of them",
        Value::Lazy(_) => "`(take 1000 *1)` has more of them",
        Value::Host(_) => "`(lanes *1)` has all of them",
        _ => "cut short: `(prn *1)` prints all of it",
    }
}

//! A trace as a value: printing, equality, lookups.

use super::address::{components, path_of, show};
use super::choicemap::{ChoiceMap, absent, one_address, tree};
use super::interface::is_function;
use super::trace::{Record, Trace, What};
use super::trie::{Trie, with_stack};
use crate::error::{Result, Stop};
use crate::eval::builtins::args::wrong_type;
use crate::eval::print::{Printer, brief, float};
use crate::eval::{Cx, HostObject, Value};
use std::any::Any;
use std::sync::Arc;

/// A trace as a value.
pub struct TraceObject(pub Arc<Trace>);

impl Trace {
    pub fn into_value(self) -> Value {
        trace_value(Arc::new(self))
    }
}

/// A shared trace as a value.
pub fn trace_value(trace: Arc<Trace>) -> Value {
    Value::host(TraceObject(trace))
}

/// The trace inside a value.
pub fn of_value(function: &str, value: &Value, index: usize) -> Result<Arc<Trace>> {
    match value.as_host::<TraceObject>() {
        Some(object) => Ok(object.0.clone()),
        None => Err(not_a_trace(function, value, index)),
    }
}

/// The error of a function that wants a trace.
#[cold]
pub fn not_a_trace(function: &str, value: &Value, index: usize) -> Stop {
    let error = wrong_type(function, "a trace", value, index);
    match value {
        Value::Map(m) if m.get_keyword("trace").is_some() => {
            error.help(format!("`generate` and its kin return a map: take `(:trace result)` before `{function}`"))
        }
        _ if is_function(value) => error.help(format!(
            "run it first: `({function} (simulate model args) …)`, or `(:trace (generate model args choices))`"
        )),
        _ if value.as_host::<ChoiceMap>().is_some() => {
            error.help("choices are a part of a trace: `(:trace (generate model args choices))` makes one of them")
        }
        _ => error,
    }
}

impl HostObject for TraceObject {
    fn kind(&self) -> &'static str {
        "a trace"
    }

    fn print(&self, out: &mut Printer<'_>) {
        let trace = &self.0;
        if out.inside {
            return self.print_brief(out);
        }
        out.text("trace of ");
        out.value(&trace.function);
        out.text(&format!("  score {}", float(trace.score)));
        let mut indent = String::from("\n");
        tree(&flat(trace), out, &mut indent, &|(value, score): &(Value, f64)| {
            format!("{}  ({})", brief(value), float((score * 1e4).round() / 1e4))
        });
        out.text("\n=> ");
        out.text(&brief(&trace.retval));
    }

    fn equals(&self, other: &dyn HostObject) -> bool {
        (other as &dyn Any).downcast_ref::<TraceObject>().is_some_and(|o| {
            o.0.function == self.0.function
                && o.0.args == self.0.args
                && o.0.score == self.0.score
                && o.0.choices().equals(&self.0.choices())
        })
    }

    fn hash_code(&self) -> u64 {
        self.0.score.to_bits()
    }

    fn depth(&self) -> u32 {
        self.0.depth
    }

    /// `(t :x)` raises when the address is absent; `(get t :x)` gives nil.
    fn call(&self, _this: &Value, _cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
        let [address] = args else {
            return Err(one_address("a trace", args));
        };
        let path = components(address)?;
        self.0.entry(&path).ok_or_else(|| absent(self.kind(), &path, self.0.address_names()))
    }

    fn get(&self, _cx: &mut Cx, key: &Value) -> Option<Result<Value>> {
        match path_of(key) {
            Ok(path) => self.0.entry(&path).map(Ok),
            Err(e) => Some(Err(e)),
        }
    }

    fn contents(&self, cx: &mut Cx) -> Option<Result<Value>> {
        self.0.choices().contents(cx)
    }
}

/// Choices shown of a trace on one line.
const BRIEF: usize = 4;

impl TraceObject {
    fn print_brief(&self, out: &mut Printer<'_>) {
        out.text("#<trace");
        let choices = self.0.all_choices();
        for (path, value, _) in choices.iter().take(BRIEF) {
            out.text(&format!(" {} {}", show(path), brief(value)));
        }
        if choices.len() > BRIEF {
            out.text(&format!(" … {} more", choices.len() - BRIEF));
        }
        out.text(&format!(" score {}>", float(self.0.score)));
    }
}

/// Choices with their scores, calls opened.
fn flat(trace: &Trace) -> Trie<(Value, f64)> {
    let mut open = flat_records(&trace.records);
    for call in &trace.inlined {
        for (key, child) in with_stack(|| flat(call)).children() {
            open.set(std::slice::from_ref(key), child.clone());
        }
    }
    open
}

fn flat_records(records: &Trie<Record>) -> Trie<(Value, f64)> {
    match records {
        Trie::Empty => Trie::Empty,
        Trie::Leaf(Record { what: What::Choice(value, score), .. }) => Trie::Leaf((value.clone(), *score)),
        Trie::Leaf(Record { what: What::Call(trace), .. }) => with_stack(|| flat(trace)),
        branch => {
            let mut open = Trie::Empty;
            for (key, child) in branch.children() {
                open.set(std::slice::from_ref(key), with_stack(|| flat_records(child)));
            }
            open
        }
    }
}

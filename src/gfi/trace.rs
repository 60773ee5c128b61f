//! Traces: a run of a generative function with its choices, their scores, and what it returned.

use super::address::{components, show};
use super::choicemap::{ChoiceMap, tree};
use super::selection::Selection;
use super::trie::{Trie, with_stack};
use crate::error::{Error, Result};
use crate::eval::node::Place;
use crate::eval::print::{Printer, brief, float};
use crate::eval::{Cx, HostObject, Value};
use std::any::Any;
use std::sync::Arc;

/// One choice or one call of a run.
#[derive(Clone)]
pub struct Record {
    pub what: What,
    /// Where the program made it, for reports.
    pub place: Place,
}

#[derive(Clone)]
pub enum What {
    /// A value and its log-density.
    Choice(Value, f64),
    Call(Arc<Trace>),
}

/// An immutable run.
pub struct Trace {
    /// The generative function that ran.
    pub function: Value,
    pub args: Vec<Value>,
    pub records: Trie<Record>,
    /// The sum of the log-densities of all choices.
    pub score: f64,
    pub retval: Value,
    /// Addresses that were constrained by data.
    pub observed: Trie<()>,
}

impl Trace {
    /// The record of the choice or call at a path, looking into calls.
    pub fn choice_at(&self, path: &[Value]) -> Option<(&Value, f64)> {
        match self.record_at(path)? {
            Trie::Leaf(Record { what: What::Choice(value, score), .. }) => Some((value, *score)),
            _ => None,
        }
    }

    /// What stands at a path; calls are looked into.
    fn record_at(&self, path: &[Value]) -> Option<&Trie<Record>> {
        let mut at = &self.records;
        for key in path {
            at = inside(at).child(key)?;
        }
        Some(inside(at))
    }

    /// Number of choices, those of calls included.
    pub fn choice_count(&self) -> usize {
        let count = |record: &Record| match &record.what {
            What::Choice(..) => 1,
            What::Call(trace) => trace.choice_count(),
        };
        self.records.count(&count)
    }

    /// All choices as a choice map.
    pub fn choices(&self) -> ChoiceMap {
        ChoiceMap(choices_of(&self.records))
    }

    /// Every choice: path, value, log-density, in the order of the run.
    pub fn all_choices(&self) -> Vec<(Vec<Value>, Value, f64)> {
        let mut all = Vec::new();
        for (path, record) in self.records.leaves() {
            match &record.what {
                What::Choice(value, score) => all.push((path, value.clone(), *score)),
                What::Call(trace) => all.extend(
                    with_stack(|| trace.all_choices())
                        .into_iter()
                        .map(|(below, value, score)| ([&path[..], &below].concat(), value, score)),
                ),
            }
        }
        all
    }

    /// The selection of everything that was not observed.
    pub fn latent(&self) -> Selection {
        match &self.observed {
            Trie::Empty => Selection::All,
            observed => Selection::Addresses(observed.clone()).complement(),
        }
    }

    /// A sub-choice-map, a value, or nothing.
    fn entry(&self, path: &[Value]) -> Option<Value> {
        match self.record_at(path)? {
            Trie::Empty => None,
            Trie::Leaf(Record { what: What::Choice(value, _), .. }) => Some(value.clone()),
            other => Some(ChoiceMap(choices_of(other)).into_value()),
        }
    }

    /// The addresses as reports list them.
    pub fn address_names(&self) -> Vec<String> {
        self.all_choices().iter().map(|(path, _, _)| show(path)).collect()
    }
}

/// The records inside a call, or the trie itself.
fn inside(trie: &Trie<Record>) -> &Trie<Record> {
    match trie {
        Trie::Leaf(Record { what: What::Call(trace), .. }) => inside(&trace.records),
        other => other,
    }
}

fn choices_of(records: &Trie<Record>) -> Trie<Value> {
    match records {
        Trie::Empty => Trie::Empty,
        Trie::Leaf(Record { what: What::Choice(value, _), .. }) => Trie::Leaf(value.clone()),
        Trie::Leaf(Record { what: What::Call(trace), .. }) => with_stack(|| choices_of(&trace.records)),
        branch => {
            let mut choices = Trie::Empty;
            for (key, child) in branch.children() {
                match with_stack(|| choices_of(child)) {
                    Trie::Empty => {}
                    below => choices.set(std::slice::from_ref(key), below),
                }
            }
            choices
        }
    }
}

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
        None => {
            let error = crate::eval::builtins::args::wrong_type(function, "a trace", value, index);
            match value {
                Value::Map(m) if m.get_keyword("trace").is_some() => Err(error
                    .help(format!("`generate` and its kin return a map: take `(:trace result)` before `{function}`"))),
                _ => Err(error),
            }
        }
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
        tree(&flat(&trace.records), out, &mut indent, &|(value, score): &(Value, f64)| {
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
        let inside = self.0.records.leaves().iter().map(|(path, r)| path.len() as u32 + r.depth()).max().unwrap_or(0);
        let args = self.0.args.iter().map(Value::depth).max().unwrap_or(0);
        inside.max(args).max(self.0.retval.depth()) + 1
    }

    /// `(t :x)` raises when the address is absent; `(get t :x)` gives nil.
    fn call(&self, _this: &Value, _cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
        let [address] = args else {
            return Err(crate::eval::run::arity_error("trace", "[address]", args.len()));
        };
        let path = components(address)?;
        self.0.entry(&path).ok_or_else(|| {
            let known = self.0.address_names();
            let error = Error::new("gen::address", format!("the trace has no address `{}`", show(&path)));
            match crate::eval::analyze::closest(&show(&path), &known) {
                Some(best) => error.help(format!("did you mean `{best}`?")),
                None => error.help(format!(
                    "its addresses are {}",
                    known.iter().take(8).cloned().collect::<Vec<_>>().join(", ")
                )),
            }
        })
    }

    fn get(&self, _cx: &mut Cx, key: &Value) -> Option<Result<Value>> {
        match components(key) {
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

impl Record {
    fn depth(&self) -> u32 {
        match &self.what {
            What::Choice(value, _) => value.depth(),
            What::Call(trace) => with_stack(|| TraceObject(trace.clone()).depth()),
        }
    }
}

/// Choices with their scores, calls opened.
fn flat(records: &Trie<Record>) -> Trie<(Value, f64)> {
    match records {
        Trie::Empty => Trie::Empty,
        Trie::Leaf(Record { what: What::Choice(value, score), .. }) => Trie::Leaf((value.clone(), *score)),
        Trie::Leaf(Record { what: What::Call(trace), .. }) => with_stack(|| flat(&trace.records)),
        branch => {
            let mut open = Trie::Empty;
            for (key, child) in branch.children() {
                open.set(std::slice::from_ref(key), with_stack(|| flat(child)));
            }
            open
        }
    }
}

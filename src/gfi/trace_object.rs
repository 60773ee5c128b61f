//! A trace as a value: printing, equality, lookups.

use super::address::{components, path_of, show};
use super::choicemap::{ChoiceMap, absent, one_address, tree};
use super::interface::is_function;
use super::trace::{Record, Trace, What};
use super::trie::{Trie, with_stack};
use crate::error::{Result, Stop};
use crate::eval::args::wrong_type;
use crate::eval::print::{Printer, brief, float};
use crate::eval::{Cx, HostObject, Value};
use std::any::Any;
use std::sync::Arc;

/// A trace as a value: a run, or one that is kept by its choices.
pub struct TraceObject(HeldTrace);

enum HeldTrace {
    Run(Arc<Trace>),
    Stored(Arc<dyn TraceStore>, u32),
}

/// Runs that are kept by their choices alone, and made when somebody asks for one.
pub trait TraceStore: Send + Sync {
    /// The run itself.
    fn trace(&self, row: usize) -> Result<Arc<Trace>>;

    /// Its generative function, and the arguments.
    fn model(&self, row: usize) -> (&Value, &[Value]);

    fn score(&self, row: usize) -> f64;

    fn choices(&self, row: usize) -> ChoiceMap;

    /// The value at a path: that of a choice, or an element of one.
    fn value_at(&self, row: usize, path: &[Value]) -> Option<Value>;

    /// Levels of nesting of the values inside.
    fn depth(&self, row: usize) -> u32;

    /// As what it is, for who made it.
    fn any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;
}

impl TraceObject {
    /// A run of a store.
    pub fn stored(store: Arc<dyn TraceStore>, row: usize) -> TraceObject {
        TraceObject(HeldTrace::Stored(store, row as u32))
    }

    /// The store that it is kept in, and where.
    pub fn place(&self) -> Option<(&Arc<dyn TraceStore>, usize)> {
        match &self.0 {
            HeldTrace::Run(_) => None,
            HeldTrace::Stored(store, row) => Some((store, *row as usize)),
        }
    }

    /// The run, made if need be.
    pub fn trace(&self) -> Result<Arc<Trace>> {
        match &self.0 {
            HeldTrace::Run(trace) => Ok(trace.clone()),
            HeldTrace::Stored(store, row) => store.trace(*row as usize),
        }
    }

    pub fn choices(&self) -> ChoiceMap {
        match &self.0 {
            HeldTrace::Run(trace) => trace.choices(),
            HeldTrace::Stored(store, row) => store.choices(*row as usize),
        }
    }

    pub fn score(&self) -> f64 {
        match &self.0 {
            HeldTrace::Run(trace) => trace.score,
            HeldTrace::Stored(store, row) => store.score(*row as usize),
        }
    }

    fn model(&self) -> (&Value, &[Value]) {
        match &self.0 {
            HeldTrace::Run(trace) => (&trace.function, &trace.args),
            HeldTrace::Stored(store, row) => store.model(*row as usize),
        }
    }

    /// A sub-choice-map, a value, or nothing.
    fn entry(&self, path: &[Value]) -> Option<Value> {
        let (store, row) = match &self.0 {
            HeldTrace::Run(trace) => return trace.entry(path),
            HeldTrace::Stored(store, row) => (store, *row as usize),
        };
        if let Some(value) = store.value_at(row, path) {
            return Some(value);
        }
        match store.choices(row).as_trie().at(path)? {
            Trie::Empty => None,
            Trie::Leaf(value) => Some(value.clone()),
            below => Some(ChoiceMap::of(below.clone()).into_value()),
        }
    }

    fn address_names(&self) -> Vec<String> {
        self.choices().leaves().iter().take(1000).map(|(path, _)| show(path)).collect()
    }
}

impl Trace {
    /// The trace as a value of the language.
    pub fn into_value(self) -> Value {
        trace_value(Arc::new(self))
    }
}

/// A shared trace as a value.
pub fn trace_value(trace: Arc<Trace>) -> Value {
    Value::host(TraceObject(HeldTrace::Run(trace)))
}

/// The trace inside a value.
pub fn of_value(function: &str, value: &Value, index: usize) -> Result<Arc<Trace>> {
    match value.as_host::<TraceObject>() {
        Some(object) => object.trace(),
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
        let Some(trace) = Some(self.trace()).filter(|_| !out.inside).and_then(Result::ok) else {
            return self.print_brief(out);
        };
        let trace = &trace;
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
            o.model() == self.model() && o.score() == self.score() && o.choices().equals(&self.choices())
        })
    }

    fn hash_code(&self) -> u64 {
        self.score().to_bits()
    }

    fn depth(&self) -> u32 {
        match &self.0 {
            HeldTrace::Run(trace) => trace.depth,
            HeldTrace::Stored(store, row) => store.depth(*row as usize),
        }
    }

    /// `(t :x)` raises when the address is absent; `(get t :x)` gives nil.
    fn call(&self, _this: &Value, _cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
        let [address] = args else {
            return Err(one_address("a trace", args));
        };
        let path = components(address)?;
        self.entry(&path).ok_or_else(|| absent(self.kind(), &path, self.address_names()))
    }

    fn get(&self, _cx: &mut Cx, key: &Value) -> Option<Result<Value>> {
        match path_of(key) {
            Ok(path) => self.entry(&path).map(Ok),
            Err(e) => Some(Err(e)),
        }
    }

    fn contents(&self, cx: &mut Cx) -> Option<Result<Value>> {
        self.choices().contents(cx)
    }
}

/// Choices shown of a trace on one line.
const BRIEF: usize = 4;

impl TraceObject {
    fn print_brief(&self, out: &mut Printer<'_>) {
        out.text("#<trace");
        let choices = self.choices();
        let choices = choices.leaves();
        for (path, value) in choices.iter().take(BRIEF) {
            out.text(&format!(" {} {}", show(path), brief(value)));
        }
        if choices.len() > BRIEF {
            out.text(&format!(" … {} more", choices.len() - BRIEF));
        }
        out.text(&format!(" score {}>", float(self.score())));
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

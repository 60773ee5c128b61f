//! vmap and repeat-gf: several runs of one function as one run, whose every choice holds an array over them.

use super::column::column;
use super::foreign::{self, Foreign, Unfit};
use super::intervene::partly_fixed;
use super::rows::Rows;
use super::slices::{check_fit, slice_goal, unfit_or};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::arithmetic::apply;
use crate::eval::collections::Vector;
use crate::eval::lanes::{in_parts, per_value_where};
use crate::eval::node::Op;
use crate::eval::print::Printer;
use crate::eval::{Cx, Value, arrays};
use crate::gfi::address::show;
use crate::gfi::batch::Batch;
use crate::gfi::body::Run;
use crate::gfi::decision::ValueFrom;
use crate::gfi::diff::Diff;
use crate::gfi::interface::{self, GenerativeFunction, Model, complete_call};
use crate::gfi::ops::params;
use crate::gfi::ops::vanish::vanish;
use crate::gfi::ops::weight::Weight;
use crate::gfi::past::Past;
use crate::gfi::request::{Outcome, Request};
use crate::gfi::trace::{Record, Trace, UNKNOWN_DIMENSION};
use crate::gfi::trie::Trie;
use std::any::Any;
use std::sync::Arc;

/// How many runs, and which arguments they share.
enum AxesWalked {
    Repeat(usize),
    /// Walk this argument; all are walked where nothing is said.
    Args(Option<Vec<bool>>),
}

pub struct Vectorized {
    inner: Value,
    rows: AxesWalked,
}

impl Vectorized {
    pub fn new(inner: Value, axes: Option<Vec<bool>>) -> Vectorized {
        Vectorized { inner, rows: AxesWalked::Args(axes) }
    }

    pub fn repeat(inner: Value, n: usize) -> Vectorized {
        Vectorized { inner, rows: AxesWalked::Repeat(n) }
    }

    fn gives(&self) -> &'static str {
        match self.rows {
            AxesWalked::Repeat(_) => "the arguments as they are",
            AxesWalked::Args(_) => "one element of each argument that it walks",
        }
    }

    /// The arguments of each run.
    fn arguments(&self, args: &[Value]) -> Result<Vec<Vec<Value>>> {
        let axes = match &self.rows {
            AxesWalked::Repeat(n) => return Ok(vec![args.to_vec(); *n]),
            AxesWalked::Args(Some(axes)) if axes.len() != args.len() => {
                let message = format!("the axes of a `vmap` are {}, but its arguments {}", axes.len(), args.len());
                return Err(Error::raise(Code::Arity, message)
                    .arguments()
                    .help("give one axis for each argument: 0 to walk it, nil to give it whole"));
            }
            AxesWalked::Args(Some(axes)) => axes.clone(),
            AxesWalked::Args(None) => vec![true; args.len()],
        };
        let columns = args.iter().zip(&axes).filter(|(_, walk)| **walk);
        let columns: Vec<Vector> = columns.map(|(arg, _)| column("vmap", arg)).collect::<Result<_>>()?;
        let Some(n) = columns.first().map(Vector::len) else {
            return Err(Error::raise(Code::Arity, "`vmap` has no argument to walk")
                .arguments()
                .help("use `(repeat-gf gf n)` to run it n times"));
        };
        if let Some(odd) = columns.iter().find(|c| c.len() != n) {
            let message = format!("the arguments that `vmap` walks have equal lengths, not {n} and {}", odd.len());
            return Err(Error::raise(Code::Shape, message)
                .arguments()
                .help("what is the same for all has the axis nil: `(vmap gf [0 nil])`"));
        }
        let row = |t: usize| {
            let mut columns = columns.iter();
            let arg = |(arg, walk): (&Value, &bool)| match walk {
                true => columns.next().and_then(|c| c.get(t)).cloned().unwrap_or_default(),
                false => arg.clone(),
            };
            args.iter().zip(&axes).map(arg).collect()
        };
        Ok((0..n).map(row).collect())
    }
}

impl GenerativeFunction for Vectorized {
    fn name(&self) -> &str {
        match self.rows {
            AxesWalked::Repeat(_) => "repeat-gf",
            AxesWalked::Args(_) => "vmap",
        }
    }

    fn code(&self) -> Vec<Value> {
        vec![self.inner.clone()]
    }

    fn same(&self, other: &dyn GenerativeFunction) -> bool {
        let Some(other) = (other as &dyn Any).downcast_ref::<Vectorized>() else { return false };
        let rows = match (&self.rows, &other.rows) {
            (AxesWalked::Repeat(a), AxesWalked::Repeat(b)) => a == b,
            (AxesWalked::Args(a), AxesWalked::Args(b)) => a == b,
            _ => false,
        };
        rows && interface::same_function(&self.inner, &other.inner)
    }

    /// Each run goes on from the old one at its place, of whatever function that was.
    fn continues(&self, old: &dyn GenerativeFunction) -> bool {
        (old as &dyn Any).is::<Vectorized>()
    }

    /// Each run has its slice of the goal; afterwards the choices of all are put together again.
    fn run(&self, cx: &mut Cx, run: &Request<'_>) -> Result<Outcome> {
        if cx.fixed.as_ref().is_some_and(|fixed| fixed.is_above(run.origin.path)) {
            return Err(partly_fixed(&format!("`{}`", self.name())));
        }
        let rows = self.arguments(&run.args)?;
        let n = rows.len();
        let old = run.old().and_then(|old| old.rows.clone());
        let foreign = if old.is_none() { Foreign::of(cx, run, n)? } else { Foreign::default() };
        let before = old.as_ref().map_or(foreign.rows.len(), |old| runs_from(old, 0).len());
        let (mut weight, mut total) = (Weight::default(), Value::float(0.0));
        let (mut runs, mut discards) = (Vec::with_capacity(n), Vec::with_capacity(n));
        for (t, args) in rows.into_iter().enumerate() {
            cx.step()?;
            let path = [Value::Int(t as i64)];
            let args = complete_call(cx, self.name(), &self.inner, &args, self.gives())?;
            let past = match old.as_ref().and_then(|old| old.call_at(&path)) {
                Some(old) => Past::Trace(old.clone()),
                None => foreign.rows.get(t).cloned().unwrap_or_default(),
            };
            let goal = slice_goal(run.goal, t)?;
            let diffs = match past.of(&self.inner) {
                Some(old) => old.args.iter().zip(&args).map(|(old, new)| Diff::between(old, new)).collect(),
                None => Vec::new(),
            };
            let origin = run.origin.below(&path);
            let request = Request { this: &self.inner, args, goal: &goal, past: &past, diffs, origin };
            let outcome = cx.deeper(|cx| interface::run(cx, &request)).map_err(|e| unfit_or(e, run.goal, n, None))?;
            weight.join(outcome.weight);
            if run.goal.is_assess() {
                total = apply(Op::Add, &total, &outcome.total)?;
            }
            runs.push(outcome.trace);
            discards.push(outcome.discard);
        }
        for removed in old.iter().flat_map(|old| runs_from(old, runs.len())) {
            if run.goal.counts_gone() {
                weight.go(removed.score);
            }
            discards.push(removed.choices().into_trie());
        }
        let removed = foreign.rows.iter().skip(n).map(|row| foreign::removed(row, &runs, run.goal, &mut weight));
        discards.extend(removed);
        discards.truncate(before);
        finish(cx, run, runs, discards, weight, total, &foreign.unfit)
    }

    /// The same for all lanes at once.
    fn run_lanes(&self, cx: &mut Cx, _this: &Value, args: &[Value], batch: &mut Batch) -> Result<Value> {
        let kinds = |_, arg: &Value| in_parts(arg);
        if let Some(value) = per_value_where(cx, args, kinds, &mut |cx, args| self.run_lanes(cx, _this, args, batch))? {
            return Ok(value);
        }
        if cx.fixed.as_ref().is_some_and(|fixed| fixed.is_above(batch.hash())) {
            return Err(partly_fixed(&format!("`{}`", self.name())));
        }
        let rows = self.arguments(args)?;
        Rows { inner: &self.inner, says: (self.name(), self.gives()), n: rows.len() }.run(cx, rows, batch)
    }

    fn print(&self, out: &mut Printer<'_>) {
        out.text(&format!("({} ", self.name()));
        out.value(&self.inner);
        match &self.rows {
            AxesWalked::Repeat(n) => out.text(&format!(" {n}")),
            AxesWalked::Args(None) => {}
            AxesWalked::Args(Some(axes)) => {
                let axes: Vec<&str> = axes.iter().map(|walk| if *walk { "0" } else { "nil" }).collect();
                out.text(&format!(" [{}]", axes.join(" ")));
            }
        }
        out.text(")");
    }

    fn depth(&self) -> u32 {
        self.inner.depth() + 1
    }
}

/// The runs of an old run from one on.
fn runs_from(old: &Trace, first: usize) -> Vec<Arc<Trace>> {
    (first as i64..).map_while(|t| old.call_at(&[Value::Int(t)]).cloned()).collect()
}

fn finish(
    cx: &Cx,
    run: &Request<'_>,
    runs: Vec<Arc<Trace>>,
    discards: Vec<Trie<Value>>,
    mut weight: Weight,
    total: Value,
    unfit: &[Unfit],
) -> Result<Outcome> {
    let mut all = Trace { depth: 1, ..Trace::default() };
    let mut read = Value::Nil;
    for (t, trace) in runs.iter().enumerate() {
        all.score += trace.score;
        all.depth = all.depth.max(trace.depth + 1);
        read = params::join(read, &trace.params)?;
        all.records.set(&[Value::Int(t as i64)], Trie::Leaf(Record::call(trace.clone())));
    }
    let mut records = together(&runs)?;
    for (path, _) in records.leaves() {
        check_fit(run.goal, runs.len(), None, &path)?;
    }
    let mut discard = discarded(&discards)?;
    let mut impossible = false;
    for (path, value, score) in unfit {
        if !matches!(records.at(path), Some(Trie::Leaf(_))) {
            continue;
        }
        if run.goal.decide_old(path)?.from == ValueFrom::Old {
            records.set(path, Trie::Leaf(Record::choice(value.clone(), f64::NEG_INFINITY, 0)));
            impossible = true;
        } else {
            discard.set(path, Trie::Leaf(value.clone()));
            if run.goal.counts_gone() {
                weight.go(*score);
            }
        }
    }
    if impossible {
        all.score = f64::NEG_INFINITY;
        weight.come(all.score);
    }
    if run.old().is_none_or(|old| old.rows.is_none()) {
        vanish(run.past, run.past.inlined(), &records, &[], run.goal, &mut weight, &mut discard);
    }
    let retval = stacked(runs.iter().map(|t| t.retval.clone()).collect())?;
    let retdiff = run.old().map_or(Diff::Unknown, |old| Diff::between(&old.retval, &retval));
    let depth = all.depth;
    let trace = Trace {
        records,
        score: all.score,
        observed: run.observed(observed(&runs)),
        params: read,
        // Runs that do not make up the choices are not what the next change starts from.
        rows: (!impossible).then(|| Arc::new(all)),
        ..run.trace(cx, retval, depth)
    };
    Ok(Outcome { trace: Arc::new(trace), weight, total, discard, retdiff })
}

/// What was observed in the runs: of a choice that not all observed the elements of those that did.
fn observed(runs: &[Arc<Trace>]) -> Trie<()> {
    let mut observed = Trie::Empty;
    for (path, _, _) in runs.first().iter().flat_map(|first| first.all_choices()) {
        let shares: Vec<&Trie<()>> = runs.iter().map(|run| run.observed.at(&path).unwrap_or(&Trie::Empty)).collect();
        observed.set(&path, by_run(&shares));
    }
    observed
}

/// What was observed of a choice, from what was in each run: a leaf where all of it was.
pub fn by_run(shares: &[&Trie<()>]) -> Trie<()> {
    if shares.iter().all(|share| share.leaf().is_some()) {
        return Trie::Leaf(());
    }
    let mut mask = Trie::Empty;
    for (t, share) in shares.iter().enumerate().filter(|(_, share)| !share.is_empty()) {
        mask.set(&[Value::Int(t as i64)], (*share).clone());
    }
    mask
}

/// The runs of which a trace of `vmap` or `repeat-gf` was put together.
pub fn runs_of(trace: &Trace) -> Option<Vec<&Arc<Trace>>> {
    let model = trace.function.as_host::<Model>()?;
    (&*model.0 as &dyn Any).downcast_ref::<Vectorized>()?;
    let runs = trace.rows.as_ref()?;
    Some((0i64..).map_while(|t| runs.call_at(&[Value::Int(t)])).collect())
}

/// The choices of all runs, address by address; runs with different addresses have no arrays.
fn together(runs: &[Arc<Trace>]) -> Result<Trie<Record>> {
    let mut records = Trie::Empty;
    let Some(first) = runs.first() else { return Ok(records) };
    let choices: Vec<_> = runs.iter().map(|t| t.all_choices()).collect();
    for (path, _, _) in first.all_choices() {
        let (mut values, mut score, mut dimension) = (Vec::with_capacity(runs.len()), 0.0, 0);
        for (run, choices) in runs.iter().zip(&choices) {
            let Some(one) = run.chosen_at(&path) else { return Err(ragged(&path)) };
            // One that the first run lacks.
            let odd = choices
                .iter()
                .find(|(path, _, _)| choices.len() > first.choice_count() && first.choice_at(path).is_none());
            if let Some((odd, _, _)) = odd {
                return Err(ragged(odd));
            }
            values.push(one.value.clone());
            score += one.score;
            dimension = if one.dimension == UNKNOWN_DIMENSION {
                UNKNOWN_DIMENSION
            } else {
                one.dimension.saturating_add(dimension)
            };
        }
        records.set(&path, Trie::Leaf(Record::choice(stacked(values)?, score, dimension)));
    }
    if choices.iter().any(|c| c.len() != first.choice_count()) {
        return Err(ragged(&[]));
    }
    Ok(records)
}

#[cold]
pub(super) fn ragged(path: &[Value]) -> Stop {
    let at = if path.is_empty() { String::new() } else { format!(": some have `{}`, others not", show(path)) };
    Error::raise(Code::Shape, format!("choices that differ from run to run do not make arrays{at}"))
        .help("use `(map-gf kernel)`, which keeps the choices of each run apart")
}

/// Old values by address, with nil for runs that kept theirs; runs that are no more stand last.
fn discarded(discards: &[Trie<Value>]) -> Result<Trie<Value>> {
    let mut discard = Trie::Empty;
    for (path, _) in discards.iter().flat_map(Trie::leaves) {
        if discard.at(&path).is_some_and(|t: &Trie<Value>| !t.is_empty()) {
            continue;
        }
        let value = |t: usize| discards[t].at(&path).and_then(Trie::leaf).cloned().unwrap_or_default();
        discard.set(&path, Trie::Leaf(stacked((0..discards.len()).map(value).collect())?));
    }
    Ok(discard)
}

/// Numbers, booleans and arrays of one shape as an array; anything else stays a vector.
pub fn stacked(values: Vec<Value>) -> Result<Value> {
    let numeric =
        |v: &Value| matches!(v, Value::Int(_) | Value::Float(_) | Value::Array(_) | Value::True | Value::False);
    let vector = Value::vector(values)?;
    let Value::Vector(items) = &vector else { return Ok(vector) };
    if items.is_empty() || !items.iter().all(numeric) {
        return Ok(vector);
    }
    Ok(arrays::from_value(&vector).map(Value::array).unwrap_or(vector))
}

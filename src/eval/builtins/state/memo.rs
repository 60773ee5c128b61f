//! Memoized functions: a result is remembered by its arguments, in each lane for itself, and never for longer than the
//! run or the gradient that it came of.

use super::super::sequences::settled;
use crate::error::{Caught, Code, Result};
use crate::eval::cx::Cx;
use crate::eval::equality::identical;
use crate::eval::function::Builtin;
use crate::eval::gradient::{holds_var, innermost_in};
use crate::eval::host::HostObject;
use crate::eval::lanes::by_value::split;
use crate::eval::lanes::{holds_lanes, per_value};
use crate::eval::once::Once;
use crate::eval::print::Printer;
use crate::eval::value::{Value, nest};
use crate::eval::watch::Home;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub const TABLE: &[Builtin] = &[Builtin::generic("memoized", "[f]", |cx, a| {
    let f = std::mem::take(&mut a[0]);
    let depth = nest(f.depth())?;
    Ok(Value::host(Memo { f, home: cx.born(), known: Mutex::default(), changes: AtomicBool::new(false), depth }))
})];

struct Memo {
    f: Value,
    home: Home,
    known: Mutex<MemoTable>,
    /// More came of some call than a value: what it gives depends on when it is asked.
    changes: AtomicBool,
    depth: u32,
}

#[derive(Default)]
struct MemoTable {
    /// By arguments, as `=` compares them.
    results: HashMap<Value, Arc<Once>>,
    /// By arguments that are differentiated: equal numbers need not have the same gradient.
    variables: Vec<(Vec<Value>, Arc<Once>)>,
}

impl MemoTable {
    #[allow(clippy::mutable_key_type)] // settled values do not change
    fn place(&mut self, args: &[Value], key: &Value) -> Arc<Once> {
        if !holds_var(key) {
            return self.results.entry(key.clone()).or_default().clone();
        }
        let same = |known: &&(Vec<Value>, _)| known.0.len() == args.len() && known.0.iter().zip(args).all(same_leaf);
        if let Some((_, once)) = self.variables.iter().find(same) {
            return once.clone();
        }
        let once = Arc::<Once>::default();
        self.variables.push((args.to_vec(), once.clone()));
        once
    }

    fn forget(&mut self, key: &Value, once: &Arc<Once>) {
        self.results.remove(key);
        self.variables.retain(|(_, known)| !Arc::ptr_eq(known, once));
    }
}

fn same_leaf((a, b): (&Value, &Value)) -> bool {
    identical(a, b) || !holds_var(a) && !holds_var(b) && a == b
}

impl Memo {
    fn lock(&self) -> MutexGuard<'_, MemoTable> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What f gives for arguments that have one value each.
    fn recall(&self, cx: &mut Cx, args: &[Value]) -> Result<Value> {
        if self.outlives_tapes(args) {
            return self.plainly(cx, args);
        }
        if self.changes.load(Ordering::Relaxed) {
            cx.uses(&self.home)?;
        }
        let key = Value::list(args.to_vec())?;
        let once = self.lock().place(args, &key);
        let (result, more) =
            once.get(cx, &self.home, "a memoized function", &mut |cx| cx.call(&self.f, &mut args.to_vec()));
        self.changes.fetch_or(more, Ordering::Relaxed);
        match &result {
            Ok(value) if !self.outlives(value) => {}
            // Neither an error is remembered nor what belongs to a run that ends before this function does.
            _ => self.lock().forget(&key, &once),
        }
        result
    }

    /// A call that is not remembered.
    fn plainly(&self, cx: &mut Cx, args: &[Value]) -> Result<Value> {
        let (result, more) = cx.make(&self.home, |cx| cx.call(&self.f, &mut args.to_vec()));
        self.changes.fetch_or(more, Ordering::Relaxed);
        result
    }

    fn outlives(&self, value: &Value) -> bool {
        self.outlives_tapes(std::slice::from_ref(value)) || self.home.group.is_none() && holds_lanes(value)
    }

    fn outlives_tapes(&self, values: &[Value]) -> bool {
        innermost_in(values).is_some_and(|tape| !self.home.within_tape(tape.level()))
    }
}

impl HostObject for Memo {
    fn code(&self) -> Option<Vec<Value>> {
        None
    }

    fn kind(&self) -> &'static str {
        "a memoized function"
    }
    fn print(&self, out: &mut Printer<'_>) {
        out.text("#<memoized ");
        out.value(&self.f);
        out.text(">");
    }
    fn depth(&self) -> u32 {
        self.depth
    }
    fn call(&self, _this: &Value, cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
        let args = args.iter_mut().map(|arg| settled(cx, std::mem::take(arg))).collect::<Result<Vec<Value>>>()?;
        if !args.iter().any(holds_lanes) {
            return self.recall(cx, &args);
        }
        // A function from outside computes with any lanes, where they are too different to be distinguished.
        if !self.home.is_now(cx) && split(cx, &args, true).caught()?.is_err_and(|e| e.code == Code::Lanes) {
            return self.plainly(cx, &args);
        }
        per_value(cx, &args, true, &mut |cx, args| self.recall(cx, args))
    }
}

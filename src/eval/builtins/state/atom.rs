//! Atoms: one value that changes, under a lock that is never held while a program's code runs.

use super::super::args::wrong_type;
use crate::error::{Error, Result};
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::host::HostObject;
use crate::eval::print::Printer;
use crate::eval::value::{Value, nest};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub const TABLE: &[Builtin] = &[
    Builtin::generic("atom", "[x]", "A place that holds x until `reset!` or `swap!` puts another value there; `@` reads it.\n(let [a (atom 1)] (swap! a inc) @a) ;=> 2", |_, a| Atom::make(std::mem::take(&mut a[0]))).state(),
    Builtin::generic("volatile!", "[x]", "The same as `atom`, for Clojure programs.\n@(volatile! 1) ;=> 1", |_, a| Atom::make(std::mem::take(&mut a[0]))).state(),
    Builtin::generic("reset!", "[atom x]", "Puts x into the atom and returns it.\n(reset! (atom 1) 2) ;=> 2", reset).state(),
    Builtin::generic("vreset!", "[volatile x]", "The same as `reset!`.\n(vreset! (volatile! 1) 2) ;=> 2", reset).state(),
    Builtin::generic("swap!", "[atom f & args]", "Replaces what the atom holds by f of it and the arguments, and returns the new value.\n(swap! (atom 1) + 10) ;=> 11", |cx, a| Ok(swap(cx, a)?.1)).state(),
    Builtin::generic("vswap!", "[volatile f & args]", "The same as `swap!`.\n(vswap! (volatile! 1) inc) ;=> 2", |cx, a| Ok(swap(cx, a)?.1)).state(),
    Builtin::generic("swap-vals!", "[atom f & args]", "Like `swap!`; returns the old and the new value.\n(swap-vals! (atom 1) inc) ;=> [1 2]", |cx, a| {
        let (old, new) = swap(cx, a)?;
        Value::vector(vec![old, new])
    }).state(),
    Builtin::generic("reset-vals!", "[atom x]", "Like `reset!`; returns the old and the new value.\n(reset-vals! (atom 1) 2) ;=> [1 2]", |_, a| {
        let new = checked(std::mem::take(&mut a[1]))?;
        let old = atom_of("reset-vals!", a)?.set(new.clone());
        Value::vector(vec![old, new])
    }).state(),
    Builtin::generic("compare-and-set!", "[atom old new]", "Puts `new` into the atom if it holds a value equal to `old`; says whether it did.\n(compare-and-set! (atom 1) 1 2) ;=> true\n(compare-and-set! (atom 1) 5 2) ;=> false", |_, a| {
        let new = checked(std::mem::take(&mut a[2]))?;
        let atom = atom_of("compare-and-set!", a)?;
        let (held, version) = atom.get();
        Ok(Value::bool(held == a[1] && atom.set_if(version, new)))
    }).state(),
];

/// A value and how often it has changed.
pub struct Atom {
    state: Mutex<(Value, u64)>,
    depth: u32,
}

impl Atom {
    fn make(value: Value) -> Result<Value> {
        let depth = nest(value.depth())?;
        Ok(Value::host(Atom { state: Mutex::new((value, 0)), depth }))
    }

    fn lock(&self) -> MutexGuard<'_, (Value, u64)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self) -> (Value, u64) {
        self.lock().clone()
    }

    /// Puts a value in and gives back the one before, which is dropped by the caller outside the lock.
    fn set(&self, value: Value) -> Value {
        let mut state = self.lock();
        state.1 += 1;
        std::mem::replace(&mut state.0, value)
    }

    fn set_if(&self, version: u64, value: Value) -> bool {
        let mut state = self.lock();
        if state.1 != version {
            return false;
        }
        state.1 += 1;
        let old = std::mem::replace(&mut state.0, value);
        drop(state);
        drop(old);
        true
    }
}

impl HostObject for Atom {
    fn kind(&self) -> &'static str {
        "an atom"
    }
    fn print(&self, out: &mut Printer<'_>) {
        super::print_held(out, "atom", Some(&self.get().0));
    }
    fn depth(&self) -> u32 {
        self.depth
    }
    fn deref(&self, _cx: &mut Cx) -> Option<Result<Value>> {
        Some(Ok(self.get().0))
    }
}

/// A value that may still be put into something.
fn checked(value: Value) -> Result<Value> {
    nest(value.depth())?;
    Ok(value)
}

fn atom_of<'a>(function: &str, args: &'a [Value]) -> Result<&'a Atom> {
    args[0].as_host::<Atom>().ok_or_else(|| wrong_type(function, "an atom", &args[0], 0))
}

fn reset(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let new = checked(std::mem::take(&mut args[1]))?;
    atom_of("reset!", args)?.set(new.clone());
    Ok(new)
}

/// Attempts after which a `swap!` is no accident of threads: its function changes the atom itself.
const ATTEMPTS: usize = 10_000;

fn swap(cx: &mut Cx, args: &mut [Value]) -> Result<(Value, Value)> {
    let atom = atom_of("swap!", args)?;
    for _ in 0..ATTEMPTS {
        let (old, version) = atom.get();
        let mut call: Vec<Value> = Vec::with_capacity(args.len() - 1);
        call.push(old.clone());
        call.extend_from_slice(&args[2..]);
        let new = checked(cx.call(&args[1], &mut call)?)?;
        if atom.set_if(version, new.clone()) {
            return Ok((old, new));
        }
        cx.step()?;
    }
    Err(Error::new("gen::swap", format!("the function of `swap!` changed the atom itself, {ATTEMPTS} times"))
        .arg(1)
        .help("compute the new value from the old one, without `swap!` or `reset!` of the same atom"))
}

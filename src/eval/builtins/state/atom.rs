//! Atoms: one value that changes, under a lock that is never held while a program's code runs.

use crate::error::{Code, Error, Result};
use crate::eval::args::wrong_type;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::host::HostObject;
use crate::eval::lanes::by_value::by_keys;
use crate::eval::lanes::{in_force, merge, project};
use crate::eval::print::Printer;
use crate::eval::value::{Value, nest};
use crate::eval::watch::Home;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub const TABLE: &[Builtin] = &[
    Builtin::generic("atom", "[x]", |cx, a| Atom::make(cx, std::mem::take(&mut a[0]))).state().puts(1),
    Builtin::generic("volatile!", "[x]", |cx, a| Atom::make(cx, std::mem::take(&mut a[0]))).state().puts(1),
    Builtin::generic("reset!", "[atom x]", reset).state().puts(0b10),
    Builtin::generic("vreset!", "[volatile x]", reset).state().puts(0b10),
    Builtin::generic("swap!", "[atom f & args]", |cx, a| Ok(swap(cx, a)?.1)).state(),
    Builtin::generic("vswap!", "[volatile f & args]", |cx, a| Ok(swap(cx, a)?.1)).state(),
    Builtin::generic("swap-vals!", "[atom f & args]", |cx, a| {
        let (old, new) = swap(cx, a)?;
        Value::vector(vec![old, new])
    })
    .state(),
    Builtin::generic("reset-vals!", "[atom x]", |cx, a| {
        let new = checked(std::mem::take(&mut a[1]))?;
        let atom = atom_of(cx, "reset-vals!", a)?;
        let (old, version) = atom.get();
        let (old, next) = (in_force(cx, &old)?, atom.merged(cx, &old, &new)?);
        atom.set_if(version, next);
        Value::vector(vec![old, new])
    })
    .state()
    .puts(0b10),
    Builtin::generic("compare-and-set!", "[atom old new]", |cx, a| {
        let new = checked(std::mem::take(&mut a[2]))?;
        let whole = atom_of(cx, "compare-and-set!", a)?.get().0;
        let held = in_force(cx, &whole)?;
        by_keys(cx, &[held, a[1].clone()], &mut |cx, pair| {
            let atom = atom_of(cx, "compare-and-set!", a)?;
            let (whole, version) = atom.get();
            let next = atom.merged(cx, &whole, &new)?;
            Ok(Value::bool(pair[0] == pair[1] && atom.set_if(version, next)))
        })
    })
    .state()
    .puts(0b110),
];

/// A value and how often it has changed.
pub struct Atom {
    state: Mutex<(Value, u64)>,
    depth: u32,
    home: Home,
}

impl Atom {
    fn make(cx: &mut Cx, value: Value) -> Result<Value> {
        let depth = nest(value.depth())?;
        Ok(Value::host(Atom { state: Mutex::new((value, 0)), depth, home: cx.born() }))
    }

    /// What it holds when the lanes in force have a new value, and the others what they had.
    fn merged(&self, cx: &Cx, old: &Value, new: &Value) -> Result<Value> {
        let Some(group) = &cx.group else { return Ok(new.clone()) };
        let home = self.home.group.clone().unwrap_or_else(|| group.outermost());
        let (_, others) = home.split_by(group);
        if others.is_empty() {
            return Ok(new.clone());
        }
        let others = home.part(others);
        merge(vec![(others.clone(), project(old, &others)?), (group.clone(), project(new, group)?)], &home)
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
    fn code(&self) -> Option<Vec<Value>> {
        None
    }

    fn kind(&self) -> &'static str {
        "an atom"
    }
    fn print(&self, out: &mut Printer<'_>) {
        super::print_held(out, "atom", Some(&self.get().0));
    }
    fn depth(&self) -> u32 {
        self.depth
    }
    fn deref(&self, cx: &mut Cx) -> Option<Result<Value>> {
        Some(cx.uses(&self.home).and_then(|()| in_force(cx, &self.get().0)))
    }
}

/// A value that may still be put into something.
fn checked(value: Value) -> Result<Value> {
    nest(value.depth())?;
    Ok(value)
}

/// The atom that a function is about to read or change.
fn atom_of<'a>(cx: &mut Cx, function: &str, args: &'a [Value]) -> Result<&'a Atom> {
    let atom = args[0].as_host::<Atom>().ok_or_else(|| wrong_type(function, "an atom", &args[0], 0))?;
    cx.uses(&atom.home)?;
    Ok(atom)
}

fn reset(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let new = checked(std::mem::take(&mut args[1]))?;
    let atom = atom_of(cx, "reset!", args)?;
    match cx.group {
        None => drop(atom.set(new.clone())),
        Some(_) => drop(atom.set(atom.merged(cx, &atom.get().0, &new)?)),
    }
    Ok(new)
}

/// Attempts after which a `swap!` is no accident of threads: its function changes the atom itself.
const ATTEMPTS: usize = 10_000;

fn swap(cx: &mut Cx, args: &mut [Value]) -> Result<(Value, Value)> {
    let atom = atom_of(cx, "swap!", args)?;
    for _ in 0..ATTEMPTS {
        let (whole, version) = atom.get();
        let old = in_force(cx, &whole)?;
        let mut call: Vec<Value> = Vec::with_capacity(args.len() - 1);
        call.push(old.clone());
        call.extend_from_slice(&args[2..]);
        let new = checked(cx.call(&args[1], &mut call)?)?;
        let next = atom.merged(cx, &whole, &new)?;
        if atom.set_if(version, next) {
            return Ok((old, new));
        }
        cx.step()?;
    }
    Err(Error::raise(Code::Swap, format!("the function of `swap!` changed the atom itself, {ATTEMPTS} times"))
        .arg(1)
        .help("compute the new value from the old one, without `swap!` or `reset!` of the same atom"))
}

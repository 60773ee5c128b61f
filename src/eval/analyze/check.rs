//! What a check of a whole program knows besides the program: which names are excused, and the calls to look at again.

use super::{Analyzer, Resolved};
use crate::error::Result;
use crate::eval::cx::Cx;
use crate::eval::function::Effect;
use crate::eval::name::split_name;
use crate::eval::node::Node;
use crate::eval::program::{CORE, Core, Program, VarMeta};
use crate::eval::run::arity_error;
use crate::eval::value::Value;
use crate::eval::walk;
use crate::lexer::Span;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Builtins after which names may be known that no form shows.
const DEFINERS: &[&str] = &["eval", "load-string", "load-file", "require", "ns*", "in-ns", "alias"];

/// The state of one check, from form to form.
#[derive(Default)]
pub struct NameCheck {
    /// Names that the program defines somewhere, or gets from elsewhere.
    known: HashSet<Arc<str>>,
    /// No name with a namespace is unknown.
    qualified: bool,
    /// No name is.
    all: bool,
    /// Levels of `try` around the current form.
    tries: i32,
    /// Calls of global names: with how many arguments and where.
    calls: Vec<(u32, usize, Span)>,
    /// How often each global is defined.
    definitions: HashMap<u32, u32>,
}

impl NameCheck {
    pub fn of(known: impl Iterator<Item = Arc<str>>) -> NameCheck {
        NameCheck { known: known.collect(), ..NameCheck::default() }
    }

    pub fn excuse(&mut self, name: Arc<str>) {
        self.known.insert(name);
    }

    pub fn excuse_qualified(&mut self) {
        self.qualified = true;
    }

    pub fn excuse_all(&mut self) {
        self.all = true;
    }

    fn excuses(&self, name: &str) -> bool {
        self.all || self.known.contains(name) || self.qualified && split_name(name).0.is_some()
    }

    /// The first call that the function of its name cannot take. A name that is defined twice may mean either.
    pub fn wrong_calls(&self, program: &Program) -> Result<()> {
        let once = |global: &u32| self.definitions.get(global).is_none_or(|n| *n == 1);
        let mut calls = self.calls.iter().filter(|(global, ..)| !self.all && once(global));
        calls.try_for_each(|(global, given, span)| callable(program, *global, *given, *span))
    }
}

/// An error if the global is a function that does not take so many arguments.
fn callable(program: &Program, global: u32, given: usize, span: Span) -> Result<()> {
    match &program.globals[global as usize] {
        Value::Fn(f) if f.code.arity(given).is_none() => {
            Err(arity_error(&f.code.name, &f.code.arglists, given).also(f.code.span, "defined here").at(span))
        }
        _ => Ok(()),
    }
}

impl Analyzer<'_> {
    /// True in a check that lets a name pass of which nothing is known.
    pub(super) fn excuses(&self, name: &str) -> bool {
        self.check.as_ref().is_some_and(|check| check.excuses(name))
    }

    /// Looks at what a name means: some builtins define names.
    pub(super) fn note_name(&mut self, resolved: &Resolved) {
        if let (Some(check), Resolved::Core(Core::Row(row))) = (&mut self.check, resolved) {
            check.all |= DEFINERS.contains(&row.name);
        }
    }

    /// A call of a global, to be looked at when all is defined; an error is perhaps what a `try` is for.
    pub(super) fn note_call(&mut self, global: u32, given: usize, span: Span) {
        if let Some(check) = self.check.as_mut().filter(|check| check.tries == 0) {
            check.calls.push((global, given, span));
        }
    }

    /// Enters a `try`, or leaves it.
    pub(super) fn note_try(&mut self, levels: i32) {
        if let Some(check) = &mut self.check {
            check.tries += levels;
        }
    }

    /// In a check, what a definition will make of a name is not known until it is evaluated.
    pub(super) fn note_definition(&mut self, global: u32) {
        let Some(check) = &mut self.check else { return };
        *check.definitions.entry(global).or_default() += 1;
        let program = self.cx.program_mut();
        program.globals[global as usize] = Value::Nil;
        let var = &mut program.vars[global as usize];
        *var = Arc::new(VarMeta { is_declared: true, ..(**var).clone() });
    }

    /// True when a check must not expand this macro: it does something, or needs a value that is not there yet.
    pub(super) fn leaves_alone(&mut self, global: u32) -> bool {
        let Some(check) = &mut self.check else { return false };
        let alone = !expands(self.cx, global, &mut HashSet::new());
        check.all |= alone;
        alone
    }
}

/// True when a global of the program and all that it uses is there, and touches nothing outside the program.
fn expands(cx: &Cx, global: u32, seen: &mut HashSet<u32>) -> bool {
    let var = &cx.program.vars[global as usize];
    if &*var.namespace == CORE || cx.library.has_namespace(&var.namespace) || !seen.insert(global) {
        return true;
    }
    !var.is_declared && quiet_value(cx, &cx.program.globals[global as usize], seen)
}

fn quiet_value(cx: &Cx, value: &Value, seen: &mut HashSet<u32>) -> bool {
    match value {
        Value::Native(row) => row.effect < Effect::Io,
        Value::Fn(f) => f.code.arities.iter().all(|arity| quiet(cx, &arity.body, seen)),
        _ => true,
    }
}

fn quiet(cx: &Cx, node: &Node, seen: &mut HashSet<u32>) -> bool {
    let itself = match node {
        Node::Global(global) => expands(cx, *global, seen),
        Node::Const(value) => quiet_value(cx, value, seen),
        Node::Native(call) => call.row.effect < Effect::Io,
        Node::Fn(f) => f.code.arities.iter().all(|arity| quiet(cx, &arity.body, seen)),
        Node::Def(_) => false,
        _ => true,
    };
    let mut all = itself;
    walk::children(node, &mut |child| all = all && quiet(cx, child, seen));
    all
}

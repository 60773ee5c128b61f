//! What the code of a value can come to: which globals, since what is defined anew concerns the runs of a function that can
//! come to it and no others; and which builtins, since code that comes to none with effects may run on any thread.

use super::function::{Builtin, Effect};
use super::node::Node;
use super::program::Program;
use super::value::{Value, with_stack};
use super::walk;
use std::collections::HashSet;
use std::sync::Arc;

/// What runs code that it makes.
const FROM_TEXT: [&str; 4] = ["eval", "load-string", "load-file", "resolve"];

impl Program {
    /// Has something that the code of these values can come to been defined anew since that count of redefinitions?
    pub fn is_other_since(&self, count: u64, values: &[Value]) -> bool {
        self.redefined > count && reaches(self, values, &|global| self.is_redefined_since(count, global))
    }
}

/// Can one of the globals of which something is true be come to from these values?
fn reaches(program: &Program, values: &[Value], wanted: &dyn Fn(u32) -> bool) -> bool {
    let rows = |row: &Builtin| FROM_TEXT.contains(&row.name);
    Reach { program, wanted, rows: &rows, globals: HashSet::new(), codes: HashSet::new() }.any(values.iter())
}

/// Do these values, when they are called, do nothing but compute and draw?
pub fn only_draws(program: &Program, values: &[Value]) -> bool {
    let rows = |row: &Builtin| row.effect > Effect::Draws;
    let mut reach = Reach { program, wanted: &|_| false, rows: &rows, globals: HashSet::new(), codes: HashSet::new() };
    !reach.any(values.iter())
}

struct Reach<'w> {
    program: &'w Program,
    wanted: &'w dyn Fn(u32) -> bool,
    rows: &'w dyn Fn(&Builtin) -> bool,
    globals: HashSet<u32>,
    codes: HashSet<usize>,
}

impl Reach<'_> {
    fn value(&mut self, value: &Value) -> bool {
        with_stack(value.depth(), || match value {
            Value::Fn(f) => {
                self.code(Arc::as_ptr(&f.code).addr(), f.code.arities.iter().map(|arity| &arity.body))
                    || self.any(f.captures.iter())
            }
            Value::Native(row) => (self.rows)(row),
            Value::Vector(items) => self.any(items.iter()),
            Value::List(items) => self.any(items.iter()),
            Value::Set(items) => self.any(items.iter()),
            Value::Map(entries) => self.any(entries.iter().map(|(_, item)| item)),
            Value::Lazy(items) => self.any(items.made(usize::MAX).0.iter()),
            Value::Host(host) => match host.object().code() {
                Some(inside) => self.any(inside.iter()),
                None => true,
            },
            _ => false,
        })
    }

    fn any<'v>(&mut self, mut items: impl Iterator<Item = &'v Value>) -> bool {
        items.any(|item| self.value(item))
    }

    fn code<'n>(&mut self, address: usize, mut bodies: impl Iterator<Item = &'n Node>) -> bool {
        self.codes.insert(address) && bodies.any(|body| self.node(body))
    }

    fn node(&mut self, node: &Node) -> bool {
        let itself = match node {
            Node::Global(global) => self.global(*global),
            Node::Const(value) => self.value(value),
            Node::Native(call) => (self.rows)(call.row),
            Node::Def(_) => true,
            Node::Fn(f) => self.code(Arc::as_ptr(&f.code).addr(), f.code.arities.iter().map(|arity| &arity.body)),
            _ => false,
        };
        let mut found = itself;
        walk::children(node, &mut |child| {
            found = found || genlisp_stack::ensure(64 * 1024, 1024 * 1024, || self.node(child));
        });
        found
    }

    fn global(&mut self, global: u32) -> bool {
        if (self.wanted)(global) {
            return true;
        }
        let program = self.program;
        self.globals.insert(global) && program.globals.get(global as usize).is_some_and(|value| self.value(value))
    }
}

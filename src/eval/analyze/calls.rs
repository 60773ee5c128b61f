//! Calls: special forms, macros, builtins with their arity checked, fused operators, everything else.

use super::{Analyzer, Resolved, special};
use crate::error::{Result, Stop};
use crate::eval::function::Builtin;
use crate::eval::node::{CallNode, NativeCall, Node, Op};
use crate::eval::options;
use crate::eval::program::Core;
use crate::eval::run::arity_error;
use crate::eval::value::Value;
use crate::parser::{Form, FormKind};

/// Operands up to which a sum becomes nested nodes; evaluation recurses over those.
const MAX_CHAIN: usize = 16;

impl Analyzer<'_> {
    pub(super) fn list(&mut self, form: &Form, items: &[Form], tail: bool) -> Result<Node> {
        let (head, args) = (&items[0], &items[1..]);
        let Some(name) = head.as_symbol() else {
            let callee = self.analyze(head, false)?;
            return self.call(form, callee, args);
        };
        let base = name.strip_prefix("gen.core/").unwrap_or(name);
        // What the reader writes for `'x` and `` `x `` is not a name that the program uses.
        let hidden = |a: &mut Self| a.local(name).is_some() || a.cx.program.lookup(&a.cx.namespace, name).is_some();
        let shadowed = !matches!(&**name, "quote" | "syntax-quote") && hidden(self);
        if let (false, Some(special)) = (shadowed, special(base)) {
            return special(self, form, args, tail);
        }
        match self.resolve(name, head.span)? {
            Resolved::Global(global) if self.cx.program.vars[global as usize].is_macro => {
                if self.leaves_alone(global) {
                    return Ok(Node::Const(Value::Nil));
                }
                let expanded = super::expand::expand_call(self.cx, global, form)?;
                self.analyze(&expanded, tail).map_err(|e| in_expansion(e, name, form))
            }
            Resolved::Global(global) => {
                self.note_call(global, args.len(), form.span);
                self.call(form, Node::Global(global), args)
            }
            Resolved::Local(slot) => self.call(form, Node::Local(slot), args),
            Resolved::Core(Core::Row(row)) => self.native(form, row, args),
            Resolved::Core(Core::Constant(v)) => {
                takes(&v, form, args)?;
                self.call(form, Node::Const(v), args)
            }
            // It may be a macro.
            Resolved::Excused => Ok(Node::Const(Value::Nil)),
        }
    }

    fn call(&mut self, form: &Form, callee: Node, args: &[Form]) -> Result<Node> {
        let place = self.places(form.span, args);
        let args = self.nodes(args)?;
        Ok(Node::Call(Box::new(CallNode { callee, args: args.into(), place })))
    }

    pub fn native(&mut self, form: &Form, row: &'static Builtin, args: &[Form]) -> Result<Node> {
        if !row.accepts(args.len()) {
            return Err(arity_error(row.name, row.arglists, args.len())
                .at(form.span)
                .help(format!("see `(doc {})`", row.name)));
        }
        if let Some((from, rows)) = row.options {
            options::check_forms(row.name, args, from as usize, rows)?;
        }
        match (Op::from_symbol(row.name), row.name, args) {
            (Some(op), _, [a, b]) => self.operator(form, op, a, b),
            (Some(op @ (Op::Add | Op::Mul)), _, [_, _, .., _]) if args.len() <= MAX_CHAIN => {
                self.operator_chain(form, op, args)
            }
            // A literal pattern is compiled here, once, and a wrong one reported before anything runs.
            (_, "re-pattern", [text]) if matches!(text.kind, FormKind::Str(_)) => {
                let pattern = (row.call)(self.cx, &mut [crate::eval::convert::to_value(text)?]);
                pattern.map(Node::Const).map_err(|e| e.at(text.span))
            }
            (_, "inc", [a]) => self.step_by_one(form, Op::Add, a),
            (_, "dec", [a]) => self.step_by_one(form, Op::Sub, a),
            _ => {
                let place = self.places(form.span, args);
                let args = self.nodes(args)?;
                Ok(Node::Native(Box::new(NativeCall { row, args: args.into(), place })))
            }
        }
    }

    fn operator(&mut self, form: &Form, op: Op, a: &Form, b: &Form) -> Result<Node> {
        let place = self.place(form.span);
        self.place(a.span);
        self.place(b.span);
        let a = self.analyze(a, false)?;
        let b = self.analyze(b, false)?;
        Ok(fuse(op, place, a, b))
    }

    /// `(+ a b c)` is `(+ (+ a b) c)`.
    fn operator_chain(&mut self, form: &Form, op: Op, args: &[Form]) -> Result<Node> {
        let mut node = self.operator(form, op, &args[0], &args[1])?;
        for arg in &args[2..] {
            let place = self.place(form.span);
            self.place(form.span);
            self.place(arg.span);
            node = fuse(op, place, node, self.analyze(arg, false)?);
        }
        Ok(node)
    }

    fn step_by_one(&mut self, form: &Form, op: Op, a: &Form) -> Result<Node> {
        let place = self.place(form.span);
        self.place(a.span);
        self.place(form.span);
        let a = self.analyze(a, false)?;
        Ok(fuse(op, place, a, Node::Const(Value::Int(1))))
    }
}

/// An error where a constant is called with arguments that it cannot take.
pub(super) fn takes(callee: &Value, form: &Form, args: &[Form]) -> Result<()> {
    let Value::Host(host) = callee else { return Ok(()) };
    host.object().takes(args.len()).map_err(|e| {
        let error = e.at(form.span);
        match form.as_list().and_then(|items| items.first()?.as_symbol()) {
            Some(name) => error.help(format!("see `(doc {name})`")),
            None => error,
        }
    })
}

/// The cheapest node for an operator on these operands.
fn fuse(op: Op, place: u32, a: Node, b: Node) -> Node {
    match (a, b) {
        (Node::Local(x), Node::Local(y)) => Node::PrimLL(op, place, x, y),
        (Node::Local(x), Node::Const(k)) => Node::PrimLK(op, place, x, Box::new(k)),
        (a, b) => Node::Prim(op, place, Box::new((a, b))),
    }
}

/// Says that a form without a place of its own came out of a macro.
fn in_expansion(stop: Stop, name: &str, form: &Form) -> Stop {
    let stop = stop.map(|error| match error.span() == Some(form.span) && error.label.is_none() {
        true => error.label(format!("in what `{name}` expands to")),
        false => error,
    });
    stop.or_at(form.span)
}

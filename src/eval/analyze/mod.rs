//! Analysis: forms to nodes. Names become slots or globals, macros are expanded, mistakes are reported before anything runs.

mod bindings;
mod calls;
mod check;
mod definitions;
mod destructure;
mod effects;
mod expand;
mod functions;
mod last_use;
mod models;
mod resolve;
mod scope;
mod special_forms;
mod syntax_quote;
mod visible;

pub use check::NameCheck;
pub use expand::{expand_all, expand_once};
pub use functions::FnParts;
pub use resolve::{Resolved, closest, global_value, resolve_global};
pub use special_forms::{SPECIALS, special};
pub use visible::visible_names;

use super::convert;
use super::cx::Cx;
use super::function::{Arity, FunctionCode};
use super::node::{Node, Place};
use super::value::Value;
use crate::error::{Code, Error, Result, Stop};
use crate::lexer::Span;
use crate::parser::{Form, FormKind};
use scope::FnScope;
use std::sync::Arc;

/// Analyses one special form: the whole form, its operands, and whether it stands in tail position.
pub type Special = fn(&mut Analyzer<'_>, &Form, &[Form], bool) -> Result<Node>;

/// State of one analysis: the functions around the current form, outermost first.
pub struct Analyzer<'a> {
    pub cx: &'a mut Cx,
    functions: Vec<FnScope>,
    /// What a function literal is called when it has no name of its own.
    name_hint: Option<Arc<str>>,
    /// Levels of code around the current form since evaluation last makes sure of its stack.
    unchecked: u32,
    /// The check of a whole program that this is part of.
    check: Option<NameCheck>,
}

/// Levels of code that evaluation goes down without looking at the stack; the smallest piece has room for many more.
const UNCHECKED: u32 = 32;

/// Code of a top-level form: a function without arguments.
pub fn analyze_top(form: &Form, cx: &mut Cx) -> Result<FunctionCode> {
    top(form, cx, &mut None)
}

/// The same as part of a check.
pub fn check_top(form: &Form, cx: &mut Cx, check: &mut NameCheck) -> Result<FunctionCode> {
    let mut inside = Some(std::mem::take(check));
    let code = top(form, cx, &mut inside);
    *check = inside.unwrap_or_default();
    code
}

fn top(form: &Form, cx: &mut Cx, check: &mut Option<NameCheck>) -> Result<FunctionCode> {
    let functions = vec![FnScope::default()];
    let mut analyzer = Analyzer { cx, functions, name_hint: None, unchecked: 0, check: check.take() };
    let body = analyzer.analyze(form, false);
    *check = analyzer.check;
    let mut body = body?;
    last_use::mark(&mut body, []);
    let scope = analyzer.functions.pop().unwrap_or_default();
    let arity = Arity { fixed: 0, rest: false, slots: scope.slots()?, captures: Box::new([]), own: None, body };
    let name: Arc<str> = "top level".into();
    let arities = Box::new([arity]);
    Ok(FunctionCode { name, arities, arglists: "[]".into(), span: form.span, traces: scope.traces })
}

impl Analyzer<'_> {
    /// Analyses a form; `tail` says whether `recur` may stand here.
    pub fn analyze(&mut self, form: &Form, tail: bool) -> Result<Node> {
        let depth = self.cx.depth;
        if depth >= self.cx.limits.depth {
            return Err(Error::raise(Code::TooDeep, "code nested too deeply to analyse").at(form.span));
        }
        let outer = self.unchecked;
        // Code in tail position runs on the stack of the code around it, where a `recur` must find its loop.
        let check = outer >= UNCHECKED && !tail;
        self.unchecked = if check { 0 } else { outer + 1 };
        self.cx.depth += 1;
        let node = genlisp_stack::ensure(128 * 1024, 1024 * 1024, || self.dispatch(form, tail));
        self.cx.depth = depth;
        self.unchecked = outer;
        Ok(if check { node?.deep() } else { node? })
    }

    fn dispatch(&mut self, form: &Form, tail: bool) -> Result<Node> {
        match &form.kind {
            FormKind::Symbol(name) => self.symbol(name, form.span),
            FormKind::List(items) if !items.is_empty() => self.list(form, items, tail),
            FormKind::Vector(items) => self.vector(form, items),
            FormKind::Map(entries) => self.map(form, entries),
            FormKind::Set(items) => self.set(form, items),
            _ => Ok(Node::Const(convert::to_value(form)?)),
        }
    }

    /// Analyses forms of which only the last is in tail position.
    pub fn body(&mut self, forms: &[Form], tail: bool) -> Result<Node> {
        match forms {
            [] => Ok(Node::Const(Value::Nil)),
            [only] => self.analyze(only, tail),
            [before @ .., last] => {
                let mut nodes = Vec::with_capacity(forms.len());
                for form in before {
                    nodes.push(self.analyze(form, false)?);
                }
                nodes.push(self.analyze(last, tail)?);
                Ok(Node::Do(nodes.into()))
            }
        }
    }

    pub fn nodes(&mut self, forms: &[Form]) -> Result<Vec<Node>> {
        forms.iter().map(|f| self.analyze(f, false)).collect()
    }

    /// A literal of constants is a constant.
    fn vector(&mut self, form: &Form, items: &[Form]) -> Result<Node> {
        let nodes = self.nodes(items)?;
        match constants(&nodes) {
            Some(values) => Ok(Node::Const(Value::vector(values)?)),
            None => Ok(Node::Vector(Box::new((nodes.into(), self.place(form.span))))),
        }
    }

    fn set(&mut self, form: &Form, items: &[Form]) -> Result<Node> {
        let nodes = self.nodes(items)?;
        match constants(&nodes) {
            Some(values) => Ok(Node::Const(Value::Set(super::collections::Set::from_items(values)?))),
            None => Ok(Node::Set(Box::new((nodes.into(), self.place(form.span))))),
        }
    }

    fn map(&mut self, form: &Form, entries: &[(Form, Form)]) -> Result<Node> {
        let mut nodes = Vec::with_capacity(entries.len());
        for (k, v) in entries {
            nodes.push((self.analyze(k, false)?, self.analyze(v, false)?));
        }
        let all_constant = nodes.iter().all(|(k, v)| matches!((k, v), (Node::Const(_), Node::Const(_))));
        if !all_constant {
            return Ok(Node::Map(Box::new((nodes.into(), self.place(form.span)))));
        }
        let pairs = nodes.into_iter().filter_map(|entry| match entry {
            (Node::Const(k), Node::Const(v)) => Some((k, v)),
            _ => None,
        });
        Ok(Node::Const(Value::Map(super::collections::Map::from_pairs(pairs)?)))
    }

    /// Registers a place for a node.
    pub fn place(&mut self, span: Span) -> Place {
        self.cx.program_mut().place(span)
    }

    /// Registers the places of a call and of its arguments, which follow it.
    pub fn places(&mut self, call: Span, args: &[Form]) -> Place {
        let place = self.place(call);
        for arg in args {
            self.place(arg.span);
        }
        place
    }

    fn scope(&mut self) -> &mut FnScope {
        if self.functions.is_empty() {
            self.functions.push(FnScope::default());
        }
        self.functions.last_mut().expect("just pushed")
    }
}

/// The values, if every node is a constant.
fn constants(nodes: &[Node]) -> Option<Vec<Value>> {
    nodes.iter().map(|n| if let Node::Const(v) = n { Some(v.clone()) } else { None }).collect()
}

/// A syntax error of a special form: what it looks like when right.
pub fn syntax(form: &Form, message: impl Into<String>, shape: &str) -> Stop {
    Error::raise(Code::Syntax, message).at(form.span).help(format!("write `{shape}`"))
}

//! The table of special forms, and the small ones: `if`, `do`, `quote`, `case`, `try`, `throw`.

use super::resolve::macro_as_value;
use super::{Analyzer, Resolved, Special, models, syntax};
use crate::error::{Code, Error, Result};
use crate::eval::analyze::closest;
use crate::eval::builtins::reflection::var::{self, Holds, VarRef};
use crate::eval::collections::Map;
use crate::eval::convert;
use crate::eval::name::split_name;
use crate::eval::node::{CaseNode, CatchNode, IfNode, Node, TryNode};
use crate::eval::value::Value;
use crate::parser::{Form, FormKind};

/// Name and analysis of every special form.
pub const SPECIALS: &[(&str, Special)] = &[
    ("def", |a, form, items, tail| a.def(form, items, tail)),
    ("defn", |a, form, items, tail| a.defn(form, items, tail)),
    ("defn-", |a, form, items, tail| a.defn_private(form, items, tail)),
    ("defmacro", |a, form, items, tail| a.defmacro(form, items, tail)),
    ("declare", |a, form, items, tail| a.declare(form, items, tail)),
    ("if", |a, form, items, tail| a.if_form(form, items, tail)),
    ("do", |a, form, items, tail| a.do_form(form, items, tail)),
    ("let", |a, form, items, tail| a.let_form(form, items, tail)),
    ("fn", |a, form, items, tail| a.function(form, items, tail)),
    ("loop", |a, form, items, tail| a.loop_form(form, items, tail)),
    ("recur", |a, form, items, tail| a.recur(form, items, tail)),
    ("quote", |a, form, items, tail| a.quote(form, items, tail)),
    ("syntax-quote", |a, form, items, tail| a.syntax_quote(form, items, tail)),
    ("var-of", |a, form, items, tail| a.var_of(form, items, tail)),
    ("case", |a, form, items, tail| a.case(form, items, tail)),
    ("throw", |a, form, items, tail| a.throw(form, items, tail)),
    ("try", |a, form, items, tail| a.try_form(form, items, tail)),
    ("trace", |a, form, items, tail| a.trace(form, items, tail)),
    ("splice", |a, form, items, tail| a.splice(form, items, tail)),
    ("param", |a, form, items, tail| a.param(form, items, tail)),
    ("gen", |a, form, items, _| models::generative(a, form, items)),
    ("defgen", |a, form, items, _| models::define(a, form, items)),
];

/// The special form of a name.
pub fn special(name: &str) -> Option<Special> {
    SPECIALS.iter().find(|(own, _)| *own == name).map(|(_, special)| *special)
}

impl Analyzer<'_> {
    fn if_form(&mut self, form: &Form, items: &[Form], tail: bool) -> Result<Node> {
        let (test, then, otherwise) = match items {
            [test, then] => (test, then, None),
            [test, then, otherwise] => (test, then, Some(otherwise)),
            _ => return Err(syntax(form, "`if` takes a test, a value, and another value", "(if test then else)")),
        };
        let place = self.place(test.span);
        let test = self.analyze(test, false)?;
        let of_choice = self.is_choice(&test);
        let yes = self.analyze(then, tail)?;
        let no = match otherwise {
            Some(form) => self.analyze(form, tail)?,
            None => Node::Const(Value::Nil),
        };
        Ok(Node::If(Box::new(IfNode { test, yes, no, place, of_choice })))
    }

    /// A `trace`, or a local that holds what came of one.
    fn is_choice(&mut self, test: &Node) -> bool {
        match test {
            Node::Local(slot) => self.scope().choices.contains(slot),
            other => other.is_effect(),
        }
    }

    fn do_form(&mut self, _form: &Form, items: &[Form], tail: bool) -> Result<Node> {
        self.body(items, tail)
    }

    fn quote(&mut self, form: &Form, items: &[Form], _tail: bool) -> Result<Node> {
        match items {
            [datum] => Ok(Node::Const(convert::to_value(datum)?)),
            _ => Err(syntax(form, "`quote` takes one form", "(quote x)")),
        }
    }

    fn var_of(&mut self, form: &Form, items: &[Form], _tail: bool) -> Result<Node> {
        let [Form { kind: FormKind::Symbol(name), span, .. }] = items else {
            return Err(syntax(form, "`#'` takes a name", "#'name"));
        };
        let (name, holds) = match self.resolve(name, *span)? {
            Resolved::Local(_) => return Err(var::local(name).at(*span)),
            Resolved::Global(g) if self.cx.program.vars[g as usize].is_macro => {
                return Err(macro_as_value(name).at(*span));
            }
            Resolved::Global(g) => (self.cx.program.full_name(g), Holds::Global(g)),
            Resolved::Core(core) => (split_name(name).1.to_string(), Holds::Core(core.value())),
            Resolved::Excused => return Ok(Node::Const(Value::Nil)),
        };
        Ok(Node::Const(Value::host(VarRef { name, holds })))
    }

    fn case(&mut self, form: &Form, items: &[Form], tail: bool) -> Result<Node> {
        let Some((test, clauses)) = items.split_first() else {
            return Err(syntax(form, "`case` needs a value to look at", "(case x :a 1 :b 2 default)"));
        };
        let test = self.analyze(test, false)?;
        let place = self.place(form.span);
        let mut table = Map::empty();
        let mut branches = Vec::new();
        for clause in clauses.chunks_exact(2) {
            let constants = match &clause[0].kind {
                FormKind::List(several) => several.as_slice(),
                _ => std::slice::from_ref(&clause[0]),
            };
            for constant in constants {
                let key = convert::to_value(constant)?;
                if table.contains(&key) {
                    let message = format!("`{}` stands twice in this `case`", crate::eval::print::brief(&key));
                    return Err(Error::raise(Code::Syntax, message).at(constant.span));
                }
                table = table.insert(key, Value::Int(branches.len() as i64))?;
            }
            branches.push(self.analyze(&clause[1], tail)?);
        }
        let default = match clauses.chunks_exact(2).remainder() {
            [default] => Some(self.analyze(default, tail)?),
            _ => None,
        };
        Ok(Node::Case(Box::new(CaseNode { test, table, branches: branches.into(), default, place })))
    }

    fn throw(&mut self, form: &Form, items: &[Form], _tail: bool) -> Result<Node> {
        match items {
            [value] => {
                let value = self.analyze(value, false)?;
                Ok(Node::Throw(Box::new((value, self.place(form.span)))))
            }
            _ => Err(syntax(form, "`throw` takes one value", "(throw (ex-info \"message\" {:key value}))")),
        }
    }

    fn try_form(&mut self, form: &Form, items: &[Form], _tail: bool) -> Result<Node> {
        let is = |f: &Form, name| f.call_of(name).is_some();
        let split = items.iter().position(|f| is(f, "catch") || is(f, "finally")).unwrap_or(items.len());
        let (body, clauses) = items.split_at(split);
        // A jump out of `try` would skip its `finally`.
        let target = self.scope().target.take();
        self.note_try(1);
        let node = self.try_parts(form, body, clauses);
        self.note_try(-1);
        self.scope().target = target;
        node
    }

    fn try_parts(&mut self, form: &Form, body: &[Form], clauses: &[Form]) -> Result<Node> {
        let body = self.body(body, false)?;
        let mut catches = Vec::new();
        let mut finally = None;
        for clause in clauses {
            match (clause.call_of("catch"), clause.call_of("finally")) {
                (Some([_, rest @ ..]), _) if finally.is_none() => catches.push(self.catch(clause, rest)?),
                (_, Some([_, rest @ ..])) if finally.is_none() => finally = Some(self.body(rest, false)?),
                _ => {
                    return Err(syntax(
                        form,
                        "after `catch` come only more `catch`es and one `finally`",
                        "(try … (catch e …) (finally …))",
                    ));
                }
            }
        }
        Ok(Node::Try(Box::new(TryNode { body, catches: catches.into(), finally })))
    }

    /// `(catch e …)`, `(catch :default e …)`, `(catch Exception e …)`, `(catch :gen/arity e …)`.
    fn catch(&mut self, form: &Form, items: &[Form]) -> Result<CatchNode> {
        let second_is_name = items.get(1).is_some_and(|f| f.as_symbol().is_some()) && items.len() > 2;
        let (code, name, body) = match items {
            [filter, name, body @ ..] if filter.as_keyword().is_some() => (filter.as_keyword(), name, body),
            [filter, name, body @ ..] if second_is_name && looks_like_class(filter) => (None, name, body),
            [name, body @ ..] => (None, name, body),
            [] => return Err(syntax(form, "`catch` needs a name for the error", "(catch e …)")),
        };
        let Some(local) = name.as_symbol() else {
            return Err(syntax(form, "`catch` needs a name for the error", "(catch e …)"));
        };
        let local = self.plain_name(local, name)?;
        let visible = self.scope().locals.len();
        let slot = self.scope().bind(local);
        let body = self.body(body, false)?;
        self.scope().locals.truncate(visible);
        let code = code.filter(|c| &***c != "default").map(|c| code_of(c, &items[0])).transpose()?;
        Ok(CatchNode { code, slot, body })
    }
}

/// The code that a keyword after `catch` names.
fn code_of(name: &str, form: &Form) -> Result<Code> {
    if let Some(code) = Code::of_name(name) {
        return Ok(code);
    }
    let error = Error::raise(Code::Syntax, format!("no error has the code `:{name}`")).at(form.span);
    let names: Vec<String> = Code::ALL.iter().map(|code| code.name().replace("::", "/")).collect();
    Err(match closest(name, &names) {
        Some(best) => error.help(format!("did you mean `:{best}`?")),
        None => error.help("codes are those of the reports, `:gen/arity`; `(catch e …)` catches all errors"),
    })
}

/// `Exception`, `js/Error`, `Throwable`: what Clojure programs catch.
fn looks_like_class(form: &Form) -> bool {
    form.as_symbol().is_some_and(|s| s.rsplit(['/', '.']).next().is_some_and(|n| n.starts_with(char::is_uppercase)))
}

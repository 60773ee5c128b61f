//! The table of special forms, and the small ones: `if`, `do`, `quote`, `case`, `try`, `throw`.

use super::resolve::macro_as_value;
use super::{Analyzer, Resolved, Special, syntax};
use crate::error::{Code, Error, Result};
use crate::eval::analyze::closest;
use crate::eval::builtins::reflection::var::{self, Holds, VarRef};
use crate::eval::collections::Map;
use crate::eval::convert;
use crate::eval::name::split_name;
use crate::eval::node::{CaseNode, CatchNode, IfNode, Node, TryNode};
use crate::eval::value::Value;
use crate::parser::{Form, FormKind};

/// Name, analysis and documentation of every special form of the evaluator.
pub const SPECIALS: &[(&str, Special, &str)] = &[
    (
        "def",
        |a, form, items, tail| a.def(form, items, tail),
        "(def name value) (def name \"doc\" value)\nDefines a global name in the current namespace.\n(do (def answer 42) answer) ;=> 42",
    ),
    (
        "defn",
        |a, form, items, tail| a.defn(form, items, tail),
        "(defn name \"doc\"? [x y & more] body…) (defn name ([x] …) ([x y] …))\nDefines a function.\n(do (defn twice [x] (* 2 x)) (twice 21)) ;=> 42",
    ),
    (
        "defn-",
        |a, form, items, tail| a.defn_private(form, items, tail),
        "(defn- name [x] body…)\nDefines a function that other namespaces cannot use.\n(do (defn- half [x] (/ x 2)) (half 4)) ;=> 2",
    ),
    (
        "defmacro",
        |a, form, items, tail| a.defmacro(form, items, tail),
        "(defmacro name \"doc\"? [form & more] body…)\nDefines a macro: a function from code to code, run before evaluation.\n(do (defmacro unless [c x] `(if ~c nil ~x)) (unless false 1)) ;=> 1",
    ),
    (
        "declare",
        |a, form, items, tail| a.declare(form, items, tail),
        "(declare name…)\nMakes names known before they are defined, for functions that call each other.\n(do (declare later) (def later 1) later) ;=> 1",
    ),
    (
        "if",
        |a, form, items, tail| a.if_form(form, items, tail),
        "(if test then else?)\nEvaluates `then` when `test` is neither nil nor false, else `else`, which is nil when left out.\n(if (< 1 2) :yes :no) ;=> :yes",
    ),
    (
        "do",
        |a, form, items, tail| a.do_form(form, items, tail),
        "(do body…)\nEvaluates the forms in order and returns the last value.\n(do 1 2 3) ;=> 3",
    ),
    (
        "let",
        |a, form, items, tail| a.let_form(form, items, tail),
        "(let [name value, pattern value …] body…)\nEvaluates the body with local names; patterns take values apart.\n(let [[a b] [1 2], {:keys [c]} {:c 3}] (+ a b c)) ;=> 6",
    ),
    (
        "fn",
        |a, form, items, tail| a.function(form, items, tail),
        "(fn name? [x y & more] body…) (fn ([x] …) ([x y] …))\nA function.\n((fn [x] (* x x)) 7) ;=> 49",
    ),
    (
        "loop",
        |a, form, items, tail| a.loop_form(form, items, tail),
        "(loop [name value …] body…)\nLike `let`; `recur` in its tail position starts it again with new values.\n(loop [i 0, s 0] (if (= i 5) s (recur (inc i) (+ s i)))) ;=> 10",
    ),
    (
        "recur",
        |a, form, items, tail| a.recur(form, items, tail),
        "(recur value…)\nJumps back to the innermost `loop` or function with new values for its variables.\n((fn [n acc] (if (= n 0) acc (recur (dec n) (* n acc)))) 5 1) ;=> 120",
    ),
    (
        "quote",
        |a, form, items, tail| a.quote(form, items, tail),
        "(quote form) 'form\nThe form itself, as data.\n'(a b) ;=> (a b)",
    ),
    (
        "syntax-quote",
        |a, form, items, tail| a.syntax_quote(form, items, tail),
        "`form\nCode with holes: `~x` puts in a value, `~@xs` its elements, `x#` is a fresh name.\n`(1 ~(+ 1 1) ~@[3 4]) ;=> (1 2 3 4)",
    ),
    (
        "var-of",
        |a, form, items, tail| a.var_of(form, items, tail),
        "(var-of name) #'name\nThe global variable itself; `@` gives the value that it has now, and a call calls that.\n(#'inc 1) ;=> 2\n(@#'inc 1) ;=> 2",
    ),
    (
        "case",
        |a, form, items, tail| a.case(form, items, tail),
        "(case value constant result (c1 c2) result … default?)\nChooses by equality with constants, which are not evaluated.\n(case :b :a 1 (:b :c) 2 3) ;=> 2",
    ),
    (
        "throw",
        |a, form, items, tail| a.throw(form, items, tail),
        "(throw value)\nRaises a value, usually made by `ex-info`.\n(try (throw (ex-info \"no\" {:x 1})) (catch e (:x (ex-data e)))) ;=> 1",
    ),
    (
        "try",
        |a, form, items, tail| a.try_form(form, items, tail),
        "(try body… (catch e handler…) (catch :gen/arity e handler…) (finally cleanup…))\nRuns the body; an error goes to the first `catch` whose code matches.\n(try (/ 1 0) (catch e :oops)) ;=> :oops",
    ),
    (
        "trace",
        |a, form, items, tail| a.trace(form, items, tail),
        "(trace address distribution) (trace address model argument…)\nMakes a random choice, or calls a model, at an address.\n(:weight (generate (gen [] (trace :x (flip 0.25))) [] {:x true})) ;=> -1.3862943611198906",
    ),
    (
        "splice",
        |a, form, items, tail| a.splice(form, items, tail),
        "(splice address model argument…) (splice model argument…)\nCalls a model; without an address its choices join those of the caller.\n(retval (simulate (gen [] (splice :part (gen [x] (* 2 x)) 21)) [])) ;=> 42",
    ),
    (
        "param",
        |a, form, items, tail| a.param(form, items, tail),
        "(param name default)\nReads a trainable parameter of a model.\n((gen [] (param :w 0.5))) ;=> 0.5",
    ),
];

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

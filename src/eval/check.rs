//! A program is checked as a whole before its first form runs: its names, arities, options and syntax, in order.
//!
//! The forms are analysed on the program itself, which is then what it was. Nothing is evaluated but definitions of
//! functions and constants, for the macros that need them, and nobody hears of anything but certain mistakes: after
//! whatever may define names in ways that analysis does not see, no name is unknown.

use super::analyze::{NameCheck, check_top};
use super::convert;
use super::cx::Cx;
use super::node::Node;
use super::program::{CORE, Namespace, Program, VarMeta};
use super::run::eval;
use super::value::Value;
use crate::error::{Caught, Code, Result};
use crate::parser::{Form, FormKind};
use std::collections::HashMap;
use std::sync::Arc;

/// Codes of mistakes that are certain before a program runs.
const CERTAIN: &[Code] = &[Code::UnknownName, Code::Arity, Code::Option, Code::Syntax, Code::Recur];

/// The first mistake in the forms of a program, if analysis can see one.
pub fn check(forms: &[Form], cx: &mut Cx) -> Result<()> {
    let mut leaves = Vec::new();
    top_level(forms, &mut leaves);
    let Some((_, before)) = leaves.split_last() else { return Ok(()) };
    // Where nothing happens before the last form, its analysis comes early enough.
    if before.iter().all(|form| defines_code(form)) {
        return Ok(());
    }
    let saved = Saved::of(&cx.program);
    let mut inner = cx.onlooker();
    let mut check = NameCheck::of(leaves.iter().filter_map(|form| defined(form)).cloned());
    let found = leaves.iter().try_for_each(|form| check_form(form, &mut check, &mut inner));
    let found = found.and_then(|()| check.wrong_calls(&inner.program));
    cx.program = inner.program;
    saved.restore(cx);
    found.map_err(|e| e.before_run(true))
}

/// The forms that run one after the other: those of a `do` are top-level themselves.
fn top_level<'f>(forms: &'f [Form], leaves: &mut Vec<&'f Form>) {
    for form in forms {
        match form.call_of("do") {
            Some([_, inner @ ..]) => top_level(inner, leaves),
            _ => leaves.push(form),
        }
    }
}

/// A definition that does nothing else.
fn defines_code(form: &Form) -> bool {
    ["defn", "defn-", "defgen", "defmacro", "declare"].iter().any(|head| form.call_of(head).is_some())
}

/// The name that a `def…` form gives to something.
fn defined(form: &Form) -> Option<&Arc<str>> {
    match form.as_list()? {
        [head, name, ..] if head.as_symbol()?.contains("def") => name.as_symbol(),
        _ => None,
    }
}

fn check_form(form: &Form, check: &mut NameCheck, cx: &mut Cx) -> Result<()> {
    if let Some(followed) = namespace_form(form, check, cx) {
        return followed;
    }
    match check_top(form, cx, check).caught()? {
        Ok(code) if only_defines(&code.arities[0].body) => {
            let mut frame = vec![Value::Nil; code.arities[0].slots as usize];
            cx.deeper(|cx| eval(&code.arities[0].body, &mut frame, cx)).map(drop)
        }
        Ok(_) => Ok(()),
        Err(error) if CERTAIN.contains(&error.code) => Err(error.or_at(form.span).into()),
        // What it would have defined is not known now.
        Err(_) => {
            check.excuse_all();
            Ok(())
        }
    }
}

/// Evaluating the node gives names to functions and constants and does nothing else.
fn only_defines(node: &Node) -> bool {
    match node {
        Node::Const(_) | Node::Fn(_) => true,
        Node::Do(nodes) => nodes.iter().all(only_defines),
        Node::Def(def) => def.value.as_ref().is_none_or(only_defines),
        Node::Deep(deep) => only_defines(&deep.0),
        _ => false,
    }
}

/// `ns`, `in-ns` and `require` are followed as far as the library goes; files are not read.
fn namespace_form(form: &Form, check: &mut NameCheck, cx: &mut Cx) -> Option<Result<()>> {
    if let Some([_, name, clauses @ ..]) = form.call_of("ns") {
        enter(name.as_symbol()?, cx);
        let required = |clause: &Form| match clause.as_list() {
            Some([head, specs @ ..]) if head.as_keyword().is_some_and(|k| &**k == "require") => {
                specs.iter().try_for_each(|spec| require(spec, check, cx))
            }
            _ => Ok(()),
        };
        return Some(clauses.iter().try_for_each(required));
    }
    if let Some([_, name]) = form.call_of("in-ns") {
        enter(quoted(name)?.as_symbol()?, cx);
        return Some(Ok(()));
    }
    let [_, specs @ ..] = form.call_of("require")? else { return None };
    let specs: Vec<&Form> = specs.iter().filter(|s| s.as_keyword().is_none()).map(quoted).collect::<Option<_>>()?;
    Some(specs.iter().try_for_each(|spec| require(spec, check, cx)))
}

fn quoted(form: &Form) -> Option<&Form> {
    match form.call_of("quote")? {
        [_, form] => Some(form),
        _ => None,
    }
}

fn enter(name: &Arc<str>, cx: &mut Cx) {
    cx.program_mut().namespace(name);
    cx.namespace = name.clone();
}

/// A namespace of the library is loaded, since it only defines; what one of a file brings is excused.
fn require(spec: &Form, check: &mut NameCheck, cx: &mut Cx) -> Result<()> {
    let items = spec.as_vector().unwrap_or(std::slice::from_ref(spec));
    let name = items.first().and_then(Form::as_symbol);
    let of_library = name.is_some_and(|name| cx.library.has_namespace(name));
    let done = match (of_library, cx.program.core.get("require").map(super::program::Core::value)) {
        (true, Some(require)) => {
            convert::to_value(spec).and_then(|spec| cx.call(&require, &mut [spec])).caught()?.is_ok()
        }
        _ => false,
    };
    if done {
        return Ok(());
    }
    check.excuse_qualified();
    for option in items.get(1..).unwrap_or_default().chunks(2) {
        match option {
            [key, Form { kind: FormKind::Vector(names), .. }] if key.as_keyword().is_some_and(|k| &**k == "refer") => {
                names.iter().filter_map(Form::as_symbol).for_each(|name| check.excuse(name.clone()));
            }
            [key, _] if key.as_keyword().is_some_and(|k| &**k == "as") => {}
            _ => check.excuse_all(),
        }
    }
    Ok(())
}

/// What the check of a program changes and puts back.
struct Saved {
    globals: Vec<Value>,
    vars: Vec<Arc<VarMeta>>,
    namespaces: HashMap<Arc<str>, Namespace>,
}

impl Saved {
    fn of(program: &Program) -> Saved {
        Saved { globals: program.globals.clone(), vars: program.vars.clone(), namespaces: program.namespaces.clone() }
    }

    /// Names are what they were; what was read of the library stays.
    fn restore(self, cx: &mut Cx) {
        let library = cx.library.clone();
        let program = cx.program_mut();
        let known = self.globals.len();
        program.globals.splice(..known, self.globals);
        program.vars.splice(..known, self.vars);
        let checked = std::mem::replace(&mut program.namespaces, self.namespaces);
        let read = checked.into_iter().filter(|(name, _)| &**name == CORE || library.has_namespace(name));
        program.namespaces.extend(read);
    }
}

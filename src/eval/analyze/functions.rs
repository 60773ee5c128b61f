//! Function literals: names, arities, parameters, captures.

use super::scope::FnScope;
use super::{Analyzer, syntax};
use crate::error::{Code, Error, Result};
use crate::eval::function::{Arity, FunctionCode};
use crate::eval::node::{FnNode, Node, Slot};
use crate::lexer::Span;
use crate::parser::{Form, FormKind};
use std::sync::Arc;

/// A function form taken apart: `name? doc? ([params] body…)` or `name? doc? ([params] body…) …`.
pub struct FnParts<'f> {
    pub name: Option<&'f Arc<str>>,
    pub doc: Option<Arc<str>>,
    pub arities: Vec<(&'f [Form], &'f [Form])>,
    pub span: Span,
}

impl<'f> FnParts<'f> {
    /// Takes apart the operands of `fn`, `defn`, `gen` …; `shape` is shown when they make no sense.
    pub fn parse(form: &Form, mut items: &'f [Form], shape: &str) -> Result<FnParts<'f>> {
        let name = items.first().and_then(Form::as_symbol);
        if name.is_some() {
            items = &items[1..];
        }
        let mut doc = None;
        if let [Form { kind: FormKind::Str(text), .. }, rest @ ..] = items
            && !rest.is_empty()
        {
            doc = Some(text.clone());
            items = rest;
        }
        if let [Form { kind: FormKind::Map(_), .. }, rest @ ..] = items
            && !rest.is_empty()
        {
            items = rest;
        }
        let arities = match items.first().map(|f| &f.kind) {
            Some(FormKind::Vector(params)) => vec![(&params[..], &items[1..])],
            Some(FormKind::List(_)) => items.iter().map(|f| arity_form(f, shape)).collect::<Result<_>>()?,
            _ => return Err(syntax(form, "a function needs a vector of parameters", shape)),
        };
        // A string first in the body, with something after it, documents too: people write it either way.
        if let ([(_, body)], None) = (&arities[..], &doc)
            && let [Form { kind: FormKind::Str(text), .. }, _, ..] = body
        {
            doc = Some(text.clone());
        }
        Ok(FnParts { name, doc, arities, span: form.span })
    }
}

fn arity_form<'f>(form: &'f Form, shape: &str) -> Result<(&'f [Form], &'f [Form])> {
    match form.as_list() {
        Some([Form { kind: FormKind::Vector(params), .. }, body @ ..]) => Ok((params, body)),
        _ => Err(syntax(form, "a function's parameters stand in a vector", shape)),
    }
}

impl Analyzer<'_> {
    /// `(fn name? [params] body…)`.
    pub(super) fn function(&mut self, form: &Form, items: &[Form], _tail: bool) -> Result<Node> {
        let parts = FnParts::parse(form, items, "(fn [x] …)")?;
        let hint = self.name_hint.take();
        let own = parts.name.cloned();
        let name = own.clone().or(hint).unwrap_or_else(|| "fn".into());
        self.function_of(&parts, name, own, None)
    }

    /// The node of a function called `name`; `own` is its name inside its body, `first` an extra first parameter.
    pub fn function_of(
        &mut self,
        parts: &FnParts<'_>,
        name: Arc<str>,
        own: Option<Arc<str>>,
        first: Option<Arc<str>>,
    ) -> Result<Node> {
        let mut captures: Vec<Slot> = Vec::new();
        let mut traces = false;
        let mut arities = Vec::new();
        for (params, body) in &parts.arities {
            let mut scope = FnScope::of(own.clone(), std::mem::take(&mut captures));
            if let Some(first) = &first {
                scope.bind(first.clone());
            }
            self.functions.push(scope);
            let arity = self.arity(params, body, first.is_some());
            let scope = self.functions.pop().unwrap_or_default();
            captures = scope.captures;
            traces |= scope.traces;
            arities.push(arity.map_err(|e| e.or_at(parts.span))?);
        }
        check_arities(&mut arities, parts, &name)?;
        let arglists: Vec<String> = parts.arities.iter().map(|(p, _)| arglist(p)).collect();
        let code = FunctionCode {
            name,
            arities: arities.into(),
            arglists: arglists.join(" ").into(),
            span: parts.span,
            traces,
        };
        Ok(Node::Fn(Box::new(FnNode { code: Arc::new(code), captures: captures.into() })))
    }

    fn arity(&mut self, params: &[Form], body: &[Form], extra: bool) -> Result<Arity> {
        let (fixed, rest) = match params.iter().position(|p| p.as_symbol().is_some_and(|s| &**s == "&")) {
            Some(at) if params.len() == at + 2 => (&params[..at], Some(&params[at + 1])),
            Some(at) => return Err(syntax(&params[at], "`&` is followed by exactly one parameter", "[x & more]")),
            None => (params, None),
        };
        let mut patterns = Vec::new();
        for param in fixed.iter().chain(rest) {
            match param.as_symbol() {
                Some(name) => {
                    let name = self.plain_name(name, param)?;
                    self.scope().bind(name);
                }
                None => patterns.push((param, self.scope().slot())),
            }
        }
        let count = fixed.len() + usize::from(rest.is_some()) + usize::from(extra);
        self.scope().target = Some((0, count));
        let checked = with_conditions(body)?;
        let body = checked.as_deref().unwrap_or(body);
        let mut body = self.destructured(&patterns, |a| a.body(body, true))?;
        let scope = self.scope();
        let kept = scope.capture_slots.iter().map(|(slot, _)| *slot).chain(scope.own);
        super::last_use::mark(&mut body, kept);
        Ok(Arity {
            fixed: (fixed.len() + usize::from(extra)) as u16,
            rest: rest.is_some(),
            slots: scope.slots()?,
            captures: std::mem::take(&mut scope.capture_slots).into(),
            own: scope.own.take(),
            body,
        })
    }

    /// A local's name, which may not carry a namespace.
    pub(super) fn plain_name(&self, name: &Arc<str>, form: &Form) -> Result<Arc<str>> {
        // Code made by syntax-quote carries names of its namespace; as a local that is a mistake of the macro.
        if name.len() > 1 && name.contains('/') {
            let help =
                format!("in a macro write `{}#` for a fresh local name", name.rsplit('/').next().unwrap_or(name));
            return Err(Error::raise(Code::Syntax, format!("`{name}` cannot name a local")).at(form.span).help(help));
        }
        Ok(name.clone())
    }
}

/// A body that starts with `{:pre [test …]}` as one that asserts the tests first.
fn with_conditions(body: &[Form]) -> Result<Option<Vec<Form>>> {
    let [Form { kind: FormKind::Map(conditions), .. }, _, ..] = body else { return Ok(None) };
    let find = |name: &str| conditions.iter().find(|(k, _)| k.as_keyword().is_some_and(|k| &**k == name));
    if let Some((post, _)) = find("post") {
        return Err(syntax(post, "there is no `:post`", "(let [result …] (assert (pos? result)) result)"));
    }
    let Some((_, tests)) = find("pre") else { return Ok(None) };
    let tests = tests.as_vector().ok_or_else(|| syntax(tests, "`:pre` is a vector of tests", "{:pre [(pos? x)]}"))?;
    let assert = |test: &Form| Form::list(vec![Form::symbol("gen.core/assert", test.span), test.clone()], test.span);
    Ok(Some(tests.iter().map(assert).chain(body[1..].iter().cloned()).collect()))
}

/// Sorts arities and rejects what could never be chosen.
fn check_arities(arities: &mut [Arity], parts: &FnParts<'_>, name: &str) -> Result<()> {
    arities.sort_by_key(|a| (a.rest, a.fixed));
    for pair in arities.windows(2) {
        let clash = pair[0].rest
            || (!pair[1].rest && pair[0].fixed == pair[1].fixed)
            || (pair[1].rest && pair[0].fixed > pair[1].fixed);
        if clash {
            let message = format!("two arities of `{name}` take the same number of arguments");
            return Err(Error::raise(Code::Syntax, message).at(parts.span));
        }
    }
    Ok(())
}

/// A parameter vector as reports show it.
fn arglist(params: &[Form]) -> String {
    let names: Vec<String> = params.iter().map(crate::parser::print).collect();
    format!("[{}]", names.join(" "))
}

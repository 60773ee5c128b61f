//! `let`, `loop` and `recur`.

use super::{Analyzer, syntax};
use crate::error::{Code, Error, Result};
use crate::eval::node::{LetNode, LoopNode, Node, RecurNode, Slot};
use crate::parser::Form;
use std::sync::Arc;

impl Analyzer<'_> {
    pub(super) fn let_form(&mut self, form: &Form, items: &[Form], tail: bool) -> Result<Node> {
        let (pairs, body) = binding_vector(form, items, "(let [x 1, y 2] …)")?;
        let visible = self.scope().locals.len();
        let mut inits = Vec::new();
        for (pattern, value) in &pairs {
            let value = self.named(pattern, value)?;
            self.bind_pattern(pattern, value, &mut inits)?;
        }
        let body = self.body(body, tail)?;
        self.scope().locals.truncate(visible);
        Ok(Node::Let(Box::new(LetNode { inits: inits.into(), body })))
    }

    /// Analyses a value that will be called `pattern`.
    fn named(&mut self, pattern: &Form, value: &Form) -> Result<Node> {
        self.name_hint = pattern.as_symbol().filter(|_| value.call_of("fn").is_some()).cloned();
        let node = self.analyze(value, false);
        self.name_hint = None;
        node
    }

    /// A loop's variables stand side by side, so that `recur` needs only the first; patterns are taken apart at every turn.
    pub(super) fn loop_form(&mut self, form: &Form, items: &[Form], _tail: bool) -> Result<Node> {
        let (pairs, body) = binding_vector(form, items, "(loop [i 0] … (recur (inc i)))")?;
        let visible = self.scope().locals.len();
        let slots: Vec<Slot> = pairs.iter().map(|_| self.scope().slot()).collect();
        let mut inits = Vec::new();
        for ((pattern, value), slot) in pairs.iter().zip(&slots) {
            let node = self.analyze(value, false)?;
            inits.push((*slot, node));
            // Later values may use earlier names.
            match pattern.as_symbol() {
                Some(name) => self.bind_local(name, pattern, *slot)?,
                None => self.bind_pattern(pattern, Node::Local(*slot), &mut inits)?,
            }
        }
        self.scope().locals.truncate(visible);
        let mut patterns = Vec::new();
        for ((pattern, _), slot) in pairs.iter().zip(&slots) {
            match pattern.as_symbol() {
                Some(name) => self.bind_local(name, pattern, *slot)?,
                None => patterns.push((*pattern, *slot)),
            }
        }
        let target = (slots.first().copied().unwrap_or(0), pairs.len());
        let outer = self.scope().target.replace(target);
        let body = self.destructured(&patterns, |a| a.body(body, true));
        let scope = self.scope();
        scope.target = outer;
        scope.locals.truncate(visible);
        Ok(Node::Loop(Box::new(LoopNode { inits: inits.into(), body: body? })))
    }

    /// Makes a slot visible under a name.
    fn bind_local(&mut self, name: &Arc<str>, form: &Form, slot: Slot) -> Result<()> {
        let name = self.plain_name(name, form)?;
        self.scope().locals.push((name, slot));
        Ok(())
    }

    pub(super) fn recur(&mut self, form: &Form, items: &[Form], tail: bool) -> Result<Node> {
        let target = self.scope().target;
        let Some((first, count)) = target.filter(|_| tail) else {
            let error =
                Error::raise(Code::Recur, "`recur` is not the last thing its loop or function does").at(form.span);
            return Err(
                error.help("put it at the end of a branch of `if`, `cond`, `let` … directly inside `loop` or `fn`")
            );
        };
        if items.len() != count {
            let values = if items.len() == 1 { "value" } else { "values" };
            let message = format!("this `recur` gives {} {values}, but its loop or function has {count}", items.len());
            return Err(Error::raise(Code::Arity, message).at(form.span));
        }
        let args = self.nodes(items)?;
        let place = self.place(form.span);
        Ok(Node::Recur(Box::new(RecurNode { first, args: args.into(), place })))
    }

    /// Runs `f` with patterns bound to slots, and wraps its node in what takes them apart.
    pub(super) fn destructured(
        &mut self,
        patterns: &[(&Form, Slot)],
        f: impl FnOnce(&mut Self) -> Result<Node>,
    ) -> Result<Node> {
        if patterns.is_empty() {
            return f(self);
        }
        let mut inits = Vec::new();
        for (pattern, slot) in patterns {
            self.bind_pattern(pattern, Node::Local(*slot), &mut inits)?;
        }
        let body = f(self)?;
        Ok(Node::Let(Box::new(LetNode { inits: inits.into(), body })))
    }
}

/// Pairs of pattern and value, and the body.
pub(super) type Bindings<'f> = (Vec<(&'f Form, &'f Form)>, &'f [Form]);

/// Takes apart `[pattern value …] body…`.
pub(super) fn binding_vector<'f>(form: &Form, items: &'f [Form], shape: &str) -> Result<Bindings<'f>> {
    let Some((Some(bindings), body)) = items.split_first().map(|(b, body)| (b.as_vector(), body)) else {
        return Err(syntax(form, "the bindings are a vector", shape));
    };
    if bindings.len() % 2 != 0 {
        return Err(syntax(&items[0], "the bindings come in pairs of name and value", shape));
    }
    Ok((bindings.chunks(2).map(|pair| (&pair[0], &pair[1])).collect(), body))
}

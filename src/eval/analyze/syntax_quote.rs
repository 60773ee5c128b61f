//! Syntax-quote: code with holes, names resolved where the macro is written, `x#` fresh at each expansion.

use super::resolve::{Resolved, resolve_global};
use super::{Analyzer, special, syntax};
use crate::error::Result;
use crate::eval::name::split_name;
use crate::eval::node::Node;
use crate::eval::program::CORE;
use crate::lexer::Span;
use crate::parser::{Form, FormKind};
use std::collections::HashMap;
use std::sync::Arc;

/// Fresh names of one syntax-quote: `x#` to the local that holds its symbol.
type Fresh = HashMap<Arc<str>, Arc<str>>;

impl Analyzer<'_> {
    pub(super) fn syntax_quote(&mut self, form: &Form, items: &[Form], tail: bool) -> Result<Node> {
        let [template] = items else {
            return Err(syntax(form, "syntax-quote takes one form", "`(f ~x)"));
        };
        let mut fresh = Fresh::new();
        let code = self.template(template, &mut fresh)?;
        // Each fresh name is made once per expansion and used wherever it stands.
        let span = form.span;
        let bindings = fresh.iter().flat_map(|(name, local)| {
            let stem = Form::new(FormKind::Str(name.trim_end_matches('#').into()), span);
            [Form::symbol(local, span), call("gensym", vec![stem], span)]
        });
        let bindings = Form::vector(bindings.collect(), span);
        self.analyze(&call("let", vec![bindings, code], span), tail)
    }

    /// Code that builds the template.
    fn template(&mut self, form: &Form, fresh: &mut Fresh) -> Result<Form> {
        let span = form.span;
        if let Some([_, inner]) = form.call_of("unquote") {
            return Ok(inner.clone());
        }
        if form.call_of("unquote-splicing").is_some() {
            return Err(syntax(
                form,
                "`~@` puts elements into a list or vector, so it must stand inside one",
                "`(f ~@args)",
            ));
        }
        Ok(match &form.kind {
            FormKind::Symbol(name) if name.ends_with('#') => {
                let count = fresh.len();
                let local = fresh.entry(name.clone()).or_insert_with(|| format!("{name}~{count}").into());
                Form::symbol(local, span)
            }
            FormKind::Symbol(name) => quoted(Form::symbol(&self.qualify(name)?, span)),
            FormKind::List(items) => call("list*", vec![self.sequence_template(items, span, fresh)?], span),
            FormKind::Vector(items) => call("vec", vec![self.sequence_template(items, span, fresh)?], span),
            FormKind::Set(items) => call("set", vec![self.sequence_template(items, span, fresh)?], span),
            FormKind::Map(entries) => {
                let flat: Vec<Form> = entries.iter().flat_map(|(k, v)| [k.clone(), v.clone()]).collect();
                let items = self.sequence_template(&flat, span, fresh)?;
                call("apply", vec![Form::symbol("gen.core/hash-map", span), items], span)
            }
            _ => form.clone(),
        })
    }

    /// `(concat [a] spliced [b] …)`.
    fn sequence_template(&mut self, items: &[Form], span: Span, fresh: &mut Fresh) -> Result<Form> {
        let mut parts = Vec::with_capacity(items.len());
        for item in items {
            parts.push(match item.call_of("unquote-splicing") {
                Some([_, inner]) => inner.clone(),
                _ => Form::vector(vec![self.template(item, fresh)?], span),
            });
        }
        Ok(call("concat", parts, span))
    }

    /// The full name of what a symbol means here, so that the macro's user cannot change it by a local of that name.
    fn qualify(&mut self, name: &Arc<str>) -> Result<Arc<str>> {
        let plain = name.as_ref();
        if matches!(plain, "&" | "catch" | "finally" | "unquote" | ".") || plain.starts_with('%') {
            return Ok(name.clone());
        }
        if special(plain).is_some() {
            return Ok(format!("{CORE}/{plain}").into());
        }
        let (prefix, base) = split_name(plain);
        if let Some(prefix) = prefix {
            let full = self.cx.program.resolve_namespace(&self.cx.namespace, prefix);
            return Ok(full.map_or(name.clone(), |ns| format!("{ns}/{base}").into()));
        }
        Ok(match resolve_global(self.cx, plain)? {
            Some(Resolved::Global(g)) => {
                let var = &self.cx.program.vars[g as usize];
                format!("{}/{}", var.namespace, var.name).into()
            }
            Some(_) => format!("{CORE}/{plain}").into(),
            None => format!("{}/{plain}", self.cx.namespace).into(),
        })
    }
}

fn quoted(form: Form) -> Form {
    let span = form.span;
    call("quote", vec![form], span)
}

fn call(name: &str, args: Vec<Form>, span: Span) -> Form {
    let mut items = vec![Form::symbol(&format!("{CORE}/{name}"), span)];
    items.extend(args);
    Form::list(items, span)
}

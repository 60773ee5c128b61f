//! Definitions: `def`, `defn`, `defmacro`, `declare`.

use super::{Analyzer, FnParts, syntax};
use crate::error::{Code, Error, Result};
use crate::eval::node::{DefNode, Node};
use crate::eval::program::VarMeta;
use crate::eval::value::Value;
use crate::parser::{Form, FormKind};
use std::sync::Arc;

impl Analyzer<'_> {
    pub(super) fn def(&mut self, form: &Form, items: &[Form], _tail: bool) -> Result<Node> {
        let (name, doc, value) = match items {
            [name] => (name, None, None),
            [name, value] => (name, None, Some(value)),
            [name, Form { kind: FormKind::Str(doc), .. }, value] => (name, Some(doc.clone()), Some(value)),
            _ => return Err(syntax(form, "`def` takes a name and a value", "(def name value)")),
        };
        let meta = self.var_meta(form, name)?;
        let global = self.intern(&meta);
        let value = match value {
            Some(value) => {
                if value.call_of("fn").is_some() {
                    self.name_hint = Some(meta.name.clone());
                }
                let node = self.analyze(value, false);
                self.name_hint = None;
                Some(node?)
            }
            None => None,
        };
        let arglists = match &value {
            Some(Node::Fn(f)) => Some(f.code.arglists.clone()),
            _ => None,
        };
        Ok(self.def_node(global, value, VarMeta { doc: doc.or(meta.doc.clone()), arglists, ..meta }))
    }

    pub(super) fn defn(&mut self, form: &Form, items: &[Form], _tail: bool) -> Result<Node> {
        self.define_function(form, items, |_| {})
    }

    pub(super) fn defn_private(&mut self, form: &Form, items: &[Form], _tail: bool) -> Result<Node> {
        self.define_function(form, items, |meta| meta.is_private = true)
    }

    pub(super) fn defmacro(&mut self, form: &Form, items: &[Form], _tail: bool) -> Result<Node> {
        self.define_function(form, items, |meta| meta.is_macro = true)
    }

    fn define_function(&mut self, form: &Form, items: &[Form], mark: fn(&mut VarMeta)) -> Result<Node> {
        let shape = "(defn name [x] …)";
        let parts = FnParts::parse(form, items, shape)?;
        let (Some(name), Some(name_form)) = (parts.name, items.first()) else {
            return Err(syntax(form, "the definition needs a name", shape));
        };
        let mut meta = self.var_meta(form, name_form)?;
        mark(&mut meta);
        meta.doc = parts.doc.clone().or(meta.doc);
        let global = self.intern(&meta);
        let node = self.function_of(&parts, name.clone(), None, None)?;
        if let Node::Fn(f) = &node {
            meta.arglists = Some(f.code.arglists.clone());
        }
        Ok(self.def_node(global, Some(node), meta))
    }

    pub(super) fn declare(&mut self, form: &Form, items: &[Form], _tail: bool) -> Result<Node> {
        let mut nodes = Vec::new();
        for name in items {
            let meta = self.var_meta(form, name)?;
            let global = self.intern(&meta);
            nodes.push(self.def_node(global, None, VarMeta { is_declared: true, ..meta }));
        }
        nodes.push(Node::Const(Value::Nil));
        Ok(Node::Do(nodes.into()))
    }

    /// What a definition form and its name's metadata say of the new global.
    pub fn var_meta(&self, form: &Form, name: &Form) -> Result<VarMeta> {
        let Some(text) = name.as_symbol() else {
            return Err(syntax(name, "a definition's name is a symbol", "(def name value)"));
        };
        if text.len() > 1 && text.contains('/') {
            return Err(Error::raise(
                Code::Syntax,
                format!("`{text}` has a namespace: a definition goes into the current one"),
            )
            .at(name.span)
            .help(format!("write `{}`", text.rsplit('/').next().unwrap_or(text))));
        }
        let mut meta = VarMeta {
            namespace: self.cx.namespace.clone(),
            name: text.clone(),
            span: Some(form.span),
            ..VarMeta::default()
        };
        if let Some(Form { kind: FormKind::Map(entries), .. }) = name.meta.as_deref() {
            for (k, v) in entries {
                match (k.as_keyword().map(|k| &**k), &v.kind) {
                    (Some("doc"), FormKind::Str(doc)) => meta.doc = Some(doc.clone()),
                    (Some("private"), FormKind::Bool(b)) => meta.is_private = *b,
                    _ => {}
                }
            }
        }
        Ok(meta)
    }

    /// The global of a definition, known from here on, so that a function can call itself.
    pub fn intern(&mut self, meta: &VarMeta) -> u32 {
        let program = self.cx.program_mut();
        program.intern(&meta.namespace, &meta.name)
    }

    pub fn def_node(&mut self, global: u32, value: Option<Node>, meta: VarMeta) -> Node {
        self.note_definition(global);
        Node::Def(Box::new(DefNode { global, value, meta: Arc::new(meta) }))
    }
}

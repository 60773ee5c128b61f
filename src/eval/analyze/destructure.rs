//! Destructuring: patterns become slots filled by `nth`, `nthnext` and `get`.

use super::{Analyzer, syntax};
use crate::error::{Code, Result};
use crate::eval::builtins::destructuring::{MAP, NTH, REST};
use crate::eval::function::Builtin;
use crate::eval::node::{IfNode, NativeCall, Node, Slot};
use crate::eval::value::Value;
use crate::lexer::Span;
use crate::parser::{Form, FormKind};
use std::sync::Arc;

type Inits = Vec<(Slot, Node)>;

impl Analyzer<'_> {
    /// Binds the names of `pattern` to parts of `value`.
    pub(super) fn bind_pattern(&mut self, pattern: &Form, value: Node, inits: &mut Inits) -> Result<()> {
        match &pattern.kind {
            FormKind::Symbol(name) => {
                let name = self.plain_name(name, pattern)?;
                let slot = self.scope().bind(name);
                if value.is_effect() {
                    self.scope().choices.push(slot);
                }
                inits.push((slot, value));
                Ok(())
            }
            FormKind::Vector(parts) => {
                let slot = self.held(value, inits);
                self.sequence(pattern, parts, slot, inits)
            }
            FormKind::Map(entries) => {
                let value = self.internal(&MAP, vec![value], pattern.span);
                let slot = self.held(value, inits);
                self.associative(entries, slot, inits)
            }
            _ => Err(syntax(
                pattern,
                "a binding is a name, a vector pattern or a map pattern",
                "[a [b & more] {:keys [c d]}]",
            )),
        }
    }

    fn held(&mut self, value: Node, inits: &mut Inits) -> Slot {
        let slot = self.scope().slot();
        inits.push((slot, value));
        slot
    }

    fn sequence(&mut self, pattern: &Form, parts: &[Form], slot: Slot, inits: &mut Inits) -> Result<()> {
        let mut rest = parts.iter();
        let mut index = 0;
        while let Some(part) = rest.next() {
            let special = part.as_symbol().filter(|s| &***s == "&").is_some();
            if special || part.as_keyword().is_some_and(|k| &**k == "as") {
                let Some(target) = rest.next() else {
                    return Err(syntax(pattern, "`&` and `:as` are followed by a name", "[a & more :as all]"));
                };
                let value = if special {
                    self.internal(&REST, vec![Node::Local(slot), Node::Const(Value::Int(index))], pattern.span)
                } else {
                    Node::Local(slot)
                };
                self.bind_pattern(target, value, inits)?;
                continue;
            }
            let value = self.internal(&NTH, vec![Node::Local(slot), Node::Const(Value::Int(index))], pattern.span);
            self.bind_pattern(part, value, inits)?;
            index += 1;
        }
        Ok(())
    }

    fn associative(&mut self, entries: &[(Form, Form)], slot: Slot, inits: &mut Inits) -> Result<()> {
        let defaults = entries.iter().find(|(k, _)| k.as_keyword().is_some_and(|k| &**k == "or"));
        for (pattern, key) in entries {
            match (pattern.as_keyword().map(|k| &**k), &key.kind) {
                (Some("or"), _) => {}
                (Some("as"), _) => self.bind_pattern(key, Node::Local(slot), inits)?,
                (Some(kind), FormKind::Vector(names)) => {
                    for name in names {
                        let (local, key) = key_for(kind, name)?;
                        self.entry(&Form::symbol(&local, name.span), Node::Const(key), slot, defaults, inits)?;
                    }
                }
                (Some(_), _) => {
                    return Err(syntax(
                        pattern,
                        "a map pattern maps names to keys",
                        "{:keys [a b], c :c, :or {a 1} :as all}",
                    ));
                }
                (None, _) => {
                    let key = self.analyze(key, false)?;
                    self.entry(pattern, key, slot, defaults, inits)?;
                }
            }
        }
        Ok(())
    }

    /// Binds one name to the entry under `key`, or to its default when the key is absent.
    fn entry(
        &mut self,
        pattern: &Form,
        key: Node,
        map: Slot,
        defaults: Option<&(Form, Form)>,
        inits: &mut Inits,
    ) -> Result<()> {
        let default = pattern.as_symbol().and_then(|name| match defaults {
            Some((_, Form { kind: FormKind::Map(d), .. })) => {
                d.iter().find(|(k, _)| k.as_symbol() == Some(name)).map(|(_, v)| v)
            }
            _ => None,
        });
        let key = self.held(key, inits);
        let get = |a: &mut Self| a.core_call("get", vec![Node::Local(map), Node::Local(key)], pattern.span);
        let value = match default {
            None => get(self)?,
            Some(default) => {
                let present = self.core_call("contains?", vec![Node::Local(map), Node::Local(key)], pattern.span)?;
                let (yes, no) = (get(self)?, self.analyze(default, false)?);
                let place = self.place(pattern.span);
                Node::If(Box::new(IfNode { test: present, yes, no, place, of_choice: false }))
            }
        };
        self.bind_pattern(pattern, value, inits)
    }

    pub(super) fn internal(&mut self, row: &'static Builtin, args: Vec<Node>, span: Span) -> Node {
        let place = self.place(span);
        for _ in &args {
            self.place(span);
        }
        Node::Native(Box::new(NativeCall { row, args: args.into(), place }))
    }

    fn core_call(&mut self, name: &str, args: Vec<Node>, span: Span) -> Result<Node> {
        match self.cx.program.core.get(name) {
            Some(crate::eval::program::Core::Row(row)) => Ok(self.internal(row, args, span)),
            _ => Err(crate::error::Error::raise(Code::Internal, format!("the core has no `{name}`")).at(span)),
        }
    }
}

/// The local name and the key of one name under `:keys`, `:strs`, `:syms` or `:ns/keys`.
fn key_for(kind: &str, name: &Form) -> Result<(Arc<str>, Value)> {
    let (prefix, kind) = crate::eval::name::split_name(kind);
    let text = match &name.kind {
        FormKind::Symbol(s) | FormKind::Keyword(s) => s.clone(),
        _ => return Err(syntax(name, "the names of a map pattern are symbols", "{:keys [a b]}")),
    };
    let full = match prefix {
        Some(p) => format!("{p}/{text}"),
        None => text.to_string(),
    };
    let key = match kind {
        "keys" => Value::keyword(&full),
        "strs" => Value::str(full.as_str()),
        "syms" => Value::symbol(&full),
        _ => return Err(syntax(name, format!("unknown map pattern `:{kind}`"), "{:keys [a b] :or {a 1} :as all}")),
    };
    Ok((crate::eval::name::split_name(&text).1.into(), key))
}

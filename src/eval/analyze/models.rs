//! `gen` and `defgen`: the parts of a generative function. What makes one of them is a row of the program's.

use super::{Analyzer, FnParts};
use crate::error::{Code, Error, Result};
use crate::eval::node::{NativeCall, Node};
use crate::eval::program::VarMeta;
use crate::eval::value::Value;
use crate::parser::{Form, FormKind};
use std::sync::Arc;

const SHAPE: &str = "(gen [x] (trace :y (normal x 1)))";

pub(super) fn generative(a: &mut Analyzer<'_>, form: &Form, items: &[Form]) -> Result<Node> {
    let parts = FnParts::parse(form, items, SHAPE)?;
    let own = parts.name.cloned();
    model(a, form, parts, own)
}

pub(super) fn define(a: &mut Analyzer<'_>, form: &Form, items: &[Form]) -> Result<Node> {
    let shape = "(defgen name [x] (trace :y (normal x 1)))";
    let parts = FnParts::parse(form, items, shape)?;
    let (Some(name), Some(name_form)) = (parts.name.cloned(), items.first()) else {
        return Err(Error::raise(Code::Syntax, "`defgen` needs a name").at(form.span).help(format!("write `{shape}`")));
    };
    let meta = a.var_meta(form, name_form)?;
    let global = a.intern(&meta);
    let (doc, arglist) = (parts.doc.clone(), arglist_of(&parts));
    let node = model(a, form, parts, Some(name))?;
    Ok(a.def_node(
        global,
        Some(node),
        VarMeta { doc: doc.or(meta.doc.clone()), arglists: Some(arglist.into()), ..meta },
    ))
}

fn arglist_of(parts: &FnParts<'_>) -> String {
    let params: Vec<String> =
        parts.arities.first().map_or(&[][..], |(p, _)| p).iter().map(crate::parser::print).collect();
    format!("[{}]", params.join(" "))
}

/// The node that makes a model of its parts: name, doc, arglist, number of required arguments, rest?, body, defaults. The
/// body is a function of the model itself and the arguments, each default a
/// function of the arguments before it.
fn model(a: &mut Analyzer<'_>, form: &Form, parts: FnParts<'_>, own: Option<Arc<str>>) -> Result<Node> {
    let name = own.clone().unwrap_or_else(|| "gen".into());
    // A model without a name receives itself under one that no program can write.
    let own = own.unwrap_or_else(|| "the model itself".into());
    let [(params, body)] = &parts.arities[..] else {
        return Err(Error::raise(Code::Syntax, "a generative function has one arity")
            .at(form.span)
            .help("give optional arguments defaults: `(gen [x (y 2)] …)`"));
    };
    let arglist = arglist_of(&parts);
    let rest = params.iter().any(|p| p.as_symbol().is_some_and(|s| &**s == "&"));
    let (plain, defaults) = optional(params)?;
    let required = plain.iter().take_while(|p| p.as_symbol().is_none_or(|s| &**s != "&")).count() - defaults.len();
    let mut args = vec![
        Node::Const(Value::str(&*name)),
        Node::Const(parts.doc.as_deref().map_or(Value::Nil, Value::str)),
        Node::Const(Value::str(arglist)),
        Node::Const(Value::Int(required as i64)),
        Node::Const(Value::bool(rest)),
    ];
    let body = FnParts { name: None, doc: None, arities: vec![(&plain[..], *body)], span: form.span };
    args.push(a.function_of(&body, name.clone(), None, Some(own))?);
    for (i, default) in defaults.iter().enumerate() {
        let before = &plain[..required + i];
        let parts = FnParts {
            name: None,
            doc: None,
            arities: vec![(before, std::slice::from_ref(default))],
            span: default.span,
        };
        args.push(a.function_of(&parts, name.clone(), None, None)?);
    }
    let Some(row) = a.cx.program.models else {
        return Err(Error::raise(Code::Internal, "this program makes no generative functions").at(form.span));
    };
    let place = a.place(form.span);
    Ok(Node::Native(Box::new(NativeCall { row, args: args.into(), place })))
}

/// Parameters with `(y default)` replaced by `y`, and the defaults.
fn optional(params: &[Form]) -> Result<(Vec<Form>, Vec<Form>)> {
    let (mut plain, mut defaults, mut rest) = (Vec::new(), Vec::new(), false);
    for param in params {
        rest |= param.as_symbol().is_some_and(|s| &**s == "&");
        match &param.kind {
            FormKind::List(parts) => match &parts[..] {
                [name, default] if name.as_symbol().is_some() => {
                    plain.push(name.clone());
                    defaults.push(default.clone());
                }
                _ => {
                    return Err(Error::raise(Code::Syntax, "an optional parameter is a name and its default")
                        .at(param.span)
                        .help("write `[x (y 2)]`"));
                }
            },
            _ if !defaults.is_empty() && !rest => {
                let shown = crate::parser::print(param);
                return Err(Error::raise(
                    Code::Syntax,
                    format!("the required parameter `{shown}` stands after an optional one"),
                )
                .at(param.span)
                .help("put parameters with defaults last"));
            }
            _ => plain.push(param.clone()),
        }
    }
    Ok((plain, defaults))
}

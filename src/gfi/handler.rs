//! with-handler: a program's own handler of `trace`, `splice` and `param`; effects inside it reach the next one out.

use super::interface::check_callable;
use super::ops::inlined::splice_parts;
use crate::distributions::Constructor;
use crate::error::{Code, Result, Stop};
use crate::eval::args::wrong_type;
use crate::eval::collections::Map;
use crate::eval::effect::{EffectSite, Handler};
use crate::eval::effects::outside;
use crate::eval::node::EffectKind;
use crate::eval::print::brief;
use crate::eval::{Builtin, Cx, Value, keys};

pub const TABLE: &[Builtin] = &[Builtin::new("with-handler*", "[handlers f]", with_handler).state()];

/// Functions that handle effects, and what stood outside.
struct Handlers {
    functions: Map,
    outer: Option<Box<dyn Handler>>,
    outer_in_model: bool,
}

const KINDS: [&str; 3] = ["trace", "splice", "param"];

fn with_handler(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let Value::Map(functions) = args[0].clone() else {
        return Err(wrong_type("with-handler", "a map of handlers", &args[0], 0)
            .help("write `(with-handler {:trace (fn [addr callee args] value)} body…)`"));
    };
    keys::check("with-handler", "handler", &functions, &KINDS.join(" ")).map_err(|e| e.arg(0))?;
    for (key, f) in functions.iter() {
        check_callable(&format!("with-handler {}", brief(key)), f, 0)?;
    }
    let (outer, outer_in_model) = cx.swap_handler(None, true);
    let handlers = Handlers { functions, outer, outer_in_model };
    let (handlers, result) = cx.with_handler(handlers, |cx| cx.call(&args[1], &mut []));
    cx.swap_handler(handlers.outer, outer_in_model);
    result
}

/// A function that takes other arguments than those of a handler.
#[cold]
fn called_with(error: Stop, name: &str) -> Stop {
    match (error.code(), error.is_direct(), name) {
        (Some(Code::Arity), true, "param") => error.help("the handler of `:param` is called with name and default"),
        (Some(Code::Arity), true, _) => {
            error.help(format!("the handler of `:{name}` is called with address, callee and the vector of arguments"))
        }
        _ => error,
    }
}

impl Handlers {
    /// Gives an effect to the program's function, or to the next handler out.
    fn handle(
        &mut self,
        cx: &mut Cx,
        kind: EffectKind,
        address: &Value,
        call: impl FnOnce(&mut Cx) -> Result<Vec<Value>>,
        pass: impl FnOnce(&mut dyn Handler, &mut Cx) -> Result<Value>,
    ) -> Result<Value> {
        let name = KINDS[kind as usize];
        if let Some(f) = self.functions.get_keyword(name).cloned() {
            let mut args = call(cx)?;
            let (inner, in_model) = cx.swap_handler(self.outer.take(), self.outer_in_model);
            let result = cx.call(&f, &mut args).map_err(|e| called_with(e, name));
            self.outer = cx.swap_handler(inner, in_model).0;
            return result;
        }
        match &mut self.outer {
            Some(outer) => pass(&mut **outer, cx),
            None => Err(outside(kind, address)),
        }
    }
}

/// The address, the callee and its arguments, as a program's handler gets them.
fn parts(address: &Value, callee: Value, args: &[Value]) -> Result<Vec<Value>> {
    Ok(vec![address.clone(), callee, Value::vector(args.to_vec())?])
}

impl Handler for Handlers {
    /// A visible call of a constructor arrives as a distribution.
    fn trace(&mut self, cx: &mut Cx, site: &EffectSite<'_>, what: &Value, args: &[Value]) -> Result<Value> {
        let call = |cx: &mut Cx| match what.as_host::<Constructor>() {
            Some(_) => parts(site.address, cx.call(what, &mut args.to_vec())?, &[]),
            None => parts(site.address, what.clone(), args),
        };
        self.handle(cx, EffectKind::Trace, site.address, call, |outer, cx| outer.trace(cx, site, what, args))
    }

    fn splice(&mut self, cx: &mut Cx, site: &EffectSite<'_>, what: &Value, args: &[Value]) -> Result<Value> {
        let call = |_: &mut Cx| {
            let (address, model, args) = splice_parts(site, what, args);
            parts(address.unwrap_or(&Value::Nil), model.clone(), args)
        };
        self.handle(cx, EffectKind::Splice, site.address, call, |outer, cx| outer.splice(cx, site, what, args))
    }

    fn param(&mut self, cx: &mut Cx, site: &EffectSite<'_>, default: &Value) -> Result<Value> {
        let call = |_: &mut Cx| Ok(vec![site.address.clone(), default.clone()]);
        self.handle(cx, EffectKind::Param, site.address, call, |outer, cx| outer.param(cx, site, default))
    }
}

//! Running `trace`, `splice` and `param`: evaluate the operands, give them to the handler, put it back.

use super::call::native_error;
use super::cx::Cx;
use super::effect::EffectSite;
use super::lanes;
use super::node::{AddressNode, EffectKind, EffectNode};
use super::print::brief;
use super::run::eval;
use super::value::Value;
use crate::error::{Code, Error, Result, Stop};

#[inline(never)]
pub fn run_effect(effect: &EffectNode, frame: &mut [Value], cx: &mut Cx) -> Result<Value> {
    let computed;
    let address = match &effect.address {
        Some(AddressNode::Literal(address)) => address,
        Some(AddressNode::Computed(node)) => {
            computed = eval(node, frame, cx)?;
            &computed
        }
        None => &Value::Nil,
    };
    let callee = eval(&effect.callee, frame, cx)?;
    let mut few = [const { Value::Nil }; 4];
    let many;
    let args: &[Value] = if effect.args.len() <= few.len() {
        for (slot, arg) in few.iter_mut().zip(effect.args.iter()) {
            *slot = eval(arg, frame, cx)?;
        }
        &few[..effect.args.len()]
    } else {
        many = effect.args.iter().map(|a| eval(a, frame, cx)).collect::<Result<Vec<_>>>()?;
        &many
    };
    if cx.group.is_some() && (lanes::in_parts(&callee) || lanes::holds_lanes(address)) {
        // Lanes that differ in what they call, or in its address, do so on their own.
        return lanes::per_value(cx, &[callee, address.clone()], true, &mut |cx, parts| {
            let args = args.iter().map(|arg| lanes::in_force(cx, arg)).collect::<Result<Vec<_>>>()?;
            perform(effect, &parts[1], &parts[0], &args, cx)
        });
    }
    perform(effect, address, &callee, args, cx)
}

/// Gives an effect to the handler.
fn perform(effect: &EffectNode, address: &Value, callee: &Value, args: &[Value], cx: &mut Cx) -> Result<Value> {
    let site = EffectSite { address, place: effect.place };
    let Some(mut handler) = cx.take_handler() else {
        let error = cx.too_late(effect.kind, address).unwrap_or_else(|| outside(effect.kind, address));
        return Err(native_error(error, effect.place, cx));
    };
    let result = cx.deeper(|cx| match effect.kind {
        EffectKind::Trace => handler.trace(cx, &site, callee, args),
        EffectKind::Splice => handler.splice(cx, &site, callee, args),
        EffectKind::Param => handler.param(cx, &site, callee),
    });
    cx.put_handler(handler);
    result.map_err(|e| {
        let mut error = native_error(e, effect.place, cx);
        if !address.is_nil() {
            error.enter(brief(address));
        }
        error
    })
}

/// The error of an effect that nothing handles.
#[cold]
pub fn outside(kind: EffectKind, address: &Value) -> Stop {
    let (name, instead) = match kind {
        EffectKind::Trace => ("trace", "(simulate (gen [] (trace :x (normal 0 1))) [])"),
        EffectKind::Splice => ("splice", "(simulate (gen [] (splice :part model)) [])"),
        EffectKind::Param => ("param", "(simulate (gen [] (param :w 1.0)) [])"),
    };
    let at = if address.is_nil() { String::new() } else { format!(" at `{}`", brief(address)) };
    Error::raise(Code::EffectOutsideModel, format!("`{name}`{at} outside a model: nothing handles it here"))
        .help(format!("put it in a model and run that, for example `{instead}`"))
}

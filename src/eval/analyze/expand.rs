//! Macro expansion: code to values, through the macro's function, and back.

use crate::error::{At, Code, Error, Result};
use crate::eval::builtins::strings::printing::settled;
use crate::eval::convert;
use crate::eval::cx::Cx;
use crate::eval::value::Value;
use crate::parser::Form;

use super::resolve::{Resolved, resolve_global};
use super::special;

/// Expands a call of the macro `global`.
pub(super) fn expand_call(cx: &mut Cx, global: u32, form: &Form) -> Result<Form> {
    let mut args: Vec<Value> = match form.as_list() {
        Some([_, args @ ..]) => args.iter().map(convert::to_value).collect::<Result<_>>()?,
        _ => Vec::new(),
    };
    let function = cx.program.globals[global as usize].clone();
    // A macro that fails points at its call, not into the library.
    let at_call = |mut error: Box<Error>| {
        if error.code == Code::Arity || error.span().is_none_or(|s| s.source != form.span.source) {
            error.at = At::Place(form.span);
        }
        error.frames.retain(|frame| frame.call.source == form.span.source);
        error
    };
    let expansion = cx.call(&function, &mut args).map_err(|stop| stop.map(at_call))?;
    let expansion = settled(cx, expansion)?;
    convert::to_form(&expansion, form.span)
}

/// One step of expansion of a form given as a value; `None` when it is no macro call.
pub fn expand_once(cx: &mut Cx, form: &Form) -> Result<Option<Form>> {
    let Some(name) = form.as_list().and_then(|items| items.first()).and_then(Form::as_symbol) else { return Ok(None) };
    if special(name).is_some() {
        return Ok(None);
    }
    match resolve_global(cx, name)? {
        Some(Resolved::Global(g)) if cx.program.vars[g as usize].is_macro => Ok(Some(expand_call(cx, g, form)?)),
        _ => Ok(None),
    }
}

/// Expands the head until it is no macro call.
pub fn expand_all(cx: &mut Cx, form: &Form) -> Result<Form> {
    let mut form = form.clone();
    while let Some(next) = expand_once(cx, &form)? {
        cx.step()?;
        form = next;
    }
    Ok(form)
}

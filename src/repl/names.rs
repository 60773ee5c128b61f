//! What the editor wants to know of a name: how it is called, and whether it is part of the syntax.

use genlisp::Interpreter;
use genlisp::internals::docs;
use genlisp::internals::eval::Value;
use genlisp::internals::eval::analyze::{Resolved, SPECIALS, resolve_global, special};

/// The argument lists of a function, macro or special form.
pub fn arglists(name: &str, lisp: &mut Interpreter) -> Option<String> {
    let resolved = resolve_global(lisp.cx(), name).ok().flatten();
    match resolved {
        Some(Resolved::Global(global)) => {
            let program = &lisp.cx().program;
            let known = program.vars.get(global as usize)?.arglists.as_deref().map(str::to_string);
            known.or_else(|| of_value(program.globals.get(global as usize)?))
        }
        Some(Resolved::Core(core)) => of_value(&core.value()),
        _ => {
            let (special, _) = SPECIALS.iter().find(|(special, _)| *special == name)?;
            docs::of(special)?.lines().next().map(str::to_string)
        }
    }
}

fn of_value(value: &Value) -> Option<String> {
    match value {
        Value::Native(row) => Some(row.arglists.to_string()),
        Value::Fn(f) => Some(f.code.arglists.to_string()),
        Value::Host(host) => host.object().doc().map(|(arglists, _)| arglists),
        _ => None,
    }
}

/// True of special forms and macros.
pub fn is_syntax(name: &str, lisp: &mut Interpreter) -> bool {
    if special(name).is_some() {
        return true;
    }
    match resolve_global(lisp.cx(), name) {
        Ok(Some(Resolved::Global(global))) => {
            lisp.cx().program.vars.get(global as usize).is_some_and(|var| var.is_macro)
        }
        _ => false,
    }
}

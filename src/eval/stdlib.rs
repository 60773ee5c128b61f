//! Reading the standard library and programs: a definition of the library when it is first needed, a source form by form.

use super::analyze::{Resolved, analyze_top};
use super::call::run_row;
use super::cx::Cx;
use super::program::CORE;
use super::run::{check_arity, eval};
use super::value::Value;
use crate::error::{Code, Error, Result};
use crate::lexer::{Source, Span};
use crate::parser;
use std::sync::Arc;

/// The global of a definition of the core, read now if `stdlib/` has it.
pub fn load_definition(cx: &mut Cx, name: &str) -> Result<Option<u32>> {
    let library = cx.library.clone();
    let Some(entry) = library.entry(name) else { return Ok(None) };
    let core: Arc<str> = CORE.into();
    let (file, text) = library.core_text(entry);
    let source = core_source(cx, file, text);
    let parsed = parser::parse_span(&source, Span::new(source.id, entry.start, entry.end));
    if let Some(error) = parsed.errors.into_iter().next() {
        return Err(error.boxed().into());
    }
    // Known before it is analysed, so that definitions may refer to each other.
    let global = cx.program_mut().intern(&core, name);
    let outer = std::mem::replace(&mut cx.namespace, core);
    let result = cx.isolated(|cx| {
        for form in &parsed.forms {
            run_top(form, cx)?;
        }
        Ok(())
    });
    cx.namespace = outer;
    result.map(|()| Some(global))
}

/// The registered source of a core file.
fn core_source(cx: &mut Cx, file: &'static str, text: &'static str) -> Arc<Source> {
    if let Some(id) = cx.program.library_sources.get(file)
        && let Some(source) = cx.program.sources.get(*id)
    {
        return source.clone();
    }
    let program = cx.program_mut();
    let source = program.sources.add(file, text);
    program.library_sources.insert(file, source.id);
    source
}

/// The value of a core name, for host code that calls the library.
pub fn core_value(cx: &mut Cx, name: &str) -> Result<Value> {
    let full = format!("{CORE}/{name}");
    match super::analyze::resolve_global(cx, &full)? {
        Some(Resolved::Global(g)) => Ok(cx.program.globals[g as usize].clone()),
        Some(Resolved::Core(core)) => Ok(core.value()),
        _ => Err(Error::raise(Code::Internal, format!("the library has no `{name}`"))),
    }
}

impl Cx {
    /// Calls a function of the standard library by name.
    pub fn call_core(&mut self, name: &str, args: &mut [Value]) -> Result<Value> {
        let f = core_value(self, name)?;
        self.call(&f, args)
    }

    /// Hands a builtin's own arguments to another: an error still points at the argument.
    pub(crate) fn delegate(&mut self, name: &str, args: &mut [Value]) -> Result<Value> {
        match core_value(self, name)? {
            Value::Native(row) => {
                check_arity(row, args.len())?;
                self.deeper(|cx| run_row(row, cx, args))
            }
            other => self.call(&other, args),
        }
    }
}

/// Reads a whole namespace of the library, once.
pub fn load_namespace(cx: &mut Cx, name: &str) -> Result<()> {
    let Some(text) = cx.library.namespace_text(name) else { return Ok(()) };
    if cx.program.namespaces.contains_key(name) {
        return Ok(());
    }
    let source = cx.program_mut().sources.add(format!("{name}.gen"), text);
    let forms = parser::read(&source)?;
    let outer = cx.namespace.clone();
    let result = cx.isolated(|cx| run_forms(&forms, cx));
    cx.namespace = outer;
    result.map(|_| ())
}

/// Checks a source as a whole, then runs every form in order; the value is that of the last.
pub fn load_source(source: &Source, cx: &mut Cx) -> Result<Value> {
    let forms = parser::read(source).map_err(|e| e.before_run(true))?;
    super::check::check(&forms, cx)?;
    run_forms(&forms, cx)
}

fn run_forms(forms: &[parser::Form], cx: &mut Cx) -> Result<Value> {
    forms.iter().try_fold(Value::Nil, |_, form| run_top(form, cx))
}

/// Analyses and evaluates a top-level form. The forms of a `do` are top-level themselves, so that a macro defined
/// in one is known in the next.
pub fn run_top(form: &parser::Form, cx: &mut Cx) -> Result<Value> {
    if let Some([_, forms @ ..]) = form.call_of("do") {
        let mut last = Value::Nil;
        for form in forms {
            last = run_top(form, cx)?;
        }
        return Ok(last);
    }
    let code = analyze_top(form, cx).map_err(|e| e.before_run(true))?;
    let arity = &code.arities[0];
    let mut frame = vec![Value::Nil; arity.slots as usize];
    let result = cx.deeper(|cx| eval(&arity.body, &mut frame, cx));
    cx.ended(result).map_err(|e| e.or_at(form.span).before_run(false))
}

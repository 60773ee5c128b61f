//! Functions with a gradient of their own.

use super::options::option;
use crate::error::{Code, Error, Result};
use crate::eval::cx::Cx;
use crate::eval::gradient::{self, Tape, VarKind};
use crate::eval::host::HostObject;
use crate::eval::print::{Printer, brief};
use crate::eval::sequence;
use crate::eval::value::Value;

/// A function, and the function that gives its gradient.
struct CustomFunction {
    f: Value,
    gradient: Value,
}

pub fn custom_gradient(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let about = "a function of the vector of arguments, the value and its cotangent";
    let Some((gradient, _)) = option("custom-gradient", "gradient", about, args)? else {
        return Err(Error::raise(Code::Type, "`custom-gradient` wants the option `:gradient`")
            .help(format!("write `(custom-gradient f {{:gradient g}})`; `g` is {about}"))
            .arg(1));
    };
    Ok(Value::host(CustomFunction { f: super::function("custom-gradient", args)?, gradient }))
}

impl HostObject for CustomFunction {
    fn code(&self) -> Option<Vec<Value>> {
        Some(vec![self.f.clone(), self.gradient.clone()])
    }

    fn kind(&self) -> &'static str {
        "a function"
    }

    fn print(&self, out: &mut Printer<'_>) {
        out.text("#<custom-gradient of ");
        out.value(&self.f);
        out.text(">");
    }

    fn depth(&self) -> u32 {
        self.f.depth().max(self.gradient.depth()).saturating_add(1)
    }

    fn call(&self, this: &Value, cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
        let Some(tape) = gradient::innermost_in(args) else { return cx.call(&self.f, args) };
        let below: Vec<Value> = args.iter().map(|arg| gradient::below(&tape, arg)).collect::<Result<_>>()?;
        // Variables of outer tapes take the same way.
        let value = cx.call(this, &mut below.clone())?;
        check_value(&tape, &value)?;
        let wanted: Vec<Wanted> = args.iter().map(|arg| Wanted::new(&tape, arg)).collect::<Result<_>>()?;
        let mut variables = Vec::new();
        for arg in args.iter() {
            gradient::each_leaf(arg, &mut |leaf| {
                if tape.owns(leaf) {
                    variables.push(leaf.clone());
                }
            });
        }
        // The rule must not hold variables of its own tape: only their places and primals.
        let (level, given, rule) = (tape.level(), Value::vector(below)?, self.gradient.clone());
        gradient::ruled(
            &variables,
            |_| Ok(value),
            move |cx, flow| {
                let mut call = [given.clone(), flow.output.clone(), flow.cotangent.clone()];
                let parts = cx.call(&rule, &mut call)?;
                cotangents(cx, level, &wanted, &parts)
            },
        )
    }
}

/// What the function gives must be known to depend on nothing but its arguments.
fn check_value(tape: &Tape, value: &Value) -> Result<()> {
    if gradient::depends_on(value, tape.level()) {
        return Err(gradient::captured("the function of `custom-gradient`"));
    }
    VarKind::of(value).map(|_| ()).map_err(|_| {
        let message =
            format!("`custom-gradient` wants a function that gives a number or an array, not {}", shown(value));
        Error::raise(Code::Type, message)
    })
}

fn shown(value: &Value) -> String {
    if value.is_nil() { "nil".to_string() } else { format!("{} `{}`", value.kind(), brief(value)) }
}

/// The places of variables in one argument, with the kind of each.
enum Wanted {
    Variable(VarKind),
    Sequence(Vec<Wanted>),
    Map(Vec<(Value, Wanted)>),
    Nothing,
}

impl Wanted {
    fn new(tape: &Tape, arg: &Value) -> Result<Wanted> {
        Ok(match arg {
            Value::Var(_) if tape.owns(arg) => Wanted::Variable(VarKind::of(arg)?),
            Value::Vector(v) => Wanted::each(tape, v.iter())?,
            Value::List(l) => Wanted::each(tape, l.iter())?,
            Value::Map(m) => {
                let entries = m.iter().map(|(k, x)| Ok((k.clone(), Wanted::new(tape, x)?)));
                Wanted::Map(entries.collect::<Result<_>>()?)
            }
            _ => Wanted::Nothing,
        })
    }

    fn each<'a>(tape: &Tape, items: impl Iterator<Item = &'a Value>) -> Result<Wanted> {
        Ok(Wanted::Sequence(items.map(|item| Wanted::new(tape, item)).collect::<Result<_>>()?))
    }
}

/// The cotangents of all variables, from a vector with one for each argument.
fn cotangents(cx: &mut Cx, level: u64, wanted: &[Wanted], parts: &Value) -> Result<Vec<Value>> {
    let given = match parts {
        Value::Vector(_) | Value::List(_) | Value::Lazy(_) => sequence::to_vec(cx, parts)?,
        other => {
            let message =
                format!("`:gradient` must give a vector with one cotangent for each argument, not {}", shown(other));
            return Err(Error::raise(Code::Type, message).help("for one argument: `(fn [[x] value ct] [(* ct …)])`"));
        }
    };
    if given.len() != wanted.len() {
        let s = |n: usize| if n == 1 { "" } else { "s" };
        let (n, m) = (given.len(), wanted.len());
        let message = format!("`:gradient` gave {n} cotangent{} for {m} argument{}", s(n), s(m));
        return Err(Error::raise(Code::Arity, message).help("give nil for an argument that has none"));
    }
    let mut found = Vec::new();
    for (i, (wanted, part)) in wanted.iter().zip(&given).enumerate() {
        if gradient::depends_on(part, level) {
            return Err(gradient::captured("the function `:gradient`"));
        }
        collect(i, wanted, part, &mut found)?;
    }
    Ok(found)
}

fn collect(argument: usize, wanted: &Wanted, part: &Value, found: &mut Vec<Value>) -> Result<()> {
    match wanted {
        Wanted::Nothing => Ok(()),
        Wanted::Variable(kind) => {
            check_part(argument, kind, part)?;
            found.push(part.clone());
            Ok(())
        }
        Wanted::Sequence(items) => {
            let at = |i: usize| match part {
                Value::Vector(v) => v.get(i).cloned().unwrap_or_default(),
                Value::List(l) => l.get(i).cloned().unwrap_or_default(),
                _ => Value::Nil,
            };
            items.iter().enumerate().try_for_each(|(i, item)| collect(argument, item, &at(i), found))
        }
        Wanted::Map(entries) => entries.iter().try_for_each(|(key, item)| {
            let at = if let Value::Map(m) = part { m.get(key).cloned() } else { None };
            collect(argument, item, &at.unwrap_or_default(), found)
        }),
    }
}

fn check_part(argument: usize, kind: &VarKind, part: &Value) -> Result<()> {
    if part.is_nil() {
        return Ok(());
    }
    let of = |shape: &[usize]| {
        if shape.is_empty() { "a number".to_string() } else { format!("an array of shape {shape:?}") }
    };
    match VarKind::of(part) {
        Ok(found) if found.shape() == kind.shape() => Ok(()),
        Ok(found) => {
            let (found, wanted) = (of(found.shape()), of(kind.shape()));
            let message = format!("`:gradient` gave {found} for argument {argument}, which is {wanted}");
            Err(Error::raise(Code::Shape, message))
        }
        Err(_) => Err(Error::raise(Code::Type, format!("`:gradient` gave {} for argument {argument}", shown(part)))),
    }
}

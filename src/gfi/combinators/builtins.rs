//! Constructors of combinators.

use super::map::Columns;
use super::mix::Mix;
use super::scan::Scan;
use super::series::{Series, Shape};
use super::switch::Switch;
use super::unfold::Unfold;
use super::vectorized::Vectorized;
use super::wrapped::{Wrapped, check};
use super::wrappers::{Dimap, Keyed, Mask, Recurse};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::wrong_type;
use crate::eval::builtins::sequences::size;
use crate::eval::print::brief;
use crate::eval::{Builtin, Cx, Value, collections, keys};
use crate::gfi::interface::{Model, check_callable};

#[rustfmt::skip]
pub const TABLE: &[Builtin] = &[
    super::intervene::ROW,
    Builtin::new("map-gf", "[kernel]", |_, a| series::<Columns>(a)),
    Builtin::new("unfold", "[kernel]", |_, a| series::<Unfold>(a)),
    Builtin::new("scan", "[kernel]", |_, a| series::<Scan>(a)),
    Builtin::new("switch", "[branch & branches] [branches-by-key]", switch),
    Builtin::new("mask", "[gf]", |_, a| {
        check("mask", &a[0], 0)?;
        Ok(Model::value(Wrapped(Mask(a[0].clone()))))
    }),
    Builtin::new("mix", "[components log-weights] [weights-and-components]", mix),
    Builtin::new("contramap", "[gf f]", |_, a| dimap("contramap", a, Some(1), None)),
    Builtin::new("map-retval", "[gf g]", |_, a| dimap("map-retval", a, None, Some(1))),
    Builtin::new("dimap", "[gf f g]", |_, a| dimap("dimap", a, Some(1), Some(2))),
    Builtin::new("recurse-gf", "[f]", |_, a| {
        let made = matches!(a[0], Value::Fn(_) | Value::Native(_) | Value::Host(_));
        if !made {
            return Err(wrong_type("recurse", "a function of itself", &a[0], 0).help("write `(recurse (fn [self] (gen [n] …)))`"));
        }
        check_callable("recurse", &a[0], 0).map_err(|e| e.help("write `(recurse (fn [self] (gen [n] …)))`"))?;
        Ok(Model::value(Wrapped(Recurse(a[0].clone()))))
    }),
    Builtin::new("call-at", "[gf]", |_, a| {
        check("call-at", &a[0], 0)?;
        Ok(Model::value(Wrapped(Keyed { name: "call-at", inner: a[0].clone(), makes: false })))
    }),
    Builtin::new("choice-at", "[constructor]", |_, a| {
        if !a[0].as_host::<crate::distributions::Constructor>().is_some_and(|_| true) && !matches!(a[0], Value::Fn(_)) {
            return Err(wrong_type("choice-at", "a distribution's constructor", &a[0], 0).help("write `(choice-at normal)`"));
        }
        Ok(Model::value(Wrapped(Keyed { name: "choice-at", inner: a[0].clone(), makes: true })))
    }),
    Builtin::new("vmap", "[gf] [gf axes]", vmap),
    Builtin::new("repeat-gf", "[gf n]", |_, a| {
        check("repeat-gf", &a[0], 0).map_err(|e| match a[0] {
            Value::Int(_) => e.help("the function comes first, then the number: `(repeat-gf gf 3)`"),
            _ => e,
        })?;
        Ok(Model::value(Vectorized::repeat(a[0].clone(), size("repeat-gf", a, 1)?)))
    }),
];

fn series<S: Shape>(args: &[Value]) -> Result<Value> {
    check(S::NAME, &args[0], 0)?;
    Ok(Model::value(Series::<S>::new(args[0].clone())))
}

fn switch(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let switch = match &*args {
        [Value::Map(branches)] => {
            if branches.is_empty() {
                return Err(Error::raise(Code::Type, "a `switch` needs at least one branch")
                    .arg(0)
                    .help("write `(switch {:a gf1 :b gf2})`"));
            }
            branches.iter().try_for_each(|(_, branch)| check("switch", branch, 0))?;
            Switch::Keyed(branches.clone())
        }
        [branches @ (Value::Vector(_) | Value::List(_))] => {
            return Err(wrong_type("switch", "a generative function", branches, 0)
                .help("give the branches one by one: `(switch gf1 gf2)`"));
        }
        branches => {
            branches.iter().enumerate().try_for_each(|(i, branch)| check("switch", branch, i))?;
            Switch::Indexed(branches.to_vec())
        }
    };
    Ok(Model::value(Wrapped(switch)))
}

fn known_parts(parts: &collections::Map) -> Result<&collections::Map> {
    keys::check("mix", "part", parts, "weights components").map_err(|e| e.arg(0))?;
    Ok(parts)
}

fn mix(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let (components, index) = match &*args {
        [components, log_weights] => {
            (components.clone(), cx.call_core("categorical-logits", &mut [log_weights.clone()]))
        }
        [Value::Map(parts)] => match (known_parts(parts)?.get_keyword("weights"), parts.get_keyword("components")) {
            (Some(weights), Some(components)) => {
                (components.clone(), cx.call_core("categorical", &mut [weights.clone()]))
            }
            _ => return Err(no_parts(&args[0])),
        },
        _ => return Err(no_parts(&args[0])),
    };
    let components = match &components {
        Value::Vector(components) => components.to_vec(),
        Value::List(components) => components.to_vec(),
        other => {
            return Err(
                wrong_type("mix", "a vector of components", other, 0).help("write `(mix [gf1 gf2] log-weights)`")
            );
        }
    };
    if components.is_empty() {
        return Err(Error::raise(Code::Type, "a `mix` needs at least one component")
            .arg(0)
            .help("write `(mix [gf1 gf2] [-0.7 -0.7])`"));
    }
    let index = index.map_err(|e| e.arg(args.len() - 1))?;
    let count = index.as_host::<crate::distributions::Dist>().and_then(|dist| sizes(&dist.args));
    if count.is_some_and(|n| n != components.len()) {
        let message =
            format!("components and weights differ in number: {} and {}", components.len(), count.unwrap_or(0));
        return Err(Error::raise(Code::Shape, message).arg(args.len() - 1).help("give one weight for each component"));
    }
    Ok(Model::value(Mix::new(components, index)?))
}

/// Number of weights, where it can be told.
fn sizes(args: &[Value]) -> Option<usize> {
    match args.first()? {
        Value::Vector(v) => Some(v.len()),
        Value::List(l) => Some(l.len()),
        Value::Array(a) => a.shape().first().copied(),
        _ => None,
    }
}

#[cold]
fn no_parts(given: &Value) -> Stop {
    wrong_type("mix", "components and their log-weights", given, 0)
        .help("write `(mix [gf1 gf2] [-0.7 -0.7])` or `(mix {:weights [1 1] :components [gf1 gf2]})`")
}

fn dimap(name: &'static str, args: &[Value], before: Option<usize>, after: Option<usize>) -> Result<Value> {
    check(name, &args[0], 0)?;
    let part = |index: Option<usize>| index.map(|i| args[i].clone());
    for index in [before, after].into_iter().flatten() {
        check_callable(name, &args[index], index)?;
    }
    Ok(Model::value(Wrapped(Dimap { name, inner: args[0].clone(), before: part(before), after: part(after) })))
}

fn vmap(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    check("vmap", &args[0], 0)?;
    let axes = match args.get(1) {
        None => None,
        Some(Value::Vector(axes)) => Some(
            axes.iter()
                .map(|axis| match axis {
                    Value::Nil => Ok(false),
                    Value::Int(0) => Ok(true),
                    other => {
                        Err(Error::raise(Code::Type, format!("an axis of `vmap` is 0 or nil, not `{}`", brief(other)))
                            .arg(1)
                            .help("move the axis to the front first: `(transpose a …)`"))
                    }
                })
                .collect::<Result<Vec<bool>>>()?,
        ),
        Some(other) => {
            return Err(
                wrong_type("vmap", "a vector of axes", other, 1).help("write one axis for each argument: `[0 nil]`")
            );
        }
    };
    Ok(Model::value(Vectorized::new(args[0].clone(), axes)))
}

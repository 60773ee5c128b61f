//! A distribution seen through an invertible function.

use super::arguments::arity;
use super::declared_support::declared_support;
use super::inner::InnerDist;
use super::made_draw::onto_support;
use crate::distributions::atoms::matched;
use crate::distributions::bijector::{Bijector, Through, with_log_det, with_log_det_of};
use crate::distributions::density::Density;
use crate::distributions::graded::Graded;
use crate::distributions::object::{Built, Constructor};
use crate::distributions::support_of::SupportOf;
use crate::error::{Code, Error, Result};
use crate::eval::args::wrong_type;
use crate::eval::arrays::from_value;
use crate::eval::gradient::rules::from_nested;
use crate::eval::gradient::{holds_var, plain, primal_of};
use crate::eval::key::SiteRng;
use crate::eval::lanes::holds_lanes;
use crate::eval::numeric::{self, Binary};
use crate::eval::options::{OptionRow, Options};
use crate::eval::value::with_stack;
use crate::eval::{Cx, Value};
use std::sync::Arc;

const OPTIONS: &[OptionRow] = &[
    OptionRow::any("log-det-jacobian", "the logarithm of the determinant of the Jacobian of f").or_told("by gradients"),
    OptionRow::any("support", "where the values lie"),
];

pub const TRANSFORMED: Built = Built {
    name: "transformed",
    aliases: &[],
    arglist: "[dist f inverse & {:keys [log-det-jacobian support]}]",
    make: |_, args| {
        arity(&TRANSFORMED, args, 3, usize::MAX)?;
        let part = InnerDist::of("transformed", args, 0)?;
        for i in [1, 2] {
            function("transformed", &args[i]).map_err(|e| e.arg(i))?;
        }
        let options = Options::read("transformed", args, 3, OPTIONS)?;
        let log_det = options.get("log-det-jacobian").cloned();
        log_det
            .iter()
            .try_for_each(|f| function("transformed", f).map_err(|e| e.arg(options.place("log-det-jacobian"))))?;
        let declared = |support| declared_support("transformed", support).map_err(|e| e.arg(options.place("support")));
        let support = options.get("support").map(declared).transpose()?;
        let functions = args[1..].to_vec();
        Ok(Box::new(Transformed {
            part,
            forward: args[1].clone(),
            inverse: args[2].clone(),
            log_det,
            support,
            functions,
        }))
    },
};

/// An error unless the value can be called.
pub fn function(name: &str, value: &Value) -> Result<()> {
    match value {
        Value::Fn(_) | Value::Native(_) | Value::Host(_) | Value::Keyword(_) | Value::Map(_) => Ok(()),
        other => Err(wrong_type(name, "a function", other, 0)),
    }
}

struct Transformed {
    part: InnerDist,
    forward: Value,
    inverse: Value,
    log_det: Option<Value>,
    support: Option<SupportOf>,
    /// All arguments but the distribution.
    functions: Vec<Value>,
}

impl Transformed {
    fn seen(&self, cx: &mut Cx, y: &Value) -> Result<Graded> {
        let impossible = Value::float(f64::NEG_INFINITY);
        if self.support.as_ref().is_some_and(|support| !support.may_hold(y)) {
            return Ok(Graded::uniform(impossible, y, self.continuous()));
        }
        let (mut x, known) = self.inverted(cx, y)?;
        if !self.continuous()
            && let Some(atom) = self.part.density().atom_near(cx, &x)?
        {
            x = matched(x, &atom, y, &mut |x| cx.call(&self.forward, &mut [x]))?;
        }
        let inner = self.part.density().graded(cx, &x)?;
        // Off the support the Jacobian may be anything.
        if inner.is_impossible() || is_nan(&x) {
            return Ok(Graded { score: impossible, ..inner });
        }
        // Probabilities of single values stay as they are.
        if inner.is_mass() {
            return Ok(inner);
        }
        let score = match (&self.log_det, known) {
            (Some(log_det), _) => {
                let log_det = cx.call(log_det, &mut [x])?;
                numeric::binary(Binary::Sub, &inner.score, &log_det)
            }
            (None, Some(log_det)) => numeric::binary(Binary::Add, &inner.score, &log_det),
            (None, None) => {
                let (_, log_det) = with_log_det_of(cx, &self.inverse, y, Some(&inner.dense()))?;
                numeric::binary(Binary::Add, &inner.score, &log_det)
            }
        };
        Ok(Graded { score: score?, ..inner })
    }

    /// The inverse, with the Jacobian of what has densities only, unless that is given.
    fn inverted(&self, cx: &mut Cx, y: &Value) -> Result<(Value, Option<Value>)> {
        if self.log_det.is_none() && self.continuous() {
            let (x, log_det) = with_log_det(cx, &self.inverse, y).or_else(|error| {
                if cx.group.is_some() {
                    one_for_all("the inverse", &cx.call(&self.inverse, &mut [y.clone()])?)?;
                }
                Err(error)
            })?;
            return Ok((x, Some(log_det)));
        }
        let x = cx.call(&self.inverse, &mut [y.clone()])?;
        if self.log_det.is_some() {
            one_for_all("the inverse", &x)?;
        }
        Ok((x, None))
    }
}

/// An error where a function gives lanes for a number: it has hold of a value that differs by lane.
fn one_for_all(which: &str, found: &Value) -> Result<()> {
    if !holds_lanes(primal_of(found)) {
        return Ok(());
    }
    let message = format!("`transformed`: {which} depends on a value per lane, which a function cannot bring along");
    Err(Error::raise(Code::Lanes, message).help(
        "give the value as a parameter: `(defdist-transform shifted [m] {:base (normal 0 1) :forward (fn [x] (+ x m)) :inverse (fn [y] (- y m))})`",
    ))
}

/// Does a function use a number that a gradient is taken of?
fn uses_variable(function: &Value) -> bool {
    with_stack(function.depth(), || match function {
        Value::Fn(f) => f.captures.iter().any(uses_variable),
        Value::Host(host) => host.object().code().iter().flatten().any(uses_variable),
        other => holds_var(other),
    })
}

fn is_nan(x: &Value) -> bool {
    primal_of(x).as_f64().is_some_and(f64::is_nan)
}

impl Density for Transformed {
    fn name(&self) -> &str {
        "transformed"
    }

    fn sample(&self, cx: &mut Cx, draws: &mut SiteRng) -> Result<Value> {
        let x = self.part.density().sample(cx, draws)?;
        let y = cx.isolated(|cx| cx.call(&self.forward, &mut [x]))?;
        one_for_all("f", &y)?;
        if self.continuous() { onto_support(cx, self, y, draws) } else { Ok(y) }
    }

    fn logpdf(&self, cx: &mut Cx, value: &Value) -> Result<f64> {
        self.score(cx, value).map(|l| primal_of(&l).as_f64().unwrap_or(f64::NAN) + 0.0)
    }

    fn score(&self, cx: &mut Cx, value: &Value) -> Result<Value> {
        self.graded(cx, value).map(|graded| graded.score)
    }

    fn graded(&self, cx: &mut Cx, value: &Value) -> Result<Graded> {
        cx.isolated(|cx| self.seen(cx, value))
    }

    /// Vectors of numbers are arrays where the base draws arrays; what f makes of a value cannot be known.
    fn check_value(&self, value: &Value) -> Result<Value> {
        if matches!(value, Value::Vector(_) | Value::List(_)) && self.shape().is_some_and(|shape| !shape.is_empty()) {
            return if holds_var(value) { from_nested(value) } else { from_value(value).map(Value::array) };
        }
        // A Jacobian is one of numbers, in an array or a vector.
        let of_numbers = self.continuous() || self.shape().is_some_and(|shape| !shape.is_empty());
        if matches!(value, Value::Map(_)) && of_numbers {
            return Err(wrong_type(self.name(), "a number or an array", value, 0));
        }
        Ok(value.as_f64().filter(|_| self.continuous()).map_or_else(|| value.clone(), Value::float))
    }

    /// The number of the base that moves, through the function that may move itself.
    fn pathwise(&self, cx: &mut Cx, value: &Value) -> Result<Option<Value>> {
        let x = cx.isolated(|cx| cx.call(&self.inverse, &mut [value.clone()]))?;
        let Some(moving) = self.part.density().pathwise(cx, &plain(&x)?)? else { return Ok(None) };
        let y = cx.isolated(|cx| cx.call(&self.forward, &mut [moving]))?;
        // The very value, but for what moves it.
        let away = numeric::binary(Binary::Sub, value, &plain(&y)?)?;
        numeric::binary(Binary::Add, &y, &away).map(Some)
    }

    fn support(&self) -> SupportOf {
        self.support.clone().unwrap_or(SupportOf::Unknown)
    }

    fn continuous(&self) -> bool {
        self.part.density().continuous()
    }

    fn atom_near(&self, cx: &mut Cx, y: &Value) -> Result<Option<Value>> {
        let x = cx.call(&self.inverse, &mut [y.clone()])?;
        let atom = self.part.density().atom_near(cx, &x)?;
        atom.map(|atom| cx.call(&self.forward, &mut [atom])).transpose()
    }

    fn is_mixed(&self) -> bool {
        self.part.density().is_mixed()
    }

    fn support_moves(&self) -> bool {
        // Where the support is declared, it is what was declared that may move.
        let uses = if self.support.is_some() { holds_var } else { uses_variable };
        self.part.density().support_moves() || self.functions.iter().any(uses)
    }

    fn shape(&self) -> Option<Vec<usize>> {
        self.part.density().shape()
    }

    fn axes(&self, cx: &mut Cx) -> Result<Vec<usize>> {
        self.part.axes(cx)
    }

    fn elements(&self, cx: &mut Cx, axes: &[usize]) -> Result<Option<Vec<Value>>> {
        let Some(parts) = self.part.elements(cx, axes)? else { return Ok(None) };
        let seen = parts.into_iter().map(|part| {
            let args: Vec<Value> = std::iter::once(part).chain(self.functions.iter().cloned()).collect();
            Constructor::Built(&TRANSFORMED).value(cx, &args)
        });
        seen.collect::<Result<_>>().map(Some)
    }

    /// Of numbers onto the declared support, which is exact far out; else through the function.
    fn transform(&self, cx: &mut Cx) -> Result<Bijector> {
        let inner = self.part.density().transform(cx)?;
        let declared = self.support.as_ref().filter(|_| inner.is_number());
        if let Some(known) = declared.and_then(|support| Bijector::onto(self.name(), support, true).ok()) {
            return Ok(known);
        }
        Ok(Bijector::Through(Box::new(Through {
            part: Arc::new(self.part.clone()),
            inner,
            forward: self.forward.clone(),
            inverse: self.inverse.clone(),
            log_det: self.log_det.clone(),
        })))
    }
}

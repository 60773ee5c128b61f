//! Derivatives of properties of distributions, such as a cdf: by the value from the density, by parameters
//! from values next to them, by differences extrapolated to step 0 (Richardson), good to ten digits.

use super::density::Density;
use super::elements::elements;
use super::graded;
use super::object::{Constructor, Dist};
use crate::error::{Caught, Code, Error, Result};
use crate::eval::arrays::wrap;
use crate::eval::gradient::{Tape, Var, decisive, holds_var, plain, primal_of};
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use crate::tensor::Array;
use std::sync::Arc;

/// The variables in a value, also in parameters of distributions in it.
pub fn variables(value: &Value) -> Vec<Arc<Var>> {
    let mut found = Vec::new();
    walk(value, &mut found);
    found
}

/// The values of variables in data decide something: a step or an edge is where they may come to.
pub fn decide_by(values: &[Value]) {
    for variable in values.iter().flat_map(variables) {
        decisive(&Value::Var(variable));
    }
}

fn walk(value: &Value, found: &mut Vec<Arc<Var>>) {
    match value {
        Value::Var(var) if found.iter().any(|known| Arc::ptr_eq(known, var)) => {}
        Value::Var(var) => found.push(var.clone()),
        Value::Vector(items) => items.iter().for_each(|item| walk(item, found)),
        Value::List(items) => items.iter().for_each(|item| walk(item, found)),
        Value::Map(map) => map.iter().for_each(|(_, item)| walk(item, found)),
        Value::Host(_) => {
            if let Some(dist) = value.as_host::<Dist>() {
                dist.args.iter().for_each(|arg| walk(arg, found));
            }
        }
        _ => {}
    }
}

/// An element of a variable, moved by some amount.
pub struct Perturbation<'a> {
    pub variable: &'a Arc<Var>,
    pub element: usize,
    pub by: f64,
}

/// A value without its variables, of which an element of one may be moved.
pub fn without(cx: &mut Cx, value: &Value, moved: Option<&Perturbation<'_>>) -> Result<Value> {
    match value {
        Value::Var(var) => match moved {
            Some(moved) if Arc::ptr_eq(moved.variable, var) => shifted(primal_of(value), moved),
            _ => Ok(primal_of(value).clone()),
        },
        Value::Vector(items) if !variables(value).is_empty() => {
            Value::vector(items.iter().map(|item| without(cx, item, moved)).collect::<Result<_>>()?)
        }
        Value::Host(_) if !variables(value).is_empty() => {
            let Some(dist) = value.as_host::<Dist>() else { return Ok(value.clone()) };
            let args = dist.args.iter().map(|arg| without(cx, arg, moved)).collect::<Result<Vec<Value>>>()?;
            dist.constructor.value(cx, &args)
        }
        other if holds_var(other) => plain(other),
        other => Ok(other.clone()),
    }
}

fn shifted(primal: &Value, moved: &Perturbation<'_>) -> Result<Value> {
    match primal {
        Value::Array(array) => {
            let mut numbers = array.to_f64()?;
            if let Some(x) = numbers.get_mut(moved.element) {
                *x += moved.by;
            }
            wrap(Array::from_f64(numbers, array.shape()))
        }
        number => Ok(Value::float(number.as_f64().unwrap_or(f64::NAN) + moved.by)),
    }
}

/// The tape of variables, which must be of one gradient; none of no variables.
pub fn tape_of(name: &str, variables: &[Arc<Var>]) -> Result<Option<Tape>> {
    let Some(first) = variables.first() else { return Ok(None) };
    let one = |var: &Arc<Var>| var.tape().same(first.tape()) && !matches!(var.primal(), Value::Var(_));
    if variables.iter().all(one) {
        return Ok(Some(first.tape().clone()));
    }
    Err(Error::raise(Code::NoGradient, format!("{name} has only first derivatives")))
}

/// The derivative of a function at 0, where `at` is the size of what it moves; `None` where none is found: at a step.
///
/// Two extrapolations agree where the steps are small beside whatever bends the function, and large beside rounding:
/// steps are tried from large to small ones. Of those that never agree well the best is taken; that there is no
/// difference counts where no steps agree on one, unless rounding would hide what they come nearest to.
fn extrapolated(at: f64, mut f: impl FnMut(f64) -> Result<f64>) -> Result<Option<f64>> {
    let (mut best, mut flat, mut wrong) = ((f64::INFINITY, f64::NAN), false, None);
    let sizes = [at.abs().max(1.0), at.abs()].into_iter().take(if at.abs() < 1.0 { 2 } else { 1 });
    let steps = sizes.flat_map(|size| (-LARGER..SMALLER).map(move |k| 2e-3 * size / 32f64.powi(k)));
    for step in steps.filter(|step| *step > 0.0) {
        let mut difference = |h: f64| -> Result<f64> { Ok((f(h)? - f(-h)?) / (2.0 * h)) };
        let mut three =
            || -> Result<[f64; 3]> { Ok([difference(step)?, difference(0.5 * step)?, difference(0.25 * step)?]) };
        let [wide, middle, narrow] = match three().caught()? {
            Ok(found) => found,
            Err(e) => {
                wrong = Some(e);
                continue;
            }
        };
        // Of the point itself it is an error at the smallest step.
        wrong = None;
        if [wide, middle, narrow] == [0.0; 3] {
            flat |= best.1.is_nan() || best.1.abs() * step > 4.0 * f64::EPSILON * f(step)?.abs();
            continue;
        }
        flat = false;
        let (first, second) = ((4.0 * middle - wide) / 3.0, (4.0 * narrow - middle) / 3.0);
        let relative = if first == second { 0.0 } else { (second - first).abs() / second.abs() };
        if relative < best.0 {
            best = (relative, (16.0 * second - first) / 15.0);
        }
        if relative <= AGREED {
            break;
        }
    }
    match wrong {
        _ if best.0 <= NEARLY => Ok(Some(best.1)),
        _ if flat => Ok(Some(0.0)),
        _ if best.0 <= DISAGREED => Ok(Some(best.1)),
        Some(error) => Err(error.into()),
        None => Ok(None),
    }
}

/// How many times steps are made larger, and smaller, than a part of the size.
const LARGER: i32 = 5;
const SMALLER: i32 = 6;
/// Relative differences of two extrapolations that are good enough, that count before no difference at all, and that
/// are too large for a derivative.
const AGREED: f64 = 1e-7;
const NEARLY: f64 = 3e-4;
const DISAGREED: f64 = 1e-3;

/// The variables of values, element by element, each with the slope of a function of the values by it.
pub fn edges(
    cx: &mut Cx,
    name: &str,
    values: &[Value],
    f: &mut dyn FnMut(&mut Cx, &[Value]) -> Result<f64>,
) -> Result<Vec<(Value, Value)>> {
    let mut edges = Vec::new();
    for variable in values.iter().flat_map(variables) {
        let whole = Value::Var(variable.clone());
        for (element, part) in elements(&whole)?.into_iter().enumerate() {
            cx.charge(6)?;
            let at = primal_of(&part).as_f64().unwrap_or(f64::NAN);
            let slope = extrapolated(at, |by| {
                let moved = Perturbation { variable: &variable, element, by };
                let values = values.iter().map(|v| without(cx, v, Some(&moved))).collect::<Result<Vec<Value>>>()?;
                f(cx, &values)
            });
            // What is wrong is the point, not the program.
            let none = |why: &str| Error::raise(Code::NoSlope, format!("{name} has no gradient {why}"));
            let slope = slope.map_err(|e| match e.code() {
                Some(Code::Parameter) => none("at an end of what a parameter may be"),
                _ => e,
            })?;
            let slope = slope.ok_or_else(|| none("at a step"))?;
            edges.push((part, Value::float(slope)));
        }
    }
    Ok(edges)
}

/// A property of a distribution, perhaps at a value: a mean, a cdf, a quantile.
pub type Property = fn(&dyn Density, &mut Cx, &Value) -> Result<Option<Value>>;

/// A property, differentiable by its parameters and by the value: `by_value` is the slope by that.
pub fn differentiable(
    cx: &mut Cx,
    name: &str,
    dist: &Value,
    x: &Value,
    property: Property,
    by_value: Option<Property>,
) -> Result<Option<Value>> {
    let Some(made) = dist.as_host::<Dist>() else { return Ok(None) };
    let of_params = variables(dist);
    // Functions of a program differentiate by themselves.
    if (of_params.is_empty() && !holds_var(x)) || matches!(made.constructor, Constructor::Defined(_)) {
        return property(made.density(), cx, x);
    }
    let name = format!("the {name} of `{}`", brief(&without(cx, dist, None)?));
    let all: Vec<Arc<Var>> = of_params.into_iter().chain(variables(x)).collect();
    let Some(tape) = tape_of(&name, &all)? else { return Ok(None) };
    let at = plain(x)?;
    let property_of = |cx: &mut Cx, dist: &Value, property: Property| match dist.as_host::<Dist>() {
        Some(dist) => property(dist.density(), cx, &at),
        None => Ok(None),
    };
    let below = without(cx, dist, None)?;
    let Some(value) = property_of(cx, &below, property)? else { return Ok(None) };
    if value.as_f64().is_none() || (holds_var(x) && by_value.is_none()) {
        return Err(Error::raise(Code::NoGradient, format!("{name} has no gradient here"))
            .help("if its derivative is not wanted, give it `(stop-gradient x)`"));
    }
    let mut edges = edges(cx, &name, std::slice::from_ref(dist), &mut |cx, moved| {
        let found = property_of(cx, &moved[0], property)?;
        Ok(found.and_then(|x| x.as_f64()).unwrap_or(f64::NAN))
    })?;
    if let (Value::Var(_), Some(by_value)) = (x, by_value) {
        edges.push((x.clone(), property_of(cx, &below, by_value)?.unwrap_or(Value::float(f64::NAN))));
    }
    // A count does not move with its parameters.
    tape.record(Value::float(value.as_f64().unwrap_or(f64::NAN)), &edges).map(Some)
}

/// The slope of a cdf: the density; at a step, such as those of counts, 0.
pub fn density_at(d: &dyn Density, cx: &mut Cx, x: &Value) -> Result<Option<Value>> {
    graded::density_at(cx, d, x).map(|density| Some(Value::float(density)))
}

/// The slope of a quantile: one over the density there; 0 where it stays at a step of the cdf.
pub fn width_at(d: &dyn Density, cx: &mut Cx, p: &Value) -> Result<Option<Value>> {
    let Some(x) = d.quantile(cx, p)? else { return Ok(Some(Value::float(0.0))) };
    let graded = d.graded(cx, &x)?;
    Ok(Some(Value::float(if graded.is_mass() { 0.0 } else { (-graded.plain()).exp() })))
}

//! Random walks: a choice is moved by normal noise, and the move accepted by the change of the density (Metropolis et
//! al. 1953).

use super::kernel::{Kernel, KernelObject, Move};
use super::model_density::ModelDensity;
use super::moves::{decide, movable};
use crate::broken::broken;
use crate::distributions::standard_normal;
use crate::error::{Code, Error, Result};
use crate::eval::args::number;
use crate::eval::arrays::wrap;
use crate::eval::key::Key;
use crate::eval::options::{OptionRow, Options};
use crate::eval::print::brief;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::{
    Change, ChoiceMap, Goal, Origin, Selection, Trace, components, dropped_paths, project_paths, rerun, show,
};
use crate::tensor::Array;
use std::sync::Arc;

pub const ROW: Builtin = Builtin::new("random-walk-kernel", "[address scale] [address & options]", |_, a| {
    let scale = scale(a)?;
    let path = components(&a[0]).map_err(|e| e.arg(0))?.into_owned();
    Ok(KernelObject::value(RandomWalk { path, address: a[0].clone(), scale }))
})
.options(1, OPTIONS);

const OPTIONS: &[OptionRow] =
    &[OptionRow::positive("scale", "the standard deviation of the noise, where it does not stand alone")];

/// The scale, alone or as an option.
fn scale(args: &[Value]) -> Result<f64> {
    let positive = |x: f64| x > 0.0 && x.is_finite();
    if args.len() != 2 || matches!(args[1], Value::Map(_)) {
        let options = Options::read("random-walk-kernel", args, 1, OPTIONS)?;
        return match options.number("scale") {
            scale if scale.is_nan() => Err(Error::raise(Code::Option, "`random-walk-kernel` needs its `:scale`")
                .help("write `(random-walk-kernel :x 0.5)` or `(random-walk-kernel :x {:scale 0.5})`")),
            scale => Ok(scale),
        };
    }
    let scale = number("random-walk-kernel", args, 1)?;
    if !positive(scale) {
        let message = format!("the scale of `random-walk-kernel` is a positive number, not `{}`", brief(&args[1]));
        return Err(Error::raise(Code::Value, message).arg(1));
    }
    Ok(scale)
}

struct RandomWalk {
    path: Vec<Value>,
    address: Value,
    scale: f64,
}

impl Kernel for RandomWalk {
    fn name(&self) -> &str {
        "random-walk-kernel"
    }

    fn parts(&self) -> Vec<Value> {
        vec![self.address.clone(), Value::float(self.scale)]
    }

    fn apply(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Move> {
        let (value, trace) = moving(cx, self.name(), &self.address, &self.path, trace)?;
        let mut draws = key.fold(0).site(0, 0);
        let step = |z: f64| if broken!("random-walk-drift") { z.abs() - 0.5 } else { z };
        let mut noise = |x: f64| x + self.scale * step(standard_normal(&mut draws));
        let value = match &value {
            Value::Array(array) => {
                if let Some((space, u)) = surface(cx, &trace, &self.address, array)? {
                    let moved: Vec<f64> = u.iter().copied().map(noise).collect();
                    return match along(cx, &space, &u, &moved) {
                        Err(e) if e.is(Code::Structure) => {
                            Ok(Move::rejected(&trace, f64::NEG_INFINITY).with("structure-changed", Value::True))
                        }
                        proposed => decide(&trace, proposed, key),
                    };
                }
                let moved = array.to_f64()?.into_iter().map(noise);
                wrap(Array::from_f64(moved.collect(), array.shape()))?
            }
            x => Value::float(noise(x.as_f64().unwrap_or(f64::NAN))),
        };
        decide(&trace, changed(cx, &trace, &self.path, value, key), key)
    }
}

/// The coordinates of an array whose support is a surface: it has fewer of them than elements, so that noise on the
/// elements would never stay there. Only what may lie on one costs the run that tells.
fn surface(
    cx: &mut Cx,
    trace: &Arc<Trace>,
    address: &Value,
    array: &Array,
) -> Result<Option<(ModelDensity, Vec<f64>)>> {
    let numbers = array.to_f64()?;
    if !may_hang_together(&numbers, array.shape()) {
        return Ok(None);
    }
    let (space, u) = ModelDensity::of(cx, trace, &Selection::of([address])?)?;
    Ok((u.len() != numbers.len()).then_some((space, u)))
}

/// Rows that sum to 1, and matrices that are symmetric or triangular.
fn may_hang_together(numbers: &[f64], shape: &[usize]) -> bool {
    let Some(n) = shape.last().copied().filter(|n| *n > 0) else { return false };
    let mut rows = numbers.chunks(n);
    let simplex = rows.all(|row| (row.iter().sum::<f64>() - 1.0).abs() < 1e-6);
    let square = shape.len() >= 2 && shape[shape.len() - 2] == n;
    let pairs = || (0..n).flat_map(|i| (0..i).map(move |j| (i * n + j, j * n + i)));
    let mut matrices = numbers.chunks(n * n);
    simplex || (square && matrices.all(|m| pairs().all(|(below, above)| m[below] == m[above] || m[above] == 0.0)))
}

/// The run at other coordinates, and the change of the density of the coordinates.
fn along(cx: &mut Cx, space: &ModelDensity, from: &[f64], to: &[f64]) -> Result<(Arc<Trace>, f64)> {
    let (_, old, old_jacobian) = space.trace(cx, from)?;
    let (trace, new, new_jacobian) = space.trace(cx, to)?;
    Ok((trace, new + new_jacobian - old - old_jacobian))
}

/// The value of a choice, or of an element of one, that is continuous, and the trace in which it moves.
pub fn moving(
    cx: &mut Cx,
    kernel: &str,
    address: &Value,
    path: &[Value],
    trace: &Arc<Trace>,
) -> Result<(Value, Arc<Trace>)> {
    let (_, trace) = movable(cx, Some(&Selection::of([address])?), trace)?;
    match trace.value_at(path) {
        Some(value @ Value::Float(_)) => Ok((value, trace)),
        Some(Value::Array(array)) if array.dtype().is_float() => Ok((Value::Array(array), trace)),
        Some(Value::Vector(_) | Value::Map(_)) => {
            let message = format!("`{kernel}` moves one number or array, `{}` has several parts", show(path));
            Err(Error::raise(Code::Selection, message).help("name one of them, such as `[:x 0]` or `[:x :a]`"))
        }
        Some(other) => {
            let message =
                format!("`{kernel}` moves continuous choices, `{}` is discrete: `{}`", show(path), brief(&other));
            Err(Error::raise(Code::NoGradient, message).help("draw it by a `gibbs-kernel` or an `mh-kernel`"))
        }
        None => {
            let message = format!("`{kernel}` moves one choice, `{}` has several below it", show(path));
            Err(Error::raise(Code::Selection, message).help("name one of them"))
        }
    }
}

/// The run with another value of a choice, and the change of its density.
pub fn changed(cx: &mut Cx, trace: &Arc<Trace>, path: &[Value], value: Value, key: Key) -> Result<(Arc<Trace>, f64)> {
    let mut choices = ChoiceMap::default();
    choices.put(path, value)?;
    let outcome = rerun(cx, "update", trace, Change::none(trace), &Goal::walk(choices), Origin::new(key.fold(2)))?;
    // What is gone would be drawn from the prior on the way back, as what is fresh is now.
    let old = project_paths(cx, trace, dropped_paths(&outcome)?)?;
    Ok((outcome.trace, outcome.weight.total() + old))
}

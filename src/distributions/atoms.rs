//! Values with a probability of their own, which a function and its inverse miss by rounding.

use super::graded::numbers_of;
use super::rounding::is_stored;
use super::support_of::SupportOf;
use crate::error::Result;
use crate::eval::Value;
use crate::eval::arrays::wrap;
use crate::eval::value::with_stack;
use crate::tensor::Array;

impl SupportOf {
    /// Of what may be an atom here what is nearest to a number, element by element of an array: what is none has a
    /// density of its own.
    pub fn atom_near(&self, x: &Value) -> Result<Option<Value>> {
        match (self, x) {
            (SupportOf::Only(Value::Array(own)), Value::Array(x)) if own.shape() == x.shape() => {
                Ok(Some(Value::Array(own.clone())))
            }
            (_, Value::Array(array)) => {
                let numbers = array.to_f64()?;
                let near = numbers.into_iter().map(|x| self.number_near(x).unwrap_or(x)).collect();
                wrap(Array::from_f64(near, array.shape())).map(Some)
            }
            _ => Ok(x.as_f64().and_then(|x| self.number_near(x)).map(Value::float)),
        }
    }

    fn number_near(&self, x: f64) -> Option<f64> {
        match self {
            SupportOf::Numbers { .. } if self.is_whole() => Some(x.round()),
            SupportOf::Numbers { lo, hi, .. } => nearest(x, [*lo, *hi]),
            SupportOf::Only(value) => value.as_f64(),
            SupportOf::Finite(values) => nearest(x, values.iter().filter_map(Value::as_f64)),
            SupportOf::Either(parts) => nearest(x, parts.iter().filter_map(|part| part.number_near(x))),
            _ => None,
        }
    }
}

fn nearest(x: f64, all: impl IntoIterator<Item = f64>) -> Option<f64> {
    let away = |y: &f64| (x - y).abs();
    all.into_iter().filter(|y| y.is_finite()).min_by(|a, b| away(a).total_cmp(&away(b)))
}

/// Of two values that may be atoms, by numbers the one nearer to a value.
pub fn nearer(x: &Value, first: Option<Value>, second: Option<Value>) -> Result<Option<Value>> {
    let (Some(a), Some(b)) = (&first, &second) else { return Ok(first.or(second)) };
    each_number(&[x, a, b], &mut |x| nearest(x[0], [x[1], x[2]]).unwrap_or(x[0])).map(Some)
}

/// What a function sees as `y`, near `x`, with those of its numbers that are atoms: the function takes them to the very
/// numbers that were seen, perhaps as single precision keeps them.
pub fn matched(x: Value, atom: &Value, y: &Value, f: &mut dyn FnMut(Value) -> Result<Value>) -> Result<Value> {
    if x.as_f64().is_some() {
        let same = is_same(&f(atom.clone())?, y);
        return Ok(if same { atom.clone() } else { x });
    }
    let mut near = Vec::new();
    each_number(&[&x, atom], &mut |both| {
        near.push(both[0] != both[1] && (both[0] - both[1]).abs() <= NEAR * (1.0 + both[1].abs()));
        both[0]
    })?;
    let (mut x, seen) = (x, numbers_of(y));
    for i in (0..near.len()).filter(|i| near[*i]) {
        let mut at = 0..;
        let moved = each_number(&[&x, atom], &mut |both| both[usize::from(at.next() == Some(i))])?;
        let (before, after) = (numbers_of(&f(x.clone())?), numbers_of(&f(moved.clone())?));
        let same = after.len() == seen.len() && before.len() == seen.len();
        if same && (0..seen.len()).all(|j| after[j] == before[j] || is_stored(after[j], seen[j])) {
            x = moved;
        }
    }
    Ok(x)
}

/// How far inverses of arrays may miss an atom.
const NEAR: f64 = 1e-6;

fn is_same(image: &Value, seen: &Value) -> bool {
    image == seen || image.as_f64().zip(seen.as_f64()).is_some_and(|(image, seen)| is_stored(image, seen))
}

/// A function of the numbers that stand at the same places; where forms differ, the first value.
fn each_number(all: &[&Value], f: &mut dyn FnMut(&[f64]) -> f64) -> Result<Value> {
    match all[0] {
        Value::Array(first) => {
            let numbers = all.iter().map(|one| match one {
                Value::Array(array) if array.shape() == first.shape() => array.to_f64().map(Some),
                _ => Ok(None),
            });
            let Some(numbers) = numbers.collect::<Result<Option<Vec<Vec<f64>>>>>()? else { return Ok(all[0].clone()) };
            let mut at = |i: usize| f(&numbers.iter().map(|one| one[i]).collect::<Vec<f64>>());
            wrap(Array::from_f64((0..first.len()).map(&mut at).collect(), first.shape()))
        }
        Value::Vector(first) => {
            let items = |i: usize| -> Option<Vec<Value>> {
                all.iter().map(|one| if let Value::Vector(v) = one { v.get(i).cloned() } else { None }).collect()
            };
            let each = (0..first.len()).map(|i| match items(i) {
                Some(items) => with_stack(items[0].depth(), || each_number(&items.iter().collect::<Vec<_>>(), f)),
                None => Ok(first.get(i).cloned().unwrap_or_default()),
            });
            Value::vector(each.collect::<Result<_>>()?)
        }
        first => {
            let numbers: Option<Vec<f64>> = all.iter().map(|one| one.as_f64()).collect();
            let moved = numbers.map(|numbers| (f(&numbers), numbers[0]));
            Ok(moved.filter(|(new, old)| new != old).map_or_else(|| first.clone(), |(new, _)| Value::float(new)))
        }
    }
}

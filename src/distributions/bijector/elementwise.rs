//! Numbers between ends, single or as the elements of an array.

use super::coordinates::{joined, outside};
use super::interval::{Ends, Interval, after, before};
use crate::distributions::lifted::Lifted;
use crate::error::{Result, Stop};
use crate::eval::arrays::{operand, wrap};
use crate::eval::gradient::arrays::reshape;
use crate::eval::gradient::{broadcast_to, plain, primal_of};
use crate::eval::numeric;
use crate::eval::print::float;
use crate::eval::{Value, gradient};
use crate::tensor::Array;

/// A number, or an array of a shape.
#[derive(Clone)]
pub struct ElementwiseBijector {
    /// One for all elements, or, where some have other ends than others, one for each.
    intervals: Vec<Interval<Lifted>>,
    pub shape: Option<Vec<usize>>,
}

/// A number or array as doubles.
fn doubles(x: &Value) -> Result<Vec<f64>> {
    match primal_of(x).as_f64() {
        Some(x) => Ok(vec![x]),
        None => operand("constrain", primal_of(x), 0)?.to_f64(),
    }
}

/// A function of the elements of a number or array.
fn mapped(x: &Value, f: fn(f64) -> f64) -> Result<Lifted> {
    let mut numbers = doubles(x)?.into_iter().map(f);
    Ok(Lifted::of(match primal_of(x) {
        Value::Array(array) => wrap(Array::from_f64(numbers.collect(), array.shape()))?,
        _ => Value::float(numbers.next_back().unwrap_or(f64::NAN)),
    }))
}

/// True or false where all elements agree.
fn all_or_none(x: &Value, holds: fn(f64) -> bool) -> Result<Option<bool>> {
    let numbers = doubles(x)?;
    let count = numbers.iter().filter(|x| holds(**x)).count();
    Ok(if count == numbers.len() { Some(true) } else { (count == 0).then_some(false) })
}

impl Interval<Lifted> {
    /// Between ends that are numbers, arrays or variables; `None` when their elements are not all finite or infinite.
    fn of(lo: &Value, hi: &Value) -> Result<Option<Interval<Lifted>>> {
        let Some((lower, upper)) = all_or_none(lo, f64::is_finite)?.zip(all_or_none(hi, f64::is_finite)?) else {
            return Ok(None);
        };
        let (first, last) = (mapped(lo, after)?, mapped(hi, before)?);
        let width = numeric::binary(numeric::Binary::Sub, &plain(hi)?, &plain(lo)?)?;
        let ends = Ends::of(lower, upper);
        let wide = ends == Ends::Both && doubles(&width)?.iter().any(|width| width.is_infinite());
        let lifted = |x: &Value| if let Value::Var(_) = x { Ok(Lifted::of(x.clone())) } else { mapped(x, |x| x) };
        Ok(Some(Interval { ends, lo: lifted(lo)?, hi: lifted(hi)?, first, last, wide }))
    }
}

impl ElementwiseBijector {
    /// Any real numbers.
    pub fn free(shape: Vec<usize>) -> Result<ElementwiseBijector> {
        let (lo, hi) = (Value::float(f64::NEG_INFINITY), Value::float(f64::INFINITY));
        ElementwiseBijector::between(lo, hi, Some(shape))
    }

    /// Numbers between ends that broadcast to the shape, lo being less than hi.
    pub fn between(lo: Value, hi: Value, shape: Option<Vec<usize>>) -> Result<ElementwiseBijector> {
        if let Some(interval) = Interval::of(&lo, &hi)? {
            return Ok(ElementwiseBijector { intervals: vec![interval], shape });
        }
        let flat = |x: &Value| -> Result<Vec<Value>> {
            let whole = broadcast_to(x, shape.as_deref().unwrap_or(&[]))?;
            gradient::pick::rows(&reshape(&whole, &[shape.iter().flatten().product()])?)
        };
        let ends = flat(&lo)?.into_iter().zip(flat(&hi)?);
        let intervals = ends.filter_map(|(lo, hi)| Interval::of(&lo, &hi).transpose());
        Ok(ElementwiseBijector { intervals: intervals.collect::<Result<_>>()?, shape })
    }

    /// n of them in a row.
    pub fn repeated(mut self, n: usize) -> ElementwiseBijector {
        self.shape.get_or_insert_default().insert(0, n);
        self
    }

    pub fn count(&self) -> usize {
        self.shape.iter().flatten().product()
    }

    /// The ends of a single number.
    pub fn ends(&self) -> Option<(Value, Value)> {
        let [interval] = &self.intervals[..] else { return None };
        interval.lo.clone().value().ok().zip(interval.hi.clone().value().ok()).filter(|_| self.shape.is_none())
    }

    pub fn agrees(&self, other: &ElementwiseBijector) -> bool {
        let same = |a: &Lifted, b: &Lifted| match (a.clone().value(), b.clone().value()) {
            (Ok(a), Ok(b)) => primal_of(&a) == primal_of(&b),
            _ => false,
        };
        let mut pairs = self.intervals.iter().zip(&other.intervals);
        self.shape == other.shape
            && self.intervals.len() == other.intervals.len()
            && pairs.all(|(a, b)| same(&a.lo, &b.lo) && same(&a.hi, &b.hi))
    }

    /// Values of coordinates that have the shape already, and the logarithm of the Jacobian's determinant.
    pub fn constrain(&self, u: &Value) -> Result<(Value, Value)> {
        if let [interval] = &self.intervals[..] {
            let (x, slope) = interval.constrain(Lifted::of(u.clone()));
            return Ok((x.value()?, numeric::sum(&slope.value()?)?));
        }
        let mut slope = Value::float(0.0);
        let mut one = |interval: &Interval<Lifted>, u: Value| {
            let (x, part) = interval.constrain(Lifted::of(u));
            slope = numeric::binary(numeric::Binary::Add, &slope, &part.value()?)?;
            x.value()
        };
        let x = self.by_element(u, &mut one)?;
        Ok((x, slope))
    }

    /// Coordinates in the shape of the value, which must lie strictly between the ends.
    pub fn unconstrain(&self, x: &Value) -> Result<Value> {
        if let [interval] = &self.intervals[..] {
            interval.check(x)?;
            return interval.unconstrain(Lifted::of(x.clone())).value();
        }
        self.by_element(x, &mut |interval, x| {
            interval.check(&x)?;
            interval.unconstrain(Lifted::of(x)).value()
        })
    }

    /// A function of each element and its interval, of all elements in the shape.
    fn by_element(&self, whole: &Value, f: &mut dyn FnMut(&Interval<Lifted>, Value) -> Result<Value>) -> Result<Value> {
        let elements = gradient::pick::rows(&reshape(whole, &[self.count()])?)?;
        let intervals = self.intervals.iter().cycle();
        let results =
            elements.into_iter().zip(intervals).map(|(x, interval)| f(interval, x)).collect::<Result<Vec<_>>>()?;
        joined(&results, self.shape.as_deref().unwrap_or(&[]))
    }
}

impl Interval<Lifted> {
    /// An error unless all elements lie strictly between the ends.
    fn check(&self, x: &Value) -> Result<()> {
        let (lo, hi) = (plain(&self.lo.clone().value()?)?, plain(&self.hi.clone().value()?)?);
        let spread = |end: &Value| match primal_of(x) {
            Value::Array(array) => doubles(&broadcast_to(end, array.shape())?),
            _ => doubles(end),
        };
        for ((x, lo), hi) in doubles(x)?.into_iter().zip(spread(&lo)?).zip(spread(&hi)?) {
            if !(lo < x && x < hi) {
                return Err(off(x, lo, hi));
            }
        }
        Ok(())
    }
}

#[cold]
fn off(x: f64, lo: f64, hi: f64) -> Stop {
    let wanted = match Ends::of(lo.is_finite(), hi.is_finite()) {
        Ends::Neither => "a finite number".to_string(),
        Ends::Lower => format!("a number greater than {}", float(lo)),
        Ends::Upper => format!("a number less than {}", float(hi)),
        Ends::Both => format!("a number strictly between {} and {}", float(lo), float(hi)),
    };
    let error = outside(&wanted, &Value::float(x));
    match x.is_finite() && (x == lo || x == hi) {
        true => error.help("the coordinate of an end of the support is infinite"),
        false => error,
    }
}

//! Grids: values that stand for a choice's support, each for the cell around it.

use crate::distributions::Density;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::collections::Map;
use crate::eval::options::{Options, option_map};
use crate::eval::print::brief;
use crate::eval::{Cx, Value, sequence};
use crate::gfi::{components, show, to_value};
use crate::infer::kernel::vector_of;

/// Values by address.
#[derive(Clone, Default)]
pub struct Grid(Vec<(Vec<Value>, Vec<Value>)>);

impl Grid {
    /// The option of that name, `{addr values}`.
    pub fn read(cx: &mut Cx, options: &Options, name: &str) -> Result<Grid> {
        let entries = match options.get(name) {
            None => return Ok(Grid::default()),
            Some(Value::Map(entries)) => entries.clone(),
            Some(other) => {
                return Err(options.wrong(name, "values by address", other).help("write `{:x [0 1 2]}`"));
            }
        };
        let mut grid = Vec::new();
        for (address, values) in entries.iter() {
            grid.push((components(address)?.into_owned(), sequence::to_vec(cx, values)?));
        }
        Ok(Grid(grid))
    }

    /// Are there values for a choice?
    pub fn has(&self, path: &[Value]) -> bool {
        self.paths().any(|known| known == path)
    }

    /// The map that it was read from, under the option's name, unless it is empty.
    pub fn option(&self, name: &str) -> Option<Value> {
        let entry = |(path, values): &(Vec<Value>, Vec<Value>)| (to_value(path), vector_of(values.clone()));
        let map = Map::from_pairs(self.0.iter().map(entry)).map(Value::Map).unwrap_or_default();
        (!self.0.is_empty()).then(|| option_map([(name, map)]))
    }

    /// An error unless each address is that of an unobserved choice that some run makes, of those that `found` says.
    pub fn used(&self, options: &Options, name: &str, found: impl Fn(&[Value]) -> bool) -> Result<()> {
        let Some((path, _)) = self.0.iter().find(|(path, _)| !found(path)) else { return Ok(()) };
        let message = format!(
            "no run makes an unobserved choice at `{}`, which `:{}` gives values for",
            show(path),
            options.written(name)
        );
        Err(Error::raise(Code::Option, message).arg(options.place(name)))
    }

    pub fn paths(&self) -> impl Iterator<Item = &[Value]> {
        self.0.iter().map(|(path, _)| &path[..])
    }

    /// The values at an address, as they were given.
    pub fn listed(&self, path: &[Value]) -> Option<&[Value]> {
        self.0.iter().find(|(known, _)| known == path).map(|(_, values)| &values[..])
    }

    /// The values for a choice, those without density left out, each with the logarithm of its cell's width: that of a
    /// value with a probability is 1, that of one with a density reaches halfway to the next such (the midpoint rule).
    pub fn values(&self, cx: &mut Cx, path: &[Value], density: &dyn Density) -> Result<Option<Vec<(Value, f64)>>> {
        let Some((_, given)) = self.0.iter().find(|(known, _)| known == path) else { return Ok(None) };
        cx.charge(given.len())?;
        let widths = widths(cx, path, given, density)?;
        let mut values = Vec::with_capacity(given.len());
        let mut known = Map::empty();
        for (value, width) in given.iter().zip(widths) {
            let value = density.check_value(value)?;
            if known.get(&value).is_some() {
                return Err(wrong(path, format!("the value `{}` is there twice", brief(&value))));
            }
            known = known.insert(value.clone(), Value::Nil)?;
            if density.logpdf(cx, &value)? > f64::NEG_INFINITY {
                values.push((value, width.ln()));
            }
        }
        Ok(Some(values))
    }
}

/// That of the cell of each value with a density among these alone; 1 of each with a probability.
fn widths(cx: &mut Cx, path: &[Value], given: &[Value], density: &dyn Density) -> Result<Vec<f64>> {
    if density.continuous() {
        return cells(path, given);
    }
    let (mut widths, mut dense) = (vec![1.0; given.len()], Vec::new());
    for (i, value) in given.iter().enumerate() {
        let value = density.check_value(value)?;
        if !density.graded(cx, &value)?.is_mass() {
            dense.push((i, value));
        }
    }
    if dense.is_empty() {
        return Ok(widths);
    }
    let values: Vec<Value> = dense.iter().map(|(_, value)| value.clone()).collect();
    for ((i, _), width) in dense.iter().zip(cells(path, &values)?) {
        widths[*i] = width;
    }
    Ok(widths)
}

/// Half the distance between the neighbours of each value; the first and the last cell are symmetric.
fn cells(path: &[Value], values: &[Value]) -> Result<Vec<f64>> {
    let numbers: Option<Vec<f64>> = values.iter().map(Value::as_f64).collect();
    let Some(numbers) = numbers.filter(|numbers| numbers.len() > 1) else {
        return Err(wrong(path, "a continuous choice needs at least two numbers".to_string()));
    };
    let gaps: Vec<f64> = numbers.windows(2).map(|pair| pair[1] - pair[0]).collect();
    if gaps.iter().any(|gap| !gap.is_finite() || *gap <= 0.0) {
        return Err(wrong(path, "the values of a continuous choice increase".to_string()));
    }
    let gap = |i: usize| gaps[i.min(gaps.len() - 1)];
    Ok((0..numbers.len()).map(|i| (gap(i.saturating_sub(1)) + gap(i)) / 2.0).collect())
}

#[cold]
fn wrong(path: &[Value], why: String) -> Stop {
    Error::raise(Code::Option, format!("the grid at `{}`: {why}", show(path)))
        .help("for example `:grid {:x [-1.5 -0.5 0.5 1.5]}`: each value stands for the cell around it")
}

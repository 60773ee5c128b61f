//! Draws of all lanes of a site.

use super::fused::{BLOCK, in_blocks, inputs, within};
use super::lane_array::LaneArray;
use super::lane_float::LaneFloat;
use super::{Flat, event_of, flattened, width};
use crate::distributions::family::{Family, Kind};
use crate::distributions::number::Number;
use crate::eval::key::Key;
use crate::tensor::DType;
use crate::tensor::lanes::random::LaneIds;
use crate::tensor::lanes::{Column, Operand, fill, map};
use std::sync::Arc;

/// A draw for each of these lanes, which depends on the key, the address and the number of the lane alone. Parameters
/// were checked. `None` if their shapes do not broadcast, or their lanes do not match.
///
/// Reals have the width `float`, and lie in the support at that width; integers and booleans have their own types.
pub fn sample(
    family: &Family,
    params: &[Operand],
    key: Key,
    address: u64,
    lanes: LaneIds,
    float: DType,
) -> Option<Column> {
    let event = event_of(params)?;
    let work = width(family, float);
    let params = flattened(params, lanes.len(), &event, work)?;
    let site = Drawing { family, params: &params, key, address, lanes, event: &event };
    let uniforms = key.lanes(address);
    let fitting = match work {
        DType::Float32 => site.by_loops(|lanes, out| uniforms.uniform_f32(0, lanes, out)).map(Column::new),
        _ => site.by_loops(|lanes, out| uniforms.uniform_f64(0, lanes, out)).map(Column::new),
    };
    if fitting.is_some() {
        return fitting;
    }
    let drawn = match work {
        DType::Float32 => site.by_formula::<f32>(|draw, out| uniforms.uniform_f32(draw, lanes, out)),
        _ => site.by_formula::<f64>(|draw, out| uniforms.uniform_f64(draw, lanes, out)),
    };
    let drawn = drawn.unwrap_or_else(|| site.one_by_one(work));
    finished(family, drawn, lanes.len(), &event)
}

/// The numbers as values of the family.
fn finished(family: &Family, drawn: Drawn, lanes: usize, event: &[usize]) -> Option<Column> {
    match (family.kind, drawn) {
        (Kind::Boolean, Drawn::Single(xs)) => Column::of_shape(map(&xs, |x| x != 0.0), lanes, event),
        (Kind::Boolean, Drawn::Double(xs)) => Column::of_shape(map(&xs, |x| x != 0.0), lanes, event),
        (Kind::Integer, Drawn::Single(xs)) => Column::of_shape(map(&xs, |x| x as i64), lanes, event),
        (Kind::Integer, Drawn::Double(xs)) => Column::of_shape(map(&xs, |x| x as i64), lanes, event),
        (Kind::Real, Drawn::Single(xs)) => Column::of_shape(supported(family, xs), lanes, event),
        (Kind::Real, Drawn::Double(xs)) => Column::of_shape(supported(family, xs), lanes, event),
    }
}

/// Numbers within the support at their width.
fn supported<T: LaneFloat>(family: &Family, mut xs: Vec<T>) -> Vec<T> {
    let (least, most) = T::bounds(family.support);
    fill(
        &mut xs,
        #[inline(always)]
        move |x| within(x, least, most),
    );
    xs
}

enum Drawn {
    Single(Vec<f32>),
    Double(Vec<f64>),
}

struct Drawing<'a> {
    family: &'a Family,
    params: &'a [Flat],
    key: Key,
    address: u64,
    lanes: LaneIds<'a>,
    event: &'a [usize],
}

impl From<Vec<f32>> for Drawn {
    fn from(xs: Vec<f32>) -> Drawn {
        Drawn::Single(xs)
    }
}

impl From<Vec<f64>> for Drawn {
    fn from(xs: Vec<f64>) -> Drawn {
        Drawn::Double(xs)
    }
}

impl Drawing<'_> {
    fn elements(&self) -> usize {
        self.event.iter().product()
    }

    /// Numbers of families with loops of their own, in blocks that stay in the fastest cache.
    fn by_loops<T: LaneFloat>(&self, uniforms: impl Fn(LaneIds, &mut [T])) -> Option<Vec<T>> {
        let (Some(loops), []) = (T::loops(self.family), self.event) else { return None };
        let mut us = [T::default(); BLOCK];
        in_blocks(self.lanes.len(), &inputs(self.params)?, |range, params, out| {
            let us = &mut us[..range.len()];
            uniforms(self.lanes.slice(range), us);
            (loops.from_uniform)(Number::Varying(us), params, out)
        })
    }

    /// Each element of a lane's array is a draw of its own.
    fn by_formula<T: LaneFloat>(&self, uniforms: impl Fn(u32, &mut [T])) -> Option<Drawn>
    where
        Drawn: From<Vec<T>>,
    {
        let (width, n) = (self.elements(), self.lanes.len());
        let (_, formula) = T::formulas(self.family);
        // One number tells whether there is a formula.
        let params: Vec<Number<LaneArray<T>>> = self.params.iter().map(Number::<LaneArray<_>>::of).collect();
        let ones: Vec<Number<LaneArray<T>>> = params.iter().map(|_| Number::Constant(0.5)).collect();
        formula(Number::Constant(0.5), &ones)?;
        let uniform = |draw| {
            let mut us = vec![T::default(); n];
            uniforms(draw, &mut us);
            us
        };
        let us = if width == 1 {
            uniform(0)
        } else {
            let draws: Vec<Vec<T>> = (0..width as u32).map(uniform).collect();
            (0..n).flat_map(|lane| draws.iter().map(move |d| d[lane])).collect()
        };
        let us = Number::Varying(LaneArray(Arc::new(us)));
        Some(formula(us, &params)?.into_lanes(n * width).into())
    }

    /// By the sampler of single values, with random numbers of each lane's own.
    fn one_by_one(&self, work: DType) -> Drawn {
        let width = self.elements();
        let columns: Vec<Number<LaneArray<f64>>> = self.params.iter().map(Number::<LaneArray<_>>::of).collect();
        let mut row = vec![0.0; columns.len()];
        let mut drawn = Vec::with_capacity(self.lanes.len() * width);
        for lane in 0..self.lanes.len() {
            let mut draws = self.key.site(self.address, self.lanes.at(lane));
            for i in lane * width..(lane + 1) * width {
                for (x, column) in row.iter_mut().zip(&columns) {
                    *x = column.at(i);
                }
                drawn.push((self.family.sample)(&row, &mut draws));
            }
        }
        match work {
            DType::Float32 => Drawn::Single(drawn.into_iter().map(|x| x as f32).collect()),
            _ => Drawn::Double(drawn),
        }
    }
}

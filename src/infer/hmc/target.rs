//! The density that is sampled, over unconstrained coordinates, with its gradient.

use crate::error::{Code, Result};
use crate::eval::Cx;
use crate::gfi::BadPoints;
use crate::infer::space::Space;

/// Coordinates with their log-density and its gradient.
#[derive(Clone, Debug)]
pub struct Point {
    pub u: Vec<f64>,
    pub height: f64,
    pub gradient: Vec<f64>,
}

impl Point {
    pub fn is_finite(&self) -> bool {
        self.height.is_finite() && self.gradient.iter().all(|g| g.is_finite())
    }
}

/// Something with a density and a gradient.
pub trait Target {
    /// The point at some coordinates; `None` where the model makes other choices, which have no place in the space.
    fn at(&mut self, u: Vec<f64>) -> Result<Option<Point>>;
}

/// Spaces of the same coordinates that differ in the discrete choices: the density is summed over them (Stan's users
/// call it marginalization). One space is a posterior without discrete choices.
pub struct Posterior<'a> {
    pub cx: &'a mut Cx,
    pub spaces: &'a [Space],
    /// Where the model raised an error: the density is 0 there.
    pub bad: BadPoints,
}

impl<'a> Posterior<'a> {
    pub fn new(cx: &'a mut Cx, spaces: &'a [Space]) -> Posterior<'a> {
        Posterior { cx, spaces, bad: BadPoints::default() }
    }

    /// The point where a chain is: an error of the model is raised.
    pub fn here(&mut self, u: Vec<f64>) -> Result<Option<Point>> {
        let before = std::mem::take(&mut self.bad);
        let found = self.at(u);
        let bad = std::mem::replace(&mut self.bad, before);
        match bad.first {
            Some(first) if bad.count as usize == self.spaces.len() => Err(first.into()),
            _ => found,
        }
    }
}

impl Target for Posterior<'_> {
    fn at(&mut self, u: Vec<f64>) -> Result<Option<Point>> {
        let mut points = Vec::with_capacity(self.spaces.len());
        for space in self.spaces {
            self.cx.step()?;
            match space.height(self.cx, &u, true) {
                Err(e) if e.is(Code::Structure) => return Ok(None),
                found => points.extend(self.bad.good(found)?),
            }
        }
        if let ([_], [_]) = (self.spaces, &points[..])
            && let Some(only) = points.pop()
        {
            return Ok(Some(Point { u, height: only.value, gradient: only.gradient }));
        }
        let heights: Vec<f64> = points.iter().map(|point| point.value).collect();
        let height = crate::tensor::lanes::log_sum_exp(&heights);
        let mut gradient = vec![0.0; u.len()];
        for point in points.iter().filter(|point| point.value > f64::NEG_INFINITY) {
            let share = (point.value - height).exp();
            gradient.iter_mut().zip(&point.gradient).for_each(|(sum, slope)| *sum += share * slope);
        }
        Ok(Some(Point { u, height, gradient }))
    }
}

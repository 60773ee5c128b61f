//! A density summed over discrete choices (Stan's users call it marginalization). One of them is the density itself.

use crate::error::{Code, Result};
use crate::eval::Cx;
use crate::gfi::{BadPoints, ChoiceMap};
use crate::infer::log_density::{DensityPoint, LogDensity};
use crate::infer::model_density::ModelDensity;

/// Densities of the same coordinates that differ in the discrete choices.
pub struct Marginal<'a> {
    terms: &'a [ModelDensity],
    /// Where the model raised an error: the density is 0 there.
    pub bad: BadPoints,
    /// The gradient of one term.
    slopes: Vec<f64>,
}

impl<'a> Marginal<'a> {
    pub fn new(terms: &'a [ModelDensity]) -> Marginal<'a> {
        Marginal { terms, bad: BadPoints::default(), slopes: Vec::new() }
    }

    /// The point where a chain is: an error of the model is raised.
    pub fn here(&mut self, cx: &mut Cx, u: Vec<f64>) -> Result<Option<DensityPoint>> {
        let before = std::mem::take(&mut self.bad);
        let found = DensityPoint::at(cx, self, u);
        let bad = std::mem::replace(&mut self.bad, before);
        match bad.first {
            Some(first) if bad.count as usize == self.terms.len() => Err(first.into()),
            _ => found,
        }
    }

    /// Adds a term to a sum of densities, and to its gradient.
    fn add(&self, sum: f64, term: f64, gradient: &mut [f64]) -> f64 {
        if term == f64::NEG_INFINITY {
            return sum;
        }
        let total = crate::tensor::lanes::log_sum_exp(&[sum, term]);
        let (before, share) = ((sum - total).exp(), (term - total).exp());
        gradient.iter_mut().zip(&self.slopes).for_each(|(own, slope)| *own = before * *own + share * slope);
        total
    }
}

impl LogDensity for Marginal<'_> {
    fn size(&self) -> usize {
        self.terms.first().map_or(0, |term| term.size())
    }

    fn at(&mut self, cx: &mut Cx, u: &[f64], gradient: Option<&mut [f64]>) -> Result<Option<f64>> {
        let mut sum = f64::NEG_INFINITY;
        let (mut none, terms) = (Vec::new(), self.terms);
        let gradient = gradient.unwrap_or(&mut none);
        gradient.fill(0.0);
        self.slopes.resize(gradient.len(), 0.0);
        for mut term in terms {
            cx.step()?;
            let room = (!gradient.is_empty()).then_some(&mut self.slopes[..]);
            match term.at(cx, u, room) {
                Err(e) if e.is(Code::Structure) => return Ok(None),
                found => {
                    if let Some(value) = self.bad.good(found)?.flatten() {
                        sum = self.add(sum, value, gradient);
                    }
                }
            }
        }
        Ok(Some(sum))
    }

    fn choices(&self, cx: &mut Cx, u: &[f64]) -> Result<ChoiceMap> {
        match self.terms.first() {
            Some(term) => term.choices(cx, u),
            None => Ok(ChoiceMap::default()),
        }
    }
}

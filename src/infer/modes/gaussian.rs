//! A normal distribution over coordinates as a guide: draws, density, and what a result says of them.

use crate::distributions::standard_normal;
use crate::error::{Code, Error, Result};
use crate::eval::collections::Map;
use crate::eval::key::{Key, SiteRng};
use crate::eval::print::Printer;
use crate::eval::{Cx, HostObject, Value};
use crate::gfi::{BadPoints, constraints_of, custom, result};
use crate::infer::draws::FittedDraws;
use crate::infer::log_density::LogDensity;
use crate::infer::model_density::ModelDensity;
use crate::infer::start::STARTS;
use std::sync::Arc;

/// mean + factor · z for standard normal z; the factor is lower triangular, row after row.
#[derive(Clone)]
pub struct NormalApproximation {
    pub space: Arc<ModelDensity>,
    pub mean: Vec<f64>,
    pub factor: Vec<f64>,
}

/// Standard normal numbers.
pub fn noise(n: usize, draws: &mut SiteRng) -> Vec<f64> {
    (0..n).map(|_| standard_normal(draws)).collect()
}

impl NormalApproximation {
    pub fn place(&self, z: &[f64]) -> Vec<f64> {
        let n = self.mean.len();
        (0..n).map(|i| self.mean[i] + (0..=i).map(|j| self.factor[i * n + j] * z[j]).sum::<f64>()).collect()
    }

    /// The log-density of coordinates.
    pub fn log_density(&self, u: &[f64]) -> f64 {
        let n = self.mean.len();
        let (mut z, mut sum) = (Vec::with_capacity(n), 0.0);
        for i in 0..n {
            let before: f64 = (0..i).map(|j| self.factor[i * n + j] * z[j]).sum();
            z.push((u[i] - self.mean[i] - before) / self.factor[i * n + i]);
            sum -= 0.5 * z[i] * z[i] + self.factor[i * n + i].ln() + 0.5 * std::f64::consts::TAU.ln();
        }
        sum
    }

    /// The noise of draw i, and what `run` gives at its place. Where the model raises an error it is drawn again.
    pub fn draw_good<R>(
        &self,
        cx: &mut Cx,
        key: Key,
        i: usize,
        bad: &mut BadPoints,
        mut run: impl FnMut(&mut Cx, &[f64]) -> Result<R>,
    ) -> Result<(Vec<f64>, R)> {
        let mut met = BadPoints::default();
        for again in 0..STARTS {
            let z = noise(self.mean.len(), &mut key.site(i as u64, again as u32));
            let found = run(cx, &self.place(&z));
            if let Some(found) = met.good(found)? {
                bad.join(met);
                return Ok((z, found));
            }
        }
        Err(met.all_bad(|| Error::raise(Code::AllImpossible, "the approximation draws nothing that is possible")))
    }

    /// Draws runs of the model.
    pub fn draws(
        &self,
        cx: &mut Cx,
        samples: usize,
        key: Key,
        bad: &mut BadPoints,
        draws: &mut FittedDraws,
    ) -> Result<()> {
        for i in 0..samples {
            cx.step()?;
            let run = self.draw_good(cx, key, i, bad, |cx, u| self.space.trace(cx, u))?;
            let (z, (trace, log_p, log_jacobian)) = run;
            draws.push(cx, &trace, log_p + log_jacobian - self.log_density(&self.place(&z)))?;
        }
        Ok(())
    }

    /// The distribution as a guide and a sampler, and between them its draws, with the bound that they estimate.
    pub fn entries(&self, cx: &Cx, draws: FittedDraws) -> Result<impl Iterator<Item = (&'static str, Value)> + use<>> {
        let part = |what| Value::host(GuidePart { gaussian: self.clone(), what });
        let operations = [
            ("name", Value::str("normal-guide")),
            ("simulate", part(GuideOperation::Simulate)),
            ("assess", part(GuideOperation::Assess)),
        ];
        let guide = custom(&Map::from_pairs(operations.map(|(name, part)| (Value::keyword(name), part)))?)?;
        let bound = draws.bound().map(|bound| ("elbo", bound));
        let rest = [("traces", draws.into_value(cx)?), ("sample", part(GuideOperation::Sample))];
        Ok([("guide", guide)].into_iter().chain(bound).chain(rest))
    }

    /// The unobserved choices of one draw.
    fn draw(&self, cx: &mut Cx, key: Key) -> Result<Value> {
        let mut bad = BadPoints::default();
        let choices = |cx: &mut Cx, u: &[f64]| (&*self.space).choices(cx, u);
        Ok(self.draw_good(cx, key, 0, &mut bad, choices)?.1.into_value())
    }
}

/// What a function of the distribution does.
#[derive(Clone, Copy)]
enum GuideOperation {
    Simulate,
    Assess,
    Sample,
}

/// A function of the distribution as a value.
struct GuidePart {
    gaussian: NormalApproximation,
    what: GuideOperation,
}

impl HostObject for GuidePart {
    fn kind(&self) -> &'static str {
        "a sampler"
    }

    fn print(&self, out: &mut Printer<'_>) {
        out.text("#<sampler of coordinates>");
    }

    fn code(&self) -> Option<Vec<Value>> {
        Some(self.gaussian.space.code())
    }

    fn call(&self, _this: &Value, cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
        match (self.what, &*args) {
            (GuideOperation::Simulate, _) => {
                let key = cx.next_key("simulate")?;
                result([("choices", self.gaussian.draw(cx, key)?)])
            }
            (GuideOperation::Assess, [_, choices]) => {
                let u = self.gaussian.space.coordinates(cx, &constraints_of(choices, 1)?)?;
                let (_, _, log_jacobian) = self.gaussian.space.trace(cx, &u)?;
                result([("weight", Value::float(self.gaussian.log_density(&u) - log_jacobian))])
            }
            (GuideOperation::Sample, []) => {
                let key = cx.next_key("sample")?;
                self.gaussian.draw(cx, key)
            }
            (GuideOperation::Sample, [_]) => {
                let n = crate::eval::args::count("sample", args, 0)?;
                let key = cx.next_key("sample")?;
                Value::vector((0..n).map(|i| self.gaussian.draw(cx, key.fold(i as u64))).collect::<Result<_>>()?)
            }
            _ => Err(crate::eval::run::arity_error("sample", "[] [n]", args.len())),
        }
    }
}

//! A chain along gradients: moves in unconstrained coordinates, with discrete choices beside them, and outside the moves a
//! warm-up in which step size and mass adapt.

use super::adaptation::{DualAveraging, Metric, Moments, Windows, reasonable};
use super::kernels::told_size;
use super::marginal::Marginal;
use super::mass::Mass;
use super::sampler::{Discrete, Gradients};
use crate::broken::broken;
use crate::distributions::choose;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::key::Key;
use crate::eval::{Cx, Value};
use crate::gfi::{BadPoints, Trace};
use crate::infer::chains::{Chain, Turn};
use crate::infer::conditional::{ReverseDraw, draw};
use crate::infer::kernel::Stats;
use crate::infer::log_density::DensityPoint;
use crate::infer::model_density::ModelDensity;
use crate::infer::tally::Tally;
use std::sync::Arc;

pub struct GradientChain<'a> {
    settings: &'a Gradients,
    key: Key,
    /// One, or one for each combination of discrete choices.
    spaces: Vec<ModelDensity>,
    /// Where discrete choices are.
    paths: Vec<Vec<Value>>,
    /// Where they were at the start.
    sites: Vec<Vec<Value>>,
    point: DensityPoint,
    /// The run at the point, where discrete choices were drawn with it.
    drawn: Option<Arc<Trace>>,
    /// The key of the last move.
    last: Key,
    adapted: Adapted,
}

/// What the warm-up learns.
struct Adapted {
    windows: Windows,
    moments: Moments,
    mass: Mass,
    /// None before the first move.
    sizes: Option<DualAveraging>,
}

impl<'a> GradientChain<'a> {
    /// A chain from a run, if density and gradient are finite there.
    pub fn at(
        cx: &mut Cx,
        settings: &'a Gradients,
        trace: &Arc<Trace>,
        key: Key,
        bad: &mut BadPoints,
    ) -> Result<Option<GradientChain<'a>>> {
        let (spaces, paths, u) = settings.spaces(cx, trace)?;
        let point = Marginal::new(&spaces).here(cx, u);
        let point = bad.good(point)?;
        if let (Some(None), true) = (&point, spaces.len() > 1) {
            return Err(other_choices(settings.name));
        }
        let Some(point) = point.flatten().filter(DensityPoint::is_finite) else { return Ok(None) };
        let mass = Mass::unit(point.u.len());
        let (windows, moments) = (Windows::new(settings.warmup), Moments::default());
        let adapted = Adapted { windows, moments, mass, sizes: None };
        let sites = paths.clone();
        Ok(Some(GradientChain { settings, key, spaces, paths, sites, point, drawn: None, last: key, adapted }))
    }

    /// A size to start from; a given one where there is no warm-up.
    fn sizes(&mut self, cx: &mut Cx, size: f64, key: Key) -> Result<DualAveraging> {
        let mass = &self.adapted.mass;
        let first = match self.settings.warmup {
            0 => size,
            _ => reasonable(cx, &mut Marginal::new(&self.spaces), &self.point, mass, size, key)?,
        };
        Ok(DualAveraging::new(first, self.settings.target))
    }

    /// Takes in a move of the warm-up.
    fn adapt(&mut self, cx: &mut Cx, i: usize, mut sizes: DualAveraging, accept: f64, key: Key) -> Result<()> {
        sizes.adapt(accept);
        let Adapted { windows, moments, mass, .. } = &mut self.adapted;
        if windows.learns(i) {
            moments.add(&self.point.u, self.settings.metric == Metric::Dense);
        }
        if windows.ends(i) {
            if let Some(learned) = std::mem::take(moments).mass(self.settings.metric) {
                *mass = learned;
            }
            sizes = self.sizes(cx, sizes.size(), key.fold(3))?;
        }
        self.adapted.sizes = Some(sizes);
        Ok(())
    }

    /// One of the combinations, by their densities at these coordinates: what the coordinates stand for may differ
    /// between them, with the supports of the continuous choices.
    fn draw_combination(&self, cx: &mut Cx) -> Result<Arc<Trace>> {
        let (mut runs, mut densities) = (Vec::new(), Vec::new());
        for space in &self.spaces {
            cx.step()?;
            // Errors were counted when the point was found.
            if let Some((trace, weight, jacobian)) = BadPoints::default().good(space.trace(cx, &self.point.u))? {
                runs.push(trace);
                densities.push(weight + jacobian);
            }
        }
        let largest = densities.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let shares: Vec<f64> = densities.iter().map(|density| (density - largest).exp()).collect();
        Ok(runs.swap_remove(choose(&shares, &mut self.last.fold(2).site(0, 0))))
    }

    fn draw_one_by_one(&mut self, cx: &mut Cx, key: Key) -> Result<Arc<Trace>> {
        let (grid, key) = (&self.settings.values, key.fold(2));
        let mut trace = self.spaces[0].trace(cx, &self.point.u)?.0;
        for (i, path) in self.sites.iter().enumerate() {
            let way_back = |_: &Trace| ReverseDraw { paths: vec![path.clone()], log_ratio: 0.0 };
            if trace.choice_at(path).is_some() {
                trace = draw(cx, &trace, vec![path.clone()], grid, key.fold(i as u64), way_back)?.trace;
            }
        }
        // Of those that have come since the start one at random: which are drawn must not hang on what was drawn.
        let later = |trace: &Trace| -> Vec<Vec<Value>> {
            let all = self.settings.drawn_again(trace);
            all.into_iter().filter(|path| !self.sites.contains(path)).collect()
        };
        let others = later(&trace);
        let n = others.len() as f64;
        if let Some(path) = others.get((key.site(0, 0).open01() * n) as usize) {
            let way_back =
                |new: &Trace| ReverseDraw { paths: vec![path.clone()], log_ratio: (n / later(new).len() as f64).ln() };
            trace = draw(cx, &trace, vec![path.clone()], grid, key.fold(self.sites.len() as u64), way_back)?.trace;
        }
        // The others hang on them: density and gradient are new.
        let (spaces, paths, u) = self.settings.spaces(cx, &trace)?;
        let same = u.len() == self.point.u.len();
        let point = if same { Marginal::new(&spaces).here(cx, u)? } else { None };
        let Some(point) = point else { return Err(other_choices(self.settings.name)) };
        (self.spaces, self.paths) = (spaces, paths);
        if !broken!("gibbs-stale-point") {
            self.point = point;
        }
        Ok(trace)
    }
}

impl Chain for GradientChain<'_> {
    /// One move of the continuous choices, and a draw of the discrete ones given them.
    fn step(&mut self, cx: &mut Cx, turn: Turn, tally: &mut Tally) -> Result<Stats> {
        let key = self.key.fold(1 + turn.number as u64);
        let sizes = match self.adapted.sizes.take() {
            Some(sizes) => sizes,
            None => self.sizes(cx, self.settings.size, self.key.fold(0))?,
        };
        let size = if turn.warms_up { sizes.size() } else { sizes.mean() };
        let mut target = Marginal::new(&self.spaces);
        let moved = self.settings.method.apply(cx, &mut target, &self.point, &self.adapted.mass, size, key)?;
        let bad = target.bad;
        let accepted = moved.point.is_some();
        if let Some(point) = moved.point {
            self.point = point;
        }
        self.last = key;
        if self.settings.discrete == Discrete::Gibbs && !(self.sites.is_empty() && self.paths.is_empty()) {
            self.drawn = Some(self.draw_one_by_one(cx, key)?);
        }
        let mut stats = moved.stats;
        stats.push(("step-size", Value::float(told_size(self.settings.name, size))));
        match turn.warms_up {
            true => self.adapt(cx, turn.number, sizes, moved.accept, key)?,
            false => self.adapted.sizes = Some(sizes),
        }
        Ok(tally.record(accepted, moved.log_alpha, stats, bad, !turn.warms_up))
    }

    fn run(&mut self, cx: &mut Cx) -> Result<Arc<Trace>> {
        match &self.drawn {
            Some(drawn) => Ok(drawn.clone()),
            None if self.settings.discrete == Discrete::Enumerated && !self.paths.is_empty() => {
                self.draw_combination(cx)
            }
            None => Ok(self.spaces[0].trace(cx, &self.point.u)?.0),
        }
    }
}

#[cold]
fn other_choices(name: &str) -> Stop {
    let message = format!("`{name}`: a discrete choice decides which continuous choices there are");
    Error::raise(Code::Structure, message)
        .help("put kernels together: `(chain (gibbs-kernel :k) (nuts-kernel #{:a :b}))`, which follow such a model")
}

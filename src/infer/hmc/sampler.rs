//! Whole algorithms: chains with a warm-up in which step size and mass adapt.

use super::adaptation::{DualAveraging, Metric, Moments, Windows, reasonable};
use super::continuous::{continuous, discrete};
use super::kernels::{leapfrog_size, max_depth, told_size};
use super::mass::Mass;
use super::method::Method;
use super::target::{Point, Posterior};
use crate::distributions::choose;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::key::Key;
use crate::eval::options::Options;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::{BadPoints, ChoiceMap, Selection, Trace};
use crate::infer::conditional::{WayBack, draw};
use crate::infer::enumeration::{self, Grid};
use crate::infer::kernel::Move;
use crate::infer::run_kernel::Kept;
use crate::infer::space::Space;
use crate::infer::start::{Problem, with_missing};
use std::sync::Arc;

pub const NUTS: Builtin = Builtin::new("nuts", "[gf args observations & options]", "Posterior traces by the No-U-Turn sampler in unconstrained coordinates: `{:traces :chains :accept-rate :stats}`, in `:stats` for each draw `:diverging :energy :tree-depth :leapfrog-steps :accept-prob :step-size`. A point at which the model raises an error has no density (`:stats` `:errors` `:first-error`), nor has one where it makes other choices (`:structure-changes`): the chain stays with the choices that it began with. In the warm-up the step size adapts to `:target-accept` and the mass to the posterior. Options: `:samples` (1000) a chain, `:burn` (1000) moves of warm-up, also called `:warmup`, `:thin` (1), `:chains` (4), `:target-accept` (0.8), `:max-depth` (10), `:mass` `:diagonal` (or `:dense`, `:unit`), `:step-size` to start from (0.1), and for discrete choices `:discrete` `:gibbs` or `:enumerate`, with `:values` by address where a support is not finite. With `:selection` only these choices move, and the others stay as they were first drawn.\n(count (:traces (nuts (gen [] (trace :x (normal 0 1))) [] {} {:samples 5 :warmup 20 :chains 2}))) ;=> 10", |cx, a| run(cx, "nuts", a)).state().options(3, NUTS_OPTIONS);
pub const HMC: Builtin = Builtin::new("hmc", "[gf args observations & options]", "Posterior traces by Hamiltonian Monte Carlo with `:leapfrog-steps` (10) a move; results and other options are those of `nuts`.\n(count (:traces (hmc (gen [] (trace :x (normal 0 1))) [] {} {:samples 5 :warmup 20 :chains 2}))) ;=> 10", |cx, a| run(cx, "hmc", a)).state().options(3, HMC_OPTIONS);
pub const MALA: Builtin = Builtin::new("mala", "[gf args observations & options]", "Posterior traces by Langevin moves; results and options are those of `nuts`, where `:step-size`, the option (0.01) as the stat, is τ of `mala-kernel`.\n(count (:traces (mala (gen [] (trace :x (normal 0 1))) [] {} {:samples 5 :warmup 20 :chains 2}))) ;=> 10", |cx, a| run(cx, "mala", a)).state().options(3, MALA_OPTIONS);

/// What is done with discrete choices.
#[derive(Clone, Copy, PartialEq)]
enum Discrete {
    Refused,
    Gibbs,
    Enumerated,
}

struct Settings {
    name: &'static str,
    method: Method,
    samples: usize,
    warmup: usize,
    thin: usize,
    chains: usize,
    target: f64,
    size: f64,
    metric: Metric,
    discrete: Discrete,
    /// What moves; everything unobserved without one. The rest stays as it was first drawn.
    selection: Option<Selection>,
    /// Values of discrete choices by address, instead of their supports.
    values: Grid,
}

const NUTS_OPTIONS: &str =
    "samples burn|warmup thin chains target-accept mass step-size discrete values|grid selection max-depth";
const HMC_OPTIONS: &str =
    "samples burn|warmup thin chains target-accept mass step-size discrete values|grid selection leapfrog-steps";
const MALA_OPTIONS: &str =
    "samples burn|warmup thin chains target-accept mass step-size discrete values|grid selection";

impl Settings {
    fn read(cx: &mut Cx, name: &'static str, args: &[Value]) -> Result<Settings> {
        let known = match name {
            "nuts" => NUTS_OPTIONS,
            "hmc" => HMC_OPTIONS,
            _ => MALA_OPTIONS,
        };
        let options = Options::read(name, args, 3, known)?;
        let discrete =
            options.one_of("discrete", &[("gibbs", Discrete::Gibbs), ("enumerate", Discrete::Enumerated)])?;
        options.needs("values", "discrete")?;
        let values = Grid::read(cx, &options, "values")?;
        let metrics = [("diagonal", Metric::Diagonal), ("dense", Metric::Dense), ("unit", Metric::Unit)];
        Ok(Settings {
            name,
            method: match name {
                "nuts" => Method::Nuts { max_depth: max_depth(&options)? },
                "hmc" => Method::Static { steps: options.count("leapfrog-steps", 10, 1)? },
                _ => Method::Static { steps: 1 },
            },
            samples: options.count("samples", 1000, 1)?,
            warmup: options.count("burn", 1000, 0)?,
            thin: options.count("thin", 1, 1)?,
            chains: options.count("chains", 4, 1)?,
            target: options.number("target-accept", 0.8, "a number between 0 and 1", |x| x > 0.0 && x < 1.0)?,
            size: leapfrog_size(name, &options)?,
            metric: options.one_of("mass", &metrics)?.unwrap_or(Metric::Diagonal),
            values,
            selection: options.get("selection").map(Selection::from_value).transpose()?,
            discrete: discrete.unwrap_or(Discrete::Refused),
        })
    }
}

fn run(cx: &mut Cx, name: &'static str, args: &mut [Value]) -> Result<Value> {
    let settings = Settings::read(cx, name, args)?;
    let problem = Problem::read(cx, name, args)?;
    let key = cx.next_key(name)?;
    let mut kept = Kept::default();
    for chain in 0..settings.chains {
        Chain::start(cx, &settings, &problem, key.fold(chain as u64))?.run(cx, &mut kept)?;
    }
    with_missing(kept.result(settings.chains)?, &problem.observations)
}

/// A chain on its way.
struct Chain<'a> {
    settings: &'a Settings,
    key: Key,
    /// One, or one for each combination of discrete choices.
    spaces: Vec<Space>,
    /// Where discrete choices are.
    paths: Vec<Vec<Value>>,
    /// Where they were at the start.
    sites: Vec<Vec<Value>>,
    point: Point,
}

impl<'a> Chain<'a> {
    /// Starts from a prior draw at which density and gradient are finite.
    fn start(cx: &mut Cx, settings: &'a Settings, problem: &Problem, key: Key) -> Result<Chain<'a>> {
        let mut found = None;
        problem.start(cx, key.fold(0), |cx, trace, bad| {
            let (spaces, paths, u) = spaces(cx, settings, trace)?;
            let point = Posterior::new(cx, &spaces).here(u);
            let point = bad.good(point)?;
            if let (Some(None), true) = (&point, spaces.len() > 1) {
                return Err(other_choices(settings.name));
            }
            let point = point.flatten().filter(Point::is_finite);
            found = point.map(|point| Chain { settings, key: key.fold(1), spaces, sites: paths.clone(), paths, point });
            Ok(found.is_some())
        })?;
        found.ok_or_else(|| Error::raise(Code::AllImpossible, "no start at which the density has a gradient"))
    }

    fn run(mut self, cx: &mut Cx, kept: &mut Kept) -> Result<()> {
        let Settings { warmup, samples, thin, .. } = *self.settings;
        let mut mass = Mass::unit(self.point.u.len());
        let windows = Windows::new(warmup);
        let mut moments = Moments::default();
        let key = self.key;
        let mut sizes =
            DualAveraging::new(self.first_size(cx, &mass, self.settings.size, key.fold(0))?, self.settings.target);
        for i in 0..warmup + (samples - 1) * thin + 1 {
            let key = key.fold(1 + i as u64);
            let size = if i < warmup { sizes.size() } else { sizes.mean() };
            let moved = self.step(cx, &mass, size, key)?;
            kept.count(&moved.as_move, i < warmup);
            if i < warmup {
                sizes.adapt(moved.accept);
                if windows.learns(i) {
                    moments.add(&self.point.u, self.settings.metric == Metric::Dense);
                }
                if windows.ends(i) {
                    if let Some(learned) = std::mem::take(&mut moments).mass(self.settings.metric) {
                        mass = learned;
                    }
                    let first = self.first_size(cx, &mass, sizes.size(), key.fold(3))?;
                    sizes = DualAveraging::new(first, self.settings.target);
                }
                continue;
            }
            if (i - warmup).is_multiple_of(thin) {
                kept.keep(&moved.as_move);
            }
        }
        Ok(())
    }

    /// A size to start from; a given one where there is no warm-up.
    fn first_size(&mut self, cx: &mut Cx, mass: &Mass, size: f64, key: Key) -> Result<f64> {
        match self.settings.warmup {
            0 => Ok(size),
            _ => reasonable(&mut Posterior::new(cx, &self.spaces), &self.point, mass, size, key),
        }
    }

    /// One move of the continuous choices, and a draw of the discrete ones given them.
    fn step(&mut self, cx: &mut Cx, mass: &Mass, size: f64, key: Key) -> Result<Stepped> {
        let mut target = Posterior::new(cx, &self.spaces);
        let moved = self.settings.method.apply(&mut target, &self.point, mass, size, key)?;
        let (accepted, bad) = (moved.point.is_some(), target.bad);
        if let Some(point) = moved.point {
            self.point = point;
        }
        let trace = match self.settings.discrete {
            _ if self.sites.is_empty() && self.paths.is_empty() => self.spaces[0].trace(cx, &self.point.u)?.0,
            Discrete::Enumerated => self.draw_combination(cx, key)?,
            _ => self.draw_one_by_one(cx, key)?,
        };
        let mut stats = moved.stats;
        stats.push(("step-size", Value::float(told_size(self.settings.name, size))));
        let as_move = Move { trace, accepted, log_alpha: moved.log_alpha, stats }.with_errors(bad);
        Ok(Stepped { as_move, accept: moved.accept })
    }

    /// One of the combinations, by their densities at these coordinates: what the coordinates stand for may differ
    /// between them, with the supports of the continuous choices.
    fn draw_combination(&self, cx: &mut Cx, key: Key) -> Result<Arc<Trace>> {
        let (mut runs, mut heights) = (Vec::new(), Vec::new());
        for space in &self.spaces {
            cx.step()?;
            // Errors were counted when the point was found.
            if let Some((trace, weight, jacobian)) = BadPoints::default().good(space.trace(cx, &self.point.u))? {
                runs.push(trace);
                heights.push(weight + jacobian);
            }
        }
        let largest = heights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let shares: Vec<f64> = heights.iter().map(|height| (height - largest).exp()).collect();
        Ok(runs.swap_remove(choose(&shares, &mut key.fold(2).site(0, 0))))
    }

    fn draw_one_by_one(&mut self, cx: &mut Cx, key: Key) -> Result<Arc<Trace>> {
        let (grid, key) = (&self.settings.values, key.fold(2));
        let mut trace = self.spaces[0].trace(cx, &self.point.u)?.0;
        for (i, path) in self.sites.iter().enumerate() {
            let way_back = |_: &Trace| WayBack { paths: vec![path.clone()], log_ratio: 0.0 };
            if trace.choice_at(path).is_some() {
                trace = draw(cx, &trace, vec![path.clone()], grid, key.fold(i as u64), way_back)?.trace;
            }
        }
        // Of those that have come since the start one at random: which are drawn must not hang on what was drawn.
        let later = |trace: &Trace| -> Vec<Vec<Value>> {
            let all = drawn_again(self.settings, trace);
            all.into_iter().filter(|path| !self.sites.contains(path)).collect()
        };
        let others = later(&trace);
        let n = others.len() as f64;
        if let Some(path) = others.get((key.site(0, 0).open01() * n) as usize) {
            let way_back =
                |new: &Trace| WayBack { paths: vec![path.clone()], log_ratio: (n / later(new).len() as f64).ln() };
            trace = draw(cx, &trace, vec![path.clone()], grid, key.fold(self.sites.len() as u64), way_back)?.trace;
        }
        // The others hang on them: density and gradient are new.
        let (spaces, paths, u) = spaces(cx, self.settings, &trace)?;
        let same = u.len() == self.point.u.len();
        let point = if same { Posterior::new(cx, &spaces).here(u)? } else { None };
        let Some(point) = point else { return Err(other_choices(self.settings.name)) };
        (self.spaces, self.paths, self.point) = (spaces, paths, point);
        Ok(trace)
    }
}

/// A move, and how likely it was to be accepted.
struct Stepped {
    as_move: Move,
    accept: f64,
}

fn moving(settings: &Settings, trace: &Trace) -> Selection {
    let latent = trace.latent();
    settings.selection.clone().map_or(latent.clone(), |selection| selection.and(latent))
}

/// The discrete choices that are drawn, or summed over.
fn drawn_again(settings: &Settings, trace: &Trace) -> Vec<Vec<Value>> {
    let moving = moving(settings, trace);
    discrete(trace).into_iter().map(|(path, _)| path).filter(|path| moving.contains(path)).collect()
}

/// The spaces of a trace's continuous choices, where the discrete ones are, and the coordinates.
type Spaces = (Vec<Space>, Vec<Vec<Value>>, Vec<f64>);

fn spaces(cx: &mut Cx, settings: &Settings, trace: &Arc<Trace>) -> Result<Spaces> {
    let (moving, paths) = (moving(settings, trace), drawn_again(settings, trace));
    if paths.is_empty() || settings.discrete == Discrete::Refused {
        let (moves, _) = continuous(cx, settings.name, Some(&moving), trace)?;
        let (space, u) = Space::of(cx, trace, &moves)?;
        return Ok((vec![space], Vec::new(), u));
    }
    let named: Vec<Value> = paths.iter().map(|path| crate::gfi::to_value(path)).collect();
    let moves = moving.and(Selection::of(&named)?.complement());
    let (space, u) = Space::of(cx, trace, &moves)?;
    if settings.discrete == Discrete::Gibbs {
        return Ok((vec![space], paths, u));
    }
    let all = Arc::new(enumeration::Space::of(trace, paths.clone(), settings.values.clone()));
    let combinations: Vec<ChoiceMap> = enumeration::all(cx, &all)?.choices;
    let spaces = combinations.iter().map(|choices| space.with(choices)).collect::<Result<Vec<_>>>()?;
    Ok((spaces, paths, u))
}

#[cold]
fn other_choices(name: &str) -> Stop {
    let message = format!("`{name}`: a discrete choice decides which continuous choices there are");
    Error::raise(Code::Structure, message)
        .help("put kernels together: `(chain (gibbs-kernel :k) (nuts-kernel #{:a :b}))`, which follow such a model")
}

//! The moves as kernels, and one trajectory to look at.

use super::continuous::{all_smooth, continuous};
use super::leapfrog::{Hamiltonian, Phase};
use super::marginal::Marginal;
use super::mass::Mass;
use super::method::Method;
use crate::error::{Code, Error, Result};
use crate::eval::args::wrong_type;
use crate::eval::key::Key;
use crate::eval::options::{OptionRow, Options, gathered};
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::{Selection, Trace, constraints_of, of_value, result, trace_value};
use crate::infer::kernel::{Kernel, KernelObject, Move};
use crate::infer::model_density::ModelDensity;
use std::sync::Arc;

pub const MALA: Builtin =
    Builtin::new("mala-kernel", "[] [selection & options]", |_, a| make("mala-kernel", MALA_OPTIONS, a))
        .options(1, MALA_OPTIONS);
pub const HMC: Builtin =
    Builtin::new("hmc-kernel", "[] [selection & options]", |_, a| make("hmc-kernel", HMC_OPTIONS, a))
        .options(1, HMC_OPTIONS);
pub const NUTS: Builtin =
    Builtin::new("nuts-kernel", "[] [selection & options]", |_, a| make("nuts-kernel", NUTS_OPTIONS, a))
        .options(1, NUTS_OPTIONS);
pub const LEAPFROG: Builtin = Builtin::new("leapfrog", "[trace momentum & options]", leapfrog).options(2, HMC_OPTIONS);

/// A kernel that moves along gradients.
struct GradientKernel {
    name: &'static str,
    selection: Option<Selection>,
    method: Method,
    size: f64,
    options: Options<'static>,
    shown: Vec<Value>,
}

/// τ of a Langevin move.
pub const TAU: OptionRow =
    OptionRow::positive("step-size", "τ, half the square of the size of a leapfrog step").or_number(0.01);
pub const SIZE: OptionRow = OptionRow::positive("step-size", "the size of a leapfrog step").or_number(0.1);
pub const LEAPFROG_STEPS: OptionRow = OptionRow::count("leapfrog-steps", 1, "leapfrog steps of a move").or_count(10);
pub const MAX_DEPTH: OptionRow =
    OptionRow::between("max-depth", 1, DEEPEST, "the trajectory doubles so often at most").or_count(10);
const MASS: OptionRow =
    OptionRow::any("mass", "of the coordinates: a number, one for each, a matrix, or `:unit`").or_told("1");
const MALA_OPTIONS: &[OptionRow] = &[TAU, MASS];
const HMC_OPTIONS: &[OptionRow] = &[SIZE, LEAPFROG_STEPS, MASS];
const NUTS_OPTIONS: &[OptionRow] = &[SIZE, MAX_DEPTH, MASS];

/// A tree of more doublings than this has no end.
pub const DEEPEST: usize = 20;

fn make(name: &'static str, known: &'static [OptionRow], args: &mut [Value]) -> Result<Value> {
    // Options alone may stand in the place of the selection.
    let (selection, index) = match args {
        [Value::Map(_)] => (None, 0),
        [] => (None, 1),
        [selection, ..] => (Some(Selection::from_value(selection).map_err(|e| e.arg(0))?), 1),
    };
    let options = Options::read(name, args, index, known)?;
    Mass::check(&options)?;
    let method = match name {
        "mala-kernel" => Method::Static { steps: 1 },
        "hmc-kernel" => Method::Static { steps: options.count("leapfrog-steps") },
        _ => Method::Nuts { max_depth: options.count("max-depth") },
    };
    let size = leapfrog_size(name, &options);
    Ok(KernelObject::value(GradientKernel { name, selection, method, size, options, shown: gathered(args, index)? }))
}

/// The option `:step-size` of an algorithm as the size of a leapfrog step. A Langevin move of τ is one such step of √(2τ).
pub fn leapfrog_size(name: &str, options: &Options) -> f64 {
    let size = options.number("step-size");
    if name.starts_with("mala") { (2.0 * size).sqrt() } else { size }
}

/// The size of a leapfrog step as the algorithm's users know it.
pub fn told_size(name: &str, size: f64) -> f64 {
    if name.starts_with("mala") { size * size / 2.0 } else { size }
}

impl Kernel for GradientKernel {
    fn name(&self) -> &str {
        self.name
    }

    fn parts(&self) -> Vec<Value> {
        self.shown.clone()
    }

    fn apply(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Move> {
        let (moves, trace) = continuous(cx, self.name, self.selection.as_ref(), trace)?;
        let (space, u) = ModelDensity::of(cx, &trace, &moves)?;
        let mass = Mass::read(&self.options, u.len())?;
        let spaces = [space];
        let mut target = Marginal::new(&spaces);
        let Some(from) = target.here(cx, u)? else { return Ok(Move::rejected(&trace, f64::NEG_INFINITY)) };
        let moved = self.method.apply(cx, &mut target, &from, &mass, self.size, key)?;
        let (log_alpha, stats, bad) = (moved.log_alpha, moved.stats, target.bad);
        let moved = match moved.point {
            Some(point) => {
                let new = spaces[0].trace(cx, &point.u)?.0;
                Move { trace: new, accepted: true, log_alpha, stats }
            }
            None => Move { stats, ..Move::rejected(&trace, log_alpha) },
        };
        Ok(moved.with_errors(bad))
    }
}

fn leapfrog(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let trace = of_value("leapfrog", &args[0], 0)?;
    crate::gfi::possible(&trace)?;
    let momentum = constraints_of(&args[1], 1)?;
    let options = Options::read("leapfrog", args, 2, HMC_OPTIONS)?;
    let paths: Vec<Value> = momentum.leaves().iter().map(|(path, _)| crate::gfi::to_value(path)).collect();
    let moves = Selection::of(&paths)?;
    crate::gfi::check_selection(&moves, &trace).map_err(|e| e.arg(1))?;
    all_smooth("leapfrog", &moves, &trace).map_err(|e| e.arg(1))?;
    let (space, u) = ModelDensity::of(cx, &trace, &moves)?;
    let p = space.flat_of(&momentum)?;
    if p.len() != u.len() {
        return Err(wrong_type("leapfrog", &format!("momenta for {} coordinates", u.len()), &args[1], 1));
    }
    let (mass, size) = (Mass::read(&options, u.len())?, leapfrog_size("leapfrog", &options));
    let steps = options.count("leapfrog-steps");
    let spaces = [space];
    let mut target = Marginal::new(&spaces);
    let ends = || Error::raise(Code::Structure, "the model makes other choices on the way");
    let mut phase = Phase { point: target.here(cx, u)?.ok_or_else(ends)?, p };
    let mut way = Hamiltonian::new(&mut target, &mass);
    let before = way.energy(&phase);
    if !way.steps(cx, &mut phase, size, steps)? {
        return Err(ends());
    }
    let log_alpha = before - way.energy(&phase);
    if let Some(error) = target.bad.first {
        return Err(error.into());
    }
    let new = spaces[0].trace(cx, &phase.point.u)?.0;
    result([
        ("trace", trace_value(new)),
        ("momentum", spaces[0].placed_alone(&phase.p)?.into_value()),
        ("log-alpha", Value::float(log_alpha)),
    ])
}

//! The moves as kernels, and one trajectory to look at.

use super::continuous::{all_smooth, continuous};
use super::leapfrog::Phase;
use super::mass::Mass;
use super::method::Method;
use super::target::Posterior;
use crate::error::{Code, Error, Result};
use crate::eval::builtins::args::wrong_type;
use crate::eval::key::Key;
use crate::eval::options::{Options, gathered};
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::{Selection, Trace, constraints_of, of_value, result, trace_value};
use crate::infer::kernel::{Kernel, KernelObject, Move};
use crate::infer::space::Space;
use std::sync::Arc;

pub const MALA: Builtin = Builtin::new(
    "mala-kernel",
    "[] [selection & options]",
    "A kernel: a Langevin move of the selected continuous choices, or of everything unobserved, in unconstrained coordinates: u + τ ∇ + √(2τ) noise, accepted by Metropolis–Hastings (Roberts and Tweedie 1996). Options: `:step-size` τ (0.01), `:mass` as of `hmc-kernel`.\n(keys ((mala-kernel :x {:step-size 0.1}) (simulate (gen [] (trace :x (normal 0 1))) []))) ;=> (:trace :info)",
    |_, a| make("mala-kernel", MALA_OPTIONS, a),
)
.options(1, MALA_OPTIONS);
pub const HMC: Builtin = Builtin::new(
    "hmc-kernel",
    "[] [selection & options]",
    "A kernel: a Hamiltonian move of the selected continuous choices, or of everything unobserved, in unconstrained coordinates (Neal 2011). Options: `:step-size` (0.1), `:leapfrog-steps` (10), `:mass` (1 or `:unit`), a number, one for each coordinate, or a matrix.\n(keys ((hmc-kernel :x) (simulate (gen [] (trace :x (normal 0 1))) []))) ;=> (:trace :info)",
    |_, a| make("hmc-kernel", HMC_OPTIONS, a),
)
.options(1, HMC_OPTIONS);
pub const NUTS: Builtin = Builtin::new(
    "nuts-kernel",
    "[] [selection & options]",
    "A kernel: a move of the No-U-Turn sampler (Hoffman and Gelman 2014) of the selected continuous choices, or of everything unobserved, in unconstrained coordinates. Options: `:step-size` (0.1), `:max-depth` (10), `:mass` as of `hmc-kernel`.\n(keys ((nuts-kernel :x) (simulate (gen [] (trace :x (normal 0 1))) []))) ;=> (:trace :info)",
    |_, a| make("nuts-kernel", NUTS_OPTIONS, a),
)
.options(1, NUTS_OPTIONS);
pub const LEAPFROG: Builtin = Builtin::new(
    "leapfrog",
    "[trace momentum & options]",
    "Follows Hamilton's equations from a trace with a momentum for each of some continuous choices, given by address in unconstrained coordinates: `{:trace :momentum :log-alpha}`, where it leads, and the logarithm of the ratio with which `hmc-kernel` would accept it. Options: those of `hmc-kernel`.\n(def t (:trace (generate (gen [] (trace :x (normal 0 1))) [] {:x 1.0})))\n(:x (choices (:trace (leapfrog t {:x 0.5} {:step-size 0.1 :leapfrog-steps 10})))) ;~> 0.9613264451364405",
    leapfrog,
)
.options(2, HMC_OPTIONS);

/// A kernel that moves along gradients.
struct Gradient {
    name: &'static str,
    selection: Option<Selection>,
    method: Method,
    size: f64,
    options: Options<'static>,
    shown: Vec<Value>,
}

const MALA_OPTIONS: &str = "step-size mass";
const HMC_OPTIONS: &str = "step-size leapfrog-steps mass";
const NUTS_OPTIONS: &str = "step-size max-depth mass";

/// A tree of more doublings than this has no end.
pub const DEEPEST: usize = 20;

fn make(name: &'static str, known: &'static str, args: &mut [Value]) -> Result<Value> {
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
        "hmc-kernel" => Method::Static { steps: options.count("leapfrog-steps", 10, 1)? },
        _ => Method::Nuts { max_depth: max_depth(&options)? },
    };
    let size = leapfrog_size(name, &options)?;
    Ok(KernelObject::value(Gradient { name, selection, method, size, options, shown: gathered(args, index)? }))
}

/// The option `:step-size` of an algorithm as the size of a leapfrog step. A Langevin move of τ is one such step of √(2τ).
pub fn leapfrog_size(name: &str, options: &Options) -> Result<f64> {
    let langevin = name.starts_with("mala");
    let default = if langevin { 0.01 } else { 0.1 };
    let size = options.number("step-size", default, "a positive number", |x| x > 0.0 && x.is_finite())?;
    Ok(if langevin { (2.0 * size).sqrt() } else { size })
}

/// The size of a leapfrog step as the algorithm's users know it.
pub fn told_size(name: &str, size: f64) -> f64 {
    if name.starts_with("mala") { size * size / 2.0 } else { size }
}

pub fn max_depth(options: &Options) -> Result<usize> {
    let depth = options.count("max-depth", 10, 1)?;
    match options.get("max-depth") {
        Some(given) if depth > DEEPEST => Err(options.wrong("max-depth", "at most 20", given)),
        _ => Ok(depth),
    }
}

impl Kernel for Gradient {
    fn name(&self) -> &str {
        self.name
    }

    fn parts(&self) -> Vec<Value> {
        self.shown.clone()
    }

    fn apply(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Move> {
        let (moves, trace) = continuous(cx, self.name, self.selection.as_ref(), trace)?;
        let (space, u) = Space::of(cx, &trace, &moves)?;
        let mass = Mass::read(&self.options, u.len())?;
        let spaces = [space];
        let mut target = Posterior::new(cx, &spaces);
        let Some(from) = target.here(u)? else { return Ok(Move::rejected(&trace, f64::NEG_INFINITY)) };
        let moved = self.method.apply(&mut target, &from, &mass, self.size, key)?;
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
    let paths: Vec<Value> = momentum.0.leaves().iter().map(|(path, _)| crate::gfi::to_value(path)).collect();
    let moves = Selection::of(&paths)?;
    crate::gfi::check_selection(&moves, &trace).map_err(|e| e.arg(1))?;
    all_smooth("leapfrog", &moves, &trace).map_err(|e| e.arg(1))?;
    let (space, u) = Space::of(cx, &trace, &moves)?;
    let p = space.flat_of(&momentum)?;
    if p.len() != u.len() {
        return Err(wrong_type("leapfrog", &format!("momenta for {} coordinates", u.len()), &args[1], 1));
    }
    let (mass, size) = (Mass::read(&options, u.len())?, leapfrog_size("leapfrog", &options)?);
    let steps = options.count("leapfrog-steps", 10, 1)?;
    let spaces = [space];
    let mut target = Posterior::new(cx, &spaces);
    let ends = || Error::raise(Code::Structure, "the model makes other choices on the way");
    let start = Phase { point: target.here(u)?.ok_or_else(ends)?, p };
    let end = start.steps(&mut target, &mass, size, steps)?.ok_or_else(ends)?;
    if let Some(error) = target.bad.first {
        return Err(error.into());
    }
    let new = spaces[0].trace(cx, &end.point.u)?.0;
    result([
        ("trace", trace_value(new)),
        ("momentum", spaces[0].placed_alone(&end.p)?.into_value()),
        ("log-alpha", Value::float(start.energy(&mass) - end.energy(&mass))),
    ])
}

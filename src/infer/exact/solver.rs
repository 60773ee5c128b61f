//! The solver: as a model runs, unknown choices stand for themselves, and what is seen updates what is known of them.

use super::affine::{Affine, Watch};
use super::conjugate::{Expected, Known};
use super::gaussian::{Gaussian, SCALES};
use crate::distributions::{Constructor, Dist};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::builtins::args::described;
use crate::eval::gradient::holds_var;
use crate::eval::{Cx, Value};
use crate::gfi::{show, with_stack};
use crate::infer::enumeration::Solver;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Watches one run after another.
#[derive(Default)]
pub struct Elimination {
    solution: Mutex<Solution>,
    pub watch: Arc<Watch>,
}

/// What a run came to.
#[derive(Default)]
pub struct Solution {
    pub unknowns: Vec<Unknown>,
    pub gaussian: Gaussian,
    /// The log-density of what was seen of the unknowns.
    pub log_evidence: f64,
    /// Of how many numbers that is one.
    pub dimension: usize,
    /// What was decided, in order.
    pub decided: Vec<Decided>,
}

pub struct Unknown {
    pub path: Vec<Value>,
    pub known: Known,
}

/// A choice that the solver decided: the parameters of its distribution, and the number that it is or stands for.
pub struct Decided {
    pub path: Vec<Value>,
    pub args: Vec<Value>,
    pub is: Is,
}

pub enum Is {
    Unknown(usize),
    Seen(Value),
}

impl Elimination {
    fn solution(&self) -> MutexGuard<'_, Solution> {
        self.solution.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the last run came to; the next one starts anew.
    pub fn take(&self) -> Solution {
        std::mem::take(&mut *self.solution())
    }
}

impl Solver for Elimination {
    fn decide(
        &self,
        cx: &mut Cx,
        path: &[Value],
        data: Option<Value>,
        what: &Value,
        args: &[Value],
    ) -> Result<Option<Value>> {
        // A program's own distribution may have the name of another.
        let scalar = |constructor: &&Constructor| matches!(constructor, Constructor::Scalar(_));
        let Some(constructor) = what.as_host::<Constructor>().filter(scalar) else {
            return match holds_unknown(what) || args.iter().any(holds_unknown) {
                true => Err(refused(path, "its distribution is made of a number that is not known")),
                false => Ok(None),
            };
        };
        let name = constructor.name();
        let unknown = args.iter().any(|arg| arg.as_host::<Affine>().is_some());
        if !unknown && data.is_some() {
            return Ok(None);
        }
        let decided = match data {
            None => self.solution().add(path, name, args)?,
            Some(data) => {
                let (seen, possible, continuous) = given(cx, constructor, args, &data)?;
                let expected = self.solution().see(path, name, args, &seen, possible)?;
                let log_density = match expected {
                    Some(expected) => expected.log_density(cx)?,
                    None => f64::NEG_INFINITY,
                };
                self.solution().log_evidence += log_density;
                self.solution().dimension += usize::from(continuous);
                Some(Is::Seen(seen))
            }
        };
        let Some(is) = decided else { return Ok(None) };
        let value = match &is {
            Is::Seen(value) => value.clone(),
            Is::Unknown(unknown) => Affine::unknown(*unknown, show(path).into(), &self.watch),
        };
        self.solution().decided.push(Decided { path: path.to_vec(), args: args.to_vec(), is });
        Ok(Some(value))
    }
}

impl Solution {
    /// A choice that was not seen; nothing where it can only be walked through.
    fn add(&mut self, path: &[Value], name: &str, args: &[Value]) -> Result<Option<Is>> {
        let solvable = name == "normal" || Known::prior(name, &[1.0, 1.0]).is_some();
        if solvable && args.iter().any(holds_var) {
            return Err(tracked(path));
        }
        let numbers: Option<Vec<f64>> = args.iter().map(Value::as_f64).collect();
        let hidden = args.iter().any(|arg| arg.as_host::<Affine>().is_some());
        let known = match (name, args, &numbers) {
            ("normal", _, Some(params)) if params.len() == 2 && params[1] > 0.0 => {
                scaled(path, params[1])?;
                self.gaussian.push_normal(None, params[0], params[1]);
                Known::Normal
            }
            ("normal", [mean, sd], None) if hidden => {
                let (mean, sd) = self.location(path, mean, sd)?;
                self.gaussian.push_normal(Some(&mean), 0.0, sd);
                Known::Normal
            }
            (_, _, Some(params)) => match Known::prior(name, params) {
                Some(known) => {
                    self.gaussian.push_other();
                    known
                }
                None => return Ok(None),
            },
            _ if hidden => {
                return Err(refused(
                    path,
                    &format!("its distribution `{name}` hangs on {}, which is not known", names(args)),
                ));
            }
            _ => return Ok(None),
        };
        self.unknowns.push(Unknown { path: path.to_vec(), known });
        Ok(Some(Is::Unknown(self.unknowns.len() - 1)))
    }

    /// A choice that was seen, of a distribution with unknown parameters. Of one that is not possible, whatever they
    /// are, nothing is learnt and nothing was expected.
    fn see(
        &mut self,
        path: &[Value],
        name: &str,
        args: &[Value],
        seen: &Value,
        possible: bool,
    ) -> Result<Option<Expected>> {
        if args.iter().any(holds_var) || holds_var(seen) {
            return Err(tracked(path));
        }
        let x = match seen {
            Value::True => 1.0,
            Value::False => 0.0,
            other => other.as_f64().ok_or_else(|| refused(path, &format!("it holds {}", described(other))))?,
        };
        if let ("normal", [mean, sd]) = (name, args) {
            let (mean, sd) = self.location(path, mean, sd)?;
            return Ok(possible.then(|| {
                let (off, sd) = self.gaussian.observe(&mean, sd, x);
                Expected { name: "normal", params: vec![0.0, sd], at: off }
            }));
        }
        let known: Vec<f64> = args.iter().filter_map(Value::as_f64).collect();
        let hidden: Vec<&Affine> = args.iter().filter_map(|arg| arg.as_host::<Affine>()).collect();
        let prior = match &hidden[..] {
            [only] => only.bare().map(|unknown| &mut self.unknowns[unknown].known),
            _ => None,
        };
        let expected = prior.and_then(|prior| {
            let mut updated = prior.clone();
            let expected = updated.observe(name, &known, x)?;
            if possible {
                *prior = updated;
            }
            Some(expected)
        });
        let expected = expected.ok_or_else(|| {
            refused(path, &format!("`{name}` with the parameter {} has no conjugate prior there", names(args)))
        })?;
        Ok(possible.then_some(expected))
    }

    /// The mean and the standard deviation of a normal choice. A scale that is not known makes no normal posterior.
    fn location(&self, path: &[Value], mean: &Value, sd: &Value) -> Result<(Affine, f64)> {
        let Some(scale) = sd.as_f64() else {
            return Err(refused(
                path,
                &format!("its scale hangs on {}, which is not known", names(std::slice::from_ref(sd))),
            ));
        };
        let normal = |affine: &&Affine| {
            affine.terms.iter().all(|term| matches!(self.unknowns[term.unknown].known, Known::Normal))
        };
        match mean.as_host::<Affine>().filter(normal) {
            Some(affine) => scaled(path, scale).map(|()| (affine.clone(), scale)),
            None => Err(refused(
                path,
                &format!("its mean hangs on {}, which is not normal", names(std::slice::from_ref(mean))),
            )),
        }
    }
}

/// Is there an unknown number in a value, or in the parameters of distributions in it?
fn holds_unknown(value: &Value) -> bool {
    match value {
        Value::Vector(items) => items.iter().any(|item| with_stack(|| holds_unknown(item))),
        Value::List(items) => items.iter().any(|item| with_stack(|| holds_unknown(item))),
        Value::Map(map) => map.iter().any(|(key, item)| with_stack(|| holds_unknown(key) || holds_unknown(item))),
        Value::Host(_) => match (value.as_host::<Affine>(), value.as_host::<Dist>()) {
            (Some(_), _) => true,
            (None, Some(dist)) => dist.args.iter().any(|arg| with_stack(|| holds_unknown(arg))),
            _ => false,
        },
        _ => false,
    }
}

/// A datum as the choice holds it, whether it is possible, and whether it has a density: whatever the unknown parameters
/// are.
fn given(cx: &mut Cx, constructor: &Constructor, args: &[Value], data: &Value) -> Result<(Value, bool, bool)> {
    let half = |arg: &Value| if arg.as_host::<Affine>().is_some() { Value::float(0.5) } else { arg.clone() };
    let example: Vec<Value> = args.iter().map(half).collect();
    let dist = constructor.make(cx, &example)?;
    let (density, seen) = (dist.density(), dist.density().check_value(data)?);
    // A density far from its mean may be too small for a float.
    let possible = match constructor.name() {
        "normal" => seen.as_f64().is_none_or(f64::is_finite),
        _ => density.logpdf(cx, &seen)? > f64::NEG_INFINITY,
    };
    Ok((seen, possible, density.continuous()))
}

/// An error for a scale that precisions cannot be made of.
fn scaled(path: &[Value], scale: f64) -> Result<()> {
    match scale >= SCALES.0 && scale <= SCALES.1 {
        true => Ok(()),
        false => Err(refused(path, &format!("its scale is {scale}, not from {:e} to {:e}", SCALES.0, SCALES.1))),
    }
}

fn names(args: &[Value]) -> String {
    let names: Vec<String> = args.iter().filter_map(|arg| Some(arg.as_host::<Affine>()?.names())).collect();
    names.join(" and ")
}

/// Numbers to differentiate cannot be solved for.
#[cold]
fn tracked(path: &[Value]) -> Stop {
    let message = format!("`exact` solves `{}` in numbers, which has no gradient", show(path));
    Error::raise(Code::NoGradient, message)
        .help("`enumerate` differentiates, with `:grid` for continuous choices; or give `(stop-gradient x)`")
}

/// The error of a choice that keeps a model from being solved.
#[cold]
pub fn refused(path: &[Value], why: &str) -> Stop {
    Error::raise(Code::Exact, format!("`exact` cannot solve `{}`: {why}", show(path)))
        .help("sample instead, `(mh model args observations)`; or put numbers on a grid: `(enumerate model args observations {:grid …})`")
}

//! What a filter is told: its options, and the sequence of its steps.

use super::resample::Scheme;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::builtins::args::described;
use crate::eval::options::Options;
use crate::eval::{Cx, Value, keys, sequence};
use crate::gfi::{ChoiceMap, Trace, TraceObject, argument_vector, constraints_of, function};
use crate::infer::kernel::{Kernel, kernel_of};
use std::sync::Arc;

/// How an algorithm calls the options.
pub struct Names {
    pub algorithm: &'static str,
    pub forward: &'static str,
    pub known: &'static str,
    /// Those that cannot be left out.
    needed: &'static [&'static str],
}

impl Names {
    pub const SMC: &Names = &Names {
        algorithm: "smc",
        forward: "proposal",
        known: "particles ess-threshold resample rejuvenate proposal|forward backward init-proposal dtype",
        needed: &[],
    };
    pub const SMCP3: &Names = &Names {
        algorithm: "smcp3",
        forward: "forward",
        known: "forward|proposal backward init-proposal particles ess-threshold resample rejuvenate dtype",
        needed: &["forward", "backward"],
    };
    pub const CONDITIONAL: &Names = &Names {
        algorithm: "conditional-smc",
        forward: "proposal",
        known: "reference particles ess-threshold resample proposal|forward backward init-proposal dtype",
        needed: &["reference"],
    };
    pub const GIBBS: &Names = &Names {
        algorithm: "particle-gibbs-kernel",
        forward: "proposal",
        known: "particles ess-threshold resample proposal|forward backward init-proposal",
        needed: &[],
    };
    pub const PMMH: &Names = &Names {
        algorithm: "pmmh-kernel",
        forward: "proposal",
        known: "proposal-args|args particles ess-threshold resample proposal|forward backward init-proposal",
        needed: &[],
    };
}

/// The options.
#[derive(Clone)]
pub struct Settings {
    pub particles: usize,
    pub threshold: f64,
    pub scheme: Scheme,
    pub rejuvenate: Option<Arc<dyn Kernel>>,
    pub forward: Option<Value>,
    pub backward: Option<Value>,
    pub init: Option<Value>,
    pub reference: Option<Arc<Trace>>,
}

impl Settings {
    /// Are later steps moves by proposals?
    pub fn proposes(&self) -> bool {
        self.forward.is_some() || self.backward.is_some()
    }

    /// Reads the options in `args[index]`; with a reference, resampling has to be conditional.
    pub fn read(options: &Options<'_>, names: &Names, conditional: bool, index: usize) -> Result<Settings> {
        if let Some(missing) = names.needed.iter().find(|name| options.get(name).is_none()) {
            let message = format!("`{}` needs the option `:{missing}`", names.algorithm);
            return Err(Error::raise(Code::Option, message).arg(index).help(match *missing {
                "reference" => "give it a trace of the last step: `{:reference trace}`".to_string(),
                _ => format!("give it a proposal: `{{:{missing} (gen [choices args obs] …)}}`"),
            }));
        }
        let proposal = |name: &str| -> Result<Option<Value>> {
            let Some(value) = options.get(name) else { return Ok(None) };
            function(names.algorithm, value).map_err(|e| e.arg(index))?;
            Ok(Some(value.clone()))
        };
        let particles = options.count("particles", 1000, if conditional { 2 } else { 1 })?;
        let share = "a share of the particles, a number from 0 to 1";
        Ok(Settings {
            particles,
            threshold: options.number("ess-threshold", 0.5, share, |x| (0.0..=1.0).contains(&x))?,
            scheme: Scheme::read(options, conditional)?,
            rejuvenate: match options.get("rejuvenate") {
                Some(kernel) => Some(kernel_of(names.algorithm, kernel, index)?),
                None => None,
            },
            forward: proposal(names.forward)?,
            backward: proposal("backward")?,
            init: proposal("init-proposal")?,
            reference: match options.get("reference") {
                Some(value) => match value.as_host::<TraceObject>() {
                    Some(trace) => Some(trace.0.clone()),
                    None => return Err(options.wrong("reference", "a trace", value)),
                },
                None => None,
            },
        })
    }
}

/// One target of the sequence.
#[derive(Clone)]
pub struct Step {
    pub args: Vec<Value>,
    pub obs: ChoiceMap,
}

/// Reads a sequence of `{:args :argdiffs :obs}`; arguments that are left out are those of the step before. The diffs
/// say nothing that comparing the arguments does not.
pub fn steps(cx: &mut Cx, algorithm: &str, value: &Value, index: usize) -> Result<Vec<Step>> {
    if matches!(value, Value::Map(_)) {
        let message = format!("`{algorithm}` wants a sequence of steps, not a map");
        return Err(Error::raise(Code::Type, message).arg(index).help("put the one step into a vector: `[{:obs …}]`"));
    }
    let items = sequence::to_vec(cx, value).map_err(|e| e.or_arg(index))?;
    if items.is_empty() {
        return Err(Error::raise(Code::Value, format!("`{algorithm}` needs at least one step"))
            .arg(index)
            .help("steps are maps: `[{:args [1] :obs {[0 :y] 1.5}} …]`"));
    }
    let mut steps: Vec<Step> = Vec::with_capacity(items.len());
    for (t, item) in items.iter().enumerate() {
        let Value::Map(map) = item else { return Err(no_step(algorithm, item, t).arg(index)) };
        keys::check(&format!("step {t} of `{algorithm}`"), "key", map, "args argdiffs obs")
            .map_err(|e| e.arg(index))?;
        let args = match map.get_keyword("args") {
            Some(args) => argument_vector(cx, algorithm, args).map_err(|e| e.or_arg(index))?,
            None => steps.last().map_or_else(Vec::new, |step| step.args.clone()),
        };
        let obs = match map.get_keyword("obs") {
            Some(obs) => constraints_of(obs, index)?,
            None => ChoiceMap::default(),
        };
        steps.push(Step { args, obs });
    }
    Ok(steps)
}

#[cold]
fn no_step(algorithm: &str, item: &Value, t: usize) -> Stop {
    let message = format!("step {t} of `{algorithm}` is a map, not {}", described(item));
    Error::raise(Code::Type, message).help("write `{:args [1] :obs {[0 :y] 1.5}}`")
}

/// The same where each element of data with missing ones stands alone: a retained particle keeps them apart by address.
pub fn element_by_element(mut steps: Vec<Step>) -> Result<Vec<Step>> {
    for step in &mut steps {
        step.obs = step.obs.element_by_element()?;
    }
    Ok(steps)
}

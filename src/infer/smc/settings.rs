//! The settings of a filter: its options, and the sequence of its steps.

use super::resample::{CONDITIONAL, SCHEMES, Scheme};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::described;
use crate::eval::options::{OptionRow, Options};
use crate::eval::{Cx, Value, keys, sequence};
use crate::gfi::{ChoiceMap, Trace, TraceObject, argument_vector, constraints_of, function};
use crate::infer::kernel::{Kernel, kernel_of};
use crate::infer::options::{DTYPE, PARTICLES};
use std::sync::Arc;

/// The name of an algorithm, and which options it has.
pub struct Names {
    pub algorithm: &'static str,
    pub rows: &'static [OptionRow],
    /// Those that cannot be left out.
    needed: &'static [&'static str],
}

const FORWARD: OptionRow = OptionRow::any(
    "proposal|forward",
    "proposes for the later steps, called with the particle's choices, the arguments and the observations",
)
.or_told("none");
const BACKWARD: OptionRow = OptionRow::any(
    "backward",
    "proposes what a step overwrites or drops, called with the new choices, the old arguments and the observations",
)
.or_told("none");
const INIT: OptionRow =
    OptionRow::any("init-proposal", "proposes for the first step, called with its arguments and observations")
        .or_told("the prior");
const THRESHOLD: OptionRow = OptionRow::number(
    "ess-threshold",
    "a share of the particles, a number from 0 to 1",
    |x| (0.0..=1.0).contains(&x),
    "particles are drawn anew by weight where they are worth fewer than this share of them",
)
.or_number(0.5);
const RESAMPLE: OptionRow = OptionRow::word("resample", SCHEMES, "how they are drawn").or_word(SCHEMES[0]);
const RETAINING: OptionRow = OptionRow::word("resample", CONDITIONAL, "how they are drawn").or_word(SCHEMES[0]);
const REJUVENATE: OptionRow =
    OptionRow::any("rejuvenate", "a kernel that moves every particle after each step").or_told("none");
/// One of them is the reference.
const SEVERAL: OptionRow =
    OptionRow::count("particles", 2, "weighted runs, one of which is the reference").or_count(1000);

const SMC: &[OptionRow] = &[PARTICLES, THRESHOLD, RESAMPLE, REJUVENATE, FORWARD, BACKWARD, INIT, DTYPE];
const REFERENCE: OptionRow = OptionRow::any("reference", "a trace of the last step; it must be given");

impl Names {
    pub const SMC: &Names = &Names { algorithm: "smc", rows: SMC, needed: &[] };
    pub const SMCP3: &Names = &Names { algorithm: "smcp3", rows: SMC, needed: &["proposal", "backward"] };
    pub const CONDITIONAL: &Names = &Names {
        algorithm: "conditional-smc",
        rows: &[REFERENCE, SEVERAL, THRESHOLD, RETAINING, FORWARD, BACKWARD, INIT, DTYPE],
        needed: &["reference"],
    };
    pub const GIBBS: &Names = &Names {
        algorithm: "particle-gibbs-kernel",
        rows: &[SEVERAL, THRESHOLD, RETAINING, FORWARD, BACKWARD, INIT],
        needed: &[],
    };
    pub const PMMH: &Names = &Names {
        algorithm: "pmmh-kernel",
        rows: &[
            OptionRow::any("proposal-args|args", "arguments of the proposal after the choices").or_told("[]"),
            SEVERAL,
            THRESHOLD,
            RETAINING,
            FORWARD,
            BACKWARD,
            INIT,
        ],
        needed: &[],
    };
}

/// The options.
#[derive(Clone)]
pub struct FilterSettings {
    pub particles: usize,
    pub threshold: f64,
    pub scheme: Scheme,
    pub rejuvenate: Option<Arc<dyn Kernel>>,
    pub forward: Option<Value>,
    pub backward: Option<Value>,
    pub init: Option<Value>,
    pub reference: Option<Arc<Trace>>,
}

impl FilterSettings {
    /// Are later steps moves by proposals?
    pub fn proposes(&self) -> bool {
        self.forward.is_some() || self.backward.is_some()
    }

    /// Reads the options from `args[index]` on.
    pub fn read(options: &Options<'_>, names: &Names, index: usize) -> Result<FilterSettings> {
        if let Some(missing) = names.needed.iter().find(|name| options.get(name).is_none()) {
            let missing = if *missing == "proposal" { "forward" } else { missing };
            let message = format!("`{}` needs the option `:{missing}`", names.algorithm);
            return Err(Error::raise(Code::Option, message).arg(index).help(match missing {
                "reference" => "give it a trace of the last step: `{:reference trace}`".to_string(),
                _ => format!("give it a proposal: `{{:{missing} (gen [choices args obs] …)}}`"),
            }));
        }
        let proposal = |name: &str| -> Result<Option<Value>> {
            let Some(value) = options.get(name) else { return Ok(None) };
            function(names.algorithm, value).map_err(|e| e.arg(index))?;
            Ok(Some(value.clone()))
        };
        Ok(FilterSettings {
            particles: options.count("particles"),
            threshold: options.number("ess-threshold"),
            scheme: Scheme::named(options.word("resample")),
            rejuvenate: match options.get("rejuvenate") {
                Some(kernel) => Some(kernel_of(names.algorithm, kernel, index)?),
                None => None,
            },
            forward: proposal("proposal")?,
            backward: proposal("backward")?,
            init: proposal("init-proposal")?,
            reference: match options.get("reference") {
                Some(value) => match value.as_host::<TraceObject>() {
                    Some(trace) => Some(trace.trace()?),
                    None => return Err(options.wrong("reference", "a trace", value)),
                },
                None => None,
            },
        })
    }
}

/// One target of the sequence.
#[derive(Clone)]
pub struct FilterStep {
    pub args: Vec<Value>,
    pub obs: ChoiceMap,
}

/// Reads a sequence of `{:args :argdiffs :obs}`; arguments that are left out are those of the step before. The diffs
/// say nothing that comparing the arguments does not.
pub fn steps(cx: &mut Cx, algorithm: &str, value: &Value, index: usize) -> Result<Vec<FilterStep>> {
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
    let mut steps: Vec<FilterStep> = Vec::with_capacity(items.len());
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
        steps.push(FilterStep { args, obs });
    }
    Ok(steps)
}

#[cold]
fn no_step(algorithm: &str, item: &Value, t: usize) -> Stop {
    let message = format!("step {t} of `{algorithm}` is a map, not {}", described(item));
    Error::raise(Code::Type, message).help("write `{:args [1] :obs {[0 :y] 1.5}}`")
}

/// The same where each element of data with missing ones stands alone: a retained particle keeps them apart by address.
pub fn element_by_element(mut steps: Vec<FilterStep>) -> Result<Vec<FilterStep>> {
    for step in &mut steps {
        step.obs = step.obs.element_by_element()?;
    }
    Ok(steps)
}

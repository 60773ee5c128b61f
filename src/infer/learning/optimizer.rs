//! Optimizers as values: how a step follows from a gradient. All of them climb.

use super::parameters::{Parameters, numbers, with_numbers};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::wrong_type;
use crate::eval::collections::Map;
use crate::eval::options::{OptionRow, Options, option_map};
use crate::eval::print::{Printer, brief};
use crate::eval::{Builtin, Cx, HostObject, Value};
use std::collections::HashMap;

pub const TABLE: &[Builtin] = &[
    Builtin::new("sgd", "[rate & options]", |_, a| {
        let options = Options::read("sgd", a, 1, MOMENTUM)?;
        make("sgd", a, StepRule::Sgd { momentum: options.number("momentum") })
    })
    .options(1, MOMENTUM),
    Builtin::new("adam", "[rate & options]", |_, a| {
        let options = Options::read("adam", a, 1, ADAM)?;
        make("adam", a, StepRule::adam(&options, 0.0))
    })
    .options(1, ADAM),
    Builtin::new("adamw", "[rate & options]", |_, a| {
        let options = Options::read("adamw", a, 1, ADAMW)?;
        make("adamw", a, StepRule::adam(&options, options.number("weight-decay")))
    })
    .options(1, ADAMW),
];

const fn a_share(name: &'static str, doc: &'static str) -> OptionRow {
    OptionRow::number(name, "a number from 0 to below 1", |x| (0.0..1.0).contains(&x), doc)
}

const MOMENTUM: &[OptionRow] = &[a_share("momentum", "the share of the last step that is made again").or_number(0.0)];
const BETA1: OptionRow = a_share("beta1", "how much of its past the mean of the gradients keeps").or_number(BETAS[0]);
const BETA2: OptionRow = a_share("beta2", "how much of its past the mean of their squares keeps").or_number(BETAS[1]);
const EPSILON_ROW: OptionRow = OptionRow::positive("epsilon", "is added to the root of that mean").or_number(EPSILON);
const ADAM: &[OptionRow] = &[BETA1, BETA2, EPSILON_ROW];
const ADAMW: &[OptionRow] = &[
    BETA1,
    BETA2,
    EPSILON_ROW,
    OptionRow::number(
        "weight-decay",
        "a number that is not negative",
        |x| x >= 0.0 && x.is_finite(),
        "the share of the parameters that a step of rate 1 takes away",
    )
    .or_number(DECAY),
];
/// What Adam remembers of gradients and their squares, and what keeps it from dividing by 0.
const BETAS: [f64; 2] = [0.9, 0.999];
const EPSILON: f64 = 1e-8;
/// The weight decay of `adamw` that is not told another.
const DECAY: f64 = 0.01;

/// What an optimizer makes of a gradient.
#[derive(Clone, Copy, PartialEq)]
enum StepRule {
    Sgd { momentum: f64 },
    Adam { betas: [f64; 2], epsilon: f64, decay: f64 },
}

impl StepRule {
    fn adam(options: &Options<'_>, decay: f64) -> StepRule {
        let betas = [options.number("beta1"), options.number("beta2")];
        StepRule::Adam { betas, epsilon: options.number("epsilon"), decay }
    }

    /// One number and its memory after a step of this rate; `step` counts from 1.
    fn apply(&self, x: f64, gradient: f64, memory: &mut [f64; 2], rate: f64, step: i32) -> f64 {
        match self {
            StepRule::Sgd { momentum } => {
                memory[0] = momentum * memory[0] + gradient;
                x + rate * memory[0]
            }
            // Kingma and Ba 2015, algorithm 1; the decay is that of Loshchilov and Hutter 2019, algorithm 2.
            StepRule::Adam { betas: [b1, b2], epsilon, decay } => {
                memory[0] = b1 * memory[0] + (1.0 - b1) * gradient;
                memory[1] = b2 * memory[1] + (1.0 - b2) * gradient * gradient;
                let (mean, square) = (memory[0] / (1.0 - b1.powi(step)), memory[1] / (1.0 - b2.powi(step)));
                x + rate * (mean / (square.sqrt() + epsilon) - decay * x)
            }
        }
    }
}

/// `(adam 0.01)` as a value.
#[derive(Clone)]
pub struct Optimizer {
    name: &'static str,
    rate: Value,
    rule: StepRule,
}

fn make(name: &'static str, args: &[Value], rule: StepRule) -> Result<Value> {
    let rate = args[0].clone();
    match &rate {
        Value::Fn(_) | Value::Native(_) | Value::Host(_) => {}
        number if number.as_f64().is_some_and(|x| x > 0.0 && x.is_finite()) => {}
        other => return Err(wrong_type(name, "a rate: a positive number, or a schedule", other, 0)),
    }
    Ok(Value::host(Optimizer { name, rate, rule }))
}

impl HostObject for Optimizer {
    fn kind(&self) -> &'static str {
        "an optimizer"
    }

    fn print(&self, out: &mut Printer<'_>) {
        let options = self.options();
        let options = (!options.is_empty()).then(|| option_map(options));
        let parts: Vec<Value> = std::iter::once(self.rate.clone()).chain(options).collect();
        out.call(self.name, &parts);
    }

    fn equals(&self, other: &dyn HostObject) -> bool {
        (other as &dyn std::any::Any)
            .downcast_ref::<Optimizer>()
            .is_some_and(|o| o.name == self.name && o.rate == self.rate && o.rule == self.rule)
    }

    fn hash_code(&self) -> u64 {
        crate::eval::name::hash_text(self.name)
    }

    fn depth(&self) -> u32 {
        self.rate.depth() + 1
    }
}

impl Optimizer {
    /// What differs from the constructor's defaults, by option.
    fn options(&self) -> Vec<(&'static str, Value)> {
        let told = match self.rule {
            StepRule::Sgd { momentum } => vec![("momentum", momentum, 0.0)],
            StepRule::Adam { betas: [beta1, beta2], epsilon, decay } => {
                let usual = if self.name == "adamw" { DECAY } else { 0.0 };
                vec![
                    ("beta1", beta1, BETAS[0]),
                    ("beta2", beta2, BETAS[1]),
                    ("epsilon", epsilon, EPSILON),
                    ("weight-decay", decay, usual),
                ]
            }
        };
        let changed = told.into_iter().filter(|(_, value, usual)| value != usual);
        changed.map(|(name, value, _)| (name, Value::float(value))).collect()
    }

    /// The option `:optimizer`, Adam with this rate where it is left out.
    pub fn of(options: &Options<'_>, rate: Value) -> Result<Optimizer> {
        let rule = StepRule::Adam { betas: BETAS, epsilon: EPSILON, decay: 0.0 };
        let Some(given) = options.get("optimizer") else {
            return Ok(Optimizer { name: "adam", rate, rule });
        };
        let found = given.as_host::<Optimizer>().cloned();
        found.ok_or_else(|| options.wrong("optimizer", "an optimizer", given).help("write `:optimizer (adam 0.01)`"))
    }

    /// An optimizer at work.
    pub fn start(self) -> Climb {
        Climb { optimizer: self, step: 0, memory: HashMap::new() }
    }

    fn rate(&self, cx: &mut Cx, step: u64) -> Result<f64> {
        if let Some(rate) = self.rate.as_f64() {
            return Ok(rate);
        }
        let rate = cx.call1(&self.rate, Value::Int(step as i64))?;
        rate.as_f64().filter(|x| *x >= 0.0 && x.is_finite()).ok_or_else(|| {
            let message = format!("the schedule of `{}` gives `{}` at step {step}", self.name, brief(&rate));
            Error::raise(Code::Value, message).help("a schedule gives a rate, a number that is not negative")
        })
    }
}

/// A sequence of steps: what the optimizer remembers of each parameter.
pub struct Climb {
    optimizer: Optimizer,
    step: u64,
    memory: HashMap<String, (i32, Vec<[f64; 2]>)>,
}

impl Climb {
    /// One step up the gradient; parameters that it lacks stay.
    pub fn step(&mut self, cx: &mut Cx, parameters: &mut Parameters, gradient: &Map) -> Result<()> {
        self.step += 1;
        let rate = self.optimizer.rate(cx, self.step)?;
        for (name, slopes) in gradient.iter() {
            let (Some(value), slopes) = (parameters.store.get(name), numbers(slopes)?) else { continue };
            let mut xs = numbers(value)?;
            if let Some(slope) = slopes.iter().find(|slope| !slope.is_finite()) {
                return Err(no_slope(name, *slope, self.step));
            }
            cx.charge(xs.len())?;
            let key = name.as_keyword().unwrap_or_default().to_string();
            let (count, memory) = self.memory.entry(key).or_insert_with(|| (0, vec![[0.0; 2]; xs.len()]));
            *count = count.saturating_add(1);
            for ((x, slope), memory) in xs.iter_mut().zip(slopes).zip(memory) {
                *x = self.optimizer.rule.apply(*x, slope, memory, rate, *count);
            }
            let moved = with_numbers(value, &xs)?;
            parameters.store = std::mem::take(&mut parameters.store).insert(name.clone(), moved)?;
        }
        Ok(())
    }
}

#[cold]
fn no_slope(name: &Value, slope: f64, step: u64) -> Stop {
    let message = format!("at step {step} the gradient by the parameter `{}` is {slope}", brief(name));
    Error::raise(Code::Nan, message)
        .help("take a smaller rate, other starting values (`with-params`), or a transformation such as `(exp s)`")
}

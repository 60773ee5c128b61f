//! generative-function: a generative function whose operations are functions of the language.
//!
//! Each operation takes plain data and returns a map. What is not given is derived from what is, where that is exact.

use super::arguments::result;
use super::choicemap::ChoiceMap;
use super::combinators::intervene::partly_fixed;
use super::diff::Diff;
use super::goal::Goal;
use super::interface::{GenerativeFunction, Model, check_callable, same_function};
use super::ops::vanish::vanish_under;
use super::past::Past;
use super::request::{Outcome, Request};
use super::selection::Selection;
use super::trace::Trace;
use super::trie::Trie;
use crate::error::{Caught, Code, Error, Result, Stop};
use crate::eval::args::{described, wrong_type};
use crate::eval::collections::Map;
use crate::eval::function::Effect;
use crate::eval::host_function::HostFunction;
use crate::eval::key::Stream;
use crate::eval::options::{OptionRow, Options};
use crate::eval::{Builtin, Cx, Value, keys};
use outcome::Assessed;
use std::any::Any;
use std::sync::Arc;

mod decide;
mod outcome;

pub const TABLE: &[Builtin] = &[Builtin::new("generative-function", "[operations]", |_, args| {
    let Value::Map(operations) = &args[0] else {
        return Err(wrong_type("generative-function", "a map of operations", &args[0], 0)
            .help("write `{:simulate (fn [[x]] …) :assess (fn [[x] choices] …)}`"));
    };
    custom(operations)
})];

const DETERMINISTIC: &[OptionRow] = &[OptionRow::flag("deterministic", "it makes no choices")];
const PARTS: &str = "simulate assess generate update regenerate project name deterministic gradient";

pub struct Custom {
    operations: Map,
    /// The same as a value.
    given: [Value; 1],
    name: String,
    deterministic: bool,
}

/// A run as a program's function tells it.
struct ToldRun {
    choices: ChoiceMap,
    retval: Value,
    weight: f64,
}

/// The generative function of some operations, by name.
pub fn custom(operations: &Map) -> Result<Value> {
    Custom::new(operations).map(Model::value)
}

impl Custom {
    fn new(operations: &Map) -> Result<Custom> {
        keys::check("generative-function", "part", operations, PARTS).map_err(|e| e.arg(0))?;
        let given = [Value::Map(operations.clone())];
        let flag = operations.get_keyword("deterministic").cloned().unwrap_or_default();
        let flag = [Value::keyword("deterministic"), flag];
        let deterministic = Options::read("generative-function", &flag, 0, DETERMINISTIC)?.flag("deterministic");
        let needed: &[&str] = if deterministic { &["simulate"] } else { &["simulate", "assess"] };
        if let Some(missing) = needed.iter().find(|p| operations.get_keyword(p).is_none()) {
            return Err(Error::raise(Code::Type, format!("a `generative-function` needs `:{missing}`"))
                .arg(0)
                .help("from `:simulate` and `:assess` the other operations are derived"));
        }
        for (key, part) in operations.iter() {
            let key = key.as_keyword().unwrap_or_default();
            if !["name", "deterministic"].contains(&key) {
                check_callable(&format!(":{key}"), part, 0)?;
            }
        }
        let name = operations.get_keyword("name").and_then(|n| n.as_str().or(n.as_keyword())).unwrap_or("custom");
        Ok(Custom { name: name.to_string(), operations: operations.clone(), given, deterministic })
    }

    fn call(&self, cx: &mut Cx, part: &str, run: &Request<'_>, mut args: Vec<Value>) -> Result<Option<Value>> {
        let Some(f) = self.operations.get_keyword(part).cloned() else { return Ok(None) };
        let stream = Stream::new(run.origin.key.fold(run.origin.path));
        cx.outside_model(stream, |cx| cx.call(&f, &mut args)).map(Some).map_err(|e| self.explain(e, part))
    }

    /// What its functions may not do, and what they are called with.
    #[cold]
    fn explain(&self, error: Stop, part: &str) -> Stop {
        let takes = match part {
            "simulate" => "the vector of arguments: `(fn [[x]] …)`",
            "update" => "old choices, arguments and constraints: `(fn [old [x] choices] …)`",
            "project" => "choices, arguments and selection: `(fn [choices [x] selection] …)`",
            "regenerate" => "old choices, arguments and selection: `(fn [old [x] selection] …)`",
            _ => "the vector of arguments and choices: `(fn [[x] choices] …)`",
        };
        match (error.code(), error.is_direct()) {
            (Some(Code::EffectOutsideModel), _) => error
                .help("inside `generative-function`, draw with `(sample (normal 0 1))` and return it in `:choices`"),
            (Some(Code::Arity), true) => error.help(format!("`:{part}` of `{}` is called with {takes}", self.name)),
            _ => error,
        }
    }

    fn told(&self, cx: &mut Cx, part: &str, run: &Request<'_>, args: Vec<Value>) -> Result<Option<ToldRun>> {
        let Some(told) = self.call(cx, part, run, args)? else { return Ok(None) };
        let read = |map: &Map| -> Option<Result<ToldRun>> {
            let choices = map.get_keyword("choices").unwrap_or(&Value::Nil);
            let weight = map.get_keyword("weight").map_or(Some(0.0), Value::as_f64)?;
            let retval = map.get_keyword("retval").cloned().unwrap_or_default();
            Some(ChoiceMap::from_value(choices).map_err(|_| self.untold(part, &told)).map(|choices| ToldRun {
                choices,
                retval,
                weight,
            }))
        };
        if let Value::Map(map) = &told {
            self.known(part, map)?;
        }
        match &told {
            Value::Map(map) => read(map).unwrap_or_else(|| Err(self.untold(part, &told))).map(Some),
            _ => Err(self.untold(part, &told)),
        }
    }

    /// A misspelt key would count as one that is left out.
    fn known(&self, part: &str, told: &Map) -> Result<()> {
        keys::check(&format!("what `:{part}` of `{}` returns", self.name), "key", told, "choices weight retval scores")
    }

    fn untold(&self, part: &str, told: &Value) -> Stop {
        untold(&self.name, part, told)
    }

    /// The log-density of choices, as a number to differentiate, and what else `:assess` tells.
    fn assessed(&self, cx: &mut Cx, run: &Request<'_>, choices: &ChoiceMap) -> Result<Assessed> {
        let args = vec![Value::vector(run.args.clone())?, choices.clone().into_value()];
        let told = self.call(cx, "assess", run, args)?.unwrap_or_default();
        let read = |map: &Map| {
            let total = match map.get_keyword("weight")? {
                Value::Int(weight) => Value::float(*weight as f64),
                weight @ (Value::Float(_) | Value::Var(_)) => weight.clone(),
                _ => return None,
            };
            let scores = match map.get_keyword("scores") {
                None | Some(Value::Nil) => None,
                Some(scores) => Some(ChoiceMap::from_value(scores).ok()?),
            };
            Some(Assessed { total, retval: map.get_keyword("retval").cloned().unwrap_or_default(), scores })
        };
        if let Value::Map(map) = &told {
            self.known("assess", map)?;
        }
        match &told {
            Value::Map(map) => read(map).ok_or_else(|| self.untold("assess", &told)),
            _ => Err(self.untold("assess", &told)),
        }
    }

    /// The error of an operation that cannot be derived exactly.
    #[cold]
    fn underived(&self, operation: &str, why: impl std::fmt::Display) -> Stop {
        Error::raise(Code::Operation, format!("`{}` has no `:{operation}`, and {why}", self.name))
            .help(format!("give `generative-function` the operation: `:{operation} (fn …)`"))
    }

    /// What could not be assessed cannot be derived either; limits and interruptions pass as they are.
    #[cold]
    fn unassessed(&self, cause: Stop, operation: &str, why: &str) -> Stop {
        match cause.caught() {
            Ok(error) => self.underived(operation, format!("{why}: {error}")),
            Err(halt) => halt,
        }
    }

    /// A function without choices.
    fn compute(&self, cx: &mut Cx, run: &Request<'_>) -> Result<Outcome> {
        let args = Value::vector(run.args.clone())?;
        let retval = match (run.old(), self.operations.get_keyword("update"), run.goal.is_assess()) {
            (Some(old), Some(update), false) => {
                let before = Value::vector(old.args.clone())?;
                cx.call(&update.clone(), &mut [old.retval.clone(), before, args])?
            }
            _ => self.value(cx, args)?,
        };
        self.outcome(cx, run, Trie::Empty, retval, Value::float(0.0), 0.0)
    }

    /// The value, with the gradient that was given for it.
    fn value(&self, cx: &mut Cx, args: Value) -> Result<Value> {
        let f = self.operations.get_keyword("simulate").cloned().unwrap_or_default();
        match self.operations.get_keyword("gradient") {
            None => cx.call1(&f, args),
            Some(gradient) => {
                // The one argument is the vector of all.
                let (gradient, name) = (gradient.clone(), self.name.clone());
                let of_vector = HostFunction {
                    name: self.name.as_str().into(),
                    arity: Some(3),
                    effect: Effect::Pure,
                    code: Box::new(move |cx, args| {
                        let given = crate::eval::lookup::nth(cx, &args[0], &Value::Int(0), None)?;
                        let gradients = cx.call(&gradient, &mut [given, args[1].clone(), args[2].clone()])?;
                        if !matches!(gradients, Value::Vector(_) | Value::List(_)) {
                            return Err(untold(&name, "gradient", &gradients));
                        }
                        Value::vector(vec![gradients])
                    }),
                };
                let options = result([("gradient", Value::host(of_vector))])?;
                let differentiable = cx.call_core("custom-gradient", &mut [f, options])?;
                cx.call1(&differentiable, args)
            }
        }
    }
}

/// The error of a function that returned something else than it should.
#[cold]
fn untold(name: &str, part: &str, told: &Value) -> Stop {
    let message = format!("`:{part}` of `{name}` returned {}", described(told));
    Error::raise(Code::Type, message).help(match part {
        "simulate" => "return a map: `{:choices {:x 1.5} :retval r}`",
        "assess" => "return a map whose `:weight` is a number: `{:weight w :retval r}`",
        "project" => "return a number: the log-density of the selected choices",
        "gradient" => "return a vector with the gradient of each argument",
        _ => "return a map: `{:choices {:x 1.5} :retval r :weight w}`",
    })
}

impl GenerativeFunction for Custom {
    fn name(&self) -> &str {
        &self.name
    }

    fn same(&self, other: &dyn GenerativeFunction) -> bool {
        let Some(other) = (other as &dyn Any).downcast_ref::<Custom>() else { return false };
        self.operations.len() == other.operations.len()
            && self.operations.iter().all(|(k, f)| other.operations.get(k).is_some_and(|g| same_function(f, g)))
    }

    fn needs_choices_only(&self) -> bool {
        true
    }

    fn lane_parts(&self) -> &[Value] {
        &self.given
    }

    fn with_lane_parts(&self, parts: Vec<Value>) -> Result<Value> {
        match &parts[..] {
            [Value::Map(operations)] => Custom::new(operations).map(Model::value),
            _ => Err(Error::raise(Code::Internal, "operations that are no map")),
        }
    }

    fn project(&self, cx: &mut Cx, args: &[Value], choices: &ChoiceMap, selection: &Selection) -> Option<Result<f64>> {
        let f = self.operations.get_keyword("project").cloned()?;
        let told = Value::vector(args.to_vec())
            .and_then(|args| cx.call(&f, &mut [choices.clone().into_value(), args, selection.clone().into_value()]));
        Some(told.and_then(|told| told.as_f64().ok_or_else(|| self.untold("project", &told))))
    }

    /// The log-density is always that of `:assess`.
    fn run(&self, cx: &mut Cx, run: &Request<'_>) -> Result<Outcome> {
        if self.deterministic {
            return self.compute(cx, run);
        }
        if cx.fixed.as_ref().is_some_and(|fixed| fixed.is_above(run.origin.path)) {
            return Err(partly_fixed(&format!("`{}`", self.name)));
        }
        match run.past.run_of(|old| same_function(run.this, &old.function)) {
            Some(own) if run.old().is_none() => self.go_on(cx, run, own),
            _ => self.run_whole(cx, run),
        }
    }

    fn depth(&self) -> u32 {
        Value::Map(self.operations.clone()).depth()
    }
}

impl Custom {
    /// A run from its own old one where another function wrapped that.
    fn go_on(&self, cx: &mut Cx, run: &Request<'_>, own: &Arc<Trace>) -> Result<Outcome> {
        let (past, args) = (Past::Trace(own.clone()), run.args.clone());
        let mut outcome = self.run_whole(cx, &Request { past: &past, args, diffs: Vec::new(), ..*run })?;
        let mut weight = outcome.weight;
        let rest = run.past.without(own);
        vanish_under(&rest, &outcome.trace.records, run.goal, &mut weight, &mut outcome.discard);
        // The caller compares with what the wrapper returned.
        Ok(Outcome { weight, retdiff: Diff::Unknown, ..outcome })
    }

    /// A run with choices.
    fn run_whole(&self, cx: &mut Cx, run: &Request<'_>) -> Result<Outcome> {
        let (goal, diffs) = (run.goal.untold()?, run.diffs.clone());
        let asked = run.goal;
        let nothing = matches!((asked, &goal), (Goal::Guided(_), Goal::Assess(choices)) if choices.is_empty());
        let run = &Request { goal: &goal, args: run.args.clone(), diffs, ..*run };
        let told = self.decide(cx, run)?;
        let assessed = self.assessed(cx, run, &told.choices);
        let Assessed { total, retval, scores } = match assessed.caught()? {
            Ok(assessed) => assessed,
            Err(e) if nothing => {
                let message = format!("`{}` cannot do without its choices: {e}", self.name);
                return Err(Error::raise(Code::ChoiceMissing, message));
            }
            Err(e) => return Err(e.into()),
        };
        if let Goal::Guided(guided) = asked {
            guided.whole(&self.name, &total)?;
        }
        let score = crate::eval::gradient::primal_of(&total).as_f64().unwrap_or(f64::NAN);
        if score.is_nan() {
            return Err(Error::raise(Code::Nan, format!("the log-density of `{}` is not a number", self.name))
                .help("look at the `:weight` that its `:assess` returns for these choices"));
        }
        if !run.goal.is_assess() && matches!(total, Value::Var(_)) {
            return Err(Error::raise(
                Code::NoGradient,
                format!("`{}` is drawn or kept here, which has no gradient", self.name),
            )
            .help("differentiate `(:weight (assess model args choices))`"));
        }
        let records = self.records(&told.choices, scores.as_ref(), score)?;
        let weight = if run.goal.is_assess() { score } else { told.weight };
        let retval = if retval.is_nil() { told.retval } else { retval };
        if weight.is_nan() {
            return Err(Error::raise(Code::Nan, format!("the weight of `{}` is not a number", self.name))
                .help("look at the `:weight` that its operations return"));
        }
        self.outcome(cx, run, records, retval, total, weight)
    }
}

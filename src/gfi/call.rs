//! What an operation is called with, read in one place for one trace and for a batch: a function with its arguments and
//! what is given, or a trace with new arguments and what changes it.

use super::any_trace::{AnyTrace, constraints_of};
use super::arguments::argument_vector;
use super::batch::ops::check_lanes;
use super::batch::run::{BatchRequest, LaneMode, count};
use super::change::Change;
use super::choicemap::ChoiceMap;
use super::goal::Goal;
use super::interface::{function, is_function, same_function};
use super::selection::Selection;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::builtins::arrays::options;
use crate::eval::key::Key;
use crate::eval::options::{OptionRow, Options};
use crate::eval::print::brief;
use crate::eval::run::arity_error;
use crate::eval::{Cx, Value};
use crate::tensor::DType;

/// `[gf args]`, `[gf args choices]`, and the same with the number of lanes and options after it.
pub struct Start<'a> {
    pub this: &'a Value,
    pub args: Vec<Value>,
    pub choices: ChoiceMap,
    /// How many lanes a batch has, and how wide the reals are that it draws.
    pub batch: Option<(usize, DType)>,
}

/// Whether choices stand after the arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    Arguments,
    Choices,
}

/// Where the choices of a [`Start`] stand.
pub const CHOICES: usize = 2;

impl<'a> Start<'a> {
    /// What a run of one is called with.
    pub fn one(cx: &mut Cx, operation: &str, args: &'a [Value], takes: Takes) -> Result<Start<'a>> {
        function(operation, &args[0]).map_err(|e| e.arg(0))?;
        let given = argument_vector(cx, operation, &args[1])?;
        let choices = match takes {
            Takes::Arguments => ChoiceMap::default(),
            Takes::Choices => constraints_of(&args[CHOICES], CHOICES)?,
        };
        Ok(Start { this: &args[0], args: given, choices, batch: None })
    }

    /// What a run of a batch is called with.
    pub fn batch(cx: &mut Cx, operation: &str, args: &'a [Value], takes: Takes) -> Result<Start<'a>> {
        let start = Start::one(cx, operation, args, takes)?;
        let at = if takes == Takes::Choices { CHOICES + 1 } else { CHOICES };
        let lanes = count(operation, &args[at], at)?;
        check_lanes(&start.choices, lanes, CHOICES)?;
        let width = width(cx, operation, args, at + 1)?;
        Ok(Start { batch: Some((lanes, width)), ..start })
    }

    /// The same for the runner of batches.
    pub fn request<'b>(&'b self, goal: &'b Goal, key: Key) -> BatchRequest<'b> {
        let (lanes, width) = self.batch.unwrap_or((1, DType::Float64));
        BatchRequest { this: self.this, args: &self.args, goal, key, lanes, width, past: None, how: LaneMode::Together }
    }
}

/// How wide the reals are that a batch draws: the option `:dtype` from this argument on.
fn width(cx: &Cx, operation: &str, args: &[Value], from: usize) -> Result<DType> {
    let options = options::ArrayOptions::read_from(operation, args, from, options::DTYPE)?;
    match options.dtype {
        Some(width) if !width.is_float() => {
            Err(Error::raise(Code::Dtype, format!("`{operation}` computes with floats"))
                .arg(args.len() - 1)
                .help("the dtype is `:float32` or `:float64`"))
        }
        width => Ok(width.unwrap_or_else(|| cx.width())),
    }
}

const CHECK_DIFFS: &[OptionRow] = &[OptionRow::flag("check-diffs", "verify what the diffs say of the arguments")];

/// `[trace what]`, `[trace args argdiffs what]`, with options after these, and before all that the trace's function.
pub struct Call<'a> {
    operation: &'static str,
    pub trace: AnyTrace<'a>,
    args: &'a [Value],
    /// Where the trace stands.
    at: usize,
}

/// An argument and its place.
#[derive(Clone, Copy)]
pub struct PlacedArgument<'a> {
    pub value: &'a Value,
    pub at: usize,
}

impl PlacedArgument<'_> {
    pub fn constraints(self) -> Result<ChoiceMap> {
        constraints_of(self.value, self.at)
    }
}

impl<'a> Call<'a> {
    /// Finds the trace; a function before it must be the trace's.
    pub fn read(operation: &'static str, args: &'a [Value]) -> Result<Call<'a>> {
        let at = usize::from(matches!(args, [first, second, ..] if is_function(first) && is_meant(second)));
        let trace = AnyTrace::read(operation, args.get(at).unwrap_or(&Value::Nil), at)?;
        if at == 1 && !same_function(&args[0], trace.function()) {
            return Err(other_function(operation, trace.function(), &args[0]));
        }
        Ok(Call { operation, trace, args, at })
    }

    /// What stands after the trace.
    pub fn rest(&self) -> impl Iterator<Item = PlacedArgument<'a>> {
        self.args.iter().enumerate().skip(self.at + 1).map(|(at, value)| PlacedArgument { value, at })
    }

    /// The one thing that stands after the trace.
    pub fn only(&self, arglists: &str) -> Result<PlacedArgument<'a>> {
        let mut rest = self.rest();
        match (rest.next(), rest.next()) {
            (Some(only), None) => Ok(only),
            _ => Err(arity_error(self.operation, arglists, self.args.len())),
        }
    }

    /// New arguments with what is promised of them, if they come, and what changes the trace.
    pub fn change(&self, cx: &mut Cx, arglists: &str) -> Result<(Option<Change>, PlacedArgument<'a>)> {
        let first = self.at + 1;
        let rest = &self.args[first..];
        let (rest, check) = match rest {
            [_, _, _, Value::Map(_) | Value::Keyword(_), ..] => (&rest[..3], self.checks_diffs(first + 3)?),
            _ => (rest, false),
        };
        match rest {
            [what] => Ok((None, PlacedArgument { value: what, at: first })),
            [args, diffs, what] => {
                let change = Change::read(cx, self.operation, args, diffs, first)?;
                if check {
                    change.check(self.trace.args(), first + 1)?;
                }
                Ok((Some(change), PlacedArgument { value: what, at: first + 2 }))
            }
            _ => Err(self.wrong_arity(arglists)),
        }
    }

    /// What `{:check-diffs true}`, or `:check-diffs true`, says from this argument on.
    fn checks_diffs(&self, at: usize) -> Result<bool> {
        Ok(Options::read(self.operation, self.args, at, CHECK_DIFFS)?.flag("check-diffs"))
    }

    /// Constraints, which have as many lanes as the trace, if they hold any.
    pub fn constraints(&self, what: PlacedArgument<'_>) -> Result<ChoiceMap> {
        let constraints = what.constraints()?;
        self.trace.check_lanes(&constraints, what.at)?;
        Ok(constraints)
    }

    /// A selection of what is there.
    pub fn selection(&self, what: PlacedArgument<'_>) -> Result<Selection> {
        let selection = Selection::from_value(what.value).map_err(|e| e.arg(what.at))?;
        self.trace.check(&selection).map_err(|e| e.arg(what.at))?;
        Ok(selection)
    }

    /// Where new arguments of the model would stand.
    pub fn arguments(&self) -> usize {
        self.at + 1
    }

    /// The error of the wrong number of arguments; most often the diffs were left out.
    #[cold]
    pub fn wrong_arity(&self, arglists: &str) -> Stop {
        let (operation, args) = (self.operation, &self.args[self.at..]);
        let error = arity_error(operation, arglists, self.args.len());
        match args {
            [_, Value::Vector(_), last] => error.help(format!(
                "new arguments come with their diffs, or nil: `({operation} trace args nil {})`",
                brief(last)
            )),
            [_, address @ Value::Keyword(_), value] if operation == "update" => {
                error.help(format!("choices are one map: `(update trace {{{} {}}})`", brief(address), brief(value)))
            }
            [_, a @ Value::Keyword(_), b @ Value::Keyword(_)] => error.help(format!(
                "several addresses are one set: `({operation} trace #{{{} {}}})`",
                brief(a),
                brief(b)
            )),
            _ => error.help(format!("see `(doc {operation})`")),
        }
    }
}

/// Is a value meant as the trace after a function? Where no trace follows, it was forgotten, unless what follows is the
/// result that holds it.
fn is_meant(value: &Value) -> bool {
    match value {
        Value::Host(_) => true,
        Value::Map(map) => map.get_keyword("trace").is_some(),
        _ => false,
    }
}

#[cold]
fn other_function(operation: &str, own: &Value, given: &Value) -> Stop {
    let message = format!("the trace is one of `{}`, not of `{}`", brief(own), brief(given));
    Error::raise(Code::Type, message).arg(1).help(format!("leave the function out: `({operation} trace …)`"))
}

//! New arguments of a changed run, with diffs that promise how they differ from the old ones.

use super::arguments::argument_vector;
use super::diff::Diff;
use super::trace::Trace;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::builtins::args::described;
use crate::eval::print::brief;
use crate::eval::{Cx, Value};

/// New arguments and what is promised of them.
pub struct Change {
    pub args: Vec<Value>,
    pub diffs: Vec<Diff>,
}

impl Change {
    /// The old arguments, unchanged.
    pub fn none(trace: &Trace) -> Change {
        Change { args: trace.args.clone(), diffs: vec![Diff::NoChange; trace.args.len()] }
    }

    /// Arguments and argdiffs as a program gives them, from this argument on.
    pub fn read(cx: &mut Cx, operation: &str, args: &Value, diffs: &Value, index: usize) -> Result<Change> {
        let args = argument_vector(cx, operation, args).map_err(|e| e.arg(index))?;
        let diffs = match diffs {
            Value::Nil => Vec::new(),
            Value::Vector(diffs) => {
                diffs.iter().map(Diff::from_value).collect::<Result<_>>().map_err(|e| e.arg(index + 1))?
            }
            single => {
                let message = format!("argdiffs are a vector with a diff for each argument, not {}", described(single));
                return Err(Error::raise(Code::Diff, message)
                    .arg(index + 1)
                    .help("write `[no-change unknown-change]`, or `nil` when nothing is known"));
            }
        };
        if diffs.len() > args.len() {
            return Err(too_many(diffs.len(), args.len()).arg(index + 1));
        }
        Ok(Change { args, diffs })
    }

    /// Compares the promises, which are this argument of the operation, with the arguments.
    pub fn check(&self, old: &[Value], index: usize) -> Result<()> {
        for (i, ((diff, before), now)) in self.diffs.iter().zip(old).zip(&self.args).enumerate() {
            if !diff.holds(before, now) {
                let diff = brief(&diff.clone().into_value());
                let message = format!(
                    "the diff of argument {i} promises `{diff}`, but it went from `{}` to `{}`",
                    brief(before),
                    brief(now)
                );
                return Err(Error::raise(Code::Diff, message)
                    .arg(index)
                    .help("promise less: `unknown-change` is always true"));
            }
        }
        Ok(())
    }
}

/// The error of more diffs than arguments.
#[cold]
pub fn too_many(diffs: usize, args: usize) -> Stop {
    let plural = if args == 1 { "" } else { "s" };
    Error::raise(Code::Diff, format!("{diffs} argdiffs for {args} argument{plural}"))
        .help("give one diff for each argument, in their order")
}

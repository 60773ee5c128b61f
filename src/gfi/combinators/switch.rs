//! Switch: one of several functions, chosen by the first argument.

use super::wrapped::{CallTarget, Wrapper, no_argument};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::collections::Map;
use crate::eval::print::brief;
use crate::eval::{Cx, Value};

/// Branches by index, or by key.
pub enum Switch {
    Indexed(Vec<Value>),
    Keyed(Map),
}

impl Wrapper for Switch {
    fn name(&self) -> &'static str {
        "switch"
    }

    fn arglist(&self) -> &'static str {
        "[index & args]"
    }

    fn parts(&self) -> Vec<Value> {
        match self {
            Switch::Indexed(branches) => branches.clone(),
            Switch::Keyed(branches) => vec![Value::Map(branches.clone())],
        }
    }

    fn gives(&self) -> &'static str {
        "the arguments after the first"
    }

    fn decides(&self, _args: &[Value]) -> Option<usize> {
        Some(0)
    }

    /// When the index changes, values at addresses that both branches have are carried over and charged as kept.
    fn target(&self, _cx: &mut Cx, _this: &Value, args: &[Value]) -> Result<Option<CallTarget>> {
        let Some((index, args)) = args.split_first() else {
            return Err(no_argument("switch", self.arglist(), "the branch first", "[0 …]", args));
        };
        let branch = match self {
            Switch::Indexed(branches) => branch_at(branches, index)?.clone(),
            Switch::Keyed(branches) => branches.get(index).cloned().ok_or_else(|| no_branch(branches, index))?,
        };
        Ok(Some(CallTarget { function: branch, args: args.to_vec(), under: None }))
    }
}

fn branch_at<'a>(branches: &'a [Value], index: &Value) -> Result<&'a Value> {
    let at = match index {
        Value::True => Some(1),
        Value::False => Some(0),
        other => other.as_int().and_then(|i| usize::try_from(i).ok()),
    };
    at.and_then(|i| branches.get(i)).ok_or_else(|| {
        let message = format!("a `switch` of {} branches has none at `{}`", branches.len(), brief(index));
        Error::raise(Code::Index, message)
            .arguments()
            .help("branches count from 0; a boolean is 0 for false and 1 for true")
    })
}

#[cold]
fn no_branch(branches: &Map, index: &Value) -> Stop {
    let keys: Vec<String> = branches.iter().map(|(k, _)| brief(k)).collect();
    Error::raise(Code::Index, format!("the `switch` has no branch `{}`", brief(index)))
        .arguments()
        .help(format!("its branches are {}", keys.join(", ")))
}

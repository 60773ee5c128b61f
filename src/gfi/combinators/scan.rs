//! Scan: a kernel that walks a collection, carrying something from element to element.

use super::column::column;
use super::series::Shape;
use crate::error::{Code, Error, Result};
use crate::eval::Value;
use crate::eval::collections::{Map, Vector};
use crate::eval::print::brief;
use crate::gfi::diff::Diff;

/// The arguments of a Scan: what is carried first, and the elements.
pub struct Scan {
    init: Value,
    xs: Vector,
}

/// The kernel's return value: what it carries on, and its output.
fn pair(returned: &Value) -> Option<(&Value, &Value)> {
    match returned {
        Value::Vector(v) if v.len() == 2 => Some((v.get(0)?, v.get(1)?)),
        _ => None,
    }
}

impl Shape for Scan {
    const NAME: &'static str = "scan";
    const ARGLIST: &'static str = "[init xs]";
    const GIVES: &'static str = "`[carry x]`";
    const CARRIES: bool = true;

    fn read(args: &[Value]) -> Result<Scan> {
        match args {
            [init, xs] => Ok(Scan { init: init.clone(), xs: column("scan", xs)? }),
            _ => Err(crate::eval::run::arity_error("scan", Self::ARGLIST, args.len())
                .arguments()
                .help("write `(simulate (scan kernel) [0.0 [1 2 3]])`: what is carried first, then the elements")),
        }
    }

    fn len(&self) -> usize {
        self.xs.len()
    }

    fn init(&self) -> Value {
        self.init.clone()
    }

    fn kernel_args(&self, t: usize, carry: &Value) -> Vec<Value> {
        vec![carry.clone(), self.xs.get(t).cloned().unwrap_or_default()]
    }

    fn kernel_diffs(&self, diffs: &[Diff], t: usize, carry: &Diff) -> Vec<Diff> {
        vec![carry.clone(), diffs.get(1).map_or(Diff::Unknown, |diff| diff.element(t))]
    }

    fn reached(&self, diffs: &[Diff]) -> Option<Vec<usize>> {
        let [init, xs] = diffs else { return None };
        let first = if init.is_no_change() { Vec::new() } else { vec![0] };
        Some([first, xs.changed_elements()?].concat())
    }

    fn carry(returned: &Value) -> Result<Value> {
        match pair(returned) {
            Some((carry, _)) => Ok(carry.clone()),
            None => Err(Error::raise(
                Code::Type,
                format!(
                    "the kernel of a `scan` returns `[carry output]`, not {} `{}`",
                    returned.kind(),
                    brief(returned)
                ),
            )
            .help("end its body with a vector of two: `[carry output]`")),
        }
    }

    fn output(returned: &Value) -> Value {
        pair(returned).map_or(Value::Nil, |(_, output)| output.clone())
    }

    fn retval(&self, outputs: Vector, carry: Value) -> Result<Value> {
        let entries = [(Value::keyword("carry"), carry), (Value::keyword("outputs"), Value::Vector(outputs))];
        Ok(Value::Map(Map::from_pairs(entries)?))
    }

    fn outputs(retval: &Value) -> Vector {
        match retval {
            Value::Map(map) => match map.get_keyword("outputs") {
                Some(Value::Vector(outputs)) => outputs.clone(),
                _ => Vector::empty(),
            },
            _ => Vector::empty(),
        }
    }

    /// The map of carry and outputs is a new one.
    fn retdiff(_outputs: Diff) -> Diff {
        Diff::Unknown
    }
}

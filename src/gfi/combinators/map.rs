//! Map: a kernel run on each row of some columns.

use super::column::column;
use super::series::Shape;
use crate::error::{Code, Error, Result};
use crate::eval::Value;
use crate::eval::collections::Vector;
use crate::gfi::diff::Diff;

/// The columns of a Map.
pub struct Columns {
    columns: Vec<Vector>,
}

impl Shape for Columns {
    const NAME: &'static str = "map-gf";
    const ARGLIST: &'static str = "[column & columns]";
    const GIVES: &'static str = "one element of each column";
    const CARRIES: bool = false;

    fn read(args: &[Value]) -> Result<Columns> {
        if args.is_empty() {
            return Err(Error::raise(Code::Arity, "a `map-gf` needs at least one column")
                .arguments()
                .help("give each as a vector: `(simulate (map-gf kernel) [[1 2 3]])`"));
        }
        let columns: Vec<Vector> = args.iter().map(|arg| column("map-gf", arg)).collect::<Result<_>>()?;
        if let Some(odd) = columns.iter().find(|c| c.len() != columns[0].len()) {
            let message =
                format!("the columns of a `map-gf` have equal lengths, not {} and {}", columns[0].len(), odd.len());
            return Err(Error::raise(Code::Shape, message)
                .arguments()
                .help("what is the same for all goes in as `(vec (repeat n x))`, or into the kernel itself"));
        }
        Ok(Columns { columns })
    }

    fn len(&self) -> usize {
        self.columns.first().map_or(0, Vector::len)
    }

    fn init(&self) -> Value {
        Value::Nil
    }

    fn kernel_args(&self, t: usize, _carry: &Value) -> Vec<Value> {
        self.columns.iter().map(|column| column.get(t).cloned().unwrap_or_default()).collect()
    }

    fn kernel_diffs(&self, diffs: &[Diff], t: usize, _carry: &Diff) -> Vec<Diff> {
        diffs.iter().map(|diff| diff.element(t)).collect()
    }

    fn reached(&self, diffs: &[Diff]) -> Option<Vec<usize>> {
        if diffs.len() < self.columns.len() {
            return None;
        }
        diffs.iter().try_fold(Vec::new(), |reached, diff| Some([reached, diff.changed_elements()?].concat()))
    }
}

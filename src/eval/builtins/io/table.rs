//! Tables: columns by keyword, as `read-csv` gives them. A column that is not there is an error, so that a misspelt one
//! is not taken for data that nobody has.

use crate::error::{Code, Error, Result, Stop};
use crate::eval::analyze::closest;
use crate::eval::args::wrong_type;
use crate::eval::collections::Map;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::host::HostObject;
use crate::eval::print::{Printer, brief};
use crate::eval::value::Value;
use crate::eval::{hash_code, sequence};
use std::any::Any;

pub const TABLE: &[Builtin] = &[
    Builtin::generic("table", "[columns]", |cx, a| Table::of(cx, &a[0])),
    Builtin::generic("missing", "[table]", |_, a| {
        let Some(table) = a[0].as_host::<Table>() else { return Err(wrong_type("missing", "a table", &a[0], 0)) };
        table.missing()
    }),
];

/// The cells of a column: elements that have an order.
pub fn cells(cx: &mut Cx, function: &str, name: &Value, column: &Value) -> Result<Vec<Value>> {
    match column {
        Value::Str(_) | Value::Map(_) | Value::Set(_) => {
            let (name, given) = (brief(name), brief(column));
            let message = format!("`{function}` wants a vector or a sequence for the column `{name}`, not `{given}`");
            Err(Error::raise(Code::Type, message)
                .help(format!("for a column of one cell write `{{{name} [{given}]}}`")))
        }
        _ => sequence::to_vec(cx, column),
    }
}

/// Columns of one length.
pub struct Table(pub Map);

impl Table {
    /// A table of a map from keywords to collections.
    fn of(cx: &mut Cx, columns: &Value) -> Result<Value> {
        let Value::Map(given) = columns else {
            let error = wrong_type("table", "a map of columns", columns, 0);
            return Err(error.help("of rows, each column is one key of them: `{:x (map :x rows), :y (map :y rows)}`"));
        };
        let mut map = Map::empty();
        let mut first: Option<(String, usize)> = None;
        for (name, cells) in given.iter() {
            if name.as_keyword().is_none() {
                return Err(wrong_type("table", "columns named by keywords", name, 0));
            }
            let cells = self::cells(cx, "table", name, cells).map_err(|e| e.or_arg(0))?;
            let (known, rows) = first.get_or_insert_with(|| (brief(name), cells.len()));
            if *rows != cells.len() {
                let message = format!("the column `{}` has {} cells, `{known}` has {rows}", brief(name), cells.len());
                return Err(Error::raise(Code::Shape, message).arg(0));
            }
            map = map.insert(name.clone(), Value::vector(cells)?)?;
        }
        Ok(Value::host(Table(map)))
    }

    fn missing(&self) -> Result<Value> {
        let nils = |cells: &Value| match cells {
            Value::Vector(cells) => cells.iter().filter(|cell| cell.is_nil()).count(),
            _ => 0,
        };
        let counts = self.0.iter().map(|(name, cells)| (name.clone(), nils(cells)));
        let counts = counts.filter(|(_, n)| *n > 0).map(|(name, n)| (name, Value::Int(n as i64)));
        Ok(Value::Map(Map::from_pairs(counts)?))
    }

    #[cold]
    fn no_column(&self, name: &Value) -> Stop {
        let names: Vec<String> = self.0.iter().map(|(name, _)| brief(name)).collect();
        let error = Error::raise(Code::NoColumn, format!("the table has no column `{}`", brief(name)));
        let list = names.join(" ");
        match closest(&brief(name), &names) {
            Some(best) => error.help(format!("did you mean `{best}`? The columns are {list}")),
            None => error.help(format!("the columns are {list}")),
        }
    }
}

impl HostObject for Table {
    fn kind(&self) -> &'static str {
        "a table"
    }

    fn print(&self, out: &mut Printer<'_>) {
        out.call("table", &[Value::Map(self.0.clone())]);
    }

    fn equals(&self, other: &dyn HostObject) -> bool {
        (other as &dyn Any)
            .downcast_ref::<Table>()
            .is_some_and(|other| Value::Map(self.0.clone()) == Value::Map(other.0.clone()))
    }

    fn hash_code(&self) -> u64 {
        hash_code(&Value::Map(self.0.clone()))
    }

    fn depth(&self) -> u32 {
        Value::Map(self.0.clone()).depth() + 1
    }

    fn call(&self, _this: &Value, _cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
        match args {
            [name] => self.0.get(name).cloned().ok_or_else(|| self.no_column(name)),
            _ => Err(crate::eval::run::arity_error("table", "[column]", args.len())),
        }
    }

    fn get(&self, _cx: &mut Cx, key: &Value) -> Option<Result<Value>> {
        Some(self.0.get(key).cloned().ok_or_else(|| self.no_column(key)))
    }

    fn contents(&self, _cx: &mut Cx) -> Option<Result<Value>> {
        Some(Ok(Value::Map(self.0.clone())))
    }

    fn assoc(&self, cx: &mut Cx, key: &Value, value: &Value) -> Option<Result<Value>> {
        let whole = self.0.clone().insert(key.clone(), value.clone());
        Some(whole.and_then(|columns| Table::of(cx, &Value::Map(columns))))
    }

    fn dissoc(&self, _cx: &mut Cx, key: &Value) -> Option<Result<Value>> {
        Some(Ok(Value::host(Table(self.0.clone().remove(key)))))
    }
}

//! CSV files: columns by keyword, numbers where every cell is one.

use super::super::args::wrong_type;
use super::super::math::convert::number_in;
use super::super::strings::printing;
use super::files::{bytes, path, save};
use super::table::Table;
use crate::error::{Error, Result};
use crate::eval::arrays::scalar_value;
use crate::eval::collections::Map;
use crate::eval::cx::Cx;
use crate::eval::options::Options;
use crate::eval::sequence;
use crate::eval::value::Value;
use std::path::Path;

/// What the options of `read-csv` say.
struct Layout {
    header: bool,
    separator: u8,
}

impl Layout {
    fn read(args: &[Value]) -> Result<Layout> {
        let options = Options::read("read-csv", args, 1, "header separator")?;
        let separator = match options.get("separator") {
            None => b',',
            Some(given) => match given.as_str().map(str::as_bytes) {
                Some([byte]) => *byte,
                _ => return Err(options.wrong("separator", "one ASCII character as a string", given)),
            },
        };
        Ok(Layout { header: options.get("header").is_none() || options.flag("header")?, separator })
    }
}

pub fn read_csv(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let path = path(cx, "read-csv", args)?;
    let layout = Layout::read(args)?;
    let bytes = bytes("read-csv", &path)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(layout.header)
        .delimiter(layout.separator)
        .trim(csv::Trim::All)
        .from_reader(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes));
    let failed = |e: csv::Error| malformed(&path, &e);
    let mut names: Vec<String> =
        if layout.header { reader.headers().map_err(failed)?.iter().map(column_name).collect() } else { Vec::new() };
    let mut columns: Vec<Vec<String>> = vec![Vec::new(); names.len()];
    for record in reader.records() {
        let record = record.map_err(failed)?;
        cx.charge(record.len())?;
        if !layout.header && names.is_empty() {
            names = (0..record.len()).map(|i| i.to_string()).collect();
            columns = vec![Vec::new(); names.len()];
        }
        for (column, cell) in columns.iter_mut().zip(&record) {
            column.push(cell.to_string());
        }
    }
    let mut map = Map::empty();
    for (name, cells) in names.iter().zip(columns) {
        let key = Value::keyword(name);
        if map.contains(&key) {
            let message = format!("`{}` has two columns named `{name}`", path.display());
            return Err(Error::new("gen::file", message).help("rename one, or read with `:header false`").arg(0));
        }
        map = map.insert(key, column(cells)?)?;
    }
    Ok(Value::host(Table(map)))
}

/// A keyword has no spaces.
fn column_name(header: &str) -> String {
    header.split_whitespace().collect::<Vec<_>>().join("-")
}

#[cold]
fn malformed(path: &Path, error: &csv::Error) -> Box<Error> {
    let message = match error.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            format!("`{}` line {line} has {len} cells, the lines before have {expected_len}", path.display())
        }
        csv::ErrorKind::Utf8 { .. } => format!("`{}` is not UTF-8", path.display()),
        _ => format!("`{}` is not CSV: {error}", path.display()),
    };
    Error::new("gen::file", message).arg(0)
}

/// Cells that say that there is no value.
const MISSING: &[&str] = &["", "NA", "N/A", "NaN", "nan", "null", "NULL"];

/// Integers, else floats, else booleans, else strings; nil for what is missing.
fn column(cells: Vec<String>) -> Result<Value> {
    let all = |read: &dyn Fn(&str) -> Option<Value>| {
        let cell = |cell: &String| if MISSING.contains(&&**cell) { Some(Value::Nil) } else { read(cell) };
        cells.iter().map(cell).collect::<Option<Vec<Value>>>()
    };
    let boolean = |cell: &str| match cell {
        "true" | "TRUE" | "True" => Some(Value::True),
        "false" | "FALSE" | "False" => Some(Value::False),
        _ => None,
    };
    let typed = all(&|cell| cell.parse().ok().map(Value::Int))
        .or_else(|| all(&|cell| number_in(cell).map(Value::float)))
        .or_else(|| all(&boolean))
        .or_else(|| all(&|cell| Some(Value::str(cell.to_string()))));
    Value::vector(typed.unwrap_or_default())
}

pub fn write_csv(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let path = path(cx, "write-csv", args)?;
    let columns = match (&args[1], args[1].as_host::<Table>()) {
        (Value::Map(columns), _) => columns.clone(),
        (_, Some(table)) => table.0.clone(),
        _ => return Err(wrong_type("write-csv", "a table, or a map of columns", &args[1], 1)),
    };
    let mut names = Vec::new();
    let mut cells: Vec<Vec<Value>> = Vec::new();
    for (name, values) in columns.iter() {
        names.push(name.as_keyword().map_or_else(|| crate::eval::print::plain(name), str::to_string));
        cells.push(sequence::to_vec(cx, values).map_err(|e| e.arg(1))?);
    }
    let rows = cells.first().map_or(0, Vec::len);
    if let Some(at) = cells.iter().position(|column| column.len() != rows) {
        let message = format!("the column `{}` has {} values, `{}` has {rows}", names[at], cells[at].len(), names[0]);
        return Err(Error::new("gen::shape", message).arg(1));
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = |e: csv::Error| Error::new("gen::io", format!("cannot write CSV: {e}"));
    writer.write_record(&names).map_err(failed)?;
    for row in 0..rows {
        cx.charge(cells.len())?;
        let mut record = Vec::with_capacity(cells.len());
        for column in &cells {
            record.push(cell(cx, &column[row])?);
        }
        writer.write_record(&record).map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|e| Error::new("gen::io", format!("cannot write CSV: {e}")))?;
    save("write-csv", &path, &bytes, false)
}

fn cell(cx: &mut Cx, value: &Value) -> Result<String> {
    let mut out = String::new();
    match value {
        Value::Keyword(k) => out.push_str(k.as_str()),
        Value::Float(x) if x.get().is_nan() => out.push_str("NaN"),
        Value::Float(x) if x.get().is_infinite() => out.push_str(if x.get() > 0.0 { "Inf" } else { "-Inf" }),
        Value::Array(array) if array.ndim() == 0 => return cell(cx, &scalar_value((**array).clone())?),
        Value::Array(array) => {
            let message = format!("a cell holds one value, not an array of shape {:?}", array.shape());
            return Err(Error::new("gen::shape", message)
                .help("a column for each element, or one long column: `{:x (flatten a)}`")
                .arg(1));
        }
        value => printing::write_str(cx, value, &mut out)?,
    }
    Ok(out)
}

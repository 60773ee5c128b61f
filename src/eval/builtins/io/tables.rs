//! CSV files: columns by keyword, numbers where every cell is one.

use super::super::math::convert::number_in;
use super::super::strings::printing;
use super::files::{bytes, path, save};
use super::records::{Field, Records, Unclosed, written};
use super::table::{self, Table};
use crate::error::{Code, Error, Result};
use crate::eval::args::{described, wrong_type};
use crate::eval::arrays::scalar_value;
use crate::eval::collections::Map;
use crate::eval::cx::Cx;
use crate::eval::options::Options;
use crate::eval::value::Value;
use std::borrow::Cow;

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
    let failed = |why: String| Error::raise(Code::File, format!("`{}` {why}", path.display())).arg(0);
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| failed("is not UTF-8".to_string()))?;
    let mut records = Records::new(text, layout.separator);
    let (mut names, mut columns) = (Vec::<String>::new(), Vec::<Vec<Field>>::new());
    while let Some((line, record)) = records.next().map_err(|unclosed| failed(open_quote(&unclosed)))? {
        cx.charge(record.len())?;
        if names.is_empty() {
            names = match layout.header {
                true => record.iter().map(|cell| column_name(&cell.text)).collect(),
                false => (0..record.len()).map(|i| i.to_string()).collect(),
            };
            columns.resize_with(names.len(), Vec::new);
            if layout.header {
                continue;
            }
        }
        if record.len() != names.len() {
            let (cells, expected) = (record.len(), names.len());
            return Err(failed(format!("line {line} has {cells} cells, the lines before have {expected}")));
        }
        columns.iter_mut().zip(record).for_each(|(column, cell)| column.push(cell));
    }
    let mut map = Map::empty();
    for (name, cells) in names.iter().zip(columns) {
        let key = Value::keyword(name);
        if map.contains(&key) {
            let error = failed(format!("has two columns named `{name}`"));
            return Err(error.help("rename one, or read with `:header false`"));
        }
        map = map.insert(key, column(&cells)?)?;
    }
    Ok(Value::host(Table(map)))
}

fn open_quote(unclosed: &Unclosed) -> String {
    format!("line {} opens a quote that is not closed until the end of the file", unclosed.0)
}

/// A keyword has no spaces.
fn column_name(header: &str) -> String {
    header.split_whitespace().collect::<Vec<_>>().join("-")
}

/// Cells that say that there is no value.
const MISSING: &[&str] = &["", "NA", "N/A", "NaN", "nan", "null", "NULL"];

/// Integers, else floats, else booleans, else strings; nil for what is missing. A cell in quotes is text, which is not
/// missing; but empty ones do not keep a column of numbers from being one.
fn column(cells: &[Field]) -> Result<Value> {
    let all = |read: &dyn Fn(&str) -> Option<Value>| {
        let mut some = cells.iter().all(|cell| !cell.quoted);
        let values = cells.iter().map(|cell| match (&*cell.text, cell.quoted) {
            ("", true) => Some(Value::Nil),
            (_, true) => None,
            (text, false) if MISSING.contains(&text) => Some(Value::Nil),
            (text, false) => {
                some = true;
                read(text)
            }
        });
        values.collect::<Option<Vec<Value>>>().filter(|_| some)
    };
    let text = |cell: &Field| match !cell.quoted && MISSING.contains(&&*cell.text) {
        true => Value::Nil,
        false => Value::str(&*cell.text),
    };
    // Integers that are too large would lose their last digits as floats: they stay as they are written.
    let digits = all(&|cell| is_integer(cell).then_some(Value::Nil)).is_some();
    let typed = all(&|cell| cell.parse().ok().map(Value::Int))
        .or_else(|| all(&|cell| number_in(cell).map(Value::float)).filter(|_| !digits))
        .or_else(|| all(&boolean));
    Value::vector(typed.unwrap_or_else(|| cells.iter().map(text).collect()))
}

fn is_integer(cell: &str) -> bool {
    let digits = cell.strip_prefix(['+', '-']).unwrap_or(cell);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

fn boolean(cell: &str) -> Option<Value> {
    match cell {
        "true" | "TRUE" | "True" => Some(Value::True),
        "false" | "FALSE" | "False" => Some(Value::False),
        _ => None,
    }
}

/// Would the text be read as something else, if it had no quotes?
fn misread(text: &str) -> bool {
    MISSING.contains(&text) || is_integer(text) || number_in(text).is_some() || boolean(text).is_some()
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
        cells.push(table::cells(cx, "write-csv", name, values).map_err(|e| e.arg(1))?);
    }
    let rows = cells.first().map_or(0, Vec::len);
    if let Some(at) = cells.iter().position(|column| column.len() != rows) {
        let message = format!("the column `{}` has {} values, `{}` has {rows}", names[at], cells[at].len(), names[0]);
        return Err(Error::raise(Code::Shape, message).arg(1));
    }
    let mut text = String::new();
    let mut line = |cells: Vec<Cow<'_, str>>| {
        text.push_str(&cells.join(","));
        text.push('\n');
    };
    line(names.iter().map(|name| written(name, name.is_empty())).collect());
    for row in 0..rows {
        cx.charge(cells.len())?;
        let mut record = Vec::with_capacity(cells.len());
        for column in &cells {
            let quoted = matches!(&column[row], Value::Str(text) if misread(text));
            // An empty line is no record.
            let text = match &column[row] {
                Value::Nil if cells.len() == 1 => "NA".to_string(),
                value => cell(cx, value)?,
            };
            record.push(Cow::Owned(written(&text, quoted).into_owned()));
        }
        line(record);
    }
    save("write-csv", &path, text.as_bytes(), false)
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
            return Err(Error::raise(Code::Shape, message)
                .help("a column for each element, or one long column: `{:x (flatten a)}`")
                .arg(1));
        }
        value
            if value.is_nil()
                || value.is_bool()
                || value.as_f64().is_some()
                || matches!(value, Value::Str(_) | Value::Symbol(_)) =>
        {
            printing::write_str(cx, value, &mut out)?
        }
        other => {
            let message = format!("a cell holds a number, a string, a keyword or a boolean, not {}", described(other));
            return Err(Error::raise(Code::Type, message)
                .help("a column for each part, or its text: `(pr-str x)`")
                .arg(1));
        }
    }
    Ok(out)
}

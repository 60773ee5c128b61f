//! Printing: readable (`pr-str`), plain (`str`), and cut for reports and the REPL.

use super::value::{Value, with_stack};
use crate::tensor::{Array, DType};

/// Writes values; strings are quoted when readable, long data is cut when a limit is set.
pub struct Printer<'a> {
    pub out: &'a mut String,
    pub readable: bool,
    /// Elements shown of each collection.
    pub limit: usize,
    /// Bytes after which everything is cut.
    pub budget: usize,
    /// Inside a collection: objects that would take several lines print on one.
    pub inside: bool,
    /// Something was left out.
    pub cut: bool,
}

/// Reads back as the same value, for all data.
pub fn readable(value: &Value) -> String {
    to_string(value, true, usize::MAX, usize::MAX)
}

/// As `str` and `print` show it: strings without quotes.
pub fn plain(value: &Value) -> String {
    to_string(value, false, usize::MAX, usize::MAX)
}

/// Short enough for one line of a report.
pub fn brief(value: &Value) -> String {
    let mut out = String::new();
    Printer { out: &mut out, readable: true, limit: 6, budget: 72, inside: true, cut: false }.value(value);
    out.replace('\n', " ")
}

/// As the REPL shows results: readable, long data cut.
pub fn shown(value: &Value) -> String {
    abridged(value).0
}

/// The same, and whether anything was left out.
pub fn abridged(value: &Value) -> (String, bool) {
    let mut out = String::new();
    let mut printer = Printer { out: &mut out, readable: true, limit: 100, budget: 20_000, inside: false, cut: false };
    printer.value(value);
    let cut = printer.cut;
    (out, cut)
}

fn to_string(value: &Value, readable: bool, limit: usize, budget: usize) -> String {
    let mut out = String::new();
    Printer { out: &mut out, readable, limit, budget, inside: false, cut: false }.value(value);
    out
}

impl Printer<'_> {
    pub fn text(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Code that makes something again: `(name part part)`.
    pub fn call(&mut self, name: &str, parts: &[Value]) {
        self.text("(");
        self.text(name);
        for part in parts {
            self.text(" ");
            self.value(part);
        }
        self.text(")");
    }

    /// True when there is no room for more, which is then left out.
    fn full(&mut self) -> bool {
        let full = self.out.len() > self.budget;
        self.cut |= full;
        full
    }

    pub fn value(&mut self, value: &Value) {
        if self.full() {
            return self.text("…");
        }
        match value {
            Value::Nil => self.text("nil"),
            Value::True => self.text("true"),
            Value::False => self.text("false"),
            Value::Int(i) => self.text(&i.to_string()),
            Value::Float(x) => self.text(&float(x.get())),
            Value::Keyword(k) => {
                self.text(":");
                self.text(k.as_str());
            }
            Value::Symbol(s) => self.text(s.as_str()),
            Value::Str(s) if self.readable => self.quoted(s),
            Value::Str(s) => self.text(s),
            Value::Fn(f) => self.text(&format!("#<fn {}>", f.code.name)),
            Value::Native(b) => self.text(&format!("#<fn {}>", b.name)),
            Value::Array(a) => self.array(a),
            Value::Var(v) => self.value(v.primal()),
            Value::Lanes(l) => l.print(self),
            Value::Host(h) => with_stack(h.depth(), || h.object().print(self)),
            _ => with_stack(value.depth(), || {
                let outer = std::mem::replace(&mut self.inside, true);
                self.nested(value);
                self.inside = outer;
            }),
        }
    }

    fn nested(&mut self, value: &Value) {
        match value {
            Value::List(l) => self.items("(", ")", l.iter(), l.len()),
            Value::Vector(v) => self.items("[", "]", v.iter(), v.len()),
            Value::Set(s) => self.items("#{", "}", s.iter(), s.len()),
            Value::Map(m) => {
                self.text("{");
                for (i, (k, v)) in m.iter().enumerate() {
                    if i > 0 {
                        self.text(", ");
                    }
                    if i >= self.limit || self.full() {
                        self.cut = true;
                        self.text(&format!("… {} more", m.len() - i));
                        break;
                    }
                    self.value(k);
                    self.text(" ");
                    self.value(v);
                }
                self.text("}");
            }
            Value::Lazy(lazy) => {
                let (items, ended) = lazy.made(self.limit.min(100));
                self.text("(");
                for item in &items {
                    self.value(item);
                    self.text(" ");
                }
                if ended {
                    let end = self.out.trim_end().len();
                    self.out.truncate(end);
                } else {
                    self.cut = true;
                    self.text("…");
                }
                self.text(")");
            }
            _ => {}
        }
    }

    fn items<'a>(&mut self, open: &str, close: &str, items: impl Iterator<Item = &'a Value>, count: usize) {
        self.text(open);
        for (i, item) in items.enumerate() {
            if i > 0 {
                self.text(" ");
            }
            if i >= self.limit || self.full() {
                self.cut = true;
                self.text(&format!("… {} more", count - i));
                break;
            }
            self.value(item);
        }
        self.text(close);
    }

    fn quoted(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\t' => self.out.push_str("\\t"),
                '\r' => self.out.push_str("\\r"),
                c if c.is_control() => self.out.push_str(&format!("\\u{:04x}", c as u32)),
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    /// Code that makes the array again, where its elements are few.
    fn array(&mut self, array: &Array) {
        if array.len() > 10_000 && self.limit != usize::MAX {
            self.cut = true;
            return self.text(&format!("#<array {:?} {}>", array.shape(), array.dtype().name()));
        }
        let dtype = array.dtype().name();
        match super::arrays::nested_vectors(array) {
            Err(e) => self.text(&format!("#<array that failed: {e}>")),
            Ok(_) if array.is_empty() && !(array.shape() == [0] && array.dtype() == DType::Float64) => {
                let shape: Vec<String> = array.shape().iter().map(usize::to_string).collect();
                self.text(&format!("(zeros [{}] :dtype :{dtype})", shape.join(" ")));
            }
            Ok(elements) => {
                self.text("(array ");
                let limit = self.limit.min(1000);
                let mut inner = Printer { out: self.out, limit, readable: true, inside: false, ..*self };
                inner.value(&elements);
                self.cut |= inner.cut;
                // Without one, code makes an array of doubles, integers or booleans.
                self.text(&if array.dtype() == DType::Float32 {
                    format!(" :dtype :{dtype})")
                } else {
                    ")".to_string()
                });
            }
        }
    }
}

/// The shortest text that reads back as the same number.
/// A float of single precision, with the digits that it has.
pub fn single(x: f32) -> String {
    if x.is_finite() { format!("{x:?}") } else { float(f64::from(x)) }
}

pub fn float(x: f64) -> String {
    if x.is_nan() {
        "##NaN".to_string()
    } else if x.is_infinite() {
        if x > 0.0 { "##Inf".to_string() } else { "##-Inf".to_string() }
    } else {
        format!("{x:?}")
    }
}

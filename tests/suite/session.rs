//! A fresh interpreter with captured output, and a directory of its own for files that an example reads or writes.

use genlisp::internals::error::{Error, ReportStyle};
use genlisp::internals::eval::{Capabilities, print};
use genlisp::internals::lexer::Span;
use genlisp::internals::parser::{self, Form};
use genlisp::{Captured, Interpreter, Value};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// More than any example needs, so that one that never ends fails.
const STEPS: u64 = 500_000_000;

/// Compares numbers, and collections of numbers part by part; anything else by equality.
const NEAR: &str = "(fn near [a b]
  (cond
    (array? a) (near (->vector a) b)
    (and (number? a) (number? b)) (or (= a b) (<= (abs (- a b)) (+ 1e-12 (* 1e-6 (abs b)))))
    (and (map? a) (map? b)) (and (= (set (keys a)) (set (keys b))) (every? (fn [k] (near (get a k) (get b k))) (keys b)))
    (and (coll? a) (coll? b)) (and (= (count a) (count b)) (every? true? (map near a b)))
    :else (= a b)))";

pub struct Session {
    pub lisp: Interpreter,
    pub output: Captured,
    _folder: Folder,
}

/// What one form did.
pub struct Outcome {
    pub result: Result<Value, Box<Error>>,
    pub printed: String,
    pub warnings: Vec<Error>,
}

/// A directory that goes away with the session.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("gen-suite-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("a temporary directory");
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Session {
    /// `files` are written first; paths in the program are relative to them.
    pub fn new(files: &[(String, String)]) -> Session {
        let folder = Folder::new();
        for (name, text) in files {
            let path = folder.0.join(name);
            std::fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).expect("a directory");
            std::fs::write(path, text).expect("a file");
        }
        let output = Captured::default();
        let builder = Interpreter::builder().seed(1).steps(STEPS).output(output.clone());
        let capabilities = Capabilities { files: true, environment: true };
        let mut lisp = builder.capabilities(capabilities).build().expect("an interpreter");
        lisp.cx().base = folder.0.clone();
        Session { lisp, output, _folder: folder }
    }

    /// The forms of a part of a text, with spans in the whole text.
    pub fn read(&mut self, name: &str, text: &str, part: Range<usize>) -> Result<Vec<Form>, Box<Error>> {
        let program = self.lisp.cx().program_mut();
        let source = program.sources.add(name, text);
        let span = Span::new(source.id, part.start as u32, part.end as u32);
        let sources = program.sources.clone();
        let parsed = parser::parse_span(&source, span);
        match parsed.errors.into_iter().next() {
            Some(error) => Err(Box::new(error).with_sources(&sources)),
            None => Ok(parsed.forms),
        }
    }

    pub fn run(&mut self, form: &Form) -> Outcome {
        self.output.take();
        self.output.take_warnings();
        let result = self.lisp.eval_form(form);
        Outcome { result, printed: self.output.take(), warnings: self.output.take_warnings() }
    }

    /// True when the numbers of a value are those of an expression, to one part in a million.
    pub fn near(&mut self, wanted: &str, value: &Value) -> bool {
        let both = (self.lisp.eval(NEAR), self.lisp.eval(wanted));
        let (Ok(near), Ok(wanted)) = both else { return false };
        self.lisp.call_value(&near, [value.clone(), wanted].as_slice()).is_ok_and(|same| same == Value::bool(true))
    }

    /// The value as `pr-str` shows it, on one line.
    pub fn shown(&mut self, value: &Value) -> String {
        let text = match self.lisp.get("gen.core/pr-str") {
            Ok(_) => match self.lisp.call("gen.core/pr-str", std::slice::from_ref(value)) {
                Ok(text) => print::plain(&text),
                Err(error) => format!("printing failed: {error}"),
            },
            Err(_) => print::readable(value),
        };
        text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
    }
}

/// Reports as the suites show them.
pub fn report(error: &Error) -> String {
    error.report(&ReportStyle { color: false, unicode: true, width: 100 })
}

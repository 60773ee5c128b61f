//! One interpreter as the options ask for it, and the reports of what it runs.

use super::console::Console;
use super::exit::exit_code;
use super::interrupt::Interrupts;
use super::options::CliOptions;
use crate::repl::result::summary;
use genlisp::internals::eval::error_value::partial;
use genlisp::internals::eval::print::abridged;
use genlisp::internals::eval::{Capabilities, Value, sequence};
use genlisp::json::to_json;
use genlisp::{Code, Error, Interpreter, Stop};
use std::path::Path;

/// Elements of a lazy sequence that are printed.
const SHOWN: usize = 100;

pub struct Session {
    pub lisp: Interpreter,
    pub console: Console,
    pub interrupts: Interrupts,
    pub seed: u64,
    seed_chosen: bool,
}

impl Session {
    /// `args` are the program's own arguments.
    pub fn new(options: &CliOptions, args: &[String], console: Console) -> Result<Session, Box<Error>> {
        let seed = options.seed.unwrap_or_else(genlisp::random_seed);
        let capabilities = Capabilities { files: true, environment: true };
        let mut builder =
            Interpreter::builder().seed(seed).capabilities(capabilities).output(console).device(options.device());
        if let Some(backend) = options.backend() {
            builder = builder.backend(backend);
        }
        if let Some(dtype) = options.dtype() {
            builder = builder.dtype(dtype);
        }
        let mut lisp = builder.build()?;
        let args = args.iter().map(|arg| Value::str(arg.as_str())).collect();
        lisp.define("*command-line-args*", Value::vector(args).map_err(Stop::into_error)?);
        let path = std::env::var_os("GEN_PATH").unwrap_or_default();
        lisp.cx().search = std::env::split_paths(&path).filter(|p| !p.as_os_str().is_empty()).collect();
        let interrupts = Interrupts::install(&mut lisp);
        Ok(Session { lisp, console, interrupts, seed, seed_chosen: options.seed.is_some() })
    }

    /// Runs a file; paths outside of it go on meaning the current directory.
    pub fn load(&mut self, path: &Path) -> Result<Value, Box<Error>> {
        let base = self.lisp.cx().base.clone();
        let result = self.lisp.run_file(path);
        self.lisp.cx().base = base;
        result
    }

    /// Reports an error and gives its exit code. `(exit n)` is no error to report.
    pub fn report(&mut self, error: &Error) -> u8 {
        if error.code == Code::Interrupted {
            self.console.leave_line();
        }
        if error.code != Code::Exit {
            self.console.report(error);
            self.tell_seed();
        }
        exit_code(error)
    }

    /// Says what a run had when it was halted: nobody else will hear of it.
    pub fn tell_partial(&mut self, error: &Error) {
        let Some(value) = partial(error).cloned() else { return };
        let told = summary(&value, &mut self.lisp).map_or_else(|| abridged(&value).0, |(table, _)| table);
        self.console.note(&format!("what it had until then, which is not kept:\n{told}"));
    }

    /// Says how to repeat a run of which something was reported: an error, a warning, a summary.
    pub fn tell_seed(&mut self) {
        if !self.seed_chosen && self.lisp.cx().stream.is_used() {
            self.console.note(&format!("the run drew random numbers: repeat it with `--seed {}`", self.seed));
        }
    }

    /// The value as text. Of a lazy sequence the first elements are made, for printing makes none.
    pub fn text<T>(&mut self, value: &Value, print: fn(&Value) -> T) -> Result<T, Box<Error>> {
        if let Value::Lazy(_) = value {
            self.lisp.evaluation(|cx| {
                let mut items = sequence::Iter::new(cx, value)?;
                (0..=SHOWN).try_for_each(|_| items.next(cx).map(drop))
            })?;
        }
        Ok(print(value))
    }

    /// The value as one line of JSON.
    pub fn json(&mut self, value: &Value) -> Result<String, Box<Error>> {
        self.lisp.evaluation(|cx| to_json(value, cx)).map(|json| json.to_string())
    }
}

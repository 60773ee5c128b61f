//! The REPL: reads forms, evaluates them, prints values; keeps the last three and the last error.

mod commands;
mod completion;
mod editor;
mod enter;
mod highlight;
mod hints;
mod input;
mod names;
pub mod result;

use crate::cli::Session;
use genlisp::internals::eval::error_value::{ErrorValue, partial, thrown};
use genlisp::internals::eval::print::abridged;
use genlisp::internals::eval::{Core, Value};
use genlisp::internals::parser::{self, Form};
use genlisp::{Code, Error};
use input::{Input, ReadLine};
use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

/// What a session keeps between inputs. The editor looks names up in it while it waits for keys.
pub type SharedSession = Rc<RefCell<Session>>;

pub struct Repl {
    shared: SharedSession,
    last_error: Option<Box<Error>>,
    /// The file that `:reload` runs again.
    file: Option<PathBuf>,
}

/// What follows an input.
pub enum Flow {
    Next,
    Quit(u8),
}

/// Runs a session until it ends, and gives its exit code.
pub fn run(session: Session, file: Option<PathBuf>) -> u8 {
    session.interrupts.keep_session();
    let console = session.console;
    let shared = Rc::new(RefCell::new(session));
    let mut repl = Repl { shared: shared.clone(), last_error: None, file };
    for name in ["*1", "*2", "*3", "*e"] {
        shared.borrow_mut().lisp.define(name, Value::Nil);
    }
    if let Flow::Quit(code) = repl.start() {
        return code;
    }
    let mut input = Input::open(&shared);
    if input.is_interactive() && !console.quiet {
        console.note(&format!("gen {}, :help for help, Ctrl-D to quit", env!("CARGO_PKG_VERSION")));
    }
    loop {
        let flow = match input.read() {
            ReadLine::Text(text) => repl.handle(&text),
            ReadLine::Dropped => Flow::Next,
            ReadLine::End => return 0,
        };
        if let Flow::Quit(code) = flow {
            return code;
        }
    }
}

impl Repl {
    /// Runs the user's own `init.gen`, if there is one.
    fn start(&mut self) -> Flow {
        match input::config_file() {
            Some(path) if path.is_file() => self.attempt(|session| session.load(&path).map(drop)),
            _ => Flow::Next,
        }
    }

    fn handle(&mut self, text: &str) -> Flow {
        self.shared.borrow().interrupts.forget();
        match commands::find(text) {
            Some((command, argument)) => (command.run)(self, argument),
            None => self.evaluate(text),
        }
    }

    /// Evaluates every form of a text and prints each value.
    fn evaluate(&mut self, text: &str) -> Flow {
        match self.read(text) {
            Ok(forms) => forms.iter().find_map(|form| self.step(form)).unwrap_or(Flow::Next),
            Err(error) => self.fail(error),
        }
    }

    fn read(&mut self, text: &str) -> Result<Vec<Form>, Box<Error>> {
        parser::check_size(text.len(), "<repl>")?;
        let mut session = self.shared.borrow_mut();
        let source = session.lisp.cx().program_mut().sources.add("<repl>", text);
        parser::read(&source).map_err(|e| e.with_sources(&session.lisp.cx().program.sources))
    }

    /// Evaluates and prints one form; anything but success ends the input.
    fn step(&mut self, form: &Form) -> Option<Flow> {
        if form.call_of("pst").is_some_and(|items| items.len() == 1) {
            self.show_last_error();
            return None;
        }
        let value = self.shared.borrow_mut().lisp.eval_form(form);
        match value.and_then(|value| self.print(&value)) {
            Ok(()) => None,
            Err(error) => Some(self.fail(error)),
        }
    }

    fn print(&mut self, value: &Value) -> Result<(), Box<Error>> {
        let mut session = self.shared.borrow_mut();
        let (text, note) = match result::summary(value, &mut session.lisp) {
            Some((table, keys)) => (table, Some(format!("{keys}; `(prn *1)` prints all of it"))),
            None => {
                let (text, cut) = session.text(value, abridged)?;
                (text, cut.then(|| result::all_of(value).to_string()))
            }
        };
        if let Err(error) = session.console.print(&text) {
            session.console.unwritable(&error);
        }
        if let Some(note) = note {
            session.console.note(&note);
        }
        let program = session.lisp.cx().program_mut();
        let kept = |name: &str| program.core.get(name).map_or(Value::Nil, Core::value);
        let (one, two) = (kept("*1"), kept("*2"));
        for (name, value) in [("*1", value.clone()), ("*2", one), ("*3", two)] {
            session.lisp.define(name, value);
        }
        Ok(())
    }

    /// Runs something that may fail, as an input would.
    fn attempt(&mut self, f: impl FnOnce(&mut Session) -> Result<(), Box<Error>>) -> Flow {
        let result = f(&mut self.shared.borrow_mut());
        result.map_or_else(|error| self.fail(error), |()| Flow::Next)
    }

    /// Reports an error and keeps it as `*e`; `(exit n)` ends the session.
    fn fail(&mut self, error: Box<Error>) -> Flow {
        let mut session = self.shared.borrow_mut();
        let code = session.report(&error);
        if error.code == Code::Exit {
            return Flow::Quit(code);
        }
        let value = thrown(&error).cloned().unwrap_or_else(|| Value::host(ErrorValue::new(error.clone())));
        session.lisp.define("*e", value);
        drop(session);
        let had = partial(&error).cloned();
        self.last_error = Some(error);
        match had.map(|value| self.print(&value)) {
            Some(Err(error)) => self.fail(error),
            _ => Flow::Next,
        }
    }

    fn show_last_error(&self) {
        let session = self.shared.borrow();
        match &self.last_error {
            Some(error) => session.console.report(error),
            None => session.console.note("no error so far"),
        }
    }
}

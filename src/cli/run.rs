//! Running what the command line names: files, expressions, standard input, and the REPL after them.

use super::console::Console;
use super::exit::RAISED;
use super::options::CliOptions;
use super::session::Session;
use crate::repl::{self, result::summary};
use genlisp::internals::eval::Value;
use genlisp::internals::eval::print::readable;
use genlisp::internals::parser;
use genlisp::{Code, Error};
use std::io::{IsTerminal, Read};
use std::path::PathBuf;

/// What is to run, with the arguments that belong to it.
enum ToRun<'a> {
    Expressions(&'a [String]),
    Input,
    File(PathBuf),
    Nothing,
}

fn program(options: &CliOptions) -> (ToRun<'_>, &[String]) {
    if !options.eval.is_empty() {
        return (ToRun::Expressions(&options.eval), &options.program);
    }
    match options.program.split_first() {
        Some((file, args)) if file == "-" => (ToRun::Input, args),
        Some((file, args)) => (ToRun::File(file.into()), args),
        None if options.interactive || std::io::stdin().is_terminal() => (ToRun::Nothing, &[]),
        None => (ToRun::Input, &[]),
    }
}

/// Runs it all and gives the exit code.
pub fn run(options: &CliOptions, console: &Console) -> u8 {
    let (program, args) = program(options);
    let mut session = match Session::new(options, args, *console) {
        Ok(session) => session,
        Err(error) => {
            console.report(&error);
            return RAISED;
        }
    };
    let result = options.load.iter().try_for_each(|file| session.load(file).map(drop));
    let code = match result.and_then(|()| evaluate(&program, &mut session)) {
        Ok(value) => show(&program, value, &mut session),
        Err(error) if error.code == Code::Exit => return session.report(&error),
        Err(error) => {
            let code = session.report(&error);
            session.tell_partial(&error);
            code
        }
    };
    if !options.interactive && !matches!(program, ToRun::Nothing) {
        if code == 0 && session.lisp.cx().reported {
            session.tell_seed();
        }
        return code;
    }
    repl::run(session, last_file(&program, options))
}

fn evaluate(program: &ToRun<'_>, session: &mut Session) -> Result<Value, Box<Error>> {
    match program {
        ToRun::Expressions(texts) => texts.iter().try_fold(Value::Nil, |_, text| session.lisp.eval_named("<-e>", text)),
        ToRun::Input => session.lisp.eval_named("<stdin>", &standard_input()?),
        ToRun::File(path) => session.lisp.run_file(path),
        ToRun::Nothing => Ok(Value::Nil),
    }
}

fn standard_input() -> Result<String, Box<Error>> {
    let mut bytes = Vec::new();
    let mut input = std::io::stdin().lock().take(parser::MAX_BYTES as u64 + 1);
    input.read_to_end(&mut bytes).map_err(|e| Error::new(Code::File, format!("cannot read standard input: {e}")))?;
    parser::decode(&bytes, "<stdin>").map(str::to_string)
}

/// Prints the last value where it is asked for: with `--json`, and of `-e` unless it is nil.
fn show(program: &ToRun<'_>, value: Value, session: &mut Session) -> u8 {
    let line = match program {
        ToRun::Nothing => return 0,
        _ if session.console.json => session.json(&value),
        ToRun::Expressions(_) if !value.is_nil() => match summary(&value, &mut session.lisp) {
            Some((table, keys)) => {
                session.console.note(&format!("{keys}; `(prn …)` and `--json` print all of it"));
                Ok(table)
            }
            None => session.text(&value, readable),
        },
        _ => return 0,
    };
    match line {
        Ok(line) => session.console.print(&line).map_or_else(|e| session.console.unwritable(&e), |()| 0),
        Err(error) => session.report(&error),
    }
}

/// The file that `:reload` runs again.
fn last_file(program: &ToRun<'_>, options: &CliOptions) -> Option<PathBuf> {
    match program {
        ToRun::File(path) => Some(path.clone()),
        _ => options.load.last().cloned(),
    }
}

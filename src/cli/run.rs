//! Running what the command line names: files, expressions, standard input, and the REPL after them.

use super::console::Console;
use super::exit::RAISED;
use super::options::Options;
use super::session::Session;
use crate::repl::{self, result::summary};
use genlisp::eval::Value;
use genlisp::eval::print::readable;
use genlisp::{Code, Error, parser};
use std::io::{IsTerminal, Read};
use std::path::PathBuf;

/// What is to run, with the arguments that belong to it.
enum Program<'a> {
    Expressions(&'a [String]),
    Input,
    File(PathBuf),
    Nothing,
}

fn program(options: &Options) -> (Program<'_>, &[String]) {
    if !options.eval.is_empty() {
        return (Program::Expressions(&options.eval), &options.program);
    }
    match options.program.split_first() {
        Some((file, args)) if file == "-" => (Program::Input, args),
        Some((file, args)) => (Program::File(file.into()), args),
        None if options.interactive || std::io::stdin().is_terminal() => (Program::Nothing, &[]),
        None => (Program::Input, &[]),
    }
}

/// Runs it all and gives the exit code.
pub fn run(options: &Options, console: &Console) -> u8 {
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
        Err(error) => session.report(&error),
    };
    if !options.interactive && !matches!(program, Program::Nothing) {
        if code == 0 && session.lisp.cx().told {
            session.tell_seed();
        }
        return code;
    }
    repl::run(session, last_file(&program, options))
}

fn evaluate(program: &Program<'_>, session: &mut Session) -> Result<Value, Box<Error>> {
    match program {
        Program::Expressions(texts) => {
            texts.iter().try_fold(Value::Nil, |_, text| session.lisp.eval_named("<-e>", text))
        }
        Program::Input => session.lisp.eval_named("<stdin>", &standard_input()?),
        Program::File(path) => session.lisp.run_file(path),
        Program::Nothing => Ok(Value::Nil),
    }
}

fn standard_input() -> Result<String, Box<Error>> {
    let mut bytes = Vec::new();
    let mut input = std::io::stdin().lock().take(parser::MAX_BYTES as u64 + 1);
    input.read_to_end(&mut bytes).map_err(|e| Error::new(Code::File, format!("cannot read standard input: {e}")))?;
    parser::decode(&bytes, "<stdin>").map(str::to_string)
}

/// Prints the last value where it is asked for: with `--json`, and of `-e` unless it is nil.
fn show(program: &Program<'_>, value: Value, session: &mut Session) -> u8 {
    let line = match program {
        Program::Nothing => return 0,
        _ if session.console.json => session.json(&value),
        Program::Expressions(_) if !value.is_nil() => match summary(&value, &mut session.lisp) {
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
fn last_file(program: &Program<'_>, options: &Options) -> Option<PathBuf> {
    match program {
        Program::File(path) => Some(path.clone()),
        _ => options.load.last().cloned(),
    }
}

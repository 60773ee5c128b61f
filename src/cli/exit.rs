//! Exit codes: what a run that ended with an error tells the shell.

use genlisp::internals::eval::Value;
use genlisp::internals::eval::error_value::thrown;
use genlisp::{Code, Error};

/// The program raised an error.
pub const RAISED: u8 = 1;
/// Bad usage, or a program that cannot be read.
pub const USAGE: u8 = 2;
/// The program is wrong as it stands: `EX_DATAERR` of sysexits.
pub const SYNTAX: u8 = 65;
/// 128 + SIGINT.
pub const INTERRUPTED: u8 = 130;

/// The exit code of a run that ended with this error.
pub fn exit_code(error: &Error) -> u8 {
    let unreadable = matches!(error.code, Code::File | Code::Encoding | Code::TooLarge) && error.span().is_none();
    match error.code {
        Code::Exit => requested(error),
        Code::Interrupted => INTERRUPTED,
        _ if unreadable => USAGE,
        _ if error.before_run => SYNTAX,
        _ => RAISED,
    }
}

/// The low byte of `n` in `(exit n)`, as the system takes it.
fn requested(error: &Error) -> u8 {
    thrown(error).and_then(Value::as_int).unwrap_or(0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn exit(n: Value) -> u8 {
        let mut error = Error::new(Code::Exit, "exit");
        error.payload = Some(Arc::new(n));
        exit_code(&error)
    }

    #[test]
    fn requested_codes() {
        assert_eq!([exit(Value::Int(0)), exit(Value::Int(7)), exit(Value::Int(-1)), exit(Value::Nil)], [0, 7, 255, 0]);
    }

    #[test]
    fn a_missing_file_of_a_running_program_is_its_own_error() {
        let error = Error::new(Code::File, "there is no file `x`");
        assert_eq!(exit_code(&error), USAGE);
        assert_eq!(exit_code(&error.at(genlisp::internals::lexer::Span::new(0, 0, 1))), RAISED);
    }
}

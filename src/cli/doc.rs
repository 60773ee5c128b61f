//! `gen doc NAME`: what `(doc NAME)` prints.

use super::console::Console;
use super::exit::{RAISED, USAGE};
use super::options::CliOptions;
use super::session::Session;
use genlisp::internals::lexer::{Token, tokens};

pub fn show(names: &[String], options: &CliOptions, console: &Console) -> u8 {
    let mut session = match Session::new(options, &[], *console) {
        Ok(session) => session,
        Err(error) => {
            console.report(&error);
            return RAISED;
        }
    };
    for name in names {
        if !is_name(name) {
            console.error(&format!("`{name}` is not a name"), "for example `gen doc map`");
            return USAGE;
        }
        if let Err(error) = session.lisp.eval_named("<doc>", &request(name)) {
            return session.report(&error);
        }
    }
    0
}

/// The form that prints it; the code of an error is a name with a slash there.
pub fn request(name: &str) -> String {
    format!("(doc {})", name.replace("::", "/"))
}

fn is_name(text: &str) -> bool {
    let mut tokens = tokens(text);
    matches!((tokens.next(), tokens.next()), (Some((Token::Symbol, _)), None))
}

//! Commands such as `:help`: words at the start of a line that no form begins with.

use super::{Flow, Repl};
use crate::cli::doc::request;
use genlisp::internals::eval::key::{Key, Stream};
use std::path::PathBuf;
use std::time::Instant;

/// One row of the table of commands.
pub struct ReplCommand {
    pub name: &'static str,
    argument: &'static str,
    help: &'static str,
    pub run: fn(&mut Repl, &str) -> Flow,
}

pub const COMMANDS: &[ReplCommand] = &[
    ReplCommand { name: ":help", argument: "", help: "show this text", run: help },
    ReplCommand { name: ":doc", argument: "NAME", help: "what a name means; `?NAME` for short", run: doc },
    ReplCommand { name: ":load", argument: "FILE", help: "run a file", run: load },
    ReplCommand { name: ":reload", argument: "", help: "run the last file again", run: |repl, _| reload(repl) },
    ReplCommand { name: ":time", argument: "FORM", help: "evaluate a form and say how long it took", run: time },
    ReplCommand {
        name: ":seed",
        argument: "[N]",
        help: "start the random stream anew; without N, show the seed",
        run: seed,
    },
    ReplCommand { name: ":quit", argument: "", help: "leave, as Ctrl-D does", run: |_, _| Flow::Quit(0) },
];

const QUERY: ReplCommand = ReplCommand { name: "?", argument: "NAME", help: "", run: doc };

/// The command that a line starts with, and the rest of the line.
pub fn find(text: &str) -> Option<(&'static ReplCommand, &str)> {
    let text = text.trim();
    if let Some(name) = text.strip_prefix('?')
        && !name.is_empty()
        && !name.contains(char::is_whitespace)
    {
        return Some((&QUERY, name));
    }
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    COMMANDS.iter().find(|command| command.name == word).map(|command| (command, rest.trim()))
}

const KEYS: &str = "
Values of the last inputs are *1 *2 *3, the last error is *e, and (pst) reports it again.
(doc f) (source f) (apropos \"text\") (dir namespace) look things up.
Tab completes, Up and Ctrl-R find earlier inputs, Enter goes on until all brackets are closed.
Ctrl-C drops an input or stops an evaluation; Ctrl-D on an empty line quits.";

fn help(repl: &mut Repl, _: &str) -> Flow {
    let rows = COMMANDS.iter().map(|c| format!("{:14} {}\n", format!("{} {}", c.name, c.argument), c.help));
    let text: String = rows.collect();
    print(repl, &format!("{text}{KEYS}"))
}

fn doc(repl: &mut Repl, name: &str) -> Flow {
    if name.is_empty() {
        return usage(repl, "`:doc` wants a name, for example `:doc map`");
    }
    let text = request(name);
    repl.attempt(|session| session.lisp.eval_named("<repl>", &text).map(drop))
}

fn load(repl: &mut Repl, path: &str) -> Flow {
    let path = path.trim_matches('"');
    if path.is_empty() {
        return usage(repl, "`:load` wants a file, for example `:load model.gen`");
    }
    repl.file = Some(PathBuf::from(path));
    reload(repl)
}

fn reload(repl: &mut Repl) -> Flow {
    let Some(path) = repl.file.clone() else {
        return usage(repl, "nothing was loaded so far: `:load FILE`");
    };
    repl.attempt(|session| session.load(&path).map(drop))
}

fn time(repl: &mut Repl, text: &str) -> Flow {
    let start = Instant::now();
    let flow = repl.evaluate(text);
    repl.shared.borrow().console.note(&format!("{:.1?}", start.elapsed()));
    flow
}

fn seed(repl: &mut Repl, text: &str) -> Flow {
    let number = if text.is_empty() { Ok(repl.shared.borrow().seed) } else { text.parse::<u64>() };
    let Ok(number) = number else {
        return usage(repl, "`:seed` wants a whole number that is not negative, for example `:seed 42`");
    };
    if text.is_empty() {
        return print(repl, &number.to_string());
    }
    let mut session = repl.shared.borrow_mut();
    session.seed = number;
    session.lisp.cx().stream = Stream::new(Key::from_seed(number));
    Flow::Next
}

fn usage(repl: &mut Repl, text: &str) -> Flow {
    repl.shared.borrow().console.note(text);
    Flow::Next
}

fn print(repl: &mut Repl, text: &str) -> Flow {
    let console = repl.shared.borrow().console;
    if let Err(error) = console.print(text) {
        console.unwritable(&error);
    }
    Flow::Next
}

#[cfg(test)]
mod tests {
    use super::find;

    fn name(text: &str) -> Option<(&'static str, &str)> {
        find(text).map(|(command, argument)| (command.name, argument))
    }

    #[test]
    fn only_known_words_are_commands() {
        assert_eq!(name(":load  a b.gen "), Some((":load", "a b.gen")));
        assert_eq!(name("?map"), Some(("?", "map")));
        assert_eq!(name(":help"), Some((":help", "")));
        assert_eq!(name(":helper"), None);
        assert_eq!(name("(:help m)"), None);
        assert_eq!(name("? map"), None);
        assert_eq!(name("?"), None);
    }
}

//! Where inputs come from: the line editor on a terminal, plain lines everywhere else.

use super::SharedSession;
use super::editor::LineEditor;
use genlisp::internals::parser::{Completeness, completeness};
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::PathBuf;

pub enum ReadLine {
    Text(String),
    /// Ctrl-C: what was typed is forgotten.
    Dropped,
    End,
}

pub enum Input {
    Editor(Box<LineEditor>),
    /// Lines without editing; with prompts when a person types them.
    Plain {
        shared: SharedSession,
        prompts: bool,
    },
}

impl Input {
    pub fn open(shared: &SharedSession) -> Input {
        let terminal = io::stdin().is_terminal();
        let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb" || term.is_empty());
        if terminal
            && !dumb
            && let Some(editor) = LineEditor::open(shared)
        {
            return Input::Editor(Box::new(editor));
        }
        Input::Plain { shared: shared.clone(), prompts: terminal }
    }

    pub fn is_interactive(&self) -> bool {
        !matches!(self, Input::Plain { prompts: false, .. })
    }

    /// The next input: one or more complete forms.
    pub fn read(&mut self) -> ReadLine {
        match self {
            Input::Editor(editor) => editor.read(),
            Input::Plain { shared, prompts } => plain(shared, *prompts),
        }
    }
}

/// The namespace in front of every input.
pub fn prompt(shared: &SharedSession) -> String {
    format!("{}> ", shared.borrow_mut().lisp.cx().namespace)
}

fn plain(shared: &SharedSession, prompts: bool) -> ReadLine {
    let prompt = prompt(shared);
    let mut bytes = Vec::new();
    loop {
        if prompts {
            let text = if bytes.is_empty() { prompt.clone() } else { " ".repeat(prompt.len()) };
            let _ = io::stderr().write_all(text.as_bytes());
        }
        let start = bytes.len();
        let line = io::stdin().lock().read_until(b'\n', &mut bytes);
        if shared.borrow().interrupts.forget() {
            bytes.drain(..start);
        }
        match line {
            Ok(0) | Err(_) if bytes.is_empty() => return ReadLine::End,
            Ok(read) => {
                let text = String::from_utf8_lossy(&bytes);
                let more = matches!(completeness(&text), Completeness::Incomplete { .. });
                if read == 0 || !more {
                    return ReadLine::Text(text.trim_end().to_string());
                }
            }
            Err(_) => return ReadLine::End,
        }
    }
}

/// `init.gen` of the configuration directory.
pub fn config_file() -> Option<PathBuf> {
    directory("XDG_CONFIG_HOME", ".config").map(|folder| folder.join("gen/init.gen"))
}

/// The history of inputs in the state directory.
pub fn history_file() -> Option<PathBuf> {
    directory("XDG_STATE_HOME", ".local/state").map(|folder| folder.join("gen/history"))
}

/// A directory of the XDG base directory specification: from its variable, else under the home directory.
fn directory(variable: &str, under_home: &str) -> Option<PathBuf> {
    let named = std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    named.or_else(|| std::env::home_dir().map(|home| home.join(under_home)))
}

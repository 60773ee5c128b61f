//! The line editor of a terminal: rustyline with our completion, hints, highlighting, indentation and history.

use super::enter::{Enter, aligned};
use super::input::{ReadLine, history_file, prompt};
use super::{SharedSession, completion, highlight, hints};
use genlisp::internals::lexer::{Token, tokens};
use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter};
use rustyline::history::FileHistory;
use rustyline::validate::Validator;
use rustyline::{
    Behavior, ColorMode, CompletionType, Config, Context, Editor, EventHandler, Helper, KeyCode, KeyEvent, Modifiers,
};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Inputs kept in the history.
const HISTORY: usize = 10_000;

pub struct LineEditor {
    editor: Editor<Assistant, FileHistory>,
    shared: SharedSession,
    history: Option<PathBuf>,
    /// Columns of the current prompt, which the next lines of an input are indented by.
    prompt_width: Arc<AtomicUsize>,
}

/// What rustyline asks while keys are typed.
struct Assistant {
    shared: SharedSession,
    /// Keywords of earlier inputs.
    keywords: RefCell<BTreeSet<String>>,
}

impl LineEditor {
    /// `None` where the terminal cannot be used.
    pub fn open(shared: &SharedSession) -> Option<LineEditor> {
        let color = if shared.borrow().console.color { ColorMode::Forced } else { ColorMode::Disabled };
        let config = Config::builder()
            .max_history_size(HISTORY)
            .ok()?
            .completion_type(CompletionType::List)
            .completion_show_all_if_ambiguous(true)
            .color_mode(color)
            // standard output is for data
            .behavior(Behavior::PreferTerm)
            .build();
        let mut editor = Editor::with_config(config).ok()?;
        editor.set_helper(Some(Assistant { shared: shared.clone(), keywords: RefCell::default() }));
        let prompt_width = Arc::new(AtomicUsize::new(0));
        // A line that is typed while a form runs ends as the terminal has it then: in Ctrl-J.
        for key in [KeyEvent(KeyCode::Enter, Modifiers::NONE), KeyEvent::ctrl('J')] {
            let enter = EventHandler::Conditional(Box::new(Enter { prompt_width: prompt_width.clone() }));
            editor.bind_sequence(key, enter);
        }
        let history = history_file();
        if let Some(path) = &history {
            // A missing file is a first session; one that cannot be read is no reason to have none.
            let _ = editor.load_history(path);
        }
        Some(LineEditor { editor, shared: shared.clone(), history, prompt_width })
    }

    pub fn read(&mut self) -> ReadLine {
        let prompt = prompt(&self.shared);
        self.prompt_width.store(prompt.chars().count(), Relaxed);
        match self.editor.readline(&prompt) {
            Ok(text) => {
                self.remember(&text);
                ReadLine::Text(aligned(&text, prompt.chars().count()))
            }
            Err(ReadlineError::Interrupted) => ReadLine::Dropped,
            Err(_) => ReadLine::End,
        }
    }

    /// One history entry per input, written at once: other sessions may run.
    fn remember(&mut self, text: &str) {
        if let Some(assistant) = self.editor.helper() {
            let seen =
                tokens(text).filter(|(token, _)| *token == Token::Keyword).map(|(_, range)| text[range].to_string());
            assistant.keywords.borrow_mut().extend(seen);
        }
        if text.trim().is_empty() || !self.editor.add_history_entry(text).unwrap_or(false) {
            return;
        }
        if let Some(path) = &self.history {
            let _ = path.parent().map(std::fs::create_dir_all);
            let _ = self.editor.append_history(path);
        }
    }
}

/// Shown behind the cursor, never inserted.
struct Arglist(String);

impl Hint for Arglist {
    fn display(&self) -> &str {
        &self.0
    }
    fn completion(&self) -> Option<&str> {
        None
    }
}

impl Helper for Assistant {}

impl Validator for Assistant {}

impl Completer for Assistant {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _ctx: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let mut session = self.shared.borrow_mut();
        Ok(completion::complete(line, pos, &self.keywords.borrow(), &mut session.lisp))
    }
}

impl Hinter for Assistant {
    type Hint = Arglist;

    fn hint(&self, line: &str, pos: usize, _ctx: &Context<'_>) -> Option<Arglist> {
        let mut session = self.shared.borrow_mut();
        hints::arglists(line, pos, &mut session.lisp).map(|text| Arglist(format!("  {text}")))
    }
}

impl Highlighter for Assistant {
    fn highlight<'l>(&self, line: &'l str, pos: usize) -> Cow<'l, str> {
        Cow::Owned(highlight::paint(line, Some(pos), &mut self.shared.borrow_mut().lisp))
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _default: bool) -> Cow<'b, str> {
        Cow::Owned(format!("\x1b[1m{prompt}\x1b[0m"))
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(format!("\x1b[90m{hint}\x1b[0m"))
    }

    fn highlight_char(&self, _line: &str, _pos: usize, _kind: CmdKind) -> bool {
        true
    }
}

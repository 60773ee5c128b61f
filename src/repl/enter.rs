//! The Enter key: runs a complete input, or starts the next line where the code style wants it.

use genlisp::internals::lexer::tokens;
use genlisp::internals::parser::{Completeness, completeness};
use rustyline::{Cmd, ConditionalEventHandler, Event, EventContext, RepeatCount};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

pub struct Enter {
    /// Columns before the first line; the lines under it start as far to the right.
    pub prompt_width: Arc<AtomicUsize>,
}

impl ConditionalEventHandler for Enter {
    fn handle(&self, _event: &Event, _n: RepeatCount, _positive: bool, ctx: &EventContext) -> Option<Cmd> {
        if !matches!(completeness(ctx.line()), Completeness::Incomplete { .. }) {
            return Some(Cmd::AcceptLine);
        }
        let width = self.prompt_width.load(Relaxed);
        Some(Cmd::Insert(1, format!("\n{}", " ".repeat(column(&ctx.line()[..ctx.pos()], width)))))
    }
}

/// The column in which the line after `text` starts on the screen.
fn column(text: &str, prompt_width: usize) -> usize {
    match completeness(&format!("{}{text}", " ".repeat(prompt_width))) {
        Completeness::Incomplete { indent, depth } if depth > 0 => indent,
        _ => 0,
    }
}

/// The input as a file would have it: its lines without the columns under the prompt.
pub fn aligned(text: &str, prompt_width: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for (token, range) in tokens(text) {
        let token_text = &text[range];
        if !token.is_trivia() || !token_text.contains('\n') {
            out.push_str(token_text);
            continue;
        }
        for (i, line) in token_text.split('\n').enumerate() {
            let spaces = line.len() - line.trim_start_matches(' ').len();
            let cut = if i > 0 { spaces.min(prompt_width) } else { 0 };
            out.push_str(if i > 0 { "\n" } else { "" });
            out.push_str(&line[cut..]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{aligned, column};

    #[test]
    fn lines_start_under_their_form() {
        assert_eq!(column("(defn f [x]", 6), 8);
        assert_eq!(column("(+ 1", 6), 9);
        assert_eq!(column("(+ 1\n         (* 2", 6), 12);
        assert_eq!(column("(str \"a", 6), 0);
    }

    #[test]
    fn the_prompt_leaves_no_trace() {
        assert_eq!(aligned("(defn f [x]\n        (+ x 1))", 6), "(defn f [x]\n  (+ x 1))");
        assert_eq!(aligned("(str \"a\n      b\")", 6), "(str \"a\n      b\")");
        assert_eq!(aligned("[1\n 2]", 6), "[1\n2]");
    }
}

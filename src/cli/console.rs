//! The terminal: data to standard output; reports, warnings and notes to standard error, as text or JSON lines.

use super::exit::RAISED;
use super::options::{CliOptions, ColorWhen};
use genlisp::internals::error::ReportStyle;
use genlisp::internals::eval::Output;
use genlisp::{Code, Error};
use std::io::{self, ErrorKind, IsTerminal, Write};
use terminal_size::{Height, Width, terminal_size_of};

/// How this process writes to its two streams.
#[derive(Clone, Copy)]
pub struct Console {
    pub json: bool,
    pub quiet: bool,
    /// Of standard output.
    pub color: bool,
    /// Of reports on standard error.
    style: ReportStyle,
    /// Of standard output.
    width: usize,
}

/// Columns of a report where there is no terminal to ask, and at most.
const WIDTH: usize = 100;

/// Columns of documentation where there is no terminal to ask.
const TEXT_WIDTH: usize = 80;

impl Console {
    pub fn new(options: &CliOptions) -> Console {
        let dumb = env_is("TERM", "dumb");
        let color = |terminal: bool| match options.color {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => terminal && !dumb && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
        };
        let columns = |size: Option<(Width, Height)>| size.map(|(width, _)| usize::from(width.0));
        let style = ReportStyle {
            color: color(io::stderr().is_terminal()),
            unicode: !dumb && speaks_unicode(),
            width: columns(terminal_size_of(io::stderr())).unwrap_or(WIDTH).min(WIDTH),
        };
        let width = columns(terminal_size_of(io::stdout())).unwrap_or(TEXT_WIDTH);
        Console { json: options.json, quiet: options.quiet, color: color(io::stdout().is_terminal()), style, width }
    }

    /// A line of data. Nobody reads on when a pipe is closed: that is a quiet end, as for every filter.
    pub fn print(&self, line: &str) -> io::Result<()> {
        match data(line).and_then(|()| data("\n")) {
            Err(e) if e.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
            result => result,
        }
    }

    /// The report of an error.
    pub fn report(&self, error: &Error) {
        self.diagnostic("error", error);
    }

    /// A mistake in the use of the program.
    pub fn error(&self, message: &str, help: &str) {
        self.report(&Error::new(Code::Usage, message).help(help));
    }

    /// Goes to a new line behind the `^C` that a terminal shows.
    pub fn leave_line(&self) {
        if !self.json && io::stderr().is_terminal() {
            tell("");
        }
    }

    /// Something good to know, in one line.
    pub fn note(&self, text: &str) {
        match (self.quiet, self.json) {
            (true, _) => {}
            (_, true) => tell(&serde_json::json!({ "severity": "note", "message": text }).to_string()),
            (_, false) => tell(text),
        }
    }

    fn diagnostic(&self, severity: &str, error: &Error) {
        if !self.json {
            let mark = if severity == "error" { "" } else { "warning: " };
            return tell(&format!("{mark}{}", error.report(&self.style)));
        }
        for error in std::iter::once(error).chain(&error.others) {
            let mut line = serde_json::json!({ "severity": severity });
            if let (Some(line), serde_json::Value::Object(fields)) = (line.as_object_mut(), error.report_json()) {
                line.extend(fields);
            }
            tell(&line.to_string());
        }
    }

    /// Writes out what is still buffered; a failure spoils a good exit code.
    pub fn close(&self, code: u8) -> u8 {
        match io::stdout().flush() {
            Err(e) if e.kind() != ErrorKind::BrokenPipe && code == 0 => self.unwritable(&e),
            _ => code,
        }
    }

    /// Reports that standard output takes no more.
    pub fn unwritable(&self, error: &io::Error) -> u8 {
        self.report(&Error::new(Code::File, format!("cannot write to standard output: {error}")));
        RAISED
    }
}

impl Output for Console {
    fn write(&mut self, text: &str) -> io::Result<()> {
        data(text)
    }

    fn warn(&mut self, warning: &Error) {
        if !self.quiet {
            self.diagnostic("warning", warning);
        }
    }

    fn note(&mut self, text: &str) {
        Console::note(self, text);
    }

    fn width(&self) -> usize {
        self.width
    }
}

fn data(text: &str) -> io::Result<()> {
    io::stdout().write_all(text.as_bytes())
}

/// Writes a line to standard error; where that fails there is nobody to tell.
fn tell(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

fn env_is(name: &str, value: &str) -> bool {
    std::env::var_os(name).is_some_and(|v| v == value)
}

/// False when the locale names an encoding without arrows and box lines.
fn speaks_unicode() -> bool {
    let set = |name: &&str| std::env::var(name).is_ok_and(|v| !v.is_empty());
    let Some(name) = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find(|name| set(name)) else { return true };
    let locale = std::env::var(name).unwrap_or_default().to_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

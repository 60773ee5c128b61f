//! Errors for people: quoted source, labels, help, call stack, address path. The only file that knows miette.

use super::Error;
use crate::lexer::{Excerpt, Sources, Span, visible};
use std::fmt;
/// How a report looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportStyle {
    /// With the escape sequences of terminals.
    pub color: bool,
    /// Lines and arrows beyond ASCII.
    pub unicode: bool,
    /// Columns at which sentences wrap.
    pub width: usize,
}

impl Default for ReportStyle {
    fn default() -> Self {
        ReportStyle { color: false, unicode: true, width: 100 }
    }
}

/// Errors of one run that are reported in full.
const MAX_REPORTS: usize = 20;
/// Characters of a message or help, and of a label.
const MAX_MESSAGE: usize = 2_000;
const MAX_LABEL: usize = 200;
/// Lines of any of them.
const MAX_LINES: usize = 20;

impl Error {
    /// The error for people: code, sentence, quoted source, help, call stack, address path; then the other errors.
    pub fn report(&self, style: &ReportStyle) -> String {
        let all: Vec<&Error> = std::iter::once(self).chain(&self.others).collect();
        let shown = all.iter().take(MAX_REPORTS);
        let mut reports: Vec<String> =
            shown.map(|error| error.report_one(error.sources.as_ref().or(self.sources.as_ref()), style)).collect();
        if all.len() > MAX_REPORTS {
            let dots = if style.unicode { "…" } else { "..." };
            let count = all.len() - MAX_REPORTS;
            reports.push(format!("{dots} and {count} more error{}", if count == 1 { "" } else { "s" }));
        }
        reports.join("\n\n")
    }

    fn report_one(&self, sources: Option<&Sources>, style: &ReportStyle) -> String {
        let none = Sources::default();
        let sources = sources.unwrap_or(&none);
        let (view, elsewhere) = View::of(self, sources);
        let mut text = String::new();
        // it fails only if the writer does, and a string does not
        let _ = style.handler().render_report(&mut text, &view);
        let mut lines: Vec<String> = text.lines().map(|line| line.trim_end().to_string()).collect();
        lines.extend(elsewhere.into_iter().map(|line| format!("  {line}")));
        lines.extend(self.stack_lines(sources).into_iter().map(|line| format!("  {line}")));
        if !self.path.is_empty() {
            lines.push(format!("  while tracing {}", clip(&self.path.join(" → "), MAX_MESSAGE)));
        }
        let text = lines.join("\n").trim_end().to_string();
        if style.unicode { text } else { text.replace('…', "...").replace('→', "->") }
    }

    /// `at f (file:line:col)`, innermost first.
    fn stack_lines(&self, sources: &Sources) -> Vec<String> {
        let mut lines: Vec<String> = self
            .frames
            .iter()
            .map(|frame| {
                let times = if frame.times > 1 { format!(" × {}", frame.times) } else { String::new() };
                match sources.get(frame.call.source) {
                    Some(_) => format!("at {} ({}){times}", frame.name, sources.place(frame.call)),
                    None => format!("at {}{times}", frame.name),
                }
            })
            .map(|line| clip(&line, MAX_LABEL))
            .collect();
        if self.frames_dropped > 0 {
            lines.push(format!(
                "… {} more call{}",
                self.frames_dropped,
                if self.frames_dropped == 1 { "" } else { "s" }
            ));
        }
        lines
    }

    /// The error for programs. Lines and columns are 1-based; what is not known is null.
    pub fn report_json(&self) -> serde_json::Value {
        let source = self.span().and_then(|span| Some((self.sources.as_ref()?.get(span.source)?, span)));
        let place = |offset: fn(&Span) -> u32| source.map(|(source, span)| source.line_column(offset(&span)));
        let (start, end) = (place(|span| span.start), place(|span| span.end));
        let frames = self.frames.iter().map(|frame| {
            let source = self.sources.as_ref().and_then(|sources| sources.get(frame.call.source));
            let place = source.map(|source| source.line_column(frame.call.start));
            serde_json::json!({
                "name": *frame.name,
                "times": frame.times,
                "file": source.map(|source| source.name.to_string()),
                "line": place.map(|(line, _)| line),
                "column": place.map(|(_, column)| column),
            })
        });
        serde_json::json!({
            "code": self.code.name(),
            "message": self.message,
            "help": self.help,
            "file": source.map(|(source, _)| source.name.to_string()),
            "line": start.map(|(line, _)| line),
            "column": start.map(|(_, column)| column),
            "end_line": end.map(|(line, _)| line),
            "end_column": end.map(|(_, column)| column),
            "stack": frames.collect::<Vec<_>>(),
            "path": self.path,
        })
    }
}

impl ReportStyle {
    fn handler(&self) -> miette::GraphicalReportHandler {
        use miette::GraphicalTheme as Theme;
        let theme = match (self.unicode, self.color) {
            (true, true) => Theme::unicode(),
            (true, false) => Theme::unicode_nocolor(),
            (false, true) => Theme::ascii(),
            (false, false) => Theme::none(),
        };
        miette::GraphicalReportHandler::new_themed(theme).with_width(self.width.max(40)).without_syntax_highlighting()
    }
}

/// At most so many characters on a few lines, each safe to print.
fn clip(text: &str, max: usize) -> String {
    let end = text.char_indices().nth(max).map_or(text.len(), |(at, _)| at);
    let end = text.match_indices('\n').nth(MAX_LINES - 1).map_or(end, |(at, _)| end.min(at));
    let shown = text[..end].chars().map(|c| if c == '\n' { c } else { visible(c) });
    shown.chain((end < text.len()).then_some('…')).collect()
}

/// An error as miette wants it: its texts, and the quoted lines with labels in them.
#[derive(Debug)]
struct View {
    code: &'static str,
    message: String,
    help: Option<String>,
    quote: Option<Quote>,
    labels: Vec<miette::LabeledSpan>,
}

impl View {
    /// Labels in other sources than the main one do not fit into its snippet and come back as lines of text.
    fn of(error: &Error, sources: &Sources) -> (View, Vec<String>) {
        let help = error.help.as_ref().map(|help| clip(help, MAX_MESSAGE));
        let message = clip(&error.message, MAX_MESSAGE);
        let mut view = View { code: error.code.name(), message, help, quote: None, labels: Vec::new() };
        let main = error.span().and_then(|span| Some((sources.get(span.source)?, span)));
        let (near, far): (Vec<_>, Vec<_>) =
            error.more.iter().partition(|(span, _)| main.is_some_and(|(source, _)| source.id == span.source));
        let elsewhere = far.iter().map(|(span, text)| label(&format!("{}: {text}", sources.place(*span)))).collect();
        if let Some((source, span)) = main {
            let spans: Vec<Span> = std::iter::once(span).chain(near.iter().map(|(span, _)| *span)).collect();
            let excerpt = Excerpt::new(source, &spans);
            let texts = std::iter::once(error.label.as_deref()).chain(near.iter().map(|(_, text)| Some(text.as_str())));
            for (i, (mark, text)) in excerpt.marks.iter().zip(texts).enumerate() {
                let make = if i == 0 {
                    miette::LabeledSpan::new_primary_with_span
                } else {
                    miette::LabeledSpan::new_with_span
                };
                view.labels.push(make(text.map(label), (mark.range.start, mark.range.len())));
            }
            view.quote = Some(Quote { name: label(&source.name), excerpt });
        }
        (view, elsewhere)
    }
}

/// A label is one line.
fn label(text: &str) -> String {
    clip(&text.replace('\n', " "), MAX_LABEL)
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for View {}

impl miette::Diagnostic for View {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.quote.as_ref().map(|quote| quote as &dyn miette::SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

/// Quoted lines under the source's name.
#[derive(Debug)]
struct Quote {
    name: String,
    excerpt: Excerpt,
}

impl miette::SourceCode for Quote {
    fn read_span<'a>(
        &'a self,
        span: &miette::SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn miette::SpanContents<'a> + 'a>, miette::MietteError> {
        let lines = &self.excerpt.lines;
        let line_of = |offset: usize| lines.partition_point(|line| line.range.start <= offset).checked_sub(1);
        let (Some(mut first), Some(mut last)) = (line_of(span.offset()), line_of(span.offset() + span.len())) else {
            return Err(miette::MietteError::OutOfBounds);
        };
        let adjacent = |i: usize| lines.get(i + 1).is_some_and(|next| next.number == lines[i].number + 1);
        let (start, end) = (first, last);
        while first > 0 && start - first < before && adjacent(first - 1) {
            first -= 1;
        }
        while last - end < after && adjacent(last) {
            last += 1;
        }
        // without context it asks for the place in the header
        let mark = self.excerpt.marks.iter().find(|mark| before == 0 && mark.range.start == span.offset());
        let range = lines[first].range.start..lines[last].range.end;
        let data = self.excerpt.text.as_bytes().get(range.clone()).unwrap_or_default();
        Ok(Box::new(miette::MietteSpanContents::new_named(
            self.name.clone(),
            data,
            (range.start, range.len()).into(),
            lines[first].number,
            mark.map_or(0, |mark| mark.column),
            last - first + 1,
        )))
    }
}

//! The few lines of a source that a report quotes: clipped when they are long, safe to print, with places mapped.

use super::{Source, Span};
use std::collections::BTreeMap;
use std::ops::Range;

/// Lines up to this many characters are shown whole; of a longer one, `WINDOW` characters around its places.
const MAX_LINE: usize = 200;
const WINDOW: usize = 140;
/// Characters shown before the first place of a clipped line.
const LEAD: usize = 40;

/// Quoted lines. Neighbours in `lines` need not be neighbours in the source.
#[derive(Debug, Default)]
pub struct Excerpt {
    pub text: String,
    pub lines: Vec<QuotedLine>,
    /// The given spans, in their order.
    pub marks: Vec<Mark>,
}

/// A line of the source, at a place in the excerpt's text, line break included.
#[derive(Debug)]
pub struct QuotedLine {
    /// 0-based.
    pub number: usize,
    pub range: Range<usize>,
}

/// A span, in the excerpt's text and on one line.
#[derive(Debug, Default)]
pub struct Mark {
    pub range: Range<usize>,
    /// 0-based, in the source.
    pub column: usize,
}

impl Excerpt {
    /// Quotes the first line of each span and the lines next to it. Spans may be out of range or inside of a character.
    pub fn new(source: &Source, spans: &[Span]) -> Excerpt {
        let text: &str = &source.text;
        let mut wanted: BTreeMap<usize, Range<usize>> = BTreeMap::new();
        let mut places = Vec::with_capacity(spans.len());
        for span in spans {
            let place = first_line_of(text, *span);
            let number = source.line_column(place.start as u32).0 - 1;
            places.push((number, place.clone()));
            wanted.extend(with_neighbours(text, number, place.start));
        }
        let mut excerpt = Excerpt::default();
        excerpt.marks.resize_with(spans.len(), Mark::default);
        for (number, line) in wanted {
            excerpt.quote(text, number, line, &places);
        }
        excerpt
    }

    fn quote(&mut self, text: &str, number: usize, line: Range<usize>, places: &[(usize, Range<usize>)]) {
        let here = |place: &&(usize, Range<usize>)| place.0 == number;
        let window = window(text, &line, places.iter().filter(here).map(|place| place.1.start).min());
        let start = self.text.len();
        if window.start > line.start {
            self.text.push('…');
        }
        let base = self.text.len();
        self.text.extend(text[window.clone()].chars().map(visible));
        let end = self.text.len();
        for (mark, (_, place)) in self.marks.iter_mut().zip(places).filter(|(_, place)| place.0 == number) {
            let at = |offset: usize| base + visible_length(&text[window.start..offset.clamp(window.start, window.end)]);
            mark.range = at(place.start)..at(place.end);
            if mark.range.is_empty() {
                mark.range.end += self.text[mark.range.start..end].chars().next().map_or(0, char::len_utf8);
            }
            mark.column = text[line.start..place.start].chars().count();
        }
        if window.end < line.end {
            self.text.push('…');
        }
        self.text.push('\n');
        self.lines.push(QuotedLine { number, range: start..self.text.len() });
    }
}

/// The part of a span that lies on its first line.
fn first_line_of(text: &str, span: Span) -> Range<usize> {
    let start = text.floor_char_boundary(span.start as usize);
    let line = line_at(text, start);
    // a span that starts at a line break points behind the line's last character
    let start = start.min(line.end);
    start..text.ceil_char_boundary(span.end as usize).clamp(start, line.end)
}

/// The line around an offset, without its line break.
fn line_at(text: &str, offset: usize) -> Range<usize> {
    let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let bare = text[start..end].trim_end_matches('\r').len();
    start..start + bare
}

fn with_neighbours(text: &str, number: usize, offset: usize) -> Vec<(usize, Range<usize>)> {
    let line = line_at(text, offset);
    let mut lines = Vec::with_capacity(3);
    if number > 0 && line.start > 0 {
        lines.push((number - 1, line_at(text, line.start - 1)));
    }
    // no line follows the line break at the end of the text
    if let Some(at) = text[line.end..].find('\n').filter(|at| line.end + at + 1 < text.len()) {
        lines.push((number + 1, line_at(text, line.end + at + 1)));
    }
    lines.retain(|(_, line)| !text[line.clone()].trim().is_empty());
    lines.push((number, line));
    lines
}

/// The part of a line that is shown.
fn window(text: &str, line: &Range<usize>, first: Option<usize>) -> Range<usize> {
    let long = text[line.clone()].chars().nth(MAX_LINE).is_some();
    if !long {
        return line.clone();
    }
    let back = |at: usize, n: usize| {
        text[line.start..at].char_indices().rev().nth(n).map_or(line.start, |(i, _)| line.start + i)
    };
    let start = first.map_or(line.start, |at| back(at, LEAD));
    let end = text[start..line.end].char_indices().nth(WINDOW).map_or(line.end, |(i, _)| start + i);
    start..end
}

/// Control characters and those that turn the direction of text around must not reach a terminal.
pub fn visible(c: char) -> char {
    let hidden = matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}');
    if hidden || (c.is_control() && c != '\t') { '\u{FFFD}' } else { c }
}

fn visible_length(text: &str) -> usize {
    text.chars().map(|c| visible(c).len_utf8()).sum()
}

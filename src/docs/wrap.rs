//! Documentation on a terminal: lines end at words, code stays as it is.

/// A line of an example, or how a special form is written, not a sentence.
pub fn is_code(line: &str) -> bool {
    line.trim_start().starts_with(['(', '\'', '@']) || [";=>", ";!", ";out>"].iter().any(|mark| line.contains(mark))
}

/// The text in lines of at most `width` columns, as far as its words allow.
pub fn wrap(text: &str, width: usize) -> String {
    let mut lines = Vec::new();
    let mut code = false;
    for line in text.lines() {
        // What is indented below code goes on with it.
        code = is_code(line) || (code && line.starts_with(' '));
        match code {
            true => lines.push(line.to_string()),
            false => lines.extend(wrapped(line, width)),
        }
    }
    lines.join("\n")
}

/// The lines of a paragraph; one that is indented stays so.
pub fn wrapped(line: &str, width: usize) -> Vec<String> {
    let indent = &line[..line.len() - line.trim_start().len()];
    if line.chars().count() <= width {
        return vec![line.to_string()];
    }
    let mut lines: Vec<String> = Vec::new();
    for word in line.split_whitespace() {
        let fits = |last: &&mut String| last.chars().count() + 1 + word.chars().count() <= width;
        match lines.last_mut().filter(fits) {
            Some(last) => last.extend([" ", word]),
            None => lines.push(format!("{indent}{word}")),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn sentences_end_lines_at_words_and_code_stays() {
        let text = "[first second third]\nOne two three.\n(f 1 2 3 4 5 6) ;=> 7\n   and its rest";
        let wrapped = "[first\nsecond\nthird]\nOne two\nthree.\n(f 1 2 3 4 5 6) ;=> 7\n   and its rest";
        assert_eq!(wrap(text, 8), wrapped);
        assert_eq!(wrap(text, 80), text);
    }

    #[test]
    fn a_line_is_full_before_the_next_begins() {
        assert_eq!(wrap("ab cd ef", 5), "ab cd\nef");
        assert_eq!(wrap("ab cd ef", 4), "ab\ncd\nef");
        assert_eq!(wrap("  ä ö ü", 5), "  ä ö\n  ü");
        assert_eq!(wrap("abcdefgh ab", 3), "abcdefgh\nab");
        assert_eq!(wrap("", 3), "");
    }
}

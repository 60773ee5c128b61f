//! No input, however broken or large, panics, overflows the stack or takes long.

use super::*;
use crate::error::Code;
use std::time::{Duration, Instant};

/// Runs on a small stack.
fn small<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::Builder::new().stack_size(512 * 1024).spawn(run);
    thread.expect("a thread").join().expect("no panic and no overflow")
}

fn codes(text: String) -> Vec<Code> {
    small(move || parse(&source(&text)).errors.iter().map(|error| error.code).collect())
}

#[test]
fn nesting_is_limited() {
    for (open, close) in [("(", ")"), ("[", "]"), ("#{", "}"), ("{:a ", "}"), ("#_(", ")"), ("'(", ")")] {
        let per_level = if open.len() > 1 && open.ends_with('(') { 2 } else { 1 };
        let deep = |n: usize| format!("{}x{}", open.repeat(n), close.repeat(n));
        assert!(codes(deep(1_000 / per_level)).is_empty(), "{open}");
        assert_eq!(codes(deep(1_001)), [Code::TooLarge], "{open}");
        assert_eq!(codes(deep(1_000_000)), [Code::TooLarge], "{open}");
    }
    for prefix in ["'", "~", "@", "#_", "^", "^:a ", "`", "~@", "#'", "'^a "] {
        let found = codes(format!("{}x", prefix.repeat(1_000_000)));
        assert_eq!(found, [Code::TooLarge], "{prefix}");
    }
    assert_eq!(codes("(".repeat(1_000_000)), [Code::TooLarge]);
    assert_eq!(codes("([{".repeat(300_000)), [Code::TooLarge]);
    assert_eq!(codes("(".repeat(1_000)).len(), 1_000);
    // unclosed at the margin is not deep
    assert!(codes("(a\n".repeat(2_000)).iter().all(|code| *code == Code::Delimiter));
}

#[test]
fn the_deepest_forms_can_be_used_on_a_small_stack() {
    small(|| {
        let text = format!("{}{}", "('[".repeat(333), "])".repeat(333));
        let parsed = parse(&source(&text));
        assert!(parsed.errors.is_empty());
        let copy = parsed.forms[0].clone();
        assert!(same(&copy, &parsed.forms[0]));
        assert_eq!(print(&copy).len(), text.len() + 333 * 7);
    });
}

#[test]
fn size_is_limited() {
    assert_eq!(codes(" ".repeat(100 << 20)), [Code::TooLarge]);
    assert_eq!(codes("a".repeat(1_000_000)), [Code::TooLarge]);
    assert_eq!(codes(format!(":{}", "é".repeat(40_000))), [Code::TooLarge]);
    assert!(codes(format!("\"{}\"", "a".repeat(1_000_000))).is_empty());
    assert!(codes(" ".repeat(MAX_BYTES)).is_empty());
    assert_eq!(check_size(MAX_BYTES + 1, "big.gen").map_err(|e| e.code), Err(Code::TooLarge));
}

#[test]
fn text_must_be_utf8() {
    assert_eq!(decode(b"(a)", "x.gen").ok(), Some("(a)"));
    let error = decode(b"(a\n\xFF)", "x.gen").expect_err("not UTF-8");
    assert_eq!(
        (error.code, error.message.as_str()),
        (Code::Encoding, "`x.gen` is not UTF-8: byte 0xFF at offset 3 (line 2)")
    );
    assert_eq!(decode(b"a\xE2\x82", "x.gen").map_err(|e| e.code), Err(Code::Encoding));
}

#[test]
fn errors_are_limited() {
    for piece in [")", "1/2 ", "' ) ", "%", "\u{200B}", "#{1 1} ", "(]", "[)", "#a ", "(a\n", "\"\\q\""] {
        let count = codes(piece.repeat(200_000)).len();
        assert!(count <= 1_000, "{piece}: {count}");
    }
}

#[test]
fn work_is_linear() {
    let start = Instant::now();
    for piece in ["(]", "[)", "([", "(a\n", "(a [b\n", "\"a\nb\"c ", "#(", "{a ", "^a ", "(a\n (b\n", ")", "]) (\n"] {
        codes(piece.repeat(300_000));
    }
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn random_texts() {
    let start = Instant::now();
    small(|| {
        let pieces = [
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "#{",
            "#(",
            "\"",
            "\\",
            "'",
            "`",
            "~",
            "~@",
            "@",
            "^",
            "#_",
            "#'",
            "#",
            "##",
            "%",
            "%&",
            "%2",
            ":",
            "::",
            "a",
            "é",
            "1",
            "0x",
            ".",
            "/",
            "-",
            "\n",
            "\n  ",
            " ",
            ";",
            "\u{FEFF}",
            "\u{200B}",
            "\t",
            "\u{1}",
            "nil",
            ":a",
            "1/2",
            "\u{1F600}",
        ];
        let mut state = 7_u64;
        let mut next = |n: usize| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as usize % n
        };
        for round in 0..100_000 {
            let text: String = (0..next(16)).map(|_| pieces[next(pieces.len())]).collect();
            let source = source(&text);
            let parsed = parse(&source);
            check(&parsed, &text);
            completeness(&text);
            top_level(&source);
            if round % 20 == 0 {
                report(&text);
            }
        }
    });
    assert!(start.elapsed() < Duration::from_secs(120), "{:?}", start.elapsed());
}

/// Spans lie in the text, and errors come in its order.
fn check(parsed: &Parsed, text: &str) {
    let spans: Vec<Span> = parsed.errors.iter().filter_map(Error::span).collect();
    assert!(spans.is_sorted_by_key(|span| span.start), "{text:?}");
    let spans = spans.iter().chain(parsed.forms.iter().map(|form| &form.span));
    for span in spans {
        assert!(text.get(span.start as usize..span.end as usize).is_some(), "{text:?} {span:?}");
    }
}

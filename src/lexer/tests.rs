//! Tokens cover every byte of any text, and a report's excerpt takes any span.

use super::*;
use Token::*;

fn kinds(text: &str) -> Vec<Token> {
    tokens(text).map(|(token, _)| token).filter(|token| *token != Whitespace).collect()
}

fn covers(text: &str) {
    let mut end = 0;
    for (_, range) in tokens(text) {
        assert_eq!(range.start, end, "gap in {text:?}");
        assert!(range.end > range.start, "empty token in {text:?}");
        end = range.end;
    }
    assert_eq!(end, text.len(), "end of {text:?}");
}

#[test]
fn delimiters_and_prefixes() {
    let expected = [
        ParenOpen,
        ParenClose,
        BracketOpen,
        BracketClose,
        BraceOpen,
        BraceClose,
        SetOpen,
        BraceClose,
        FnOpen,
        ParenClose,
    ];
    assert_eq!(kinds("()[]{}#{}#()"), expected);
    let expected = [Quote, SyntaxQuote, Unquote, UnquoteSplicing, Deref, Meta, Meta, Discard, VarQuote, Symbol];
    assert_eq!(kinds("' ` ~ ~@ @ ^ #^ #_ #'x"), expected);
    assert_eq!(
        kinds("#inst #?(:clj) #?@() #"),
        [Tag, Tag, ParenOpen, Keyword, ParenClose, Tag, ParenOpen, ParenClose, Tag]
    );
}

#[test]
fn symbols_as_in_clojure() {
    let text = "a ns/a + - -> ->> <= a' *x* a.b/c % %1 %& & . .. ... x# a:b größe 概率 _ $ = == !? |x| +a -a .a / a# nil? true* k1";
    for word in text.split(' ') {
        assert_eq!(kinds(word), [Symbol], "{word}");
    }
    assert_eq!(kinds("nil true false"), [Nil, True, False]);
    assert_eq!(kinds(":a :a/b : ::a :1"), [Keyword; 5]);
}

#[test]
fn numbers_are_words_that_start_like_one() {
    let text = "1 +1 -1 0x1F 1_000 2r101 1.5 1e-3 -0.5 .5 -.5 1/2 1N 1M 1e30 1abc 1. 5%";
    for word in text.split(' ') {
        assert_eq!(kinds(word), [Number], "{word}");
    }
    assert_eq!(kinds("##Inf ##-Inf ##NaN ##"), [Symbolic; 4]);
}

#[test]
fn strings_characters_and_patterns() {
    assert_eq!(
        kinds(
            r#""" "a\"b" "\\" "two
lines""#
        ),
        [Str; 4]
    );
    assert_eq!(kinds(r#""open"#), [StrUnclosed]);
    assert_eq!(kinds(r#""open\""#), [StrUnclosed]);
    assert_eq!(kinds(r#""open\"#), [StrUnclosed]);
    assert_eq!(kinds(r##"#"\d+" #"open"##), [Regex, RegexUnclosed]);
    assert_eq!(kinds(r#"\a \newline \u0041 \( \" \; \é"#), [Char; 7]);
    assert_eq!(kinds(r"(\a)"), [ParenOpen, Char, ParenClose]);
    assert_eq!(kinds("\\"), [Char]);
}

#[test]
fn white_space_and_comments() {
    assert_eq!(kinds("#!/usr/bin/env gen\n1 ; two\n,,3"), [Comment, Number, Comment, Number]);
    assert_eq!(kinds("\u{FEFF}1\u{A0}2\u{2003}3"), [Number; 3]);
    assert_eq!(kinds("a\u{200B}b"), [Symbol, Error, Symbol]);
    assert_eq!(kinds("\u{1}"), [Error]);
}

#[test]
fn every_byte_is_in_one_token() {
    let alphabet: Vec<char> =
        "()[]{}#'`~@^_\"\\:;!?%&/+-.019aeéπ\u{A0}\u{200B}\u{FEFF}\u{1F600} \n\r\t,\u{1}\u{7F}".chars().collect();
    let mut state = 1_u64;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..state % 12 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            text.push(alphabet[(state >> 33) as usize % alphabet.len()]);
        }
        state = state.wrapping_add(0x9E37_79B9);
        covers(&text);
    }
}

#[test]
fn long_tokens_need_no_native_stack() {
    let run = || {
        let million = 1_000_000;
        for piece in ["a", "é", " ", "\u{A0}", "'", "1", "#", "##", "\\a", "~@", "\u{200B}"] {
            covers(&piece.repeat(million));
        }
        for (start, piece) in [("\"", "\\n"), ("\"", "é"), (";", "é"), (":", "é"), ("\\", "é"), ("#\"", "\\\\")] {
            covers(&format!("{start}{}", piece.repeat(million)));
        }
    };
    std::thread::Builder::new().stack_size(256 * 1024).spawn(run).expect("a thread").join().expect("no overflow");
}

fn excerpt(text: &str, start: u32, end: u32) -> Excerpt {
    Excerpt::new(&Source::new(0, "t", text), &[Span::new(0, start, end)])
}

#[test]
fn an_excerpt_quotes_the_line_and_its_neighbours() {
    let quoted = excerpt("one\ntwo\nthree\nfour", 5, 7);
    assert_eq!(quoted.text, "one\ntwo\nthree\n");
    assert_eq!(&quoted.text[quoted.marks[0].range.clone()], "wo");
    assert_eq!(quoted.marks[0].column, 1);
    // of several lines the first counts
    let quoted = excerpt("one\ntwo\nthree\nfour", 5, 12);
    assert_eq!(&quoted.text[quoted.marks[0].range.clone()], "wo");
}

#[test]
fn an_excerpt_takes_any_span() {
    for text in ["", "\n", "é", "a\r\nb\r\n", "ab\u{1b}[31m", "\n\n\n"] {
        for start in 0..12 {
            for end in 0..12 {
                let quoted = excerpt(text, start, end);
                assert!(quoted.text.get(quoted.marks[0].range.clone()).is_some());
                assert!(!quoted.text.contains('\u{1b}'));
            }
        }
    }
}

#[test]
fn an_excerpt_clips_long_lines() {
    let text = format!("{}HERE{}", "é ".repeat(50_000), " x".repeat(50_000));
    let at = text.find("HERE").unwrap_or(0) as u32;
    let quoted = excerpt(&text, at, at + 4);
    assert!(quoted.text.chars().count() < 200);
    assert!(quoted.text.starts_with('…') && quoted.text.ends_with("…\n"));
    assert_eq!(&quoted.text[quoted.marks[0].range.clone()], "HERE");
    assert_eq!(quoted.marks[0].column, 100_000);
}

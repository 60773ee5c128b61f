//! What reports look like.

use super::*;
use crate::error::{Code, ReportStyle};

#[track_caller]
fn looks(text: &str, expected: &str) {
    let report = report(text);
    assert_eq!(report.trim(), expected.trim(), "\n{report}");
}

#[test]
fn an_unclosed_opener() {
    looks(
        "(defn f [x]\n  (foo x\n  (bar x))\n",
        "
gen::delimiter

  × unclosed `(`
   ╭─[a.gen:2:3]
 1 │ (defn f [x]
 2 │   (foo x
   ·   ┬
   ·   ╰── opened here, never closed
 3 │   (bar x))
   ·   ┬
   ·   ╰── `)` expected before this
   ╰────
  help: add the missing `)`
",
    );
}

#[test]
fn a_wrong_closer_and_a_ratio() {
    looks(
        "(defn f [x) 1/2)",
        "
gen::delimiter

  × `[` is closed by `)`
   ╭─[a.gen:1:9]
 1 │ (defn f [x) 1/2)
   ·         ┬ ┬
   ·         │ ╰── should be `]`
   ·         ╰── opened here
   ╰────
  help: write `]` instead of `)`

gen::number

  × invalid number `1/2`
   ╭─[a.gen:1:13]
 1 │ (defn f [x) 1/2)
   ·             ─┬─
   ·              ╰── there are no ratios
   ╰────
  help: write `(/ 1 2)` or `0.5`
",
    );
}

#[test]
fn labels_far_apart_are_two_snippets() {
    let text = format!("{}({}1 ; é\n\n(b)))\n", "\n".repeat(9), "\n".repeat(20));
    let report = report(&text);
    assert!(report.lines().count() < 20, "{report}");
}

/// An error with everything.
fn rich(sources: &mut Sources) -> Box<Error> {
    let main = sources.add("model.gen", "(defgen m [x]\n  (trace :mu (normal x -1)))\n(m 1)\n");
    let other = sources.add("lib.gen", "(def a 1)\n(def b 2)\n");
    let place = |source: &Source, start: u32| Span::new(source.id, start, start + 1);
    let mut error = Error::new(Code::Parameter, "`normal` got the standard deviation `-1`")
        .at(Span::new(main.id, 37, 39))
        .label("must be positive")
        .also(Span::new(main.id, 16, 21), "this choice")
        .also(Span::new(other.id, 10, 19), "defined here")
        .help("use `(exp s)` for a parameter of any sign");
    error.push_frame(&"normal".into(), place(&main, 27));
    error.push_frame(&"m".into(), place(&main, 43));
    error.frames_dropped = 12;
    error.path = [":clusters", "3", ":mu"].map(String::from).to_vec();
    error
}

#[test]
fn everything_at_once() {
    let mut sources = Sources::default();
    let error = rich(&mut sources).with_sources(&sources);
    let expected = "
gen::parameter

  × `normal` got the standard deviation `-1`
   ╭─[model.gen:2:24]
 1 │ (defgen m [x]
 2 │   (trace :mu (normal x -1)))
   ·   ┬─────
";
    let report = error.report(&ReportStyle::default());
    let tail = "
  help: use `(exp s)` for a parameter of any sign
  lib.gen:2:1: defined here
  at normal (model.gen:2:14)
  at m (model.gen:3:1)
  … 12 more calls
  while tracing :clusters → 3 → :mu";
    assert!(report.starts_with(expected.trim_start().split("   ·").next().unwrap_or("")), "{report}");
    assert!(report.ends_with(tail), "{report}");
    let ascii = error.report(&ReportStyle { unicode: false, ..Default::default() });
    assert!(ascii.is_ascii(), "{ascii}");
    assert!(ascii.ends_with("while tracing :clusters -> 3 -> :mu"), "{ascii}");
    let colored = error.report(&ReportStyle { color: true, ..Default::default() });
    assert!(colored.contains("\u{1b}["), "{colored}");
}

#[test]
fn without_a_place_there_is_no_snippet() {
    let error = Error::new(Code::Encoding, "`x.gen` is not UTF-8").help("save it as UTF-8");
    assert_eq!(
        error.report(&ReportStyle::default()),
        "gen::encoding\n\n  × `x.gen` is not UTF-8\n  help: save it as UTF-8"
    );
}

#[test]
fn json_for_programs() {
    let mut sources = Sources::default();
    let error = rich(&mut sources).with_sources(&sources);
    let json = error.report_json();
    assert_eq!(json["code"], "gen::parameter");
    assert_eq!((&json["file"], &json["line"], &json["column"]), (&"model.gen".into(), &2.into(), &24.into()));
    assert_eq!((&json["end_line"], &json["end_column"]), (&2.into(), &26.into()));
    assert_eq!(
        json["stack"][1],
        serde_json::json!({"name": "m", "times": 1, "file": "model.gen", "line": 3, "column": 1})
    );
    assert_eq!(json["path"][2], ":mu");
    assert!(Error::new(Code::Type, "y").report_json()["line"].is_null());
}

#[test]
fn many_errors_are_counted() {
    let report = report(&"1/2 ".repeat(30));
    assert_eq!(report.matches("invalid number").count(), 20);
    assert!(report.ends_with("\n\n… and 10 more errors"));
}

#[test]
fn hostile_errors_are_reported_too() {
    let mut sources = Sources::default();
    let source = sources.add("a\u{1b}.gen", "é\u{1b}[31m\n\u{202E}\r\rx");
    for start in 0..20 {
        for end in [0, 1, 2, 5, 9, 14, 4_000_000_000] {
            let span = Span::new(source.id, start, end);
            let error = Error::new(Code::Type, "a\u{1b}b\n".repeat(2_000))
                .at(span)
                .also(span, "x\ny")
                .also(Span::new(9, 1, 2), "z");
            let error = error.label("\u{1b}").with_sources(&sources);
            let report = error.report(&ReportStyle { width: 0, ..Default::default() });
            assert!(!report.contains(['\u{1b}', '\u{202E}']), "{report:?}");
            assert!(report.chars().count() < 12_000);
            error.report_json();
        }
    }
}

#[test]
fn a_long_line_is_clipped() {
    let text = format!("({} 1/2 {})", "a ".repeat(5_000), "b ".repeat(5_000));
    let report = report(&text);
    assert!(report.lines().all(|line| line.chars().count() < 200), "{report}");
    assert!(report.contains("a.gen:1:10003"), "{report}");
}

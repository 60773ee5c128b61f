//! Forms, reader macros and spans.

use super::*;

#[test]
fn collections() {
    assert_eq!(good("(a [b {:c 1, :d \"e\"}] #{f} ())"), "(a [b {:c 1, :d \"e\"}] #{f} ())");
    assert_eq!(good(""), "");
    assert_eq!(good("; only a comment"), "");
    assert_eq!(good("#!/usr/bin/env gen\n1"), "1");
}

#[test]
fn prefixes_become_lists() {
    assert_eq!(good("'x"), "(quote x)");
    assert_eq!(good("`(a ~b ~@c)"), "(syntax-quote (a (unquote b) (unquote-splicing c)))");
    assert_eq!(good("@a #'b"), "(gen.core/deref a) (gen.core/var-of b)");
    assert_eq!(good("'' x"), "(quote (quote x))");
    assert_eq!(good("'#_dropped x"), "(quote x)");
}

#[test]
fn discarded_forms() {
    assert_eq!(good("#_#_ a b c"), "c");
    assert_eq!(good("(a #_ b)"), "(a)");
    assert_eq!(good("[#_'a #_ #_ b (c) d]"), "[d]");
    // what is dropped may be broken
    assert_eq!(good("#_(1/2 % {:a}) x"), "x");
    assert_eq!(good("#_#inst \"2020\" x"), "x");
}

#[test]
fn function_literals() {
    assert_eq!(good("#(+ % %2)"), "(gen.core/fn [%1 %2] (+ %1 %2))");
    assert_eq!(good("#(f %3)"), "(gen.core/fn [%1 %2 %3] (f %3))");
    assert_eq!(good("#(apply + %&)"), "(gen.core/fn [& %&] (apply + %&))");
    assert_eq!(good("#(f % %&)"), "(gen.core/fn [%1 & %&] (f %1 %&))");
    assert_eq!(good("#()"), "(gen.core/fn [] ())");
    assert_eq!(good("[#(a %2) #(b %)]"), "[(gen.core/fn [%1 %2] (a %2)) (gen.core/fn [%1] (b %1))]");
    assert_eq!(good("#(a #_% [%2])"), "(gen.core/fn [%1 %2] (a [%2]))");
    // printed functions read back
    assert_eq!(good("(fn [%1] (inc %1))"), "(fn [%1] (inc %1))");
}

#[test]
fn metadata() {
    assert_eq!(good("^:private x"), "^{:private true} x");
    assert_eq!(good("^Num x"), "^{:tag Num} x");
    assert_eq!(good("^\"s\" [1]"), "^{:tag \"s\"} [1]");
    assert_eq!(good("^{:a 1} ^:b (x)"), "^{:a 1, :b true} (x)");
    assert_eq!(good("^{:a 1} ^{:a 2 :b 3} x"), "^{:a 1, :b 3} x");
    assert_eq!(good("#^:a x"), "^{:a true} x");
    assert_eq!(good("(def ^{:doc \"d\"} x 1)"), "(def ^{:doc \"d\"} x 1)");
    assert_eq!(good("'^:a x"), "(quote ^{:a true} x)");
    assert_eq!(errors("^:a 1"), ["metadata 5: only symbols and collections have metadata"]);
    assert_eq!(errors("^1 x"), ["metadata 2: metadata is a map, a keyword, a symbol or a string"]);
}

#[test]
fn spans_cover_their_forms() {
    let text = "(défn f [x] 'y #(g %) ^:m z {:a 1})";
    let source = source(text);
    let parsed = parse(&source);
    let whole = &parsed.forms[0];
    assert_eq!(source.slice(whole.span), text);
    let items = whole.as_list().unwrap_or_default();
    let texts: Vec<&str> = items.iter().map(|form| source.slice(form.span)).collect();
    assert_eq!(texts, ["défn", "f", "[x]", "'y", "#(g %)", "z", "{:a 1}"]);
}

#[test]
fn a_part_is_read_with_spans_of_the_whole() {
    let source = source("(a)\n(b 1/2)\n(c)");
    let part = Span::new(0, 4, 11);
    let parsed = parse_span(&source, part);
    assert_eq!(parsed.forms.len(), 1);
    assert_eq!(parsed.forms[0].span, part);
    assert_eq!(parsed.errors[0].span(), Some(Span::new(0, 7, 10)));
}

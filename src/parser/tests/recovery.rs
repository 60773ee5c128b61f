//! One run reports every syntax error, and one slip is one error.

use super::*;
use crate::error::Code;

#[test]
fn unclosed_openers() {
    assert_eq!(errors("(foo"), ["delimiter 1: unclosed `(`"]);
    assert_eq!(
        errors("(foo [a {b"),
        ["delimiter 1: unclosed `(`", "delimiter 6: unclosed `[`", "delimiter 9: unclosed `{`"]
    );
    assert_eq!(forms("(foo [a {b 1"), "(foo [a {b 1}])");
    assert_eq!(errors("#(a #{b"), ["delimiter 1: unclosed `#(`", "delimiter 5: unclosed `#{`"]);
}

#[test]
fn stray_closers() {
    assert_eq!(errors("(foo))"), ["delimiter 6: stray `)`"]);
    assert_eq!(errors(")"), ["delimiter 1: stray `)`"]);
    assert_eq!(errors("(foo])"), ["delimiter 5: stray `]`"]);
    assert_eq!(errors("a ] b } c )").len(), 3);
    assert_eq!(forms("a ] b } c )"), "a b c");
    assert_eq!(errors("(a))\n(b)"), ["delimiter 1:4: stray `)`"]);
}

#[test]
fn wrong_closers() {
    assert_eq!(errors("(foo]"), ["delimiter 1: `(` is closed by `]`"]);
    assert_eq!(errors("(defn f [x) (+ x 1))"), ["delimiter 9: `[` is closed by `)`"]);
    assert_eq!(forms("(defn f [x) (+ x 1))"), "(defn f [x] (+ x 1))");
}

#[test]
fn a_missing_closer_before_another_kind() {
    let text = "(let [x (foo 1] x)";
    assert_eq!(errors(text), ["delimiter 9: unclosed `(`"]);
    assert_eq!(forms(text), "(let [x (foo 1)] x)");
    let more = &parse(&source(text)).errors[0].more;
    assert_eq!(more, &[(Span::new(0, 14, 15), "`)` expected before this".to_string())]);
}

#[test]
fn indentation_says_which_group_lacks_its_closer() {
    let text = "(defn f [x]\n  (foo x\n  (bar x))\n\n(defn g [x] 1)";
    assert_eq!(errors(text), ["delimiter 2:3: unclosed `(`"]);
    assert_eq!(forms(text), "(defn f [x] (foo x) (bar x)) (defn g [x] 1)");
    let text = "(defn f [x]\n  (let [y (+ x 1)\n    (* y 2)))\n(def z 1)";
    assert_eq!(errors(text), ["delimiter 2:8: unclosed `[`"]);
    assert_eq!(forms(text), "(defn f [x] (let [y (+ x 1)] (* y 2))) (def z 1)");
    let text = "(a\n (b\n)\n(c)";
    assert_eq!(errors(text), ["delimiter 2:2: unclosed `(`"]);
}

#[test]
fn indentation_says_which_closer_is_too_many() {
    let text = "(defn f [x]\n  (if x\n    (g x))\n    (h x)))\n(def y 1)";
    assert_eq!(errors(text), ["delimiter 3:10: stray `)`"]);
    assert_eq!(forms(text), "(defn f [x] (if x (g x) (h x))) (def y 1)");
}

#[test]
fn a_slip_stays_in_its_top_level_form() {
    let text = "(def a (b)\n(def c 1)\n(def d [2)\n(comment\n(e)\n)\n(def f 3))\n(def g 4)";
    assert_eq!(
        errors(text),
        ["delimiter 1:1: unclosed `(`", "delimiter 3:8: unclosed `[`", "delimiter 7:10: stray `)`"]
    );
    assert_eq!(forms(text), "(def a (b)) (def c 1) (def d [2]) (comment (e)) (def f 3) (def g 4)");
}

#[test]
fn unclosed_strings() {
    assert_eq!(errors("(foo \"bar)"), ["string 6: unclosed string"]);
    assert_eq!(errors("(foo [1 \"bar)\n(def x 1)"), ["string 1:9: unclosed string"]);
    assert_eq!(errors("#\"a"), ["string 1: unclosed string"]);
    // the first of an odd number of quotes
    let text = "(def a \"one)\n(def b \"two\")\n(def c 3)";
    assert_eq!(errors(text), ["string 1:8: unclosed string"]);
    // errors before it still count
    assert_eq!(errors("(a))\n(b \"c)"), ["delimiter 1:4: stray `)`", "string 2:4: unclosed string"]);
}

#[test]
fn all_errors_of_a_file_in_one_run() {
    let text = "(def a 1/2)\n(def b \"\\q\")\n(def c {:x})\n(def d #{1 1.0})\n(def e {:k 1 :k 2})\n(f ')\n(g %)\n#(h #(i %))\n##Foo\n(j";
    let codes: Vec<String> = errors(text).iter().map(|e| e.split(": ").next().unwrap_or("").to_string()).collect();
    assert_eq!(
        codes,
        [
            "number 1:8",
            "string 2:9",
            "map-literal 3:9",
            "duplicate-key 4:12",
            "duplicate-key 5:14",
            "reader-macro 6:4",
            "reader-macro 7:4",
            "reader-macro 8:5",
            "number 9:1",
            "delimiter 10:1"
        ]
    );
    assert_eq!(parse(&source(text)).forms.len(), 10);
    let error = read(&source(text)).expect_err("errors");
    assert_eq!((error.code, error.others.len()), (Code::Number, 9));
}

#[test]
fn prefixes_without_a_form() {
    for text in ["(')", "(~)", "[~@]", "(a @)", "'", "#_", "(#_)", "^", "(^:a)", "^{}", "`", "(#')", "{:a '}"] {
        let found = errors(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert!(found[0].starts_with("reader-macro") && found[0].ends_with("has no form after it"), "{found:?}");
    }
}

#[test]
fn a_broken_literal_breaks_nothing_else() {
    assert_eq!(errors("{:a 1/2 :b 1/3}").len(), 2);
    assert_eq!(errors("#{1/2 1/3}").len(), 2);
    assert_eq!(errors("{1/2 :a 1/3 :b}").len(), 2);
}

#[test]
fn duplicates_are_found_among_literals() {
    assert_eq!(errors("#{:a :b :a}"), ["duplicate-key 9: the set has the element `:a` twice"]);
    assert_eq!(errors("{nil 1 nil 2}"), ["duplicate-key 8: the map has the key `nil` twice"]);
    assert_eq!(good("#{(f) (f) \"a\" :a a}"), "#{(f) (f) \"a\" :a a}");
    let many: String = (0..500).map(|i| format!(":k{i} ")).collect();
    assert_eq!(good(&format!("#{{{many}}}")).len(), many.len() + 2);
    assert_eq!(errors(&format!("#{{{many} :k7}}")).len(), 1);
}

#[test]
fn function_literals_gone_wrong() {
    assert_eq!(errors("%"), ["reader-macro 1: `%` stands outside of `#()`"]);
    assert_eq!(
        errors("#(a #(b %) #(c))"),
        ["reader-macro 5: `#()` inside of `#()`", "reader-macro 12: `#()` inside of `#()`"]
    );
    assert_eq!(errors("#inst \"2020\""), ["reader-macro 1: `#inst` has no meaning here"]);
    assert_eq!(errors("#?(:clj 1)"), ["reader-macro 1: `#?` has no meaning here"]);
    assert_eq!(errors("a\u{200B}b"), ["character 2: the invisible character U+200B stands between forms"]);
}

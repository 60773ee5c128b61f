//! The index of top-level forms, and completeness for the REPL.

use super::*;

#[test]
fn the_index_names_top_level_forms() {
    let text = "(ns a.b \"doc\")\n; (no)\n#_(gone x)\n(defn f [x] (g (h)))\n(def ^{:doc \"(\"} ^:private y 1)\n'(q z) [1] s\n(defmacro m\n  \"doc\" [] 1)\n(\"odd\" x)\n(k)\n(def #_no w)";
    let source = source(text);
    let found: Vec<_> = top_level(&source).into_iter().map(|top| (top.head, top.name)).collect();
    let expected = [("ns", "a.b"), ("defn", "f"), ("def", "y"), ("defmacro", "m"), ("", "x"), ("k", ""), ("def", "w")];
    assert_eq!(found, expected);
    for top in top_level(&source) {
        let parsed = parse_span(&source, top.span);
        assert_eq!((parsed.forms.len(), parsed.errors.len()), (1, 0));
        assert_eq!(parsed.forms[0].span, top.span);
    }
}

fn more(text: &str) -> Option<(usize, usize)> {
    match completeness(text) {
        Completeness::Incomplete { depth, indent } => Some((depth, indent)),
        _ => None,
    }
}

#[test]
fn complete_and_invalid_texts() {
    for text in ["", "1", "(+ 1 2)", "\"a\" ; (", "(a) (b)", "1/2", "\\("] {
        assert_eq!(completeness(text), Completeness::Complete, "{text}");
    }
    for text in [")", "(]", "(a))", "[(])"] {
        assert_eq!(completeness(text), Completeness::Invalid, "{text}");
    }
}

#[test]
fn incomplete_texts_say_where_to_go_on() {
    assert_eq!(more("(defn f [x]"), Some((1, 2)));
    assert_eq!(more("  (let [a 1"), Some((2, 8)));
    assert_eq!(more("(let [a 1\n      b 2]"), Some((1, 2)));
    assert_eq!(more("(foo a"), Some((1, 5)));
    assert_eq!(more("(foo"), Some((1, 1)));
    assert_eq!(more("(foo\n a"), Some((1, 1)));
    assert_eq!(more("(map (fn [x]"), Some((2, 7)));
    assert_eq!(more("(:key m"), Some((1, 6)));
    assert_eq!(more("{:a 1"), Some((1, 1)));
    assert_eq!(more("#{"), Some((1, 2)));
    assert_eq!(more("#(foo a"), Some((1, 6)));
    assert_eq!(more("(m/defgen g [x]"), Some((1, 2)));
    assert_eq!(more("(größe x"), Some((1, 7)));
    assert_eq!(more("(f \"open"), Some((1, 0)));
    assert_eq!(more("'"), Some((0, 0)));
}

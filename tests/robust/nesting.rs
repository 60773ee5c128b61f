//! Values, calls and code nested without end: an error or success, never an overflow, whatever the stack.

use super::support::{lisp, on_stack, outcome};

/// Each wraps `a` once more a million times, in every kind of value that holds others.
const WRAPPERS: &[(&str, &str)] = &[
    ("vector", "(reduce (fn [a _] [a]) nil (range 1000000))"),
    ("list", "(reduce (fn [a _] (list a)) nil (range 1000000))"),
    ("cons", "(reduce (fn [a _] (cons a nil)) nil (range 1000000))"),
    ("conj", "(reduce (fn [a _] (conj [] a)) nil (range 1000000))"),
    ("map value", "(reduce (fn [a _] {:a a}) nil (range 1000000))"),
    ("map key", "(reduce (fn [a _] {a 1}) nil (range 1000000))"),
    ("assoc", "(reduce (fn [a _] (assoc {} :k a)) nil (range 1000000))"),
    ("set", "(reduce (fn [a _] #{a}) nil (range 1000000))"),
    ("closure", "(reduce (fn [a _] (fn [] a)) nil (range 1000000))"),
    ("atom", "(reduce (fn [a _] (atom a)) nil (range 1000000))"),
    ("atom set later", "(reduce (fn [a _] (let [b (atom nil)] (reset! b a) b)) nil (range 1000000))"),
    ("lazy seq", "(reduce (fn [a _] (lazy-seq [a])) nil (range 1000000))"),
    ("made lazy seq", "(reduce (fn [a _] (let [b (lazy-seq [a])] (first b) b)) nil (range 1000000))"),
    ("lazy tail", "(reduce (fn [a _] (let [b (lazy-seq a)] (first b) b)) [1] (range 1000000))"),
    ("map over", "(reduce (fn [a _] (map identity a)) (iterate inc 0) (range 100000))"),
    ("ex-info data", "(reduce (fn [a _] (ex-info \"m\" {:a a})) nil (range 1000000))"),
    ("ex-info cause", "(reduce (fn [a _] (ex-info \"m\" {} a)) (ex-info \"m\" {}) (range 1000000))"),
    ("delay", "(reduce (fn [a _] (delay a)) nil (range 1000000))"),
    ("forced delay", "(reduce (fn [a _] (let [d (delay a)] (force d) d)) nil (range 1000000))"),
    ("partial", "(reduce (fn [a _] (partial a 1)) + (range 1000000))"),
    ("comp", "(reduce (fn [a _] (comp a inc)) inc (range 1000000))"),
    ("caught", "(reduce (fn [a _] (try (throw [a]) (catch e e))) nil (range 1000000))"),
];

/// What is done to the nested value; each must come back with an error or a value.
const USES: &[&str] = &["(do X nil)", "(let [x X y X] (= x y))", "(hash X)", "(count (pr-str X))", "(count (str X))"];

fn accepted(outcome: &Result<String, &'static str>) -> bool {
    match outcome {
        Ok(_) => true,
        Err(code) => !matches!(*code, "gen::unknown-name" | "gen::arity" | "gen::syntax" | "gen::internal"),
    }
}

fn wrap_on(kib: usize) {
    let mut wrong = Vec::new();
    for (name, wrapper) in WRAPPERS {
        let outcome = on_stack(kib, move || outcome(&mut lisp(), &format!("(do {wrapper} nil)")));
        if !accepted(&outcome) {
            wrong.push(format!("{name}: {outcome:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn wrapping_on_a_stack_of_2_mib() {
    wrap_on(2048);
}

#[test]
fn wrapping_on_a_stack_of_512_kib() {
    wrap_on(512);
}

/// The deepest values that are allowed can be compared, hashed and printed.
#[test]
fn the_deepest_values_can_be_used() {
    let mut wrong = Vec::new();
    for (name, wrapper) in WRAPPERS {
        let deep = wrapper.replace("1000000", "9990").replace("100000)", "9990)");
        for use_of in USES {
            let text = use_of.replace('X', &deep);
            let outcome = on_stack(512, move || outcome(&mut lisp(), &text));
            if !accepted(&outcome) {
                wrong.push(format!("{name} {use_of}: {outcome:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn values_that_hold_themselves_print() {
    for text in [
        "(let [a (atom nil)] (reset! a a) (pr-str a))",
        "(let [a (atom nil)] (reset! a [1 {:a a}]) (str a))",
        "(let [a (atom nil) b (atom a)] (reset! a b) (pr-str [a b]))",
        "(let [a (atom nil)] (reset! a (ex-info \"m\" {:a a})) (pr-str @a))",
        "(let [a (atom nil)] (reset! a a) (= a (atom a)))",
        "(let [a (atom nil)] (reset! a a) (hash a))",
        "(let [a (atom nil)] (reset! a a) a)",
        "(let [a (atom nil)] (reset! a a) (throw (ex-info \"m\" {:a a})))",
        "(let [a (atom nil)] (reset! a a) (+ 1 a))",
    ] {
        let got = on_stack(512, move || outcome(&mut lisp(), text));
        assert!(accepted(&got), "{text}: {got:?}");
    }
}

#[test]
fn deep_recursion_is_an_error() {
    for (text, code) in [
        ("(defn f [n] (+ 1 (f n))) (f 1)", "gen::too-deep"),
        ("(defn f [n] (inc (first (map f [n])))) (f 1)", "gen::too-deep"),
        ("(defn f [n] (reduce (fn [a x] (+ a (f x))) 0 [n])) (f 1)", "gen::too-deep"),
        ("(defn f [n] [(apply f [n])]) (f 1)", "gen::too-deep"),
        ("(defn f [n] (try (f n) (catch e (throw e)))) (f 1)", "gen::too-deep"),
        ("(defn f [& xs] (inc (apply f xs))) (f 1)", "gen::too-deep"),
        ("(declare g) (defn f [n] (inc (g n))) (defn g [n] (inc (f n))) (f 1)", "gen::too-deep"),
        ("(def s (lazy-seq (cons 1 (rest s)))) (nth s 5)", "gen::lazy"),
        ("(defmacro m [] `(m)) (m)", "gen::too-deep"),
        ("(defmacro m [x] `(inc (m ~x))) (m 1)", "gen::too-deep"),
        ("(defn f [n] (sort-by (fn [x] (f x)) [1 2])) (f 1)", "gen::too-deep"),
        ("(defn f [n] (swap! (atom 1) f)) (f 1)", "gen::too-deep"),
        ("(defn f [n] (eval '(f 1))) (f 1)", "gen::too-deep"),
    ] {
        for kib in [512, 2048] {
            let got = on_stack(kib, move || outcome(&mut lisp(), text));
            assert_eq!(got, Err(code), "{text} on {kib} KiB");
        }
    }
}

/// Code that macros nest beyond what the reader allows, and code as deep as it allows in a deep recursion.
#[test]
fn deep_code_is_evaluated_and_dropped() {
    for wrapper in [
        "(vector 1 2 3 X)",
        "(loop [] X)",
        "(do X 1)",
        "[1 2 X]",
        "(k 1 2 3 X)",
        "(try X (finally 1))",
        "(if X 1 2)",
        "(+ 1 X)",
        "{:a X}",
    ] {
        let level = wrapper.replace('X', "~(list 'm (dec n))");
        let text = format!("(defn k [a b c d] d) (defmacro m [n] (if (= n 0) 1 `{level})) (do (m 3000) nil)");
        let many = (0..900).fold("x".to_string(), |code, _| wrapper.replace('X', &code));
        let called = format!("(defn k [a b c d] d) (defn g [x] {many}) (defn f [n] (g n) (+ 1 (f (inc n)))) (f 0)");
        for kib in [512, 2048] {
            let text = text.clone();
            let got = on_stack(kib, move || outcome(&mut lisp(), &text));
            assert!(matches!(got, Ok(_) | Err("gen::too-deep")), "{wrapper} on {kib} KiB: {got:?}");
            let called = called.clone();
            let got = on_stack(kib, move || outcome(&mut lisp(), &called));
            assert!(matches!(got, Err("gen::too-deep" | "gen::too-large")), "{wrapper} on {kib} KiB: {got:?}");
        }
    }
}

/// A session goes on after each of these as if nothing had happened.
#[test]
fn errors_leave_the_interpreter_whole() {
    let mut lisp = lisp();
    for _ in 0..20 {
        assert_eq!(outcome(&mut lisp, "(defn f [n] (+ 1 (f n))) (f 1)"), Err("gen::too-deep"));
        assert_eq!(outcome(&mut lisp, "(defmacro m [] `(m)) (m)"), Err("gen::too-deep"));
        assert_eq!(outcome(&mut lisp, "(+ 1 2)"), Ok("3".to_string()));
    }
}

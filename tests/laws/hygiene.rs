//! Macros of the library mean the same whatever the program calls its own variables.

use genlisp::Interpreter;
use genlisp::internals::eval::print::readable;
use std::collections::BTreeSet;

/// A call of each macro that uses the variable `V`, whose value is false.
const CALLS: &[(&str, &str)] = &[
    ("when", "(when true V)"),
    ("when-not", "(when-not V V)"),
    ("if-not", "(if-not V [V] 2)"),
    ("if-let", "(if-let [a 1] [a V] 2)"),
    ("if-let", "(if-let [a V] 1 [V])"),
    ("when-let", "(when-let [a 1] [a V])"),
    ("if-some", "(if-some [a V] [a V] 2)"),
    ("when-some", "(when-some [a V] [a V])"),
    ("when-first", "(when-first [a [V]] [a V])"),
    ("cond", "(cond V 1 :else [V])"),
    ("condp", "(condp = V 1 2 V [V])"),
    ("condp", "(condp some [V] #{5} 1 [V])"),
    ("and", "(and true V)"),
    ("and", "(and 1 2 V)"),
    ("or", "(or false V)"),
    ("or", "(or nil V 3)"),
    ("->", "(-> 1 (vector V))"),
    ("->>", "(->> 1 (vector V))"),
    ("as->", "(as-> 1 a [a V])"),
    ("some->", "(some-> 1 (vector V) (vector V))"),
    ("some->>", "(some->> 1 (vector V) (vector V))"),
    ("cond->", "(cond-> 1 V (vector 5) true (vector V))"),
    ("cond->>", "(cond->> 1 V (vector 5) true (vector V))"),
    ("doto", "(doto [V] (vector V))"),
    ("for", "(for [a [1 2] :let [b V] :when (vector V) :while (vector V) c [V]] [a b c V])"),
    ("doseq", "(let [n (atom [])] (doseq [a [1 2] :when (vector V)] (swap! n conj [a V])) @n)"),
    ("dotimes", "(let [n (atom [])] (dotimes [i 2] (swap! n conj [i V])) @n)"),
    ("while", "(let [n (atom 0)] (while (and (< @n 2) (not V)) (swap! n inc)) @n)"),
    ("letfn", "(letfn [(f [a] [a V]) (g [b] (f [b V]))] (g V))"),
    ("defonce", "(do (defonce once [1]) [once V])"),
    ("defmulti", "(do (defmulti kind first) (defmethod kind 1 [[_ b]] [b]) (kind [1 V]))"),
    ("defmethod", "(do (defmulti sort-of first) (defmethod sort-of :default [[_ b]] [b]) (sort-of [2 V]))"),
    ("lazy-seq", "(vec (lazy-seq [1 V]))"),
    ("lazy-cat", "(vec (lazy-cat [1 V] [V]))"),
    ("delay", "@(delay [V])"),
    ("assert", "(try (assert V V) (catch e (ex-message e)))"),
    ("time", "(time [V])"),
    ("defdist", "(do (defdist fixed [a] {:sample (fn [b] b) :logpdf (fn [x b] 0.0)}) (sample (fixed V)))"),
    ("with-handler", "(with-handler {:trace (fn [address callee args] [address V])} (trace :x (flip 0.5)))"),
    ("with-params", "(with-params {:w [V]} (retval (simulate (gen [] (param :w 1)) [])))"),
    ("with-seed", "(with-seed 1 [V])"),
    ("with-out-str", "(with-out-str (print [V]))"),
];

/// Macros that evaluate nothing of the program's.
const NO_VALUES: &[&str] = &["comment", "ns", "doc", "source", "dir", "defdist-transform"];

fn library() -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/stdlib");
    let files = std::fs::read_dir(folder).expect("the library").filter_map(|entry| Some(entry.ok()?.path()));
    files.filter_map(|path| std::fs::read_to_string(path).ok()).collect()
}

/// What a call gives where the variables of these names are false.
fn value(lisp: &mut Interpreter, call: &str, variable: &str, others: &[&str]) -> String {
    let bindings: String = others.iter().map(|name| format!("{name} :other ")).collect();
    let text = format!("(let [{bindings} {variable} false] {})", call.replace('V', variable));
    lisp.eval(&text).map_or_else(|e| format!("{}: {} in {text}", e.code, e.message), |value| readable(&value))
}

#[test]
fn every_macro_is_called() {
    let known: BTreeSet<&str> = CALLS.iter().map(|(name, _)| *name).chain(NO_VALUES.iter().copied()).collect();
    let library = library();
    let macros = library.split("(defmacro ").skip(1).filter_map(|text| text.split_whitespace().next());
    let missing: Vec<&str> = macros.filter(|name| !known.contains(name)).collect();
    assert!(missing.is_empty(), "no call of {missing:?}");
}

/// Fresh names are made of a stem and a number; no variable that a program can name is one of them.
#[test]
fn no_variable_is_captured() {
    let mut lisp = Interpreter::builder().seed(1).build().expect("an interpreter");
    let library = library();
    let words = library.split(|c: char| c.is_whitespace() || "()[]{}\"`~@'".contains(c));
    let mut stems: BTreeSet<&str> = words.clone().filter_map(|word| word.strip_suffix('#')).collect();
    stems.extend(["", "G__", "fresh", "pred"]);
    stems.retain(|stem| stem.is_empty() || stem.starts_with(char::is_alphabetic));
    let mut wrong = Vec::new();
    for (_, call) in CALLS {
        let right = value(&mut lisp, call, "anything", &[]);
        for stem in &stems {
            for shape in ["{s}{n}", "{s}#", "{s}__{n}__auto__"] {
                // The counter goes on with each call: some number of the next few is that of the next fresh name.
                for n in 0..6 {
                    let made = readable(&lisp.eval("(str (gensym \"\"))").expect("a symbol"));
                    let next: u64 =
                        made.chars().filter(char::is_ascii_digit).collect::<String>().parse().expect("digits");
                    let name = shape.replace("{s}", stem).replace("{n}", &(next + n).to_string());
                    let odd = !name.starts_with(|c: char| c.is_alphabetic() || c == '_');
                    let got = if odd { right.clone() } else { value(&mut lisp, call, &name, &[]) };
                    let same = got.replace(&name, "anything") == right;
                    if !same {
                        wrong.push(format!("{call} with {name}: {got}, not {right}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Locals may be called like anything that expansions use.
#[test]
fn nothing_of_the_library_is_hidden() {
    let mut lisp = Interpreter::builder().seed(1).build().expect("an interpreter");
    let library = library();
    let words: BTreeSet<&str> = library
        .split(|c: char| c.is_whitespace() || "()[]{}\"`~@'".contains(c))
        .filter(|w| {
            w.starts_with(|c: char| c.is_ascii_lowercase())
                && w.chars().all(|c| c.is_ascii_lowercase() || "-?!*=".contains(c))
        })
        .collect();
    let mut wrong = Vec::new();
    for (_, call) in CALLS {
        let right = value(&mut lisp, call, "anything", &[]);
        let used: BTreeSet<&str> = call.split(|c: char| c.is_whitespace() || "()[]{}@".contains(c)).collect();
        let others: Vec<&str> = words
            .iter()
            .copied()
            .filter(|word| !used.contains(word) && !matches!(*word, "nil" | "true" | "false" | "catch" | "finally"))
            .collect();
        let got = value(&mut lisp, call, "anything", &others);
        if got != right {
            wrong.push(format!("{call}: {got}, not {right}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

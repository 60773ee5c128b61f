//! What takes time in proportion to its data is charged by its size, so that limits and interrupts meet it in time.

use super::support::lisp;

const N: u64 = 20_000;

/// Data of so many elements, in every kind of collection.
const DATA: &str = "
(def n 20000)
(def v (vec (range n)))
(def down (vec (range n 0 -1)))
(def l (apply list v))
(def s (set v))
(def m (zipmap v v))
(def text (apply str (repeat n \"a\")))
(def words (apply str (interpose \" \" (repeat n \"b\"))))
(def a (array (mapv double v)))
(def square (reshape (ones 40000) [200 200]))
(def printed (pr-str v))
(def other (vec (range n)))
(def nested (vec (repeat 200 (vec (range 200)))))
";

/// Each visits every element at least once.
const CALLS: &[&str] = &[
    "(count (vec (cons 1 l)))",
    "(count (into [] l))",
    "(count (into #{} v))",
    "(count (into {} (map vector v v)))",
    "(zeros [n])",
    "(ones [n])",
    "(full [n] 2.0)",
    "(sample (normal (array v) 1))",
    "(logpdf (normal a 1) a)",
    "(count (reverse v))",
    "(count (sort down))",
    "(count (sort-by - v))",
    "(count (distinct v))",
    "(count (frequencies v))",
    "(count (group-by even? v))",
    "(count (doall (concat v l)))",
    "(count (apply concat nested))",
    "(count (doall (interleave v l)))",
    "(count (partition 2 v))",
    "(count (keys m))",
    "(count (vals m))",
    "(count (zipmap v l))",
    "(count (merge {:a 1} m))",
    "(count (select-keys m v))",
    "(count (set l))",
    "(count (subvec (vec (map inc v)) 1))",
    "(reduce + v)",
    "(apply + v)",
    "(apply max v)",
    "(count (str v))",
    "(count (pr-str m))",
    "(count (clojure.string/join \",\" v))",
    "(count (clojure.string/split words #\" \"))",
    "(count (clojure.string/replace text \"a\" \"b\"))",
    "(count (clojure.string/upper-case text))",
    "(count (clojure.string/reverse text))",
    "(count (str text text))",
    "(count (read-string printed))",
    "(= v other)",
    "(= m (zipmap v v))",
    "(hash (vec (map inc v)))",
    "(compare v other)",
    "(count (array v))",
    "(sum a)",
    "(mean a)",
    "(count (array-sort a))",
    "(+ a 1.0)",
    "(exp a)",
    "(matmul square square)",
    "(inv (+ square (* 200.0 (eye 200))))",
    "(cholesky (+ square (* 200.0 (eye 200))))",
    "(mean v)",
    "(variance v)",
    "(count (shuffle v))",
    "(count (sample (iid (normal 0 1) n)))",
    "(logpdf (iid (normal 0 1) n) a)",
    "(every? number? v)",
    "(some neg? v)",
    "(count (filterv even? v))",
    "(count (mapv inc v))",
    "(count (map-indexed vector v))",
    "(count (butlast v))",
    "(count (drop-last v))",
    "(count (flatten nested))",
    "(count (re-seq #\"a\" text))",
    "(empty? (remove number? v))",
];

/// Elements are about a step each or more, text is one for 64 bytes.
fn least(text: &str) -> u64 {
    let of_text = ["text", "words", "printed", "(str v", "(pr-str"].iter().any(|word| text.contains(word));
    if of_text { N / 64 } else { N / 10 * 9 }
}

#[test]
fn work_is_charged_by_its_size() {
    let mut lisp = lisp();
    lisp.eval("(require [clojure.string])").ok();
    lisp.cx().limits.check_every = 1;
    lisp.eval(DATA).unwrap_or_else(|e| panic!("{}", e.report(&Default::default())));
    let mut cheap = Vec::new();
    for text in CALLS {
        if let Err(error) = lisp.eval(text) {
            cheap.push(format!("{text} does not run: {error:?}"));
        } else if lisp.cx().steps() < least(text) {
            cheap.push(format!("{text} costs {} steps", lisp.cx().steps()));
        }
    }
    assert!(cheap.is_empty(), "\n{}", cheap.join("\n"));
}

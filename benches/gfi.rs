//! What the operations of the interface cost: `cargo bench --bench gfi`. Times of one run compare with each other only.
//!
//! First a model of five choices; then changes of one element in combinators of growing size, whose cost should stay.

use genlisp::Interpreter;
use std::time::Instant;

/// Each figure is the best of so many.
const REPETITIONS: usize = 5;

const MODELS: &str = "
(defgen chain []
  (let [a (trace :a (normal 0 1)) b (trace :b (normal a 1)) c (trace :c (normal b 1)) d (trace :d (normal c 1))]
    (trace :e (normal d 1))))
(def observations (choicemap :e 1.0))
(def t (:trace (generate chain [] observations)))
(def all (choices t))
(def change (choicemap :c 0.5))
(def redraw (select :c))
(defgen noisy [x] (trace :y (normal x 1)))
(defgen mapped [xs] (splice :ys (map-gf noisy) xs))
(def walk (unfold (gen [t x] (trace :x (normal x 1)))))
(defgen walked [n] (splice :xs walk n 0.0))
";

/// A name, what is done again and again, and how many microseconds it may take on an idle machine, if that is said.
const OPERATIONS: [(&str, &str, Option<f64>); 7] = [
    ("simulate", "(simulate chain [])", None),
    ("generate", "(generate chain [] observations)", Some(2.0)),
    ("assess", "(assess chain [] all)", None),
    ("update", "(update t change)", Some(2.5)),
    ("regenerate", "(regenerate t redraw)", Some(2.5)),
    ("project", "(project t redraw)", None),
    ("choice-gradients", "(choice-gradients t (select-all))", None),
];

const CHANGES: [(&str, &str); 4] = [
    ("one element of a Map", "(update m change)"),
    ("the same, spliced", "(update ms change-s)"),
    ("one step more of an Unfold", "(update u [(inc n) 0.0] [(int-diff 1) no-change] {})"),
    ("the same, spliced", "(update us [(inc n)] [(int-diff 1)] {})"),
];

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

fn eval(lisp: &mut Interpreter, text: &str) {
    if let Err(error) = lisp.eval(text) {
        panic!("{text}: {}", error.message);
    }
}

/// Microseconds of one pass.
fn time(lisp: &mut Interpreter, text: &str, passes: usize) -> f64 {
    let text = format!("(dotimes [i {passes}] {text})");
    let once = |lisp: &mut Interpreter| {
        let start = Instant::now();
        eval(lisp, &text);
        start.elapsed().as_secs_f64() * 1e6 / passes as f64
    };
    (0..REPETITIONS).map(|_| once(lisp)).fold(f64::INFINITY, f64::min)
}

fn main() {
    let mut lisp = Interpreter::builder().seed(1).build().expect("an interpreter");
    eval(&mut lisp, MODELS);
    println!("a model of five choices, µs");
    for (name, text, goal) in OPERATIONS {
        let goal = goal.map_or(String::new(), |goal| format!("  (goal {goal})"));
        println!("{name:>28} {:8.2}{goal}", time(&mut lisp, text, 50_000));
    }
    println!("\nchanges by size, µs");
    let mut rows = vec![Vec::new(); CHANGES.len()];
    for n in SIZES {
        let setup = format!(
            "(do (def n {n}) (def xs (vec (range n))) (def i (quot n 2))
              (def m (simulate (map-gf noisy) [xs])) (def change {{i {{:y 1.5}}}})
              (def ms (simulate mapped [xs])) (def change-s (choicemap [:ys i :y] 1.5))
              (def u (simulate walk [n 0.0])) (def us (simulate walked [n])))"
        );
        eval(&mut lisp, &setup);
        for (row, (_, text)) in rows.iter_mut().zip(CHANGES) {
            row.push(time(&mut lisp, text, 2_000));
        }
    }
    for ((name, _), row) in CHANGES.iter().zip(rows) {
        let figures: Vec<String> = row.iter().map(|us| format!("{us:8.2}")).collect();
        println!("{name:>28} {}   ratio {:.2}", figures.join(" "), row[row.len() - 1] / row[0]);
    }
}

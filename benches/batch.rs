//! What batched runs cost: `cargo bench --bench batch`. Times of one run compare with each other, and with those of
//! other systems on the same machine, only.

use genlisp::Interpreter;
use std::time::Instant;

/// Each figure is the best of so many.
const REPETITIONS: usize = 7;

const MODELS: &str = "
(defgen chain []
  (let [a (trace :a (normal 0 1)) b (trace :b (normal a 1)) c (trace :c (normal b 1)) d (trace :d (normal c 1))]
    (trace :e (normal d 1))))
(def observations (choicemap :e 1.5))
(defgen branching []
  (let [x (trace :x (normal 0 1))]
    (if (pos? x) (trace :y (normal x 1)) (do (trace :z (normal 0 2)) (trace :y (normal (- x) 2))))))
(defgen geometric [p] (loop [n 0] (if (trace [:flip n] (flip p)) n (recur (inc n)))))
(def xs (mapv (fn [i] (/ i 20.0)) (range 20)))
(defgen line [xs]
  (let [slope (trace :slope (normal 0 2)) intercept (trace :intercept (normal 0 2))]
    (doseq [[i x] (map-indexed vector xs)]
      (trace [:y i] (normal (+ intercept (* slope x)) 0.5)))))
(def points {:y (mapv (fn [x] (+ 1.0 (* 2.0 x))) xs)})
";

/// A name, what is done, and the lanes.
const CASES: [(&str, &str, &[usize]); 5] = [
    ("generate, chain of 5 normals", "(vgenerate chain [] observations N)", &[100, 10_000, 1_000_000]),
    ("generate, a branch", "(vgenerate branching [] {:y 1.5} N)", &[10_000, 1_000_000]),
    ("simulate, a geometric loop", "(vsimulate geometric [0.5] N)", &[10_000, 1_000_000]),
    ("generate, linear regression, 20 points", "(vgenerate line [xs] points N)", &[10_000, 1_000_000]),
    ("importance, linear regression, 20 points", "(importance line [xs] points {:particles N})", &[1_000_000]),
];

/// Microseconds of one pass.
fn time(lisp: &mut Interpreter, text: &str, passes: usize) -> f64 {
    let text = format!("(dotimes [i {passes}] {text})");
    let mut best = f64::INFINITY;
    for _ in 0..REPETITIONS {
        let start = Instant::now();
        if let Err(error) = lisp.eval(&text) {
            panic!("{text}: {}", error.message);
        }
        best = best.min(start.elapsed().as_secs_f64() * 1e6 / passes as f64);
    }
    best
}

fn main() {
    let mut lisp = Interpreter::builder().seed(1).build().expect("an interpreter");
    if let Err(error) = lisp.eval(MODELS) {
        panic!("{}", error.message);
    }
    println!("{:44} {:>10} {:>12} {:>10}", "", "lanes", "µs", "ns a lane");
    for (name, text, sizes) in CASES {
        for lanes in sizes {
            let text = text.replace(" N", &format!(" {lanes}"));
            let passes = (200_000 / lanes).clamp(2, 500);
            let best = time(&mut lisp, &text, passes);
            println!("{name:44} {lanes:>10} {best:>12.1} {:>10.2}", best * 1e3 / *lanes as f64);
        }
    }
}

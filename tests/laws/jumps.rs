//! What a program decides by a draw that moves, in random functions of one draw: where `expectation` takes the derivative
//! along the draw, the function has no jumps.

use crate::generators::Random;
use genlisp::Interpreter;
use genlisp::internals::error::Code;

/// A random number computed from `x`.
fn number(random: &mut Random, levels: u32) -> String {
    if levels == 0 {
        return match random.below(3) {
            0 => format!("{}", random.half()),
            _ => "x".to_string(),
        };
    }
    let mut part = || number(random, levels - 1);
    let (a, b) = (part(), part());
    let c = random.half();
    match random.below(24) {
        0 => format!("(+ {a} {b})"),
        1 => format!("(* 0.5 {a} (sin {b}))"),
        2 => format!("(max {a} {b})"),
        3 => format!("(min {a} {c})"),
        4 => format!("(abs (- {a} {c}))"),
        5 => format!("(tanh {a})"),
        6 => format!("(second (sort [{a} {b} {c}]))"),
        7 => format!("(reduce + 0.0 (map (fn [z] (* 0.25 z)) [{a} {b}]))"),
        8 => format!("(let [held (atom {a})] (swap! held + {b}) @held)"),
        9 => format!("(exp (logpdf (normal {c} 1) {a}))"),
        10 => format!("(cdf (uniform -1 1) {a})"),
        11 => format!("(if (number? {a}) {b} 0.0)"),
        12 => format!("(+ {a} (floor {b}))"),
        13 => format!("(+ {a} (get {{0 1.0, 1 2.5}} (round {b}) 0.5))"),
        14 => format!("(count (filter pos? [{a} {b}]))"),
        15 => format!("(:v (first (sort-by :k [{{:k {a} :v 1.0}} {{:k {b} :v 2.0}}])))"),
        16 => format!("(sum (where (> (array [{a} {b}]) {c}) 1.0 2.0))"),
        17 => format!("(exp (logpdf (uniform -0.5 0.5) {a}))"),
        18 => format!("(loop [i 0 s {a}] (if (and (< i 3) (< s {c})) (recur (inc i) (+ s 1.0)) s))"),
        19 => format!("((memoize (fn [z] (if (< z {c}) 0.0 {b}))) {a})"),
        20 => format!("(max-key (fn [z] (* z z)) {a} {b})"),
        21 => format!("(case (ceil {a}) 0 {b} 1 2.0 0.5)"),
        _ => format!("(if {} {a} {b})", condition(random, levels - 1)),
    }
}

fn condition(random: &mut Random, levels: u32) -> String {
    let (a, b, c) = (number(random, levels), number(random, levels), random.half());
    match random.below(9) {
        0 => format!("(> {a} {b})"),
        1 => format!("(pos? {a})"),
        2 => format!("(<= {c} {a})"),
        3 => format!("(= (max {a} 0.0) 0.0)"),
        4 => format!("(not (neg? {a}))"),
        5 => format!("(some pos? [{a} {b}])"),
        6 => format!("(nan? (log {a}))"),
        7 => format!("(contains? #{{0.0 1.0}} (min 0.0 {a}))"),
        _ => format!("(< {c} {})", random.half()),
    }
}

fn at(lisp: &mut Interpreter, x: f64) -> f64 {
    lisp.eval(&format!("(f {x})")).expect("a value").as_f64().expect("a number")
}

/// The change that is left between two ever closer points.
fn jump(lisp: &mut Interpreter, (mut lo, mut hi): (f64, f64)) -> f64 {
    let (mut below, mut above) = (at(lisp, lo), at(lisp, hi));
    for _ in 0..40 {
        let middle = 0.5 * (lo + hi);
        let between = at(lisp, middle);
        match (between - below).abs() > (above - between).abs() {
            true => (hi, above) = (middle, between),
            false => (lo, below) = (middle, between),
        }
    }
    (above - below).abs()
}

#[test]
fn what_jumps_has_no_derivative_along_a_draw() {
    let mut lisp = Interpreter::builder().build().expect("an interpreter");
    let (mut random, mut taken, mut refused) = (Random(7), 0, 0);
    for i in 0..600 {
        let text = number(&mut random, 1 + i % 3);
        lisp.eval(&format!("(defn f [x] {text})")).expect("a function");
        let model = "(gen [] (f (trace :x (normal (param :m 0.0) 1))))";
        match lisp.eval(&format!("(with-seed {i} (expectation {model} [] {{:particles 40}}))")) {
            Err(error) => {
                assert_eq!(error.code, Code::NoGradient, "{text}: {error}");
                refused += 1;
                continue;
            }
            Ok(_) => taken += 1,
        }
        let points: Vec<f64> = (0..=48).map(|k| -3.0137 + f64::from(k) / 8.0).collect();
        for pair in points.windows(2) {
            if (at(&mut lisp, pair[0]) - at(&mut lisp, pair[1])).abs() > 0.01 {
                let left = jump(&mut lisp, (pair[0], pair[1]));
                assert!(left < 1e-6, "{text} jumps by {left} between {} and {}", pair[0], pair[1]);
            }
        }
    }
    assert!(taken > 150 && refused > 150, "{taken} taken, {refused} refused");
}

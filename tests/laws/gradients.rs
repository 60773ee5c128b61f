//! Gradients agree with finite differences: of every row that has a rule, and of random programs.

use genlisp::Interpreter;
use genlisp::internals::eval::builtins::TABLES;
use genlisp::internals::eval::function::GradientSupport;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Compares the Jacobian of `f`, a function of a vector of numbers, with central differences.
const CHECK: &str = r#"
(defn flat [y] (cond (number? y) [y] (array? y) (->vector (reshape y -1)) :else (vec (mapcat flat y))))
(defn differences [f x]
  (let [h 1e-5
        column (fn [i] (mapv (fn [up down] (/ (- up down) (* 2 h)))
                             (flat (f (update x i + h))) (flat (f (update x i - h)))))]
    (apply concat (apply map vector (map column (range (count x)))))))
(defn distance [f x]
  (let [found (flat ((jacobian f) x)) wanted (differences f x)]
    (if (= (count found) (count wanted))
      (apply max 0.0 (map (fn [a b] (/ (abs (- a b)) (+ 1 (abs b)))) found wanted))
      ##Inf)))
(defn kinked? [f x]
  (let [h 1e-5 at (fn [i d] (first (flat (f (update x i + d))))) here (first (flat (f x)))]
    (some #(< 1e-3 (abs (- (/ (- (at % h) here) h) (/ (- here (at % (- h))) h)))) (range (count x)))))
(defn derivatives [f] (fn [x] (flat ((jacobian f) x))))
"#;

/// How often a row can be differentiated.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    One,
    Two,
}
use Order::{One, Two};

/// A row, calls of it on the vector `x`, and points.
type Sample = (&'static [&'static str], &'static [&'static str], Order, &'static str);

const PAIR: &str = "(let [[a b] x] (% a b))";
const PAIR_OF_ARRAYS: &str = "(let [[a b] x] (% (array [[a] [b]]) (array [b 1.7])))";
const EACH: &[&str] = &["(mapv % x)", "(% (array x))"];
const PAIRS: &[&str] = &[PAIR, PAIR_OF_ARRAYS, "(% (first x) 2.5)", "(% 2.5 (first x))"];
const MATRIX: &str = "(% (reshape (array x) [2 2]))";
const AXES: &[&str] =
    &["(% (array x))", "(% (reshape (array x) [2 2]) :axis 0)", "(% (reshape (array x) [2 2]) -1)", "(% x)"];
const REAL: &str = "[[-1.3 0.4 0.7 2.1] [0.9 -0.2 1.4 -2.2] [1.1 2.3 -0.6 0.35]]";
const POSITIVE: &str = "[[0.3 1.2 4.5 2.2] [0.05 0.9 2.7 11.5] [7.5 1.9 0.6 0.8]]";
const INSIDE: &str = "[[-0.7 0.2 0.6 -0.1] [0.05 0.9 -0.4 0.3]]";
const SHARE: &str = "[[0.7 0.2 0.5 0.1] [0.05 0.9 0.4 0.3]]";
const ABOVE: &str = "[[1.3 2.5 4.0 1.05]]";

#[rustfmt::skip]
const SAMPLES: &[Sample] = &[
    (&["exp", "expm1", "square", "abs", "sin", "cos", "tan", "atan", "sinh", "cosh", "tanh", "asinh", "erf", "erfc", "normal-cdf", "sigmoid", "softplus"], EACH, Two, REAL),
    (&["log", "log1p", "log2", "log10", "sqrt", "lgamma"], EACH, Two, POSITIVE),
    (&["digamma"], EACH, One, POSITIVE),
    (&["quantile"], &["(% (normal (first x) 2.0) 0.3)", "(% (exponential (exp (second x))) 0.9)"], One, REAL),
    (&["asin", "acos", "atanh", "erfinv"], EACH, Two, INSIDE),
    (&["logit", "normal-icdf"], EACH, Two, SHARE),
    (&["acosh"], EACH, Two, ABOVE),
    (&["+", "*", "-", "/"], &[PAIR, PAIR_OF_ARRAYS, "(apply % x)", "(% (first x))", "(% (array x))"], Two, REAL),
    (&["inc", "dec"], EACH, Two, REAL),
    (&["atan2", "max", "min"], PAIRS, Two, REAL),
    (&["max", "min"], &["(apply % x)", "(% (array x))", MATRIX, "(% (reshape (array x) [2 2]) :axis 1)"], Two, REAL),
    (&["pow", "xlogy", "lbeta"], PAIRS, Two, POSITIVE),
    (&["pow"], &["(mapv (fn [y] (% y 3)) x)", "(% (array x) 2)"], Two, REAL),
    (&["sum", "prod", "mean", "logsumexp", "softmax", "cumsum"], AXES, Two, REAL),
    (&["cumprod"], &["(% (array x))", "(% (reshape (array x) [2 2]) :axis 1)", "(% x)", "(% (array [0.0 1.0 2.0]))"], Two, REAL),
    (&["prod"], &["(% (concat (array x) (array [0.0])))", "(% (concat (array x) (array [0.0 0.0])))"], Two, REAL),
    (&["variance", "var", "std"], AXES, Two, REAL),
    (&["variance", "var", "std"], &["(% (array x) :ddof 1)", "(% (reshape (array x) [2 2]) :axis 0 :ddof 1)", "(% x :ddof 1)"], Two, REAL),
    (&["double", "float"], &["(mapv % x)", "(square (% (array x)))"], Two, REAL),
    (&["array"], &["(% x)", "(let [[a b] x] (% [[a (* a b)] [1 b]]))", "(let [[a b] x] (% [(array [a b]) [b 1]]))"], Two, REAL),
    (&["full"], &["(* (array x) (% [2 4] (first x)))"], Two, REAL),
    (&["astype"], &["(square (% (array x) :float64))"], Two, REAL),
    (&["->vector"], &["(let [[[a b] c] (% (reshape (array x) [2 2]))] [(* a b) (reduce * c)])"], Two, REAL),
    (&["slice"], &["(square (% (array x) 1 3))", "(square (% (reshape (array x) [2 2]) nil [1 0 -1]))"], Two, REAL),
    (&["gather"], &["(square (% (array x) [3 0 0]))", "(square (% (reshape (array x) [2 2]) [1 1]))"], Two, REAL),
    (&["take-along-axis"], &["(square (% (reshape (array x) [2 2]) (array [[1 0] [0 0]]) 1))"], Two, REAL),
    (&["where"], &["(% (> (array x) 0.5) (square (array x)) (exp (array x)))", "(% (> (array x) 0.5) (first x) (array x))", "(% (> (first x) 0) (square (first x)) (second x))", "(% true (array x) (first x))"], Two, REAL),
    (&["reshape"], &["(square (% (array x) 2 -1))"], Two, REAL),
    (&["transpose"], &["(square (% (reshape (array x) [1 2 2])))", "(square (% (reshape (array x) [1 2 2]) [1 0 2]))"], Two, REAL),
    (&["flip-axis", "reverse", "array-sort", "sort"], &["(square (% (array x)))"], Two, REAL),
    (&["array-sort"], &["(square (% (reshape (array x) [2 2]) 0))"], Two, REAL),
    (&["squeeze"], &["(square (% (reshape (array x) [2 1 2])))"], Two, REAL),
    (&["expand-dims"], &["(square (% (array x) 0))", "(square (% (first x) 0))"], Two, REAL),
    (&["broadcast-to"], &["(* (array x) (% (array x) [2 4]))", "(% (first x) [2])"], Two, REAL),
    (&["stack"], &["(% [(array x) (square (array x))] 1)", "(% x)"], Two, REAL),
    (&["array-concat", "concat"], &["(square (array-concat [(array x) (exp (array x)) (array [1.0])]))", "(square (concat (array x) (exp (array x)) (array [1.0])))"], Two, REAL),
    (&["matmul", "dot"], &["(let [a (reshape (array x) [2 2])] (% a (exp a)))", "(% (array x) (exp (array x)))", "(% (reshape (array x) [2 2]) (slice (array x) 1 3))", "(% (slice (array x) 1 3) (reshape (array x) [2 2]))", "(% (reshape (array x) [2 1 2]) (reshape (array x) [2 2]))"], Two, REAL),
    (&["outer"], &["(% (array x) (exp (array x)))"], Two, REAL),
    (&["diag"], &[MATRIX, "(% (square (array x)))"], Two, REAL),
    (&["det", "inv"], &["(% (+ (reshape (array x) [2 2]) (array [[6.0 0.0] [0.0 6.0]])))"], Two, REAL),
    (&["det", "inv", "logdet", "cholesky"], &["(let [a (reshape (array x) [2 2])] (% (+ (matmul a (transpose a)) (eye 2))))", "(let [a (reshape (array x) [1 2 2])] (% (+ (matmul a (transpose a [0 2 1])) (eye 2))))"], Two, REAL),
    (&["solve"], &["(let [a (reshape (array x) [2 2])] (% (+ a (* 6.0 (eye 2))) (exp a)))", "(let [a (reshape (array x) [2 2])] (% (+ a (* 6.0 (eye 2))) (slice (array x) 0 2)))"], Two, REAL),
    (&["solve-lower", "solve-upper"], &["(let [a (reshape (array x) [2 2])] (% (+ a (* 6.0 (eye 2))) (exp a)))", "(let [a (reshape (array x) [2 2])] (% (+ a (* 6.0 (eye 2))) (slice (array x) 0 2)))"], Two, REAL),
];

/// The names of rows with gradients.
fn differentiable() -> BTreeSet<&'static str> {
    let rows = TABLES.iter().flat_map(|table| table.iter());
    let smooth = |gradient: &GradientSupport| {
        matches!(gradient, GradientSupport::Smooth | GradientSupport::Rule(_) | GradientSupport::Elements)
    };
    rows.filter(|row| smooth(&row.gradient)).map(|row| row.name).collect()
}

#[test]
fn every_row_with_a_rule_has_a_sample() {
    let sampled: BTreeSet<&str> = SAMPLES.iter().flat_map(|(names, ..)| names.iter().copied()).collect();
    assert_eq!(differentiable(), sampled);
}

fn interpreter() -> Interpreter {
    let mut lisp = Interpreter::builder().seed(1).build().expect("an interpreter");
    lisp.eval(CHECK).expect("the check itself");
    lisp
}

fn distance(lisp: &mut Interpreter, code: &str) -> f64 {
    lisp.eval(code).unwrap_or_else(|e| panic!("{code}\n{e:?}")).as_f64().expect("a number")
}

#[test]
fn rules_agree_with_finite_differences() {
    let mut lisp = interpreter();
    for (names, calls, order, points) in SAMPLES {
        for (name, call) in names.iter().flat_map(|name| calls.iter().map(move |call| (name, call))) {
            let f = format!("(fn [x] {})", call.replace('%', name));
            let first = distance(&mut lisp, &format!("(apply max (map (fn [x] (distance {f} x)) {points}))"));
            assert!(first < 1e-7, "the gradient of {f} is off by {first:e}");
            if *order == Two {
                let second = distance(&mut lisp, &format!("(distance (derivatives {f}) (first {points}))"));
                assert!(second < 1e-6, "the second derivatives of {f} are off by {second:e}");
            }
        }
    }
}

/// Programs over the numbers a, b and c with derivatives everywhere, but for the places where conditions change.
fn programs() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        6 => prop::sample::select(vec!["a", "b", "c"]).prop_map(str::to_string),
        1 => (-20..20i32).prop_map(|n| format!("{:?}", f64::from(n) / 8.0)),
        1 => (1..4i32).prop_map(|n| n.to_string()),
    ];
    leaf.prop_recursive(6, 60, 2, |inner| {
        let one = prop::sample::select(vec![
            "(tanh %)",
            "(sin %)",
            "(- %)",
            "(exp (tanh %))",
            "(log (+ 1 (square %)))",
            "(sqrt (+ 1.5 (square %)))",
            "(sigmoid %)",
            "(lgamma (+ 0.5 (square %)))",
            "(loop [i 0 y %] (if (< i 3) (recur (inc i) (* 0.5 (+ y a))) y))",
            "(let [y %] (* y (+ y 1)))",
            "((fn f [n y] (if (= n 0) y (f (dec n) (sin y)))) 2 %)",
            "(deref (atom %))",
            "(logsumexp [% a 0.5])",
            "(pow (+ 1 (square %)) 0.7)",
            "(let [{:keys [p q]} {:p % :q b}] (* p q))",
        ]);
        let two = prop::sample::select(vec![
            "(+ %1 %2)",
            "(- %1 %2)",
            "(* %1 %2)",
            "(/ %1 (+ 2 (square %2)))",
            "(max %1 %2)",
            "(if (< %1 %2) %1 (* 2 %2))",
            "(reduce + (map * [%1 %2 1.5] [%2 a %1]))",
            "(sum (* (array [%1 %2]) (array [b 0.5])))",
            "(first (softmax [%1 %2]))",
            "(atan2 %1 (+ 1.5 (square %2)))",
            "(nth (sort [%1 %2 c]) 1)",
            "(dot (array [%1 a]) (array [c %2]))",
            "((grad (fn [y] (* (sin y) %1))) %2)",
            "(logdet (array [[(+ 3 (square %1)) 0.5] [0.5 (+ 2 (square %2))]]))",
        ]);
        prop_oneof![
            1 => (one, inner.clone()).prop_map(|(form, x)| form.replace('%', &x)),
            2 => (two, inner.clone(), inner).prop_map(|(form, x, y)| form.replace("%1", &x).replace("%2", &y)),
        ]
    })
}

proptest! {
    #![proptest_config(super::config(400))]

    #[test]
    fn programs_agree_with_finite_differences(program in programs(), point in prop::array::uniform3(-1.5..1.5f64)) {
        agrees(&format!("(fn [[a b c]] {program})"), &point)?;
    }
}

proptest! {
    #![proptest_config(super::config(60))]

    #[test]
    fn second_derivatives_of_programs_agree(program in programs(), point in prop::array::uniform3(-1.5..1.5f64)) {
        agrees(&format!("(grad (fn [[a b c]] (* 1.0 {program})))"), &point)?;
    }
}

/// The Jacobian is that of finite differences, or the point is on a kink: its two sides have slopes of their own.
fn agrees(f: &str, point: &[f64]) -> Result<(), TestCaseError> {
    let mut lisp = interpreter();
    let call = format!("{f} {point:?}").replace(',', " ");
    let off = distance(&mut lisp, &format!("(distance {call})"));
    prop_assume!(off < 1e-5 || lisp.eval(&format!("(kinked? {call})")).expect("a boolean") != true.into());
    prop_assert!(off < 1e-5, "{call}: off by {off:e}");
    Ok(())
}

//! Batched runs with MLX: their columns stay there, an operation computes once, and both engines find the same.

use genlisp::internals::tensor::{Backend, DType, evaluations};
use genlisp::{Interpreter, Value};
use std::process::Command;

/// Many families, and no condition that differs by lane.
const CHAIN: &str = "
    (defgen chain [scale]
      (let [a (trace :a (normal 0 scale))
            b (trace :b (normal (* 2 a) (exp (* 0.1 a))))
            c (trace :c (exponential (+ 1 (* b b))))
            up (trace :up (flip (sigmoid b)))
            d (trace :d (laplace (where up a (max b c)) (+ 0.5 c)))
            s (trace :s (half-normal 2))
            p (trace :p (beta 2 3))]
        (doseq [i (range 10)] (trace [:y i] (normal (+ d (* i p)) (+ 1 s))))
        (trace :e (logistic (- d 1) 1))))
    (defgen branching []
      (let [x (trace :x (normal 0 1))] (if (> x 0) (trace :y (normal x 1)) (trace :z (normal 0 1)))))";

/// The only test of this process that looks at its counter.
#[test]
fn an_operation_computes_once_and_its_columns_stay() {
    let mut lisp =
        Interpreter::builder().seed(1).backend(Backend::Mlx).dtype(DType::Float32).build().expect("an interpreter");
    lisp.eval(CHAIN).expect("models");
    let mut computed = |text: &str| {
        let before = evaluations();
        let value = lisp.eval(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        (evaluations() - before, value)
    };
    for text in [
        "(def t (vsimulate chain [1.5] 1000))",
        "(def g (:trace (vgenerate chain [1.5] {:e 1.5, [:y 3] 2} 1000)))",
        "(def u (update g {:a 0.5, :up true}))",
        "(def r (regenerate g (select :b :p)))",
        "(def v (update (:trace r) [0.5] [] (:discard u)))",
        "(def w (:weight (assess chain [1.5] (choices g))))",
    ] {
        assert_eq!(computed(text).0, 1, "{text}");
    }
    for text in ["(project g (select :a :d))", "(resample g (vec (repeat 10 3)))", "(* 2 (get g :a))", "(score g)"] {
        assert_eq!(computed(text).0, 0, "{text}");
    }
    assert!(computed("(vsimulate branching [] 1000)").0 > 1);
    for text in ["(get g :a)", "(get t :up)", "(get (:trace u) [:y 5])", "(get (:trace r) :b)", "(get (:discard u) :a)"]
    {
        assert_eq!(backend(&computed(text).1), Some(Backend::Mlx), "{text}");
    }
    // Whoever reads them finds numbers.
    assert_eq!(
        computed("(count (filter true? (lanes->vector (= (get g :b) (get (:trace u) :b)))))").1,
        Value::Int(1000)
    );
}

fn backend(value: &Value) -> Option<Backend> {
    if let Value::Lanes(lanes) = value { lanes.column().map(|column| column.backend()) } else { None }
}

/// What a program prints, run by one of the engines.
fn printed(engine: Backend, program: &str) -> String {
    let mut run = Command::new(env!("CARGO_BIN_EXE_gen"));
    run.args(["--seed", "5", "--dtype", "f32", "--backend", engine.name(), program])
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = run.output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The words and numbers of what was printed.
fn words(text: &str) -> Vec<&str> {
    text.split([' ', '\n', '[', ']', '(', ')']).filter(|word| !word.is_empty()).collect()
}

#[test]
fn both_engines_find_the_same() {
    let [host, mlx] = Backend::ALL.map(|engine| printed(engine, "tests/mlx/engines.gen"));
    let (host, mlx) = (words(&host), words(&mlx));
    assert!(host.len() > 10_000 && host.len() == mlx.len(), "{} and {} words", host.len(), mlx.len());
    for (i, (x, y)) in host.iter().zip(&mlx).enumerate() {
        let alike = match (x.parse::<f64>(), y.parse::<f64>()) {
            // Some roundings of single precision.
            (Ok(x), Ok(y)) => x == y || (x - y).abs() <= 3e-6 * x.abs().max(1.0),
            _ => x == y,
        };
        assert!(alike, "word {i}: {x} and {y}, after {:?}", &host[i.saturating_sub(5)..i]);
    }
}

/// A check that was put off reports what it would have reported in its place, and `try` catches it there.
#[test]
fn checks_that_are_put_off_are_not_forgotten() {
    let both = |text: &str| {
        let report = |engine: Backend| {
            let mut run = Command::new(env!("CARGO_BIN_EXE_gen"));
            let output = run.args(["--seed", "5", "--backend", engine.name(), "-e", text]).output().expect("it runs");
            String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
        };
        let [host, mlx] = Backend::ALL.map(report);
        assert_eq!(host, mlx);
        host
    };
    // The loop would never end.
    let bad = "(defgen m [] (let [s (trace :s (normal 0 1)), x (trace :x (normal 0 s))]
                 (loop [y x] (if (> (abs y) 1) y (recur (* 2 y))))))";
    let report = both(&format!("{bad} (vsimulate m [] 100)"));
    assert!(report.contains("gen::parameter") && report.contains("(lane "), "{report}");
    let sampler = "(defgen m [] (let [s (trace :s (normal 0 1))] (trace :x (gamma (trace :t (normal s 1)) 1))))";
    assert!(both(&format!("{sampler} (vsimulate m [] 100)")).contains("gen::parameter"));
    let caught = "(defgen m [] (let [s (trace :s (normal 0 1))] (try (trace :x (normal 0 s)) (catch e 7))))";
    let some = both(&format!("{caught} (println (frequencies (map #(= 7 (retval %)) (traces (vsimulate m [] 30)))))"));
    assert!(some.contains("true") && some.contains("false"), "{some}");
    let effect =
        "(defgen m [] (let [s (trace :s (normal 0 1)), x (trace :x (normal 0 (+ 20 s)))] (println \"once\") 3))";
    assert_eq!(both(&format!("{effect} (println (retval (vsimulate m [] 3)))")).trim(), "once\n3");
}

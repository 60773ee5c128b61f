//! What ends a run is no error: whatever runs when the limit comes, the run ends with it, and nothing goes on after it.

use super::support::shown;
use genlisp::internals::error::Halt;
use genlisp::{Code, Interpreter};

/// Models, traces and results that the calls below take.
const PRELUDE: &str = "
(defgen m [] (let [x (trace :x (normal 0 1))] (trace :y (normal x 0.5)) x))
(defgen coin [] (let [a (trace :a (flip 0.3))] (trace :b (flip (if a 0.9 0.2)))))
(defgen step [t s] (trace :s (normal (* 0.5 s) 1)))
(defgen chained [n] (splice :c (unfold step) n 0.0))
(defgen walk [n] (loop [i 0, x 0.0] (if (< i n) (recur (inc i) (trace [:x i] (normal x 1))) x)))
(defgen guide [] (trace :x (normal (param :m 0.0) (exp (param :s 0.0)))))
(defgen guided [obs] (trace :x (normal (param :m 0.0) 1)))
(defgen near [choices] (trace :x (normal (choices :x) 0.3)))
(defgen back [] (trace :x (normal 0.5 1)))
(defgen learned [] (trace :y (normal (param :mu 0.0) 1)))
(defgen many [n] (splice :v (map-gf (gen [x] (trace :z (normal x 1)))) (vec (range n))))
(defgen again [c args obs] (trace :x (normal (c :x) 0.5)))
(defgen measured [sd] (let [x (trace :x (normal 0 1))] (trace :y (normal x sd)) x))
(defgen noisy [n] (let [sd (trace :sd (gamma 2 1))] (splice (unfold (gen [t x sd] (trace :x (normal x sd)))) n 0.0 sd)))
(defgen spread [c] (trace :sd (gamma 2 1)))
(def custom (generative-function {:simulate (fn [[p]] {:choices {:a (sample (flip p))} :retval 1})
                                  :assess (fn [[p] c] {:weight (logpdf (flip p) (c :a)) :retval 1})}))
(defgen whole [] (splice :k custom 0.4))
(def t (with-seed 1 (:trace (generate m [] {:y 0.7}))))
(def many-t (with-seed 1 (simulate many [30])))
(def coin-t (with-seed 1 (:trace (generate coin [] {:b true}))))
(def whole-t (with-seed 1 (simulate whole [])))
(def batch (with-seed 1 (:trace (vgenerate m [] {:y 0.7} 20))))
(def steps (mapv (fn [n] {:args [n] :obs {[:c (dec n) :s] 0.5}}) (range 1 5)))
(def short {:samples 6 :burn 4 :chains 2})
(def r (with-seed 1 (importance m [] {:y 0.7} {:particles 50})))
(def chains (with-seed 1 (mh m [] {:y 0.7} {:samples 20 :burn 2 :chains 2})))
";

/// One call or more for every operation and algorithm.
pub const CALLS: &[&str] = &[
    "(simulate m [])",
    "(simulate many [20])",
    "(simulate (gen [n] (splice :s (scan (gen [c x] [(+ c (trace :z (normal x 1))) c])) 0.0 (vec (range n)))) [10])",
    "(simulate (gen [] (splice :s (switch m coin) 0)) [])",
    "(simulate (gen [] (splice :s (mix {:weights [0.3 0.7] :components [m coin]}))) [])",
    "(simulate (gen [] (splice :s (mask m) true)) [])",
    "(simulate (gen [] (splice :s (repeat-gf m 10))) [])",
    "(simulate (vmap (gen [x] (trace :z (normal x 1)))) [[1 2 3]])",
    "(simulate whole [])",
    "(generate m [] {:y 0.7})",
    "(generate whole [] {[:k :a] true})",
    "(assess m [] {:x 0.1 :y 0.7})",
    "(propose m [])",
    "(update t {:x 0.3})",
    "(update many-t {[:v 3 :z] 0.5})",
    "(update whole-t {[:k :a] true})",
    "(gfi-update t {:x 0.3})",
    "(update-with-diffs many-t {[:v 3 :z] 0.5} no-change)",
    "(regenerate t :x)",
    "(regenerate many-t [:v 4])",
    "(project t :x)",
    "(edit t (constraint-edit {:x 0.3}))",
    "(edit t (selection-edit :x))",
    "(edit t (proposal-edit near [] near []))",
    "(choice-gradients t :x)",
    "(param-gradients (simulate learned []))",
    "(vsimulate m [] 3000)",
    "(vsimulate whole [] 20)",
    "(vgenerate m [] {:y 0.7} 3000)",
    "(update batch {:x 0.3})",
    "(regenerate batch :x)",
    "(choice-gradients batch :x)",
    "(with-handler {:trace (fn [a d args] (sample d))} (fn [] (m)))",
    "(simulate (intervene m {:x 2.0}) [])",
    "(data->trace m (trace->data t))",
    "(importance m [] {:y 0.7} {:particles 200})",
    "(importance m [] {:y 0.7} {:particles 200 :proposal back})",
    "(importance-resample m [] {:y 0.7} {:particles 100 :samples 10})",
    "(mh m [] {:y 0.7} short)",
    "(gibbs coin [] {:b true} short)",
    "(nuts m [] {:y 0.7} short)",
    "(hmc m [] {:y 0.7} short)",
    "(mala m [] {:y 0.7} short)",
    "(nuts (gen [] (let [k (trace :k (flip 0.5))] (trace :x (normal (if k 1 0) 1)))) [] {} {:samples 4 :burn 3 :chains 1 :discrete :gibbs})",
    "(nuts (gen [] (let [k (trace :k (flip 0.5))] (trace :x (normal (if k 1 0) 1)))) [] {} {:samples 4 :burn 3 :chains 1 :discrete :enumerate})",
    "(run-kernel {:samples 10} (mh-kernel :x) t)",
    "(run-kernel {:samples 5} (chain (mh-kernel :x) (slice-kernel :x)) t)",
    "((repeat-kernel 5 (random-walk-kernel :x 0.5)) t)",
    "((cycle-kernels 4 [(mh-kernel :x) (slice-kernel :x)]) t)",
    "((mix-kernels [[(mh-kernel :x) 0.5] [(slice-kernel :x) 0.5]]) t)",
    "((when-kernel (fn [t] true) (mh-kernel :x)) t)",
    "((seed (mh-kernel :x) 1) t)",
    "((reverse-kernel (chain (mh-kernel :x) (slice-kernel :x))) t)",
    "((declare-reverse (fn [t] t) (fn [t] t)) t)",
    "((gibbs-kernel :a) coin-t)",
    "((proposal-kernel near) t)",
    "((involutive-kernel (gen [choices] (trace :d (normal 0 1))) (fn [c aux] [{:x (+ (c :x) (aux :d))} {:d (- (aux :d))}])) t)",
    "((mala-kernel :x) t)",
    "((hmc-kernel :x) t)",
    "((nuts-kernel :x) t)",
    "(leapfrog t {:x 0.1})",
    "((particle-gibbs-kernel steps {:particles 4}) (with-seed 1 (:trace (generate chained [4] {}))))",
    "(smc chained steps {:particles 20})",
    "(smc chained steps {:particles 8 :ess-threshold 1.0 :rejuvenate (mh-kernel)})",
    "(smcp3 measured [{:args [2] :obs {:y 1}} {:args [1] :obs {}}] {:particles 5 :forward again :backward again})",
    "((pmmh-kernel spread (for [t (range 2)] {:args [(inc t)] :obs {}}) {:particles 4}) (with-seed 1 (simulate noisy [2])))",
    "(simulate (with-store learned {:mu 2.0}) [])",
    "(merge-lanes (as-lanes (vec (repeat 20 true))) batch batch)",
    "(resample batch [0 0 1])",
    "(stack-traces [t t])",
    "(retval (simulate (recurse-gf (fn [self] (gen [n] (if (pos? n) (splice :r self (dec n)) (trace :z (flip 0.5)))))) [5]))",
    "(simulate (contramap m (fn [args] args)) [])",
    "(simulate (map-retval m (fn [x] x)) [])",
    "(simulate (dimap m (fn [args] args) (fn [x] x)) [])",
    "(edit t (compose-edits (constraint-edit {:x 0.3}) (selection-edit :x)))",
    "(edit t (args-edit [] nil))",
    "(edit t (edit-request (fn [t] (assoc (update t {:x 0.1}) :backward (constraint-edit {:x 0.2})))))",
    "(lane batch 3)",
    "(count (lanes batch))",
    "(simulate (choice-at normal) [0 1 :k])",
    "(simulate (call-at m) [:k])",
    "(conditional-smc chained steps {:particles 5 :reference (with-seed 1 (simulate chained [4]))})",
    "(vi m guide [] {:y 0.7} {:steps 4})",
    "(vi m guide [] {:y 0.7} {:steps 3 :objective :iwelbo :estimator :vimco :particles 3})",
    "(advi m [] {:y 0.7} {:steps 4 :samples 10})",
    "(wake-sleep m guided [{:args [] :obs {:y 0.7}}] {:steps 2 :particles 3 :dreams 3})",
    "(map-estimate m [] {:y 0.7} {:starts 2})",
    "(laplace-approximation m [] {:y 0.7} {:starts 2 :samples 10})",
    "(train learned [{:args [] :obs {:y 0.7}}] {:steps 5})",
    "(maximize (fn [{x :x}] (- (* x x))) {:x 1.0} {:steps 5})",
    "(expectation (gen [] (trace :x (normal (param :mu 1.0) 2))) [])",
    "(enumerate coin [] {:b true})",
    "(marginal (enumerate coin [] {:b true}) :a)",
    "(exact m [] {:y 0.7})",
    "(predict m [] {:draws 20})",
    "(predict chains)",
    "(log-likelihood chains)",
    "(loo chains)",
    "(waic chains)",
    "(compare-models {:a chains :b chains})",
    "(psis (vec (map double (range 50))))",
    "(sbc m [] :y :importance {:replications 5 :draws 9 :options {:particles 30}})",
    "(sbc m [] :y :mh {:replications 3 :draws 9})",
    "(translate t {:model m})",
    "(empirical r :x)",
    "(summary r)",
    "(summary chains)",
    "(samples chains :x)",
    "(traces chains)",
    "(estimate chains :x)",
    "(log-ml r)",
    "(sample (iid (normal 0 1) 100))",
    "(logpdf (mixture [0.3 0.7] [(normal 0 1) (normal 2 1)]) 0.5)",
    "(cdf (truncated (normal 0 1) 0 2) 0.5)",
    "((grad (fn [x] (reduce + (map (fn [i] (* i x)) (range 20))))) 1.0)",
    "((grad (fn [p] (log-ml (enumerate (gen [] (trace :b (flip p))) [] {:b true})))) 0.3)",
    "((grad (fn [p] (log-ml (enumerate (gen [] (dotimes [i 4] (trace [:b i] (flip p)))) [] {} {:mass 0.9})))) 0.3)",
    "(enumerate coin [] {:b true} {:max-executions 2})",
    "((hessian (fn [[a b]] (* a a b))) [1.0 2.0])",
    "(try (simulate many [20]) (catch e :caught))",
    "(reduce (fn [a i] (try (+ a i) (catch e 0))) 0 (range 50))",
    "(vec (map inc (range 50)))",
    "(sort > (range 50))",
    "@(delay (reduce + (range 30)))",
    "(let [f (memoize (fn [n] (reduce + (range n))))] (f 20))",
];

/// Points in a run at which it is ended.
pub const PLACES: u64 = 12;

/// One with the prelude, which looks for a halt at every step.
pub fn interpreter() -> Interpreter {
    let mut lisp = Interpreter::builder().seed(1).build().expect("an interpreter");
    lisp.eval(PRELUDE).unwrap_or_else(|e| panic!("{}", e.report(&Default::default())));
    lisp.cx().limits.check_every = 1;
    lisp
}

/// Ends the call at some of its checks, and says what was wrong.
fn ended_early(lisp: &mut Interpreter, text: &str) -> Option<String> {
    lisp.cx().limits.steps = u64::MAX;
    let seeded = format!("(with-seed 3 {text})");
    // What the library defines is read by the first run.
    if let Err(error) = lisp.eval(&seeded).and_then(|_| lisp.eval(&seeded)) {
        return Some(format!("{text} does not run: {error:?}"));
    }
    let steps = lisp.cx().steps();
    for place in 1..=PLACES.min(steps) {
        lisp.cx().limits.steps = (steps * place / PLACES.min(steps)).max(1);
        let limit = lisp.cx().limits.steps;
        let wrong = match lisp.eval(&seeded) {
            Ok(_) if limit == steps => None,
            Ok(_) => Some("ended well".to_string()),
            Err(error) if error.halted() == Some(Halt::StepLimit) && error.code == Code::StepLimit => None,
            Err(error) => Some(format!("ended by {error:?}")),
        };
        let wrong = wrong.or_else(|| {
            let resumed = lisp.cx().resumed();
            (resumed > 0).then(|| format!("went on {resumed} times"))
        });
        if let Some(wrong) = wrong {
            return Some(format!("{text} with {limit} of {steps} steps {wrong}"));
        }
    }
    None
}

#[test]
fn nothing_goes_on_after_a_halt() {
    let mut lisp = interpreter();
    let wrong: Vec<String> = CALLS.iter().filter_map(|text| ended_early(&mut lisp, text)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    lisp.cx().limits.steps = u64::MAX;
    assert!(lisp.eval("(+ 1 1)").is_ok(), "a limit leaves the interpreter usable");
}

/// Names of the tables that run nothing of a program: they read, build, compute with numbers, or stand behind a macro.
const RUN_NOTHING: &[&str] = &[
    "vector-diff",
    "map-diff",
    "int-diff",
    "value-change",
    "diff?",
    "edit?",
    "with-handler*",
    "with-params*",
    "params",
    "to-array",
    "from-array",
    "score",
    "retval",
    "observe",
    "args",
    "gen-fn",
    "addresses",
    "observed",
    "has?",
    "trace?",
    "choicemap",
    "value",
    "to-map",
    "merge-choices",
    "select",
    "select-complement",
    "select-union",
    "select-intersection",
    "selected?",
    "generative-function?",
    "ess",
    "r-hat",
    "mcse",
    "elbo",
    "iwelbo",
    "sgd",
    "adam",
    "adamw",
    "log-mean-exp",
    "effective-sample-size",
    "systematic-indices",
];

#[test]
fn every_operation_and_algorithm_is_ended() {
    let tables = genlisp::internals::gfi::TABLES.iter().chain(genlisp::internals::infer::TABLES);
    let names = tables.flat_map(|table| table.iter()).map(|row| row.name);
    let all = format!("{PRELUDE}{}", CALLS.join("\n"));
    let named = |name: &&str| all.contains(&format!("({name} ")) || all.contains(&format!("({name})"));
    let missing: Vec<&str> = names.filter(|name| !named(name) && !RUN_NOTHING.contains(name)).collect();
    assert!(missing.is_empty(), "no call of {}", missing.join(" "));
}

#[test]
fn what_a_halt_stopped_is_made_when_asked_for_again() {
    let mut lisp = interpreter();
    let values = [
        ("(def made (map (fn [i] (reduce + (map inc (range 50)))) (range)))", "(nth made 25)", "1275"),
        ("(def made (delay (reduce + (map inc (range 500)))))", "@made", "125250"),
        ("(def made (memoize (fn [n] (reduce + (map inc (range n))))))", "(made 500)", "125250"),
        ("(def made (lazy-seq (cons (reduce + (map inc (range 500))) nil)))", "(first made)", "125250"),
    ];
    for (definition, use_of_it, value) in values {
        lisp.cx().limits.steps = u64::MAX;
        lisp.eval(definition).unwrap_or_else(|e| panic!("{definition}: {e:?}"));
        lisp.cx().limits.steps = 120;
        let halted = lisp.eval(use_of_it).expect_err(use_of_it);
        assert_eq!(halted.halted(), Some(Halt::StepLimit), "{use_of_it}: {halted:?}");
        lisp.cx().limits.steps = u64::MAX;
        let again = lisp.eval(use_of_it).map(|value| shown(&value));
        assert_eq!(again.ok().as_deref(), Some(value), "{use_of_it}");
    }
}

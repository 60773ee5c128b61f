//! What a halt keeps: the result of the steps that an algorithm has finished.

use super::halts::{CALLS, PLACES, interpreter};
use super::support::shown;
use genlisp::internals::eval::error_value::partial;
use genlisp::{Interpreter, Value};

/// Algorithms that go step by step, each with what says of a result that it had whether it is what the algorithm comes to
/// in as many steps.
const STEPWISE: &[(&str, &str)] = &[
    ("(mh m [] {:y 0.7} {:samples 60 :burn 0 :chains 2})", "(begins? (mh m [] {:y 0.7} (as-many had)) [:chains])"),
    (
        "(gibbs coin [] {:b true} {:samples 60 :burn 0 :chains 2})",
        "(begins? (gibbs coin [] {:b true} (as-many had)) [:chains])",
    ),
    ("(nuts m [] {:y 0.7} {:samples 30 :burn 0 :chains 2})", "(begins? (nuts m [] {:y 0.7} (as-many had)) [:chains])"),
    ("(hmc m [] {:y 0.7} {:samples 30 :burn 0 :chains 2})", "(begins? (hmc m [] {:y 0.7} (as-many had)) [:chains])"),
    ("(mala m [] {:y 0.7} {:samples 60 :burn 0 :chains 2})", "(begins? (mala m [] {:y 0.7} (as-many had)) [:chains])"),
    (
        "(mh counted [] {:y 0.7} {:samples 60 :burn 0 :chains 1})",
        "(begins? (mh counted [] {:y 0.7} (as-many had)) [:chains])",
    ),
    ("(run-kernel {:samples 60} (mh-kernel :x) t)", "(begins? (run-kernel (as-many had) (mh-kernel :x) t) [:chains])"),
    (
        "(smc chained steps {:particles 6 :ess-threshold 1.0})",
        "(begins? (smc chained (so-far) {:particles 6 :ess-threshold 1.0}) filtered)",
    ),
    (
        "(smc chained steps {:particles 5 :ess-threshold 0.0 :rejuvenate (mh-kernel)})",
        // All particles are moved once more in the end.
        "(same? (smc chained (so-far) {:particles 5 :ess-threshold 0.0 :rejuvenate (mh-kernel)}) (rest filtered))",
    ),
    (
        "(smcp3 measured changes {:particles 5 :forward again :backward again})",
        "(begins? (smcp3 measured (take (count (:ess-history had)) changes) {:particles 5 :forward again :backward again}) filtered)",
    ),
    (
        "(conditional-smc chained steps {:particles 5 :reference kept})",
        // The reference is a trace of the last step.
        "(every? (fn [k] (prefix? (had k) (k whole))) [:log-ml-increments :ess-history :ancestors])",
    ),
    (
        "(vi m guide [] {:y 0.7} {:steps 12 :samples 12})",
        "(begins? (vi m guide [] {:y 0.7} (fitted)) [:params :elbo :elbo-history])",
    ),
    (
        "(advi m [] {:y 0.7} {:steps 8 :samples 12 :optimizer (sgd 0.01) :particles 3})",
        "(begins? (advi m [] {:y 0.7} (merge (fitted) {:optimizer (sgd 0.01) :particles 3})) [:elbo :elbo-history])",
    ),
    (
        "(wake-sleep m guided [{:args [] :obs {:y 0.7}}] {:steps 8 :particles 3 :dreams 3})",
        "(same? (wake-sleep m guided [{:args [] :obs {:y 0.7}}] {:steps (count (:wake-history had)) :particles 3 :dreams 3}) [:params :wake-history :sleep-history])",
    ),
    (
        "(map-estimate narrow [] {:y 0.7} {:starts 2})",
        "(and (<= (:log-density had) (:log-density whole)) (near? (score (:trace had)) (:log-density had)) (= (:traces had) [(:trace had)]))",
    ),
    (
        "(laplace-approximation narrow [] {:y 0.7} {:starts 2 :samples 12})",
        "(if (contains? had :guide) (begins? (laplace-approximation narrow [] {:y 0.7} {:starts 2 :samples (max 1 (count (:traces had)))}) [:log-ml :trace :elbo]) (number? (:x (:trace had))))",
    ),
    (
        "(train learned [{:args [] :obs {:y 0.7}}] {:steps 12})",
        "(same? (train learned [{:args [] :obs {:y 0.7}}] {:steps (count (:history had))}) [:params :history])",
    ),
    (
        "(maximize (fn [{x :x y :y}] (- (+ (* x x) (* y y)))) {:x 1.0 :y 2.0} {:steps 12})",
        "(same? (maximize (fn [{x :x y :y}] (- (+ (* x x) (* y y)))) {:x 1.0 :y 2.0} {:steps (count (:history had))}) [:params :history])",
    ),
    (
        "(enumerate coins [] {} {:max-executions 30})",
        "(begins? (enumerate coins [] {} {:max-executions (count (:traces had))}) [:log-weights :log-ml :joint :missed])",
    ),
    (
        "(enumerate coins [] {} {:mass 0.9})",
        "(begins? (enumerate coins [] {} {:max-executions (count (:traces had))}) [:log-weights :log-ml :joint :missed])",
    ),
    (
        // One replication after another: the quantity counts.
        "(sbc m [] :y :importance {:replications 12 :draws 5 :options {:particles 20} :quantities {:n (fn [t] (swap! calls inc))}})",
        "(every? (fn [[name ranks]] (prefix? ranks (get (:ranks whole) name))) (:ranks had))",
    ),
];

/// What the tests above are made of: what a run had, and what the whole one comes to.
const COMPARED: &str = "
(defgen narrow [] (let [x (trace :x (normal 0 1)) z (trace :z (gamma 2 1))] (trace :y (normal (* x z) 0.1)) (* 2 x)))
(defgen coins [] (dotimes [i 6] (trace [:c i] (flip 0.3))))
(def calls (atom 0))
(defgen counted [] (swap! calls inc) (splice m))
(def changes (vec (concat [{:args [2] :obs {:y 1}}] (map (fn [i] {:args [(/ 2 i)] :obs {}}) (range 2 8)))))
(def kept (with-seed 1 (simulate chained [4])))
(def filtered [:traces :log-weights :log-ml :log-ml-increments :ess-history :ancestors])
(def whole nil)
(defn near? [a b] (< (abs (- a b)) 1e-9))
(defn prefix? [a b] (= (vec a) (vec (take (count a) b))))
(defn runs [r] (if (= [] (:traces r)) [] (mapv (fn [t] [(choices t) (score t) (retval t)]) (traces r))))
(defn same? [other names] (every? (fn [k] (or (= :traces k) (not (contains? had k)) (= (pr-str (had k)) (pr-str (k other))))) names))
(defn begins? [other names] (and (prefix? (runs had) (runs other)) (same? other names)))
(defn as-many [r] {:samples (/ (count (:traces r)) (:chains r)) :burn 0 :chains (:chains r)})
(defn so-far [] (take (count (:ess-history had)) steps))
(defn fitted [] {:steps (count (:elbo-history had)) :samples (max 1 (count (:traces had)))})
";

/// Points in a run at which it is halted, beside its first steps.
const HALTS: u64 = 40;

/// Halts a call at many of its checks, and says how often it had something, or what was wrong with that.
fn halted_often(lisp: &mut Interpreter, text: &str, right: &str) -> Result<usize, String> {
    let seeded = format!("(with-seed 3 {text})");
    let failed = |e: Box<genlisp::Error>| format!("{text}: {}", e.report(&Default::default()));
    lisp.cx().limits.steps = u64::MAX;
    lisp.eval(&format!("(def whole {seeded})")).and_then(|_| lisp.eval(&seeded)).map_err(failed)?;
    let (steps, mut found) = (lisp.cx().steps(), 0);
    for place in 1..HALTS {
        lisp.cx().limits.steps = (steps * place / HALTS).max(1);
        let Err(error) = lisp.eval(&seeded) else { continue };
        let (resumed, place) =
            (lisp.cx().resumed(), format!("{text} with {} of {steps} steps", lisp.cx().limits.steps));
        if resumed > 0 {
            return Err(format!("{place} went on {resumed} times"));
        }
        let Some(had) = partial(&error).cloned() else { continue };
        found += 1;
        lisp.cx().limits.steps = u64::MAX;
        lisp.define("had", had);
        let summed = "(or (= [] (:traces had)) (not (contains? had :traces)) (string? (str (summary had))))";
        let told = lisp.eval(&format!("(with-seed 3 [(:interrupted had) {summed} (boolean {right})])"));
        let told = told.map(|value| shown(&value)).map_err(failed)?;
        if told != "[true true true]" {
            let had = lisp.eval("had").map(|value| shown(&value)).unwrap_or_default();
            return Err(format!("{place}: marked, summed up, right: {told}, had {}", &had[..had.len().min(400)]));
        }
    }
    Ok(found)
}

#[test]
fn an_algorithm_hands_the_steps_that_it_finished_to_a_halt() {
    let mut lisp = interpreter();
    lisp.define("had", Value::Nil);
    lisp.eval(COMPARED).unwrap_or_else(|e| panic!("{}", e.report(&Default::default())));
    let mut wrong = Vec::new();
    for (text, right) in STEPWISE {
        match halted_often(&mut lisp, text, right) {
            Ok(found) if found >= 5 => {}
            Ok(found) => wrong.push(format!("{text}: had something at {found} of {HALTS} halts")),
            Err(why) => wrong.push(why),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_other_algorithms_hand_to_a_halt_is_a_result() {
    let mut lisp = interpreter();
    for text in CALLS {
        lisp.cx().limits.steps = u64::MAX;
        lisp.eval(text).unwrap_or_else(|e| panic!("{text}: {e:?}"));
        let steps = lisp.cx().steps();
        for place in 1..=PLACES.min(steps) {
            lisp.cx().limits.steps = (steps * place / PLACES.min(steps)).max(1);
            let Err(error) = lisp.eval(text) else { continue };
            let Some(had) = partial(&error).cloned() else { continue };
            lisp.cx().limits.steps = u64::MAX;
            lisp.define("had", had);
            let marked = lisp.eval("(and (map? had) (:interrupted had))").map(|value| shown(&value));
            assert_eq!(marked.ok().as_deref(), Some("true"), "{text}");
        }
    }
}

//! A generative function and an edit request written in Rust take part everywhere, with no other change.

use genlisp::Interpreter;
use genlisp::internals::distributions::Dist;
use genlisp::internals::error::Result;
use genlisp::internals::eval::key::Key;
use genlisp::internals::eval::{Cx, Value};
use genlisp::internals::gfi::{
    AnyTrace, Body, ChoiceMap, Diff, Edit, EditRequest, Edited, GenerativeFunction, Goal, Model, Outcome, Request, Run,
    Trace, Trie, Weight, vanish, visit,
};
use std::sync::Arc;

/// Two choices: `:a` around the argument, `:b` around `:a`.
struct Pair;

impl GenerativeFunction for Pair {
    fn name(&self) -> &str {
        "pair"
    }

    fn run(&self, cx: &mut Cx, run: &Request<'_>) -> Result<Outcome> {
        let (mut weight, mut total) = (Weight::default(), Value::float(0.0));
        let (mut records, mut discard, mut observed) = (Trie::Empty, Trie::Empty, Trie::Empty);
        let (mut centre, mut score) = (run.args.first().cloned().unwrap_or_default(), 0.0);
        for name in ["a", "b"] {
            let path = [Value::keyword(name)];
            let normal = cx.call_core("normal", &mut [centre, Value::Int(1)])?;
            let density = normal.as_host::<Dist>().expect("a distribution").density();
            let chosen = visit(cx, run.goal, &path, run.past, density, run.origin, &mut weight)?;
            records.set(&path, Trie::Leaf(chosen.record()));
            total = cx.call_core("+", &mut [total, chosen.total.clone()])?;
            score += chosen.score;
            if let Some(old) = chosen.discard {
                discard.set(&path, Trie::Leaf(old));
            }
            observed.set(&path, chosen.observed);
            centre = chosen.value;
        }
        vanish(run.past, run.past.inlined(), &records, &[], run.goal, &mut weight, &mut discard);
        let observed = run.past.observed().cloned().unwrap_or(observed);
        let (function, args) = (run.this.clone(), run.args.clone());
        let trace = Trace { function, args, records, score, retval: centre, observed, depth: 3, ..Trace::default() };
        Ok(Outcome { trace: Arc::new(trace), weight, total, discard, retdiff: Diff::Unknown })
    }
}

/// The same as a body, written once for a run of one lane and of many.
struct Chain {
    normal: Value,
}

impl GenerativeFunction for Chain {
    fn name(&self) -> &str {
        "chain"
    }

    fn body(&self) -> Option<&dyn Body> {
        Some(self)
    }
}

impl Body for Chain {
    fn run_in(&self, cx: &mut Cx, _this: &Value, args: &[Value], run: &mut dyn Run) -> Result<Value> {
        let mut centre = args.first().cloned().unwrap_or_default();
        for name in ["a", "b"] {
            let says = ("chain", "a centre and a scale");
            centre = run.visit(cx, &[Value::keyword(name)], &self.normal, &[centre, Value::Int(1)], says)?;
        }
        Ok(centre)
    }
}

/// Adds one to `:a`.
struct Shift(f64);

impl EditRequest for Shift {
    fn edit(&self, cx: &mut Cx, trace: AnyTrace<'_>, key: Key) -> Result<Edited> {
        let path = [Value::keyword("a")];
        let old = trace.choices()?.value_at(&path)?.expect("a number, or one per lane");
        let new = cx.call_core("+", &mut [old, Value::float(self.0)])?;
        let constraints = ChoiceMap::from_pairs([(path[0].clone(), new)])?;
        let outcome = trace.changed(cx, "shift", None, Goal::update(constraints), key)?;
        Ok(Edited { outcome, backward: Edit::value(Shift(-self.0)) })
    }

    fn name(&self) -> &'static str {
        "shift"
    }

    fn parts(&self) -> Vec<Value> {
        vec![Value::float(self.0)]
    }
}

const USES: &str = r#"
(defn near [a b] (< (abs (- a b)) 1e-9))
(defgen same [x] (let [a (trace :a (normal x 1))] (trace :b (normal a 1))))
(defn agree [gf]
  (let [t (:trace (generate gf [0.5] {:a 1 :b 3}))
        u (update t [2.0] nil {:a 2})
        back (update (:trace u) [0.5] nil (:discard u))
        r (regenerate t :a)
        e (edit t shift)
        m (simulate (map-gf gf) [[1 2 3]])
        parent (gen [x] (splice :p gf x) (splice gf x))]
    [(score t) (:weight u) (to-map (:discard u)) (= (choices (:trace back)) (choices t)) (near (:weight back) (- (:weight u)))
     (near (:weight r) (- (project (:trace r) :b) (project t :b)))
     (:weight (assess gf [0.5] (choices t))) (choice-gradients t (select-all))
     (:weight e) ((:trace (edit (:trace e) (:backward e))) :a)
     (get (:trace (edit (stack-traces [t t]) shift)) :a)
     (addresses (:trace (update m [[1 2]] nil {}))) (addresses (simulate parent [1]))
     (:weight (update (:trace (generate (switch gf same) [0 0.5] {:a 1 :b 3})) [1 0.5] nil {}))
     (observed t)]))
(defn batched [gf]
  (with-seed 3
    (let [v (:trace (vgenerate gf [0.5] {:b 3} 5))
          u (update v {:a 1.0})
          r (regenerate v :a)]
      (map lanes->array [(score v) (:weight u) (get (:trace r) :a) (:weight r)]))))
(defn same-numbers? [xs ys] (every? true? (map (fn [x y] (equal? x y)) xs ys)))
(and (= (agree pair) (agree same)) (= (agree chain) (agree same)) (same-numbers? (batched chain) (batched same)))
"#;

#[test]
fn they_take_part_everywhere() {
    let mut lisp = Interpreter::builder().seed(1).build().expect("an interpreter");
    lisp.define("pair", Model::value(Pair));
    let normal = lisp.eval("normal").expect("a constructor");
    lisp.define("chain", Model::value(Chain { normal }));
    lisp.define("shift", Edit::value(Shift(1.0)));
    let agree = lisp.eval(USES).map_err(|e| e.message.clone());
    assert_eq!(agree, Ok(Value::True));
}

/// Chains run beside each other only where all that they call is known to be pure.
#[test]
fn functions_that_may_touch_the_world_outside_stay_on_one_thread() {
    use std::collections::HashSet;
    use std::sync::Mutex;
    use std::thread::{ThreadId, current};
    let threads_of = |pure: bool| {
        let seen: Arc<Mutex<HashSet<ThreadId>>> = Arc::default();
        let mut lisp = Interpreter::builder().seed(1).build().expect("an interpreter");
        let noted = seen.clone();
        let note = move |x: f64| {
            noted.lock().expect("a set").insert(current().id());
            x
        };
        if pure {
            lisp.register_pure("note", note)
        } else {
            lisp.register("note", note)
        }
        lisp.eval("(defgen m [] (trace :x (normal (note 0.0) 1)))").expect("a model");
        lisp.eval("(mh m [] {} {:samples 200 :chains 2 :threads 2})").expect("draws");
        let seen = seen.lock().expect("a set");
        (seen.len(), seen.contains(&current().id()))
    };
    assert_eq!(threads_of(false), (1, true));
    if std::thread::available_parallelism().is_ok_and(|n| n.get() > 1) {
        assert_ne!(threads_of(true), (1, true));
    }
}

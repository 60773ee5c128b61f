//! Change in place is never seen through another name: random programs full of aliases against a model in Rust.

use genlisp::{FromValue, Interpreter};
use proptest::prelude::*;

/// How a new vector is made of `A` and `B`, two vectors that keep their names, and what it must be. `#` is a number.
type Operation = (&'static str, fn(&[i64], &[i64], i64) -> Vec<i64>);

fn with(a: &[i64], more: &[i64]) -> Vec<i64> {
    [a, more].concat()
}

fn same(a: &[i64], _: &[i64], _: i64) -> Vec<i64> {
    a.to_vec()
}

fn pushed(a: &[i64], _: &[i64], n: i64) -> Vec<i64> {
    with(a, &[n])
}

fn joined(a: &[i64], b: &[i64], _: i64) -> Vec<i64> {
    with(a, b)
}

fn rest(a: &[i64], _: &[i64], _: i64) -> Vec<i64> {
    a.iter().skip(1).copied().collect()
}

fn first_set(a: &[i64], _: &[i64], n: i64) -> Vec<i64> {
    std::iter::once(n).chain(a.iter().skip(1).copied()).collect()
}

const OPERATIONS: &[Operation] = &[
    ("A", same),
    ("(conj A #)", pushed),
    ("(assoc A 0 #)", first_set),
    ("(if (seq A) (pop A) A)", |a, _, _| a[..a.len().saturating_sub(1)].to_vec()),
    ("(into A B)", joined),
    ("(reduce conj A B)", joined),
    ("(vec (concat A B))", joined),
    ("(into (conj A #) A)", |a, _, n| [a, &[n], a].concat()),
    ("(vec (rest A))", rest),
    ("(let [[h & t] A] (vec t))", rest),
    ("(mapv inc A)", |a, _, _| a.iter().map(|x| x + 1).collect()),
    ("(if (seq A) (update A 0 inc) A)", |a, _, _| a.iter().enumerate().map(|(i, x)| x + i64::from(i == 0)).collect()),
    ("(loop [i 0 acc A] (if (< i 3) (recur (inc i) (conj acc i)) acc))", |a, _, _| with(a, &[0, 1, 2])),
    ("(loop [i 0 acc A] (if (< i 3) (recur (inc i) (do (conj acc #) (assoc acc 0 i))) acc))", |a, b, _| {
        first_set(a, b, 2)
    }),
    ("(loop [i 0] (if (< i 2) (do (conj A i) (recur (inc i))) A))", same),
    ("(loop [i 0 old A new A] (if (< i 3) (recur (inc i) new (conj new i)) old))", |a, _, _| with(a, &[0, 1])),
    ("(let [x A y x] (conj x 1) (conj y #))", pushed),
    ("(let [x A] (dotimes [_ 2] (conj x 1)) x)", same),
    ("(let [x A y (conj x 1) z (conj x #)] z)", pushed),
    ("(let [x A y (assoc x 0 1)] x)", same),
    ("(first ((fn [a b] [(conj a #) (conj b 2)]) A A))", pushed),
    ("(second ((fn [a b] [(conj a 1) (conj b #)]) A A))", pushed),
    ("((fn [a & more] (conj a 1) (conj (first more) #)) A A)", pushed),
    ("((fn f [n a] (if (= n 0) a (f (dec n) (conj a n)))) 3 A)", |a, _, _| with(a, &[3, 2, 1])),
    ("((fn f [n a] (if (= n 0) a (do (f (dec n) (conj a n)) a))) 3 A)", same),
    ("(let [f (fn [] A)] (conj (f) 3) (f))", same),
    ("(let [f (fn [x] (conj A x))] (f 1) (f #))", pushed),
    ("(let [a (atom A)] (swap! a conj 7) (swap! a assoc 0 #) @a)", |a, b, n| first_set(&with(a, &[7]), b, n)),
    ("(let [a (atom A) old @a] (swap! a conj 7) old)", same),
    ("(let [a (atom A)] (swap! a (fn [x] (conj x 1) (conj x #))) @a)", pushed),
    ("(try (conj A 1) (throw 1) (catch e A))", same),
    ("(try (conj A #) (finally (conj A 2)))", pushed),
    ("(do (conj A 1) (assoc A 0 #) A)", same),
    ("(nth [(conj A 1) A] 1)", same),
    ("(nth [(conj A 1) (conj A #) (conj A 3)] 1)", pushed),
    ("(nth [A (conj A 1)] 0)", same),
    ("(let [m {:k A}] (update m :k conj 3) (:k m))", same),
    ("(:k (update {:k A} :k conj #))", pushed),
    ("(let [m {:k A} n (assoc m :k 1)] (get m :k))", same),
    ("(-> A (conj 1) (conj #))", |a, _, n| with(a, &[1, n])),
    ("(apply (fn [& xs] (conj xs 1) (vec xs)) A)", same),
    ("(case (count A) 0 (conj A #) 3 (conj A #) (do (conj A 0) (conj A #)))", pushed),
    ("(let [{:keys [k] :or {k A}} {}] (conj k 1) (conj k #))", pushed),
    ("(when-let [x A] (conj x 1) (conj x #))", pushed),
    ("(reduce (fn [acc x] (conj acc 0) (conj acc x)) A B)", joined),
    ("(reduce-kv (fn [acc i x] (assoc acc i x)) A A)", same),
    ("(peek (mapv (fn [x] (conj A x)) [1 #]))", pushed),
    ("(last (for [x [1 #]] (conj A x)))", pushed),
    ("(let [t (map inc A)] (first t) (vec (map dec t)))", same),
    ("(persist A #)", pushed),
];

/// Where the names live: slots of a function, of the top level, globals, parameters.
const FRAMES: usize = 4;

fn program(frame: usize, start: &[i64], steps: &[(usize, usize, usize, i64)]) -> (String, Vec<Vec<i64>>) {
    let mut model = vec![start.to_vec()];
    let mut bindings = vec![format!("v0 {start:?}").replace(',', "")];
    for (operation, a, b, n) in steps {
        let (code, result) = OPERATIONS[operation % OPERATIONS.len()];
        let (a, b) = (a % model.len(), b % model.len());
        let new = result(&model[a], &model[b], *n);
        // Doubling again and again would only take time.
        if new.len() > 300 {
            continue;
        }
        let code = code.replace('A', &format!("v{a}")).replace('B', &format!("v{b}")).replace('#', &n.to_string());
        bindings.push(format!("v{} {code}", model.len()));
        model.push(new);
    }
    let names: Vec<String> = (0..model.len()).map(|i| format!("v{i}")).collect();
    let (all, names) = (bindings.join("\n      "), names.join(" "));
    let text = match frame {
        0 => format!("((fn []\n (let [{all}]\n [{names}])))"),
        1 => format!("(let [{all}]\n [{names}])"),
        2 => format!("{}\n[{names}]", bindings.iter().map(|b| format!("(def {b})")).collect::<Vec<_>>().join("\n")),
        _ => format!("(defn go [v0] (let [{all}]\n [{names}]))\n(def kept {start:?})\n(let [r (go kept)] (assert (= kept {start:?})) r)")
            .replace(',', "")
            .replacen(&bindings[0], "v0 v0", 1),
    };
    (format!("(defn persist [x n] (conj x -1) (conj x n))\n{text}"), model)
}

proptest! {
    #![proptest_config(super::config(3_000))]

    #[test]
    fn names_keep_their_values(
        frame in 0..FRAMES,
        size in prop::sample::select(vec![0_usize, 1, 3, 8, 31, 32, 33, 64, 70]),
        steps in prop::collection::vec((any::<usize>(), any::<usize>(), any::<usize>(), 10..100i64), 1..12),
    ) {
        let start: Vec<i64> = (0..size as i64).collect();
        let (text, model) = program(frame, &start, &steps);
        let mut lisp = Interpreter::builder().seed(1).build().expect("an interpreter");
        let value = match lisp.eval(&text) {
            Ok(value) => value,
            Err(error) => return Err(TestCaseError::fail(format!("{text}\n{}", error.report(&Default::default())))),
        };
        let got = Vec::<Vec<i64>>::from_value(&value).map_err(|e| TestCaseError::fail(format!("{text}\n{e}")))?;
        for (i, (got, wanted)) in got.iter().zip(&model).enumerate() {
            prop_assert_eq!(got, wanted, "v{} of\n{}", i, text);
        }
    }
}

//! Runs in which data has densities of different numbers of reals: probabilities beside densities, in random models of
//! one discrete choice. The posterior is that of the runs whose data has a density of the fewest.

use crate::generators::Random;
use genlisp::internals::distributions::Dist;
use genlisp::{Interpreter, Value};

/// The values of `:z`.
const VALUES: usize = 3;

/// What stands under an observation for each value of `:z`.
struct Site {
    dists: Vec<String>,
    datum: i64,
    shape: u64,
}

/// The log-density of the data by the value of `:z`, and of how many numbers it is one.
type Weighed = Vec<(f64, usize)>;

impl Site {
    fn random(random: &mut Random, lisp: &mut Interpreter) -> Site {
        let mut dists = Vec::new();
        while dists.len() < VALUES {
            let levels = random.below(2) as u32;
            let text = random.dist(levels);
            // Some intervals have no probability.
            if lisp.eval(&text).is_ok() {
                dists.push(text);
            }
        }
        Site { dists, datum: random.below(3) as i64, shape: random.below(7) }
    }

    fn chosen(&self) -> String {
        let [a, b, c] = &self.dists[..] else { unreachable!("three values") };
        match self.shape {
            0 => format!("(case z 0 {a} 1 {b} {c})"),
            4 => format!("(case z 0 (iid {a} 2) 1 (iid {b} 2) (iid {c} 2))"),
            _ => format!("(if (= z 0) {a} (if (= z 1) {b} {c}))"),
        }
    }

    /// The statement that makes the choice.
    fn statement(&self, s: usize) -> String {
        let chosen = self.chosen();
        let kernel = format!("(gen [z] (trace :y {chosen}))");
        match self.shape {
            0 | 1 | 4 => format!("(trace :s{s} {chosen})"),
            2 => format!("(trace :s{s} {kernel} z)"),
            3 => format!("(trace :s{s} (map-gf {kernel}) [z z])"),
            5 => format!("(trace :s{s} (vmap {kernel}) [z z])"),
            _ => format!("(splice (gen [z] (trace :s{s} {chosen})) z)"),
        }
    }

    fn observed(&self, s: usize) -> String {
        let x = self.datum;
        match self.shape {
            2 => format!("[:s{s} :y] {x}"),
            3 => format!("[:s{s} 0 :y] {x} [:s{s} 1 :y] {x}"),
            4 => format!(":s{s} [{x} {x}]"),
            5 => format!("[:s{s} :y] [{x} {x}]"),
            _ => format!(":s{s} {x}"),
        }
    }

    fn weigh(&self, lisp: &mut Interpreter, z: usize) -> (f64, usize) {
        let made = lisp.eval(&self.dists[z]).expect("a distribution");
        let density = made.as_host::<Dist>().expect("a distribution").density();
        let graded = density.graded(lisp.cx(), &Value::float(self.datum as f64)).expect("a log-density");
        let times = if matches!(self.shape, 3..=5) { 2 } else { 1 };
        (graded.plain() * times as f64, graded.dimension() * times)
    }
}

/// A random model, its observations, and what its data weighs for each value of `:z`; `None` where all are impossible.
fn model(random: &mut Random, lisp: &mut Interpreter) -> Option<(String, String, Weighed)> {
    let sites: Vec<Site> = (0..1 + random.below(2)).map(|_| Site::random(random, lisp)).collect();
    let statements: Vec<String> = sites.iter().enumerate().map(|(s, site)| site.statement(s)).collect();
    let observed: Vec<String> = sites.iter().enumerate().map(|(s, site)| site.observed(s)).collect();
    let mut weigh = |z: usize| {
        let parts: Vec<(f64, usize)> = sites.iter().map(|site| site.weigh(lisp, z)).collect();
        (parts.iter().map(|(score, _)| score).sum(), parts.iter().map(|(_, dimension)| dimension).sum())
    };
    let weighed: Weighed = (0..VALUES).map(&mut weigh).collect();
    let text = format!("(gen [] (let [z (trace :z (discrete-uniform 0 2))] {} z))", statements.join(" "));
    let possible = weighed.iter().any(|(score, _)| *score > f64::NEG_INFINITY);
    possible.then(|| (text, format!("{{{}}}", observed.join(" ")), weighed))
}

/// The probability of each value of `:z`, and the log evidence.
fn posterior(weighed: &Weighed) -> (Vec<f64>, f64) {
    let possible = weighed.iter().filter(|(score, _)| *score > f64::NEG_INFINITY);
    let least = possible.map(|(_, dimension)| *dimension).min().unwrap_or(0);
    let weights: Vec<f64> =
        weighed.iter().map(|(score, dimension)| if *dimension == least { score.exp() } else { 0.0 }).collect();
    let total: f64 = weights.iter().sum();
    (weights.iter().map(|w| w / total).collect(), (total / VALUES as f64).ln())
}

fn close(found: f64, expected: f64, tolerance: f64) -> bool {
    found == expected || (found - expected).abs() <= tolerance
}

/// Runs a program with the model `m` and the observations `data` that gives numbers.
fn numbers(lisp: &mut Interpreter, text: &str) -> Vec<f64> {
    let found = lisp.eval(&format!("(vec {text})")).unwrap_or_else(|e| panic!("{text}: {e}"));
    let Value::Vector(items) = found else { panic!("{text} gives no vector") };
    items.iter().map(|item| item.as_f64().expect("a number")).collect()
}

/// The shares of each value of `:z` in a result.
fn shares(lisp: &mut Interpreter, seed: u64, result: &str) -> Vec<f64> {
    let share = "(let [p (marginal r :z)] (for [z (range 3)] (get p z 0.0)))";
    numbers(lisp, &format!("(with-seed {seed} (let [r {result}] {share}))"))
}

#[test]
fn probabilities_count_before_densities() {
    let mut lisp = Interpreter::builder().build().expect("an interpreter");
    let (mut random, mut checked, mut mixed, mut swapped, mut refused) = (Random(3), 0, 0, 0, 0);
    while checked < 150 {
        let Some((text, data, weighed)) = model(&mut random, &mut lisp) else { continue };
        checked += 1;
        let (expected, log_ml) = posterior(&weighed);
        let dimensions: Vec<usize> = weighed.iter().filter(|(s, _)| s.is_finite()).map(|(_, d)| *d).collect();
        mixed += usize::from(dimensions.iter().any(|d| *d != dimensions[0]));
        swapped +=
            usize::from(dimensions.len() > 1 && dimensions[0] > 0 && dimensions.iter().all(|d| *d == dimensions[0]));
        lisp.eval(&format!("(def m {text}) (def data {data})")).unwrap_or_else(|e| panic!("{text}: {e}"));
        let report = |what: &str, found: &[f64]| format!("{what}: {found:?}, not {expected:?}, of {text} given {data}");
        let all_close = |found: &[f64], bound: &dyn Fn(f64) -> f64| {
            found.iter().zip(&expected).all(|(p, q)| close(*p, *q, if *q == 0.0 { 0.0 } else { bound(*q) }))
        };

        let found = shares(&mut lisp, 1, "(enumerate m [] data)");
        assert!(all_close(&found, &|_| 1e-9), "{}", report("enumerate", &found));
        let found = numbers(&mut lisp, "[(:log-ml (enumerate m [] data))]");
        assert!(close(found[0], log_ml, 1e-9), "the evidence is {found:?}, not {log_ml}, of {text} given {data}");
        match lisp.eval("(exact m [] data)") {
            Ok(_) => {
                let found =
                    numbers(&mut lisp, "(let [p (:joint (exact m [] data))] (for [z (range 3)] (get p {:z z} 0.0)))");
                assert!(all_close(&found, &|_| 1e-9), "{}", report("exact", &found));
            }
            Err(_) => refused += 1,
        }
        for width in [":float64", ":float32"] {
            let found = shares(&mut lisp, 2, &format!("(importance m [] data {{:particles 2000 :dtype {width}}})"));
            assert!(all_close(&found, &|p| 7.0 * (p / 2000.0_f64).sqrt()), "{}", report("importance", &found));
        }
        for (algorithm, n) in [("mh", 60.0), ("gibbs", 600.0)] {
            let call = format!("({algorithm} m [] data {{:samples 600 :burn 60 :chains 1}})");
            let found = shares(&mut lisp, 3, &call);
            assert!(all_close(&found, &|p| 5.0 * (p * (1.0 - p) / n).sqrt() + 0.01), "{}", report(algorithm, &found));
        }
        for from in (0..VALUES).filter(|z| weighed[*z].0.is_finite()) {
            let start = format!("(merge data {{:z {from}}})");
            for to in 0..VALUES {
                // The interface's weight is the plain ratio; algorithms look at the dimensions too.
                let wanted = weighed[to].0 - weighed[from].0;
                let one = format!("[(:weight (update (:trace (generate m [] {start})) {{:z {to}}}))]");
                let lanes =
                    format!("(lanes->array (:weight (update (:trace (vgenerate m [] {start} 2)) {{:z {to}}})))");
                for call in [one, lanes] {
                    let found = numbers(&mut lisp, &call);
                    let fine = found.iter().all(|w| close(*w, wanted, 1e-9));
                    assert!(fine, "{call} is {found:?}, not {wanted}, of {text} given {data}");
                }
            }
        }
    }
    assert!(mixed > 40 && swapped > 20 && refused < 150, "{mixed} of two kinds, {swapped} of one, {refused} refused");
}

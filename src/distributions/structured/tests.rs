//! Generic tests of every structured family from its declaration: normalization, sampler, gradients, batches.

use super::{Block, Case, FAMILIES, StructuredDist, StructuredFamily};
use crate::Interpreter;
use crate::distributions::density::Density;
use crate::distributions::family::Kind;
use crate::eval::Value;
use crate::eval::key::Key;

fn interpreter() -> Interpreter {
    Interpreter::builder().seed(1).build().expect("an interpreter")
}

/// Each family with each of its cases, as a distribution.
fn for_each(mut f: impl FnMut(&mut Interpreter, &'static StructuredFamily, &Case, &StructuredDist)) {
    let mut lisp = interpreter();
    for family in FAMILIES {
        assert!(!family.cases.is_empty(), "{} has no test cases", family.name);
        for case in family.cases {
            let Ok(Value::Vector(args)) = lisp.eval(&format!("[{}]", case.args)) else { panic!("{}", case.args) };
            let args: Vec<Value> = args.iter().cloned().collect();
            let dist = StructuredDist::new(family, &args).expect("valid parameters");
            f(&mut lisp, family, case, &dist);
        }
    }
}

impl StructuredDist {
    fn density(&self, x: &[f64]) -> f64 {
        let admitted = |p: &[Block<'_, f64>]| (self.family.support)(p).admits(&self.event_of(x, 0));
        if !self.with_blocks(0, admitted) {
            return 0.0;
        }
        self.with_blocks(0, |p| (self.family.logpdf)(&self.event_of(x, 0), p, &super::Point { x, p }).exp())
    }
}

/// The n-th number of van der Corput's sequence.
fn van_der_corput(mut n: u32, base: u32) -> f64 {
    let (mut x, mut scale) = (0.0, 1.0);
    while n > 0 {
        scale /= f64::from(base);
        x += scale * f64::from(n % base);
        n /= base;
    }
    x
}

/// The mean of a function over a box: of integers all points, of numbers Halton's points (1960).
fn integral(family: &StructuredFamily, case: &Case, f: impl Fn(&[f64]) -> f64) -> f64 {
    let value = |point: &[f64]| (case.embed)(point).map_or(0.0, |x| f(&x));
    if family.kind == Kind::Integer {
        let mut points = vec![Vec::new()];
        for (lo, hi) in case.ends {
            let longer =
                |p: &Vec<f64>| (*lo as i64..=*hi as i64).map(|k| [&p[..], &[k as f64]].concat()).collect::<Vec<_>>();
            points = points.iter().flat_map(longer).collect();
        }
        return points.iter().map(|point| value(point)).sum();
    }
    let volume: f64 = case.ends.iter().map(|(lo, hi)| hi - lo).product();
    let n = 300_000;
    let point = |i: u32| -> Vec<f64> {
        let ends = case.ends.iter().zip([2, 3, 5]);
        ends.map(|((lo, hi), base)| lo + (hi - lo) * van_der_corput(i + 1, base)).collect()
    };
    (0..n).map(|i| value(&point(i))).sum::<f64>() * volume / f64::from(n)
}

#[test]
fn densities_integrate_to_one() {
    for_each(|_, family, case, dist| {
        let total = integral(family, case, |x| dist.density(x));
        let tolerance = if family.kind == Kind::Integer { 1e-12 } else { 4e-3 };
        assert!((total - 1.0).abs() < tolerance, "{} {}: {total}", family.name, case.args);
    });
}

#[test]
fn samplers_have_the_moments_of_their_densities() {
    let n = 30_000;
    for_each(|_, family, case, dist| {
        let mut draws = Key::from_seed(7).site(3, 0);
        let xs: Vec<Vec<f64>> = (0..n).map(|_| dist.with_blocks(0, |p| (family.sample)(p, &mut draws))).collect();
        assert!(xs.iter().all(|x| dist.density(x) > 0.0), "{}: a draw off the support", family.name);
        for i in 0..xs[0].len() {
            let mean = xs.iter().map(|x| x[i]).sum::<f64>() / f64::from(n);
            let moment = |k: i32| xs.iter().map(|x| (x[i] - mean).powi(k)).sum::<f64>() / f64::from(n);
            let (variance, fourth) = (moment(2), moment(4));
            if let Some(exact) = dist.with_blocks(0, family.mean) {
                let error = (mean - exact[i]).abs();
                assert!(
                    error <= 4.5 * (variance / f64::from(n)).sqrt() + 1e-12,
                    "{} {i}: {mean} {exact:?}",
                    family.name
                );
            }
            if let Some(exact) = dist.with_blocks(0, family.variance) {
                let error = (variance - exact[i]).abs();
                let spread = ((fourth - variance * variance).max(0.0) / f64::from(n)).sqrt();
                assert!(error <= 4.5 * spread + 1e-9, "{} {}: {variance} {exact:?}", family.name, case.args);
            }
        }
    });
}

/// Products of coordinates tell a sampler's dependence, which means and variances do not.
#[test]
fn samplers_follow_their_densities_jointly() {
    let n = 30_000;
    for_each(|_, family, case, dist| {
        let mut draws = Key::from_seed(5).site(9, 0);
        let test = |x: &[f64]| (x.iter().enumerate().map(|(i, x)| x * (1.3 + i as f64)).sum::<f64>() * 0.7).cos();
        let values: Vec<f64> = (0..n).map(|_| test(&dist.with_blocks(0, |p| (family.sample)(p, &mut draws)))).collect();
        let mean = values.iter().sum::<f64>() / f64::from(n);
        let error = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / f64::from(n) / f64::from(n)).sqrt();
        let exact = integral(family, case, |x| dist.density(x) * test(x));
        assert!((mean - exact).abs() < 4.5 * error + 4e-3, "{} {}: {mean} {exact}", family.name, case.args);
    });
}

/// By every number among the parameters.
#[test]
fn gradients_of_parameters_are_those_of_differences() {
    for_each(|lisp, family, case, dist| {
        let name = family.name;
        let x = sample(lisp, dist);
        lisp.define("x", x);
        let forms = format!(
            "(def args [{}])
             (defn f [args x] (logpdf (apply {name} args) x))
             (def found ((grad (fn [args] (f args x))) args))
             (defn shifted [v path h] (if (empty? path) (+ v h) (update v (first path) shifted (rest path) h)))
             (defn paths [v] (cond (number? v) [[]] :else (mapcat (fn [i w] (map #(cons i %) (paths w))) (range) v)))
             (defn slope [g v path] (let [h 1e-5] (/ (- (g (shifted v path h)) (g (shifted v path (- h)))) (* 2 h))))",
            case.args
        );
        lisp.eval(&forms).unwrap_or_else(|e| panic!("{name}: {e:?}"));
        let check = format!(
            "(mapv (fn [path] [(reduce get found path) (slope #(f % x) args path)]) (filter (fn [path] (and (not= 0 (reduce get args path)) ({} path))) (paths args)))",
            movable(family)
        );
        let pairs = lisp.eval(&check).unwrap_or_else(|e| panic!("{name}: {e:?}"));
        compare(name, &pairs);
    });
}

/// Parameters that can be moved one number at a time: no sizes and counts, no halves of symmetric matrices.
fn movable(family: &StructuredFamily) -> String {
    use super::Requirement::{Cholesky, Count, PositiveDefinite, Size};
    let clauses = family.params.iter().enumerate().map(|(i, param)| match param.must {
        Count | Size => format!("{i} false"),
        PositiveDefinite => format!("{i} (= (nth path 1) (nth path 2))"),
        Cholesky => format!("{i} (<= (nth path 2) (nth path 1))"),
        _ => format!("{i} true"),
    });
    format!("(fn [path] (case (first path) {}))", clauses.collect::<Vec<_>>().join(" "))
}

fn compare(name: &str, pairs: &Value) {
    let Value::Vector(pairs) = pairs else { panic!("{name}: no pairs") };
    for pair in pairs.iter() {
        let Value::Vector(pair) = pair else { panic!("{name}: no pair") };
        let number = |i: usize| pair.get(i).and_then(Value::as_f64).unwrap_or(f64::NAN);
        let (found, slope) = (number(0), number(1));
        assert!(
            (found - slope).abs() < 1e-5 * (1.0 + slope.abs()),
            "{name}: {found} by the tape, {slope} by differences"
        );
    }
}

fn sample(lisp: &mut Interpreter, dist: &StructuredDist) -> Value {
    let mut draws = Key::from_seed(4).site(2, 0);
    dist.sample(lisp.cx(), &mut draws).expect("a draw")
}

/// A directional difference of the value that keeps to the support: one coordinate of the case's box.
#[test]
fn gradients_of_values_are_those_of_differences() {
    for_each(|lisp, family, case, dist| {
        if family.kind != Kind::Real {
            return;
        }
        let middle: Vec<f64> =
            case.ends.iter().enumerate().map(|(i, (lo, hi))| lo + (hi - lo) * (0.31 + 0.05 * i as f64)).collect();
        let Some(x) = (case.embed)(&middle).filter(|x| dist.density(x) > 0.0) else {
            panic!("{}: the middle of the box is off the support", family.name)
        };
        let gradient = value_gradient(lisp, dist, &x);
        for (i, _) in middle.iter().enumerate() {
            let h = 1e-5;
            let at = |shift: f64| {
                let mut point = middle.clone();
                point[i] += shift;
                (case.embed)(&point).expect("next to the middle")
            };
            let (left, right) = (at(-h), at(h));
            let slope = (dist.density(&right).ln() - dist.density(&left).ln()) / (2.0 * h);
            let along: f64 =
                gradient.iter().zip(right.iter().zip(&left)).map(|(g, (r, l))| g * (r - l) / (2.0 * h)).sum();
            assert!((along - slope).abs() < 1e-4 * (1.0 + slope.abs()), "{} {i}: {along} {slope}", family.name);
        }
    });
}

fn value_gradient(lisp: &mut Interpreter, dist: &StructuredDist, x: &[f64]) -> Vec<f64> {
    let value = dist.value_of(x.to_vec()).expect("a value");
    let cx = lisp.cx();
    let tape = cx.new_tape();
    let input = tape.variable(value).expect("numbers");
    let score = dist.score(cx, &input).expect("a score");
    let cotangents = tape.backward(cx, &[(score, Value::float(1.0))]).expect("a pass").of(&input).expect("a gradient");
    super::DenseNumbers::read(&cotangents).expect("readable").expect("numbers").items
}

#[test]
fn batches_score_like_their_events() {
    for_each(|lisp, family, case, dist| {
        let mut draws = Key::from_seed(6).site(1, 0);
        let events: Vec<Vec<f64>> = (0..3).map(|_| dist.with_blocks(0, |p| (family.sample)(p, &mut draws))).collect();
        let sum: f64 = events.iter().map(|x| dist.density(x).ln()).sum();
        // The first parameter repeated along a batch axis of 3, the others broadcast.
        let form = format!("(let [[p & more] [{}]] (into [(mapv (fn [_] p) (range 3))] more))", case.args);
        let Ok(Value::Vector(args)) = lisp.eval(&form) else { panic!("{form}") };
        let batch = StructuredDist::new(family, &args.iter().cloned().collect::<Vec<_>>()).expect("valid");
        let value = batch.value_of(events.concat()).expect("an array");
        let whole = batch.logpdf(lisp.cx(), &value).expect("a score");
        assert!((whole - sum).abs() < 1e-9 * (1.0 + sum.abs()), "{}: {whole} {sum}", family.name);
    });
}

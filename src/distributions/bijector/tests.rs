//! Generic tests of every map from its distribution alone: what a new row of the tables must pass.

use super::Bijector;
use crate::Interpreter;
use crate::distributions::density::Density;
use crate::distributions::elements::elements;
use crate::distributions::support_of::SupportOf;
use crate::distributions::tests::{cases, quadrature};
use crate::distributions::{Dist, Kind, structured};
use crate::eval::gradient::plain;
use crate::eval::key::Key;
use crate::eval::{Cx, Value};

/// Maps that are made of others, and of arrays.
const COMPOSED: &[&str] = &[
    "(gamma (array [[1 2 3] [4 5 6]]) 2)",
    "(uniform (array [0 -4]) (array [[1 2] [3 4]]))",
    "(truncated-normal 0 1 (array [##-Inf -1 ##-Inf 0]) (array [##Inf 2 0 ##Inf]))",
    "(dirichlet [[1 2 3] [4 5 6]])",
    "(piecewise-uniform [[0 1 2] [0 3 4]] [1 1])",
    "(iid (gamma 2 1) [2 2])",
    "(iid (iid (truncated (gamma 2 1) 1 5) 2) 2)",
    "(iid (truncated-normal 0 1 (array [##-Inf -1]) (array [0 ##Inf])) 2)",
    "(iid (wishart 4 [[2 1] [1 3]]) 2)",
    "(iid (product {:a (gamma 2 1) :b (dirichlet [1 2])}) 2)",
    "(iid (transformed (normal 0 1) exp log) 3)",
    "(product (normal 0 1) (iid (beta 2 2) 2) (lkj-cholesky 3 2))",
    "(product (product {:a (uniform 1 3)}) (product))",
    "(truncated (gamma 2 1) 1 5)",
    "(truncated (gamma 2 1) -1 5)",
    "(truncated (pareto 2 1) 0 ##Inf)",
    "(truncated (student-t 3 0 1) ##-Inf 2)",
    "(truncated (normal 0 1) 1 ##Inf)",
    "(mixture [1 2] [(beta 1 2) (uniform 0 1)])",
    "(mixture [1 2] [(dirichlet [1 2]) (dirichlet [2 1])])",
    "(transformed (gamma 2 1) log exp)",
    "(transformed (gamma 2 1) log exp {:support :reals})",
    "(transformed (gamma 2 1) #(* 3 %) #(/ % 3) {:log-det-jacobian (fn [_] (log 3))})",
    "(transformed (mvn [0 0] [[1 0] [0 1]]) exp log {:support :positive})",
    "(gaussian-process [0 1] {:kernel :rbf})",
    "(defdist between [a] \"\" {:sample (fn [a] (sample (uniform 1 a))) :logpdf (fn [x a] (logpdf (uniform 1 a) x)) :support (fn [a] [1 a])}) (between 4)",
    "(defdist wait [] \"\" {:sample #(sample (gamma 1 1)) :logpdf (fn [x] (logpdf (gamma 1 1) x)) :support :positive}) (wait)",
    "(defdist-transform twice [m] {:base (normal m 1) :forward #(* 2 %) :inverse #(/ % 2)}) (twice 3)",
];

/// What a test found wrong is reported for all distributions at once.
fn for_each(mut f: impl FnMut(&mut Cx, &Value, &Bijector) -> Option<String>) {
    let scalar = cases().filter(|(family, _)| family.kind == Kind::Real).map(|(family, p)| {
        let params: Vec<String> = p.iter().map(|x| crate::eval::print::float(*x)).collect();
        format!("({} {})", family.name, params.join(" "))
    });
    let families = structured::FAMILIES.iter().filter(|family| family.kind == Kind::Real);
    let events = families.flat_map(|family| family.cases.iter().map(|case| format!("({} {})", family.name, case.args)));
    let mut lisp = Interpreter::builder().seed(1).build().expect("an interpreter");
    let mut problems = Vec::new();
    for form in scalar.chain(events).chain(COMPOSED.iter().map(|form| form.to_string())) {
        let dist = lisp.eval(&form).unwrap_or_else(|e| panic!("{form}: {e:?}"));
        let transform = density(&dist).transform(lisp.cx()).unwrap_or_else(|e| panic!("{form}: {e:?}"));
        problems.extend(f(lisp.cx(), &dist, &transform).map(|problem| format!("{form}: {problem}")));
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

fn density(dist: &Value) -> &dyn Density {
    dist.as_host::<Dist>().expect("a distribution").density()
}

/// The numbers in a value, in order.
fn numbers(x: &Value) -> Vec<f64> {
    match x {
        Value::Map(map) => map.iter().flat_map(|(_, x)| numbers(x)).collect(),
        Value::Vector(items) => items.iter().flat_map(numbers).collect(),
        x => elements(x).expect("numbers").iter().map(|x| x.as_f64().expect("a number")).collect(),
    }
}

impl Bijector {
    /// The numbers of a value that determine the others.
    fn free(&self, x: &Value) -> Vec<f64> {
        let inner = |parts: &mut dyn Iterator<Item = &Bijector>| match x {
            Value::Vector(items) => parts.zip(items.iter()).flat_map(|(part, x)| part.free(x)).collect(),
            Value::Map(map) => parts.zip(map.iter()).flat_map(|(part, (_, x))| part.free(x)).collect(),
            x => numbers(x),
        };
        match self {
            Bijector::Parts { parts, .. } => inner(&mut parts.iter()),
            Bijector::Rows { n, each } => inner(&mut std::iter::repeat_n(&**each, *n)),
            Bijector::Events(events) => {
                let n = &events.n;
                let row_and_column = |i: usize| ((i / n) % n, i % n);
                let is_free = |i: usize| match (&events.support, row_and_column(i)) {
                    (SupportOf::Simplex(_), (_, col)) => col + 1 < *n,
                    (SupportOf::Covariance(_), (row, col)) => col <= row,
                    (_, (row, col)) => col < row,
                };
                numbers(x).into_iter().enumerate().filter(|(i, _)| is_free(*i)).map(|(_, x)| x).collect()
            }
            _ => numbers(x),
        }
    }

    fn coordinates(&self, u: &[f64]) -> Value {
        if self.is_number() {
            return Value::float(u[0]);
        }
        Value::vector(u.iter().map(|u| Value::float(*u)).collect()).expect("flat")
    }

    /// The value and the logarithm of the Jacobian.
    fn at(&self, cx: &mut Cx, dist: &Value, u: &[f64]) -> (Value, f64) {
        let (x, slope) = self.constrain(cx, dist, &self.coordinates(u)).expect("coordinates");
        (x, slope.as_f64().expect("a number"))
    }

    /// Coordinates of a draw, of the origin, and away from it.
    fn points(&self, cx: &mut Cx, dist: &Value) -> Vec<Vec<f64>> {
        let n = self.size();
        let draw = density(dist).sample(cx, &mut Key::from_seed(4).site(1, 0)).expect("a draw");
        let drawn = numbers(&self.unconstrain(cx, &draw).expect("inside the support"));
        let away = (0..n).map(|i| ((i * i + 1) as f64 * 1.7).sin() * 2.0).collect();
        vec![drawn, vec![0.0; n], away]
    }
}

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * (1.0 + b.abs())
}

#[test]
fn coordinates_give_the_value_back() {
    for_each(|cx, dist, transform| {
        let mut draws = Key::from_seed(2).site(1, 0);
        for _ in 0..20 {
            let x = density(dist).sample(cx, &mut draws).expect("a draw");
            let Ok(u) = transform.unconstrain(cx, &x) else { return Some(format!("no coordinates of {x:?}")) };
            let u = numbers(&u);
            let back = transform.at(cx, dist, &u).0;
            let same = numbers(&x).iter().zip(numbers(&back)).all(|(x, y)| close(y, *x, 1e-9));
            if !same || u.len() != transform.size() || density(dist).check_value(&back).ok() != Some(back.clone()) {
                return Some(format!("{x:?} comes back as {back:?} from {u:?}"));
            }
            let again = numbers(&transform.unconstrain(cx, &back).expect("inside the support"));
            // Next to an end of the support numbers have few digits left.
            if u.iter().zip(again).any(|(u, v)| u.abs() < 10.0 && !close(v, *u, 1e-9)) {
                return Some(format!("{u:?} is not that of {back:?}"));
            }
        }
        None
    });
}

/// The logarithm of a determinant, by elimination with row exchanges.
fn log_det(mut rows: Vec<Vec<f64>>) -> f64 {
    let (n, mut sum) = (rows.len(), 0.0);
    for k in 0..n {
        let best = (k..n).max_by(|i, j| rows[*i][k].abs().total_cmp(&rows[*j][k].abs())).expect("a row");
        rows.swap(k, best);
        let pivot = rows[k].clone();
        for row in &mut rows[k + 1..] {
            let factor = row[k] / pivot[k];
            row.iter_mut().zip(&pivot).for_each(|(x, p)| *x -= factor * p);
        }
        sum += pivot[k].abs().ln();
    }
    sum
}

/// Derivatives of a function of coordinates by each of these, from differences of the fourth order.
fn slopes(u: &[f64], mut f: impl FnMut(&[f64]) -> f64) -> Vec<f64> {
    let h = 1e-3;
    let mut across = |i: usize, h: f64| {
        let mut moved = |h: f64| f(&[&u[..i], &[u[i] + h], &u[i + 1..]].concat());
        moved(h) - moved(-h)
    };
    (0..u.len()).map(|i| (8.0 * across(i, h) - across(i, 2.0 * h)) / (12.0 * h)).collect()
}

#[test]
fn the_jacobian_is_that_of_differences() {
    for_each(|cx, dist, transform| {
        for u in transform.points(cx, dist) {
            let (x, slope) = transform.at(cx, dist, &u);
            let free = transform.free(&x).len();
            assert_eq!(free, u.len(), "as many free numbers as coordinates");
            let rows = (0..free).map(|i| slopes(&u, |u| transform.free(&transform.at(cx, dist, u).0)[i])).collect();
            let expected = log_det(rows);
            if !close(slope, expected, 1e-6) {
                return Some(format!("at {u:?} it is {slope}, not {expected}"));
            }
        }
        None
    });
}

/// Σ wᵢ xᵢ with weights that tell the elements apart, for plain numbers and for variables.
const WEIGHTED: &str = "(fn weighted [x] (cond (number? x) x (map? x) (weighted (vec (vals x))) :else (reduce + (map-indexed (fn [i x] (* (+ i 0.5) (weighted x))) x))))";

#[test]
fn gradients_pass_through() {
    let mut lisp = Interpreter::builder().seed(1).build().expect("an interpreter");
    let functions = [
        "#(:log-jacobian (constrain dist %))".to_string(),
        format!("#({WEIGHTED} (:value (constrain dist %)))"),
        format!("#({WEIGHTED} (unconstrain dist (:value (constrain dist %))))"),
    ];
    for_each(|cx, dist, transform| {
        for u in transform.points(cx, dist) {
            for f in functions.iter().filter(|_| !u.is_empty()) {
                lisp.define("dist", dist.clone());
                lisp.define("u", transform.coordinates(&u));
                let found = lisp.eval(&format!("(def f {f}) ((grad f) (if (number? u) u (array u)))"));
                let found = numbers(&found.unwrap_or_else(|e| panic!("{dist:?} {f}: {e:?}")));
                let mut at = |u: &[f64]| {
                    lisp.define("u", transform.coordinates(u));
                    lisp.eval("(f u)").expect("a number").as_f64().expect("a number")
                };
                let expected = slopes(&u, &mut at);
                if found.len() != u.len() || !found.iter().zip(&expected).all(|(a, b)| close(*a, *b, 1e-6)) {
                    return Some(format!("{f} has at {u:?} the gradient {found:?}, not {expected:?}"));
                }
            }
        }
        None
    });
}

#[test]
fn nothing_breaks_far_out() {
    for_each(|cx, dist, transform| {
        let n = transform.size();
        let alternating = |x: f64| (0..n).map(|i| if i % 2 == 0 { x } else { -x }).collect();
        for u in
            [vec![700.0; n], vec![-700.0; n], vec![40.0; n], vec![-40.0; n], alternating(700.0), alternating(-700.0)]
        {
            let (x, slope) = transform.at(cx, dist, &u);
            let score = density(dist).logpdf(cx, &x).expect("a score");
            let through = matches!(transform, Bijector::Through(_));
            if numbers(&x).iter().any(|x| x.is_nan()) || !(slope.is_finite() || through) || score.is_nan() {
                return Some(format!("{x:?} at {u:?}, {slope}, {score}"));
            }
        }
        None
    });
}

/// The density of the coordinate: what inference moves in.
#[test]
fn densities_of_coordinates_integrate_to_one() {
    for_each(|cx, dist, transform| {
        if !transform.is_number() {
            return None;
        }
        // From a draw to either side, which finds the narrowest peak; kinks and jumps leave small errors.
        let mut total = 0.0;
        let middle = transform.points(cx, dist)[0][0];
        let sides = [(f64::NEG_INFINITY, middle), (middle, f64::INFINITY)];
        for (u, w) in sides.into_iter().flat_map(|(lo, hi)| quadrature::nodes(lo, hi).step_by(20)) {
            let (x, slope) = transform.at(cx, dist, &[u]);
            let part = (density(dist).logpdf(cx, &x).expect("a score") + slope).exp() * 20.0 * w;
            total += if part.is_finite() { part } else { 0.0 };
        }
        (!close(total, 1.0, 1e-4)).then(|| format!("the integral is {total}"))
    });
}

#[test]
fn variables_are_values_all_the_same() {
    let mut lisp = Interpreter::builder().seed(1).build().expect("an interpreter");
    for_each(|cx, dist, transform| {
        let u = transform.points(cx, dist).swap_remove(2);
        let coordinates = transform.coordinates(&u);
        let tape = lisp.cx().new_tape();
        let variables = crate::eval::gradient::lift_argument(&tape, &coordinates).expect("numbers");
        let (x, slope) = transform.at(cx, dist, &u);
        let (y, other) = transform.constrain(cx, dist, &variables).expect("coordinates");
        let (y, other) = (plain(&y).expect("data"), plain(&other).expect("a number").as_f64().expect("a number"));
        let same = numbers(&x).iter().zip(numbers(&y)).all(|(x, y)| close(y, *x, 1e-12));
        (!same || !close(other, slope, 1e-12)).then(|| format!("{x:?} and {slope}, but {y:?} and {other}"))
    });
}

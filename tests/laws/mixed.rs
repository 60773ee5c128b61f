//! Distributions with masses and densities, nested at random: cdfs rise by the masses at their steps and by the integral
//! of the density between them, quantiles and draws agree with them, and transforms keep the masses.

use crate::generators::Random;
use genlisp::internals::distributions::{Density, Dist};
use genlisp::internals::error::Code;
use genlisp::internals::tensor::special::legendre;
use genlisp::{Interpreter, Value};

/// Steps of cdfs and kinks of densities are at multiples of a half.
const HALVES: std::ops::RangeInclusive<i32> = -12..=24;

impl Random {
    fn leaf(&mut self) -> String {
        match self.below(7) {
            0 => format!("(normal {} 1)", self.half()),
            1 => "(gamma 2 1)".to_string(),
            2 => format!("(uniform {} 3)", self.half()),
            3 => format!("(delta {})", self.half()),
            4 => "(empirical {-0.5 1, 0.5 1, 1.5 2})".to_string(),
            5 => "(poisson 1)".to_string(),
            _ => "(normal 0 2)".to_string(),
        }
    }

    pub fn dist(&mut self, levels: u32) -> String {
        if levels == 0 {
            return self.leaf();
        }
        let inner = self.dist(levels - 1);
        let lo = self.half();
        let hi = lo + 0.5 + self.below(6) as f64 / 2.0;
        match self.below(4) {
            0 => format!("(mixture [1 {}] [{inner} {}])", 1 + self.below(3), self.dist(levels - 1)),
            1 => format!("(zero-inflated 0.25 {inner})"),
            2 => format!("(truncated {inner} {lo} {hi})"),
            _ => format!("(censored {inner} {lo} {hi})"),
        }
    }
}

fn made(lisp: &mut Interpreter, text: &str) -> Option<Value> {
    match lisp.eval(text) {
        Ok(made) => Some(made),
        // The interval may have no probability.
        Err(error) => {
            assert_eq!(error.code, Code::Parameter, "{text}: {error}");
            None
        }
    }
}

/// Calls a check with each of some distributions that can be made, and gathers what is wrong.
fn each(check: fn(&mut Interpreter, &dyn Density, &mut Vec<String>)) {
    let mut lisp = Interpreter::builder().build().expect("an interpreter");
    let (mut random, mut checked, mut problems) = (Random(1), 0, Vec::new());
    while checked < 200 {
        let text = random.dist(1 + checked % 3);
        let Some(made) = made(&mut lisp, &text) else { continue };
        checked += 1;
        let mut found = Vec::new();
        check(&mut lisp, made.as_host::<Dist>().expect("a distribution").density(), &mut found);
        problems.extend(found.into_iter().map(|problem| format!("{text}: {problem}")));
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// The probability of a value itself, and its density.
fn parts(lisp: &mut Interpreter, dist: &dyn Density, x: f64) -> (f64, f64) {
    let graded = dist.graded(lisp.cx(), &Value::float(x)).expect("a score");
    let p = graded.plain().exp();
    if graded.is_mass() { (p, 0.0) } else { (0.0, p) }
}

fn cdf(lisp: &mut Interpreter, dist: &dyn Density, x: f64) -> f64 {
    let found = dist.cdf(lisp.cx(), &Value::float(x)).expect("a cdf");
    found.and_then(|p| p.as_f64()).expect("a number")
}

fn same(problems: &mut Vec<String>, what: &str, found: f64, expected: f64) {
    let apart = (found - expected).abs();
    if apart.is_nan() || apart > 1e-7 {
        problems.push(format!("{what} is {found:e}, not {expected:e}"));
    }
}

#[test]
fn cdfs_rise_by_masses_and_densities() {
    each(|lisp, dist, problems| {
        let mut below = f64::NAN;
        for x in HALVES.map(|k| f64::from(k) / 2.0) {
            let (upto, (mass, _)) = (cdf(lisp, dist, x), parts(lisp, dist, x));
            let before = cdf(lisp, dist, x - 1e-10);
            same(problems, &format!("the mass at {x}"), mass, upto - before);
            if below.is_finite() {
                let cell = std::cell::RefCell::new(&mut *lisp);
                let dense = legendre(0.5, |t| parts(&mut cell.borrow_mut(), dist, x - 0.5 + t).1);
                same(problems, &format!("the mass below {x}"), dense, before - below);
            }
            below = upto;
        }
    });
}

#[test]
fn quantiles_are_where_cdfs_reach_shares() {
    each(|lisp, dist, problems| {
        for share in (0..40).map(|i| (f64::from(i) + 0.5) / 40.0) {
            let found = dist.quantile(lisp.cx(), &Value::float(share)).expect("a quantile");
            let x = found.and_then(|x| x.as_f64()).expect("a number");
            let (mass, density) = parts(lisp, dist, x);
            if mass == 0.0 && density == 0.0 {
                problems.push(format!("the quantile of {share} is {x}, which is no value"));
            }
            if cdf(lisp, dist, x) < share - 1e-9 || cdf(lisp, dist, x - 1e-6 * (1.0 + x.abs())) > share + 1e-9 {
                problems.push(format!("the quantile of {share} is {x}, up to which lies {}", cdf(lisp, dist, x)));
            }
        }
    });
}

#[test]
fn draws_are_values_as_often_as_cdfs_say() {
    each(|lisp, dist, problems| {
        const DRAWS: usize = 600;
        let mut drawn = Vec::with_capacity(DRAWS);
        for i in 0..DRAWS {
            let key = genlisp::internals::eval::key::Key::from_seed(i as u64);
            let value = dist.sample(lisp.cx(), &mut key.site(0, 0)).expect("a draw");
            if dist.logpdf(lisp.cx(), &value).expect("a score") == f64::NEG_INFINITY {
                problems.push(format!("{value:?} was drawn, which is no value"));
            }
            drawn.push(value.as_f64().expect("a number"));
        }
        for x in HALVES.map(|k| f64::from(k) / 2.0) {
            let share = drawn.iter().filter(|drawn| **drawn <= x).count() as f64 / DRAWS as f64;
            let expected = cdf(lisp, dist, x);
            if (share - expected).abs() > 4.5 * (expected * (1.0 - expected) / DRAWS as f64).sqrt() + 0.005 {
                problems.push(format!("{share} of the draws lie up to {x}, not {expected}"));
            }
        }
    });
}

#[test]
fn transforms_keep_masses_and_stretch_densities() {
    let mut lisp = Interpreter::builder().build().expect("an interpreter");
    let mut random = Random(2);
    for i in 0..100 {
        let text = random.dist(1 + i % 2);
        let doubled = format!("(transformed {text} (fn [x] (* 2 x)) (fn [y] (/ y 2)))");
        let (Some(whole), Some(seen)) = (made(&mut lisp, &text), made(&mut lisp, &doubled)) else { continue };
        let of = |value: &Value, lisp: &mut Interpreter, x: f64| {
            parts(lisp, value.as_host::<Dist>().expect("a distribution").density(), x)
        };
        for x in [-1.0, -0.5, 0.0, 0.3, 0.5, 1.0, 1.7, 2.0] {
            let ((mass, density), found) = (of(&whole, &mut lisp, x), of(&seen, &mut lisp, 2.0 * x));
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-12;
            assert!(close(found.0, mass) && close(found.1, density / 2.0), "{doubled} at {x}: {found:?}");
        }
    }
}

//! Distributions made of others: densities integrate to what cdfs say, quantiles invert these, told moments are those of
//! the density, and derivatives are slopes.

use genlisp::internals::distributions::{Density, Dist};
use genlisp::internals::tensor::special::legendre;
use genlisp::{Interpreter, Value};

const REAL: [&str; 25] = [
    "(mixture [1 3] [(normal 0 1) (normal 5 0.5)])",
    "(mixture [1e308 1e308] [(normal 0 1) (student-t 9 1 2)])",
    "(mixture [1e-310 3e-310] [(gamma 3 2) (exponential 1)])",
    "(truncated (normal 0 1) 8 9)",
    "(truncated (normal 0 1) 1000 1001)",
    "(truncated (normal 0 1e6) 3 4)",
    "(truncated (beta 2 0.5) 0.5 1)",
    "(truncated (exponential 1) 1 4)",
    "(truncated (exponential 1) 1000 1001)",
    "(truncated (gamma 3 1) 500 ##Inf)",
    "(truncated (gamma 0.1 1) 1 2)",
    "(truncated (student-t 3 0 1) 1e3 ##Inf)",
    "(truncated (cauchy 0 1) -2 5)",
    "(truncated (log-normal 0 1) 100 200)",
    "(truncated (mixture [1 1] [(normal -3 1) (normal 3 1)]) 0 1)",
    "(truncated (laplace 0 1) 20 30)",
    "(truncated (gumbel 0 1) 20 30)",
    "(truncated (laplace 0 1) -30 -20)",
    "(truncated (gumbel 0 1) -4 -3)",
    "(truncated (logistic 0 1) ##-Inf -25)",
    "(truncated (truncated (normal 0 1) 0 ##Inf) 7 8)",
    "(truncated (weibull 2 1) 6 ##Inf)",
    "(truncated (uniform 0 4) 1 3)",
    "(truncated (inverse-gamma 3 2) 40 ##Inf)",
    "(triangle 2.0)",
];

const WHOLE: [&str; 10] = [
    "(mixture [1 1] [(poisson 2) (poisson 9)])",
    "(mixture [1e308 1e308] [(binomial 4 0.5) (geometric 0.2)])",
    "(zero-inflated 0.25 (poisson 4))",
    "(zero-inflated 0 (poisson 4))",
    "(truncated (poisson 2) 1 ##Inf)",
    "(truncated (poisson 2) 40 60)",
    "(truncated (poisson 200) 1 9)",
    "(truncated (binomial 100 0.5) 90.5 99.5)",
    "(truncated (geometric 0.01) 4000 ##Inf)",
    "(censored (poisson 4) 1 6)",
];

struct Law {
    lisp: Interpreter,
    problems: Vec<String>,
}

impl Law {
    fn number(&mut self, form: &str) -> f64 {
        match self.lisp.eval(form).map(|value| value.as_f64()) {
            Ok(Some(x)) => x,
            found => {
                self.problems.push(format!("{form}: {found:?}"));
                f64::NAN
            }
        }
    }

    fn same(&mut self, what: &str, found: f64, expected: f64, slack: f64) {
        let apart = (found - expected).abs();
        if found != expected && (apart.is_nan() || apart > slack) {
            self.problems.push(format!("{what} is {found:e}, not {expected:e} ± {slack:e}"));
        }
    }
}

fn each(dists: &[&str], check: fn(&mut Law, &dyn Density, &str)) {
    let mut law = Law { lisp: Interpreter::builder().build().expect("an interpreter"), problems: Vec::new() };
    law.lisp.eval(crate::draws::DEFINITIONS).expect("the definitions");
    for text in dists {
        let made = law.lisp.eval(&format!("(def d {text}) d")).expect("a distribution");
        check(&mut law, made.as_host::<Dist>().expect("a distribution").density(), text);
    }
    assert!(law.problems.is_empty(), "\n{}", law.problems.join("\n"));
}

fn told(found: genlisp::internals::error::Result<Option<Value>>) -> Option<f64> {
    found.expect("a number, if it is known")?.as_f64()
}

/// ∫ f(x) p(x) dx from a to b, in pieces.
fn integral(law: &mut Law, dist: &dyn Density, a: f64, b: f64, f: impl Fn(f64) -> f64) -> f64 {
    let width = (b - a) / 4.0;
    let mut piece = |start: f64| {
        let cx = std::cell::RefCell::new(law.lisp.cx());
        let density = |t: f64| dist.logpdf(&mut cx.borrow_mut(), &Value::float(start + t)).expect("a score").exp();
        legendre(width, |t| f(start + t) * density(t))
    };
    (0..4).map(|i| piece(a + f64::from(i) * width)).sum()
}

#[test]
fn densities_of_reals_are_slopes_of_cdfs() {
    each(&REAL, |law, dist, text| {
        let shares: Vec<f64> =
            [0.001, 0.01].into_iter().chain((1..20).map(|i| f64::from(i) / 20.0)).chain([0.99]).collect();
        let cdf = |law: &mut Law, x: f64| told(dist.cdf(law.lisp.cx(), &Value::float(x)));
        let quantile = |law: &mut Law, p: f64| told(dist.quantile(law.lisp.cx(), &Value::float(p)));
        let Some(mut x) = quantile(law, shares[0]) else { return };
        for pair in shares.windows(2) {
            let next = quantile(law, pair[1]).unwrap_or(f64::NAN);
            let mass = integral(law, dist, x, next, |_| 1.0);
            // A quantile is told to the last digit of the value, which may be many of the share.
            let grain = 4.0 * f64::EPSILON * next.abs() * mass / (next - x);
            law.same(&format!("{text}: the mass from {x} to {next}"), mass, pair[1] - pair[0], 1e-7 + grain);
            let share = cdf(law, next).unwrap_or(f64::NAN);
            law.same(&format!("{text}: the cdf at {next}"), share, pair[1], 1e-9 + grain);
            x = next;
        }
        let slope = law.number(&format!("((grad (fn [x] (cdf d x))) {x:?})"));
        let density = dist.logpdf(law.lisp.cx(), &Value::float(x)).expect("a score").exp();
        law.same(&format!("{text}: the slope of the cdf at {x}"), slope, density, 1e-9 * density);
    });
}

#[test]
fn slopes_of_densities_are_differences() {
    each(&REAL, |law, dist, text| {
        for share in [0.1, 0.5, 0.9] {
            let Some(x) = told(dist.quantile(law.lisp.cx(), &Value::float(share))) else { return };
            let spread = told(dist.quantile(law.lisp.cx(), &Value::float(share + 0.05))).unwrap_or(f64::NAN) - x;
            let step = 1e-3 * spread;
            let mut at = |x: f64| dist.logpdf(law.lisp.cx(), &Value::float(x)).expect("a score");
            let expected =
                (8.0 * (at(x + step) - at(x - step)) - (at(x + 2.0 * step) - at(x - 2.0 * step))) / (12.0 * step);
            let grain = 1e-13 * (1.0 + at(x).abs()) / step;
            let slope = law.number(&format!("((grad (fn [x] (logpdf d x))) {x:?})"));
            law.same(&format!("{text}: the slope at {x}"), slope, expected, 1e-6 * expected.abs() + grain);
        }
    });
}

#[test]
fn told_moments_are_those_of_the_density() {
    each(&REAL, |law, dist, text| {
        let (mean, variance) = (told(dist.mean(law.lisp.cx())), told(dist.variance(law.lisp.cx())));
        let (Some(mean), Some(variance)) = (mean, variance) else { return };
        let mut ends = Vec::new();
        for share in [1e-14, 1e-10, 1e-6, 1e-3, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999, 1.0 - 1e-6, 1.0 - 1e-10, 1.0 - 1e-14] {
            match told(dist.quantile(law.lisp.cx(), &Value::float(share))) {
                Some(x) => ends.push(x),
                // Without a quantile, of what lies in an interval.
                None => return,
            }
        }
        let sd = variance.sqrt();
        let mut moments = [0.0; 2];
        for pair in ends.windows(2) {
            moments[0] += integral(law, dist, pair[0], pair[1], |x| (x - mean) / sd);
            moments[1] += integral(law, dist, pair[0], pair[1], |x| ((x - mean) / sd).powi(2));
        }
        law.same(&format!("{text}: the mean, in standard deviations from {mean}"), moments[0], 0.0, 1e-6);
        law.same(&format!("{text}: the variance over {variance}"), moments[1], 1.0, 1e-6);
    });
}

#[test]
fn probabilities_of_integers_are_steps_of_cdfs() {
    each(&WHOLE, |law, dist, text| {
        let last = told(dist.quantile(law.lisp.cx(), &Value::float(1.0 - 1e-12))).expect("a quantile");
        let first = told(dist.quantile(law.lisp.cx(), &Value::float(0.0))).expect("a quantile");
        let (mut total, mut below, mut mean, mut square) = (0.0, 0.0, 0.0, 0.0);
        for k in first as i64..=last as i64 {
            let mass = dist.logpdf(law.lisp.cx(), &Value::Int(k)).expect("a score").exp();
            (total, mean) = (total + mass, mean + mass * k as f64);
            square += mass * (k as f64).powi(2);
            let share = told(dist.cdf(law.lisp.cx(), &Value::Int(k))).expect("a cdf");
            law.same(&format!("{text}: the cdf at {k}"), share, total, 1e-9);
            if share - below > 1e-9 {
                let middle = dist.quantile(law.lisp.cx(), &Value::float(0.5 * (share + below))).expect("a quantile");
                if middle != Some(Value::Int(k)) {
                    law.problems.push(format!("{text}: the quantile is {middle:?}, not {k}"));
                }
            }
            below = share;
        }
        law.same(&format!("{text}: all probability"), total, 1.0, 1e-9);
        if let (Some(told_mean), Some(variance)) = (told(dist.mean(law.lisp.cx())), told(dist.variance(law.lisp.cx())))
        {
            law.same(&format!("{text}: the mean"), told_mean, mean, 1e-7 * mean.abs());
            law.same(&format!("{text}: the variance"), variance, square - mean * mean, 1e-6 * variance);
        }
    });
}

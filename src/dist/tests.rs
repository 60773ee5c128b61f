//! Generic tests of every family: normalization, sampler against density, off-support values.

use super::*;
use crate::eval::key::Key;

/// Parameters to test each family at.
fn cases(family: &Family) -> Vec<Vec<f64>> {
    match family.name {
        "normal" => vec![vec![0.0, 1.0], vec![-3.0, 0.2]],
        "uniform" => vec![vec![-1.0, 3.0]],
        "bernoulli" | "flip" => vec![vec![0.3], vec![0.95]],
        "beta" => vec![vec![2.0, 5.0], vec![1.5, 1.2]],
        "gamma" => vec![vec![3.0, 2.0], vec![1.2, 0.5]],
        "exponential" => vec![vec![0.7]],
        "categorical" => vec![vec![1.0, 2.0, 0.0, 5.0]],
        "poisson" => vec![vec![0.8], vec![12.0]],
        other => panic!("no test parameters for {other}"),
    }
}

/// An interval that holds all but a negligible part.
fn range(family: &Family, p: &[f64]) -> (f64, f64) {
    let (mean, sd) = ((family.mean)(p), (family.variance)(p).sqrt());
    match family.support {
        Support::UnitInterval => (0.0, 1.0),
        Support::Positive | Support::NonNegative | Support::Counts => (0.0, mean + 40.0 * sd),
        Support::Between(..) => (p[0], p[1]),
        Support::Indices => (0.0, p.len() as f64 - 1.0),
        Support::Binary | Support::Booleans => (0.0, 1.0),
        _ => (mean - 12.0 * sd, mean + 12.0 * sd),
    }
}

#[test]
fn densities_integrate_to_one() {
    for family in FAMILIES {
        for p in cases(family) {
            let (lo, hi) = range(family, &p);
            let density = |x: f64| (family.logpdf)(x, &p).exp();
            let total: f64 = if family.kind == Kind::Real {
                let n = 400_000;
                let h = (hi - lo) / f64::from(n);
                (0..n).map(|i| density(lo + (f64::from(i) + 0.5) * h) * h).sum()
            } else {
                (lo as i64..=hi as i64).map(|k| density(k as f64)).sum()
            };
            assert!((total - 1.0).abs() < 1e-4, "{} {p:?}: {total}", family.name);
        }
    }
}

#[test]
fn samplers_have_the_moments_of_their_densities() {
    let n = 40_000;
    for family in FAMILIES {
        for p in cases(family) {
            let mut draws = Key::from_seed(11).site(5, 0);
            let xs: Vec<f64> = (0..n).map(|_| (family.sample)(&p, &mut draws)).collect();
            assert!(xs.iter().all(|x| (family.logpdf)(*x, &p).is_finite()), "{}: a draw off the support", family.name);
            let mean = xs.iter().sum::<f64>() / n as f64;
            let se = ((family.variance)(&p) / n as f64).sqrt();
            assert!((mean - (family.mean)(&p)).abs() < 4.5 * se, "{} {p:?}: mean {mean}", family.name);
            let variance = xs.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n as f64;
            let fourth = xs.iter().map(|x| (x - mean).powi(4)).sum::<f64>() / n as f64;
            let se = ((fourth - variance * variance).max(1e-12) / n as f64).sqrt();
            assert!(
                (variance - (family.variance)(&p)).abs() < 4.5 * se + 1e-9,
                "{} {p:?}: variance {variance}",
                family.name
            );
        }
    }
}

/// Kolmogorov's distance between draws and the integrated density.
#[test]
fn samplers_follow_their_densities() {
    let n = 20_000;
    for family in FAMILIES.iter().filter(|f| f.kind == Kind::Real) {
        for p in cases(family) {
            let mut draws = Key::from_seed(3).site(9, 0);
            let mut xs: Vec<f64> = (0..n).map(|_| (family.sample)(&p, &mut draws)).collect();
            xs.sort_by(f64::total_cmp);
            let (lo, hi) = range(family, &p);
            let steps = 200_000;
            let h = (hi - lo) / f64::from(steps);
            let (mut below, mut worst, mut next) = (0.0, 0.0f64, 0);
            for i in 0..steps {
                let x = lo + f64::from(i) * h;
                while next < n && xs[next] < x {
                    next += 1;
                }
                worst = worst.max((next as f64 / n as f64 - below).abs());
                below += (family.logpdf)(x + 0.5 * h, &p).exp() * h;
            }
            // The 99.99 % point of Kolmogorov's statistic is 2.23 / sqrt(n).
            assert!(worst < 2.23 / (n as f64).sqrt(), "{} {p:?}: distance {worst}", family.name);
        }
    }
}

#[test]
fn off_the_support_is_minus_infinity_and_never_nan() {
    let odd = [f64::NEG_INFINITY, -1e100, -2.5, -1.0, -0.0, 0.5, 1.5, 2.0, 1e9 + 0.5, 1e100, f64::INFINITY];
    for family in FAMILIES {
        for p in cases(family) {
            for x in odd {
                let l = (family.logpdf)(x, &p);
                assert!(!l.is_nan(), "{} {p:?} at {x}", family.name);
                let inside = match family.support {
                    Support::Between(..) => (p[0]..=p[1]).contains(&x),
                    Support::Indices => x.fract() == 0.0 && p.get(x as usize).is_some_and(|w| x >= 0.0 && *w > 0.0),
                    support => support.admits(x),
                };
                assert_eq!(l > f64::NEG_INFINITY, inside, "{} {p:?} at {x}: {l}", family.name);
            }
        }
    }
}

#[test]
fn arrays_score_like_their_elements() {
    use crate::eval::arrays::from_value;
    use crate::tensor::{Array, DType};
    for family in FAMILIES.iter().filter(|f| !f.weighted) {
        for p in cases(family) {
            let mut draws = Key::from_seed(2).site(1, 0);
            let xs: Vec<f64> = (0..7).map(|_| (family.sample)(&p, &mut draws)).collect();
            let sum: f64 = xs.iter().map(|x| (family.logpdf)(*x, &p)).sum();
            let column = Value::vector(xs.iter().map(|x| Value::float(*x)).collect()).expect("flat");
            let array = Value::array(from_value(&column).expect("numbers"));
            let repeated = |x: f64| Value::array(Array::full(&[7], x, DType::Float64).expect("seven"));
            let args: Vec<Value> = p.iter().map(|x| repeated(*x)).collect();
            let params = Params::check(family, &args).expect("valid");
            let whole = params.logpdf(family, &array).expect("scores");
            assert!((whole - sum).abs() < 1e-9 * (1.0 + sum.abs()), "{}: {whole} {sum}", family.name);
        }
    }
}

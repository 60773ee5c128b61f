//! Distribution functions and quantiles, where a family has them.

use super::{Problems, cases, quadrature, values};
use crate::distributions::{Family, Kind};
use crate::eval::key::Key;

/// The cases that have a distribution function, with it.
fn with_cdf() -> impl Iterator<Item = (&'static Family, &'static [f64], impl Fn(f64) -> f64)> {
    let known = cases().filter(|(family, _)| family.cdf.is_some());
    known.map(|(family, p)| (family, p, |x: f64| family.cdf_at(x, p).expect("it has one")))
}

#[test]
fn distribution_functions_sum_the_density() {
    let mut problems = Problems::default();
    for (family, p, cdf) in with_cdf() {
        let mut draws = Key::from_seed(4).site(3, 0);
        let density = |x: f64| (family.logpdf)(x, p).exp();
        for _ in 0..4 {
            let x = (family.sample)(p, &mut draws);
            let (found, (lo, _)) = (cdf(x), family.support.ends(p));
            let below: f64 = match family.kind {
                Kind::Real => quadrature::integral(density, lo, x),
                _ => values(family, p).take_while(|k| *k <= x).map(density).sum(),
            };
            problems.check((found - below).abs() < 1e-6, family, p, || format!("{found} at {x}, not {below}"));
        }
        let ends = (cdf(f64::NEG_INFINITY), cdf(f64::INFINITY));
        problems.check(ends == (0.0, 1.0), family, p, || format!("{ends:?} at the infinities"));
    }
}

#[test]
fn quantiles_invert_distribution_functions() {
    let mut problems = Problems::default();
    for (family, p, cdf) in with_cdf() {
        let mut last = f64::NEG_INFINITY;
        for q in [1e-10, 1e-3, 0.3, 0.5, 0.9, 0.999] {
            let x = family.quantile_at(q, p).expect("it has one");
            // A cdf cannot be inverted better than its slope over the spacing of doubles allows.
            let slack = 1e-9 * q + 4.0 * (cdf(x.next_up()) - cdf(x.next_down()));
            let right = if family.kind == Kind::Real {
                (cdf(x) - q).abs() <= slack
            } else {
                x == x.round() && cdf(x) >= q * (1.0 - 1e-12) && cdf(x - 1.0) < q
            };
            problems.check(right && x >= last, family, p, || format!("{x} for {q}, which has {}", cdf(x)));
            last = x;
        }
        let ends = (family.quantile_at(0.0, p), family.quantile_at(1.0, p));
        let (lo, hi) = family.support.ends(p);
        problems.check(ends == (Some(lo), Some(hi)), family, p, || format!("{ends:?} for 0 and 1"));
    }
}

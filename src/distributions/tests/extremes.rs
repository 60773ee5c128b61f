//! Extreme parameters: no density is NaN, no sampler hangs or leaves the support.

use super::Problems;
use crate::distributions::{FAMILIES, Family};
use crate::eval::key::Key;

const SIZES: [f64; 12] = [-1e308, -1e9, -0.7, 0.0, 1e-310, 1e-3, 0.4, 1.0, 30.0, 1e9, 1e17, 1e308];

/// Every valid combination of sizes.
fn extremes(family: &Family) -> Vec<Vec<f64>> {
    let mut rows = vec![Vec::new()];
    for param in family.params {
        let sizes = SIZES.iter().chain([&f64::NEG_INFINITY, &f64::INFINITY]).filter(|x| param.support.admits(**x));
        let sizes: Vec<f64> = sizes.copied().collect();
        rows = rows.iter().flat_map(|row| sizes.iter().map(|x| [&row[..], &[*x]].concat())).collect();
    }
    rows.retain(|row| family.invalid(row).is_none());
    rows
}

#[test]
fn no_density_is_nan() {
    let mut problems = Problems::default();
    for family in FAMILIES {
        for p in extremes(family) {
            for x in SIZES.into_iter().chain([2.0, 1e-300, 0.5 * std::f64::consts::PI]) {
                let l = (family.logpdf)(x, &p);
                problems.check(!l.is_nan(), family, &p, || format!("NaN at {x:e}"));
            }
        }
    }
}

#[test]
fn every_draw_ends_and_lies_in_the_support() {
    let mut problems = Problems::default();
    for family in FAMILIES {
        let mut draws = Key::from_seed(8).site(2, 0);
        for p in extremes(family) {
            let (lo, hi) = family.support.ends(&p);
            let x = (family.sample)(&p, &mut draws);
            problems.check((lo..=hi).contains(&x) && x.is_finite(), family, &p, || format!("drew {x:e}"));
        }
    }
}

#[test]
fn distribution_functions_stay_between_zero_and_one() {
    let mut problems = Problems::default();
    for family in FAMILIES.iter().filter(|family| family.cdf.is_some()) {
        for p in extremes(family) {
            for x in [-1.0, 0.0, 0.5, 3.0, 1e9] {
                let below = family.cdf_at(x, &p).expect("it has one");
                problems.check((0.0..=1.0).contains(&below), family, &p, || format!("{below} at {x:e}"));
            }
        }
    }
}

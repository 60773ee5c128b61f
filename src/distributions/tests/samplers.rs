//! Samplers against densities: Kolmogorov's distance for reals, Pearson's χ² for the others.

use super::{cases, quadrature, values};
use crate::distributions::{Family, Kind, lanes};
use crate::eval::key::Key;
use crate::tensor::DType;
use crate::tensor::lanes::{Operand, random::LaneIds};

const N: usize = 20_000;

/// Draws one by one, and in lanes of either width.
fn draws_of(family: &Family, p: &[f64]) -> Vec<Vec<f64>> {
    let mut draws = Key::from_seed(3).site(9, 0);
    let params: Vec<Operand> = p.iter().map(|x| Operand::Float(*x)).collect();
    let lanes = |float| {
        let ids = LaneIds::Range { first: 7, n: N };
        lanes::sample(family, &params, Key::from_seed(3), 9, ids, float).expect("numbers").to_f64()
    };
    let one_by_one = (0..N).map(|_| (family.sample)(p, &mut draws)).collect();
    let mut all = vec![one_by_one, lanes(DType::Float64)];
    if p.iter().all(|x| (*x as f32).is_finite()) {
        all.push(lanes(DType::Float32));
    }
    for xs in &mut all {
        assert!(xs.iter().all(|x| (family.logpdf)(*x, p).is_finite()), "{} {p:?}: a draw off the support", family.name);
        xs.sort_by(f64::total_cmp);
    }
    all
}

#[test]
fn real_samplers_follow_their_densities() {
    for (family, p) in cases().filter(|(family, _)| family.kind == Kind::Real) {
        let (all, (lo, hi)) = (draws_of(family, p), family.support.ends(p));
        let (mut below, mut worst, mut last) = (0.0, 0.0_f64, 0.0);
        for (x, w) in quadrature::nodes(lo, hi) {
            // The trapezoidal rule: half of the mass of a node lies below it.
            let mass = (family.logpdf)(x, p).exp() * w;
            below += 0.5 * (last + mass);
            last = mass;
            for xs in &all {
                worst = worst.max((xs.partition_point(|y| *y <= x) as f64 / N as f64 - below).abs());
            }
        }
        // The 99.99 % point of Kolmogorov's statistic.
        assert!(worst < 2.23 / (N as f64).sqrt(), "{} {p:?}: distance {worst}", family.name);
    }
}

#[test]
fn discrete_samplers_follow_their_densities() {
    for (family, p) in cases().filter(|(family, _)| family.kind != Kind::Real) {
        for xs in draws_of(family, p) {
            follows(family, p, &xs);
        }
    }
}

fn follows(family: &Family, p: &[f64], xs: &[f64]) {
    let (mut statistic, mut bins, mut seen, mut expected, mut counted) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let mut close = |seen: f64, expected: f64| {
        statistic += (seen - expected).powi(2) / expected;
        bins += 1.0;
    };
    for k in values(family, p) {
        let at = |x: f64| xs.partition_point(|y| *y < x) as f64;
        seen += at(k + 0.5) - at(k - 0.5);
        expected += (family.logpdf)(k, p).exp() * N as f64;
        if expected >= 10.0 {
            close(seen, expected);
            counted += seen;
            (seen, expected) = (0.0, 0.0);
        }
    }
    if expected > 1.0 {
        close(seen, expected);
    }
    assert!(N as f64 - counted - seen < 10.0, "{} {p:?}: draws where there is no probability", family.name);
    // The 99.99 % point of χ² (Wilson & Hilferty 1931).
    let df = f64::max(bins - 1.0, 1.0);
    let bound = df * (1.0 - 2.0 / (9.0 * df) + 3.72 * (2.0 / (9.0 * df)).sqrt()).powi(3);
    assert!(statistic < bound, "{} {p:?}: χ² {statistic} of {df} degrees of freedom", family.name);
}

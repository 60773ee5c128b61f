//! Generic tests of every family from its declaration alone: what a new row of the table must pass.

mod densities;
mod extremes;
mod functions;
mod gradients;
mod pathwise;
pub mod quadrature;
mod samplers;

use super::{FAMILIES, Family, Kind};

/// Every family with each of its test parameters.
pub fn cases() -> impl Iterator<Item = (&'static Family, &'static [f64])> {
    FAMILIES.iter().flat_map(|family| family.cases.iter().map(move |p| (family, *p)))
}

/// The values of a discrete family that carry all but a negligible part.
fn values(family: &Family, p: &[f64]) -> impl Iterator<Item = f64> + use<> {
    let ((lo, hi), mean) = (family.support.ends(p), (family.mean)(p));
    let reach = 60.0 * (family.variance)(p).sqrt() + 60.0;
    let (first, last) = (lo.max((mean - reach).floor()), hi.min((mean + reach).ceil()));
    (first as i64..=last as i64).map(|k| k as f64)
}

/// The sum or integral of `weight(x)` times the probability of x.
fn expectation(family: &'static Family, p: &[f64], weight: impl Fn(f64) -> f64) -> f64 {
    let weighted = |x: f64| match (family.logpdf)(x, p).exp() {
        0.0 => 0.0,
        density => density * weight(x),
    };
    if family.kind != Kind::Real {
        return values(family, p).map(weighted).sum();
    }
    let (lo, hi) = family.support.ends(p);
    quadrature::integral(weighted, lo, hi)
}

/// What a test found wrong, reported together at its end.
#[derive(Default)]
struct Problems(Vec<String>);

impl Problems {
    fn check(&mut self, holds: bool, family: &Family, p: &[f64], what: impl FnOnce() -> String) {
        let reported = self.0.iter().filter(|problem| problem[1..].starts_with(family.name)).count();
        if !holds && reported < 6 {
            self.0.push(format!("({} {p:?}): {}", family.name, what()));
        }
    }
}

impl Drop for Problems {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.0.is_empty(), "\n{}", self.0.join("\n"));
        }
    }
}

//! Draws of every distribution at every width: on the support, with the told moments, along the told cdf.

mod law;
mod table;

use genlisp::internals::distributions::Constructor;
use law::Sizes;
use std::collections::BTreeSet;
pub use table::DEFINITIONS;
use table::Row;

const MANY: Sizes = Sizes { lanes: 100_000, single: 20_000 };

/// Quantiles by bisection and functions of programs take their time: `DRAWS=100000 cargo test --release --test laws -- draws`
/// takes as many of them.
fn fewer() -> Sizes {
    let lanes = std::env::var("DRAWS").ok().and_then(|n| n.parse().ok()).unwrap_or(20_000);
    Sizes { lanes, single: lanes / 4 }
}

fn rows() -> impl Iterator<Item = &'static Row> {
    [table::SCALAR, table::STRUCTURED, table::BUILT].into_iter().flatten()
}

#[test]
fn no_distribution_is_missing() {
    let known: BTreeSet<&str> = rows().map(|row| row.0).collect();
    let constructors = genlisp::internals::distributions::constants();
    let names = constructors.iter().filter_map(|(_, value)| value.as_host::<Constructor>()).map(Constructor::name);
    let missing: BTreeSet<&str> = names.filter(|name| !known.contains(name)).collect();
    assert!(missing.is_empty(), "no draws of {missing:?}");
}

/// Half of the rows, so that two processors have work.
fn check(all: &[Row], half: usize, sizes: &Sizes) {
    let mut problems = Vec::new();
    for (name, dists) in all.iter().skip(half).step_by(2) {
        for dist in *dists {
            assert!(*name == "defdist" || dist.starts_with(&format!("({name} ")), "{dist} is no {name}");
            problems.extend(law::problems(dist, sizes).into_iter().map(|problem| format!("{dist}: {problem}")));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn scalar_families_draw_what_they_tell() {
    check(table::SCALAR, 0, &MANY);
}

#[test]
fn other_scalar_families_draw_what_they_tell() {
    check(table::SCALAR, 1, &MANY);
}

#[test]
fn structured_families_draw_what_they_tell() {
    check(table::STRUCTURED, 0, &MANY);
}

#[test]
fn other_structured_families_draw_what_they_tell() {
    check(table::STRUCTURED, 1, &MANY);
}

#[test]
fn derived_distributions_draw_what_they_tell() {
    check(table::BUILT, 0, &fewer());
}

#[test]
fn other_derived_distributions_draw_what_they_tell() {
    check(table::BUILT, 1, &fewer());
}

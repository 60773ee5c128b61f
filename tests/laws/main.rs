//! Laws: the architecture's arrows, and properties of values, collections and conversions over generated data.

mod aliasing;
mod architecture;
mod builtins;
mod collections;
mod conversions;
mod densities;
mod derived;
mod draws;
mod elements;
mod generators;
mod gfi;
mod gradients;
mod host_function;
mod hygiene;
mod jumps;
mod measure;
mod mixed;
mod values;

use proptest::test_runner::{Config, RngSeed};

/// The same cases in every run.
fn config(cases: u32) -> Config {
    Config { cases, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..Config::default() }
}

//! A fault that can be planted has a case of calibration that must notice it.

use super::sources::{files, none};

#[test]
fn every_planted_fault_is_named_by_a_case() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/calibration");
    let read = |name| std::fs::read_to_string(format!("{folder}/{name}")).expect("the cases of calibration");
    let cases = read("cases.gen") + &read("kernels.gen");
    let mut problems = Vec::new();
    let mut found = 0;
    for file in files("src") {
        for (number, line) in file.code() {
            let Some((_, rest)) = line.split_once("broken!(\"") else { continue };
            let name = rest.split('"').next().unwrap_or_default();
            found += 1;
            if !cases.contains(&format!("\"{name}\"")) {
                problems.push(format!("{}:{number}: no case has {name:?} in its `:broken`", file.path));
            }
        }
    }
    assert!(found > 0, "no fault can be planted");
    none(problems);
}

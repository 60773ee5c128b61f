//! Log-densities of every distribution against `tests/oracles/densities.csv` and `extremes.csv`, to nine digits.

use genlisp::Interpreter;
use genlisp::internals::distributions::FAMILIES;
use std::collections::BTreeSet;

const TABLE: &str = include_str!("../oracles/densities.csv");
const EXTREMES: &str = include_str!("../oracles/extremes.csv");

/// Distribution, parameters and value as text of the language, and the log-density.
fn rows() -> Vec<(String, String, String, f64)> {
    let mut reader = csv::Reader::from_reader(TABLE.as_bytes());
    let rows = reader.records().map(|row| {
        let row = row.expect("a row of four cells");
        let cell = |i: usize| row[i].to_string();
        (cell(0), cell(1), cell(2), row[3].parse().expect("a number"))
    });
    rows.collect()
}

#[test]
fn log_densities_agree_with_the_oracle() {
    let mut lisp = Interpreter::builder().build().expect("an interpreter");
    let mut problems = Vec::new();
    for (name, params, x, expected) in rows() {
        let form = format!("(logpdf ({name} {params}) {x})");
        match lisp.eval(&form).map(|value| value.as_f64()) {
            Ok(Some(found)) if found == expected => {}
            Ok(Some(found)) if (found - expected).abs() <= (1e-9 * expected.abs()).max(1e-12) => {}
            Ok(found) => problems.push(format!("{form} is {found:?}, not {expected}")),
            Err(error) => problems.push(format!("{form}: {error}")),
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// Parameters and values from 1e-300 to 1e300. A double stands for all numbers that round to it: where these differ in
/// their log-density by more than nine digits, that is all that can be asked.
#[test]
fn extreme_log_densities_agree_with_the_oracle() {
    let mut lisp = Interpreter::builder().build().expect("an interpreter");
    let (mut problems, mut reader) = (Vec::new(), csv::Reader::from_reader(EXTREMES.as_bytes()));
    for row in reader.records() {
        let row = row.expect("a row of five cells");
        let (form, number) =
            (format!("(logpdf ({} {}) {})", &row[0], &row[1], &row[2]), |i: usize| row[i].parse().expect("a number"));
        let (expected, conditioning): (f64, f64) = (number(3), number(4));
        let slack = (1e-9 * expected.abs()).max(1e-12).max(4.0 * conditioning);
        match lisp.eval(&form).map(|value| value.as_f64()) {
            Ok(Some(found)) if found == expected || (found - expected).abs() <= slack => {}
            Ok(found) => problems.push(format!("{form} is {found:?}, not {expected} ± {slack:e}")),
            Err(error) => problems.push(format!("{form}: {error}")),
        }
    }
    assert!(problems.is_empty(), "{} of them:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn every_family_is_in_the_oracles() {
    for table in [TABLE, EXTREMES] {
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let known: BTreeSet<String> = reader.records().map(|row| row.expect("a row")[0].to_string()).collect();
        let missing: Vec<&str> = FAMILIES.iter().map(|f| f.name).filter(|name| !known.contains(*name)).collect();
        assert!(missing.is_empty(), "no points of {missing:?}");
    }
}

//! Every program in `programs/` runs with a fixed seed and prints the exact answers of its head comment, up to its Monte
//! Carlo error.

use genlisp::internals::error::ReportStyle;
use genlisp::{Captured, Interpreter};
use std::path::PathBuf;

/// A printed number: what it should be, and the standard deviation of its estimate. The latter was measured over runs
/// with 40 seeds; for exact numbers it stands for the rounding to the digits shown.
type Expected = (f64, f64);

/// Rounding to three, four and six decimals, as a share of the four standard deviations that are allowed.
const FOUR: f64 = 0.000_05 / 4.0;
const THREE: f64 = 0.000_5 / 4.0;
const SIX: f64 = 0.000_000_5 / 4.0;

/// The numbers that each program prints, in order. The exact ones were computed independently with SciPy: in closed form
/// (line, coin) and by adding up all worlds (burglary) and all sequences of states (hmm), by quadrature (mixture_moves).
const PROGRAMS: &[(&str, &[Expected])] = &[
    (
        "linear_regression",
        &[
            (1.983_529, 0.000_75),
            (0.153_915, 0.000_55),
            (0.623_341, 0.003_8),
            (0.776_766, 0.002_7),
            (-15.354_164, 0.001_6),
        ],
    ),
    ("coin", &[(0.642_857, 0.001_0), (0.123_718, 0.000_55), (0.866_577, 0.002_3), (-6.977_748, 0.007_3)]),
    (
        "burglary",
        &[
            (0.284_172, SIX),
            (0.176_067, SIX),
            (-6.173_418, SIX),
            (0.284_172, 0.002_8),
            (0.176_067, 0.002_3),
            (-6.173_418, 0.001_2),
        ],
    ),
    (
        "hmm",
        &[
            (0.006_532, FOUR),
            (0.574_802, FOUR),
            (0.418_667, FOUR),
            (-8.803_327, FOUR),
            (0.006_532, 0.000_47),
            (0.574_802, 0.015),
            (0.418_667, 0.015),
            (-8.803_327, 0.028),
        ],
    ),
    ("gradient_ascent", &[(1.91, FOUR), (1.27, FOUR)]),
    ("particle_filter", &[(-15.777_834, 0.033), (-15.777_834, THREE), (1.529871, 0.004_6), (1.529871, THREE)]),
    ("mixture_moves", &[(0.642_912, 0.020), (-0.820_028, 0.020)]),
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("programs")
}

/// What a program prints when it is run from its file.
fn printed(name: &str, seed: u64) -> String {
    let path = folder().join(format!("{name}.gen"));
    let text = std::fs::read_to_string(&path).expect("a program");
    let output = Captured::default();
    let mut lisp = Interpreter::builder().seed(seed).output(output.clone()).build().expect("an interpreter");
    if let Err(error) = lisp.eval_named(&path.display().to_string(), &text) {
        panic!("{name}:\n{}", error.report(&ReportStyle::default()));
    }
    let warnings = output.take_warnings();
    assert!(warnings.is_empty(), "{name} warns: {warnings:?}");
    output.take()
}

fn numbers(text: &str) -> Vec<f64> {
    text.split(|c: char| c.is_whitespace() || ",;:()±".contains(c)).filter_map(|word| word.parse().ok()).collect()
}

fn check(name: &str, expected: &[Expected]) {
    let text = printed(name, 1);
    let found = numbers(&text);
    assert_eq!(found.len(), expected.len(), "{name} prints other numbers than expected:\n{text}");
    for (i, (found, (exact, sd))) in found.iter().zip(expected).enumerate() {
        let distance = (found - exact).abs();
        assert!(distance <= 4.0 * sd + 1e-12, "{name}, number {i}: {found} instead of {exact} ± {sd}\n{text}");
    }
}

#[test]
fn programs_print_the_exact_answers() {
    for (name, expected) in PROGRAMS {
        check(name, expected);
    }
}

#[test]
fn same_seed_same_text() {
    assert_eq!(printed("coin", 7), printed("coin", 7));
    assert_ne!(printed("coin", 7), printed("coin", 8));
}

/// Every program is checked above, and its first comment says what it prints.
#[test]
fn every_program_is_known() {
    let entries = std::fs::read_dir(folder()).expect("the folder").flatten();
    let mut names: Vec<String> = entries
        .filter_map(|e| e.file_name().to_str().and_then(|n| n.strip_suffix(".gen")).map(str::to_string))
        .collect();
    names.sort();
    let mut known: Vec<&str> = PROGRAMS.iter().map(|(name, _)| *name).collect();
    known.sort();
    assert_eq!(names, known);
    for name in names {
        let text = std::fs::read_to_string(folder().join(format!("{name}.gen"))).expect("a program");
        let comment: Vec<&str> = text.lines().take_while(|line| line.starts_with(";;")).collect();
        assert!(comment.iter().any(|line| line.contains("Prints")), "{name} does not say what it prints");
    }
}

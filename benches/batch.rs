//! What batched runs cost beside the same work by hand in JAX, NumPy and MLX: `cargo bench --bench batch`.
//!
//! The peers run where `$GEN_PYTHON` (or `python3`) has them. Only ratios within one run of this program count.

#[path = "batch/exact.rs"]
mod exact;
#[path = "batch/table.rs"]
mod table;

use exact::{log_evidence, noise, walk_covariance};
use genlisp::Interpreter;
use genlisp::internals::tensor::DType;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A case repeats until both are reached; the best time counts.
const REPETITIONS: usize = 5;
const BUDGET: Duration = Duration::from_secs(1);
const PEERS: [&str; 3] = ["jax", "numpy", "mlx"];
const PRIOR_VARIANCE: f64 = 100.0;

/// A workload: what is run for N lanes, and how the log evidence is had from its result.
struct Case {
    title: &'static str,
    run: &'static str,
    sizes: &'static [usize],
    check: Option<Check>,
}

/// What peers run too. An estimate from n lanes is off by about spread / √n.
struct Check {
    name: &'static str,
    evidence: &'static str,
    spread: f64,
    exact: fn(&Data) -> f64,
    /// Seconds that GenJAX 1.0.13 took for each size, its best call and its first, where they are recorded.
    genjax: &'static [Option<[f64; 2]>],
}

const CASES: [Case; 5] = [
    Case {
        title: "generate, chain of 5 normals",
        run: "(vgenerate chain [] {:e 1.5} N)",
        sizes: &[100, 10_000, 1_000_000],
        check: Some(Check {
            name: "chain",
            evidence: "(log-mean-exp (:weight result))",
            spread: 1.0,
            exact: |_| log_evidence(&[1.5], |_, _| 5.0),
            genjax: &[Some([211.7e-6, 0.901]), Some([677.4e-6, 0.768]), Some([38.875e-3, 1.177])],
        }),
    },
    Case {
        title: "importance, linear regression, 20 points",
        run: "(importance line [xs] observed {:particles N})",
        sizes: &[10_000, 1_000_000],
        check: Some(Check {
            name: "line",
            evidence: "(:log-ml result)",
            spread: 15.0,
            exact: |data| {
                let (xs, ys): (Vec<f64>, Vec<f64>) = data.points.iter().map(|[x, y]| (x, y)).unzip();
                log_evidence(&ys, |i, j| PRIOR_VARIANCE * (1.0 + xs[i] * xs[j]) + noise(i, j))
            },
            genjax: &[Some([446.2e-6, 0.406]), Some([11.241e-3, 0.904])],
        }),
    },
    Case {
        title: "particle filter, 100 steps",
        run: "(particle-filter N ys)",
        sizes: &[1000, 100_000],
        check: Some(Check {
            name: "filter",
            evidence: "result",
            spread: 10.0,
            exact: |data| log_evidence(&data.ys, |i, j| walk_covariance(i, j) + noise(i, j)),
            genjax: &[Some([582.95e-3, 1.803]), None],
        }),
    },
    Case {
        title: "generate, a branch",
        run: "(vgenerate branching [] {:y 1.5} N)",
        sizes: &[10_000, 1_000_000],
        check: None,
    },
    Case {
        title: "simulate, a geometric loop",
        run: "(vsimulate geometric [0.5] N)",
        sizes: &[10_000, 1_000_000],
        check: None,
    },
];

/// What is observed: by formulas, so that all systems see the same. Printed, it reads as JSON and as a vector.
struct Data {
    points: Vec<[f64; 2]>,
    ys: Vec<f64>,
}

impl Data {
    fn new() -> Data {
        let point = |i: i32| [f64::from(i) / 20.0, 1.0 + f64::from(i) / 10.0 + 0.5 * f64::from(7 * i).sin()];
        let y = |t: i32| 2.0 * (0.3 * f64::from(t)).sin() + (1.7 * f64::from(t)).cos();
        Data { points: (0..20).map(point).collect(), ys: (0..100).map(y).collect() }
    }
}

/// Seconds of the best call and of the first, and the log evidence that it estimates.
struct Figure {
    best: f64,
    first: f64,
    evidence: f64,
}

type Column = Result<Vec<Figure>, String>;

/// The recorded figures of GenJAX, which cannot be installed beside the others: measured once on two cores, not in
/// this run. Its filter resamples by a categorical draw.
fn genjax(data: &Data) -> Vec<Figure> {
    let checks = CASES.iter().filter_map(|case| case.check.as_ref());
    let figure = |check: &Check, times: Option<[f64; 2]>| {
        let [best, first] = times.unwrap_or([f64::NAN; 2]);
        Figure { best, first, evidence: (check.exact)(data) }
    };
    checks.flat_map(|check| check.genjax.iter().map(move |times| figure(check, *times))).collect()
}

/// The cases, a size each.
fn rows() -> impl Iterator<Item = (&'static Case, usize)> {
    CASES.iter().flat_map(|case| case.sizes.iter().map(move |n| (case, *n)))
}

fn eval(lisp: &mut Interpreter, text: &str) -> Result<genlisp::Value, String> {
    lisp.eval(text).map_err(|error| format!("{text}: {}", error.message))
}

fn measure(lisp: &mut Interpreter, case: &Case, lanes: usize) -> Result<Figure, String> {
    let run = case.run.replace('N', &lanes.to_string());
    let start = Instant::now();
    eval(lisp, &format!("(def result {run})"))?;
    let first = start.elapsed().as_secs_f64();
    let evidence = match &case.check {
        Some(check) => eval(lisp, check.evidence)?.as_f64().ok_or("no log evidence")?,
        None => f64::NAN,
    };
    // What was checked must not fill the memory of what is timed.
    eval(lisp, "(def result nil)")?;
    // Short calls are timed many at once: reading the text is no part of them.
    let passes = (0.002 / first).clamp(1.0, 500.0) as usize;
    let text = format!("(dotimes [i {passes}] {run})");
    let (begin, mut best, mut repetitions) = (Instant::now(), f64::INFINITY, 0);
    while repetitions < REPETITIONS || begin.elapsed() < BUDGET {
        let start = Instant::now();
        eval(lisp, &text)?;
        best = best.min(start.elapsed().as_secs_f64() / passes as f64);
        repetitions += 1;
    }
    Ok(Figure { best, first, evidence })
}

fn own(data: &Data, width: DType) -> Column {
    let mut lisp = Interpreter::builder().seed(1).dtype(width).build().map_err(|error| error.message)?;
    eval(&mut lisp, &format!("(def points {:?}) (def ys {:?})", data.points, data.ys))?;
    eval(&mut lisp, include_str!("batch/models.gen"))?;
    rows().map(|(case, lanes)| measure(&mut lisp, case, lanes)).collect()
}

/// The figures of a peer, which prints those of a run in a line.
fn peer(name: &str, data: &Data) -> Column {
    let python = std::env::var("GEN_PYTHON").unwrap_or_else(|_| "python3".to_string());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/batch_peers.py");
    let runs: Vec<_> = rows().filter_map(|(case, n)| Some(format!("[{:?}, {n}]", case.check.as_ref()?.name))).collect();
    let input = format!(r#"{{"points": {:?}, "ys": {:?}, "runs": [{}]}}"#, data.points, data.ys, runs.join(", "));
    let mut command = Command::new(&python);
    command.args([script, name]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("{python}: {error}"))?;
    // A peer that fails at once does not read; what it says is below.
    let _ = child.stdin.take().map(|mut pipe| pipe.write_all(input.as_bytes()));
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(errors.lines().last().unwrap_or("failed").to_string());
    }
    String::from_utf8_lossy(&output.stdout).lines().map(figure).collect()
}

fn figure(line: &str) -> Result<Figure, String> {
    let numbers: Vec<f64> = line.split(' ').filter_map(|word| word.parse().ok()).collect();
    match numbers[..] {
        [best, first, evidence] => Ok(Figure { best, first, evidence }),
        _ => Err(format!("prints `{line}`")),
    }
}

fn main() {
    // `cargo test --benches` only wants to know that it builds.
    if std::env::args().all(|arg| arg != "--bench") {
        return;
    }
    let data = Data::new();
    // Single precision first, to which all ratios are: the peers compute in it.
    let own = |width| own(&data, width).unwrap_or_else(|error| panic!("{error}"));
    let mut columns = vec![("gen float32", own(DType::Float32)), ("gen float64", own(DType::Float64))];
    for name in PEERS {
        match peer(name, &data) {
            Ok(figures) => columns.push((name, figures)),
            Err(error) => println!("{name}: {error}"),
        }
    }
    columns.push(("genjax, recorded", genjax(&data)));
    table::print("µs (ratio)", &columns, &data, |figure| figure.best);
    table::print("µs of the first call, compilation included", &columns, &data, |figure| figure.first);
}

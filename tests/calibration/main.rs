//! What every algorithm and kernel is held to: simulation-based calibration (`cases.gen`), and Geweke's joint test of kernels
//! (`kernels.gen`). `cargo test --test calibration` is a short form; with `CALIBRATION=full` a case runs 500 replications,
//! and what lies outside runs 2,000 more under a second seed.
//!
//! Built with `RUSTFLAGS="--cfg broken"` it breaks the code at one place after another, and demands an alarm of the cases
//! that name the place.

use genlisp::internals::broken::break_at;
use genlisp::{Interpreter, Value};
use libtest_mimic::{Arguments, Failed, Trial};

/// The seeds were fixed before the first run.
const SEEDS: [u64; 2] = [20_261_201, 20_261_202];

/// Cases of one kind.
struct Net {
    name: &'static str,
    program: &'static str,
    /// The name of the map of all cases.
    cases: &'static str,
    /// Replications, and those of a second run after an alarm: in short, in full, and where the code is broken.
    short: [usize; 2],
    full: [usize; 2],
    broken: usize,
}

/// `(alarms case replications seed)` of each program names what is not as it should be.
const NETS: [Net; 2] = [
    Net {
        name: "sbc",
        program: include_str!("cases.gen"),
        cases: "cases",
        short: [60, 200],
        full: [500, 2000],
        broken: 200,
    },
    Net {
        name: "geweke",
        program: include_str!("kernels.gen"),
        cases: "kernels",
        short: [2000, 8000],
        full: [50_000, 200_000],
        broken: 20_000,
    },
];

fn texts(told: &Value) -> Vec<String> {
    let Value::Vector(items) = told else { panic!("no vector") };
    items.iter().map(|item| item.as_str().expect("a text").to_owned()).collect()
}

impl Net {
    fn program(&self) -> Interpreter {
        let mut lisp = Interpreter::builder().seed(1).build().expect("an interpreter");
        lisp.eval(self.program).unwrap_or_else(|error| panic!("{}: {error}", self.name));
        lisp
    }

    fn texts(&self, code: &str) -> Vec<String> {
        texts(&self.program().eval(code).unwrap_or_else(|error| panic!("{code}: {error}")))
    }

    fn alarms(&self, case: &str, replications: usize, seed: u64) -> Vec<String> {
        match self.program().eval(&format!("(alarms {case:?} {replications} {seed})")) {
            Ok(found) => texts(&found),
            Err(error) => vec![error.to_string()],
        }
    }

    /// What gives an alarm must give none with more replications: one in a thousand comes by chance.
    fn calibrated(&self, case: &str, full: bool) -> Result<(), Failed> {
        let [first, more] = if full { self.full } else { self.short };
        let alarms = self.alarms(case, first, SEEDS[0]);
        if alarms.is_empty() {
            return Ok(());
        }
        println!("{case}: first alarm at {}", alarms.join(", "));
        match self.alarms(case, more, SEEDS[1]) {
            still if still.is_empty() => Ok(()),
            still => Err(still.join(", ").into()),
        }
    }

    fn trials(&'static self) -> impl Iterator<Item = Trial> {
        let full = std::env::var("CALIBRATION").is_ok_and(|form| form == "full");
        let trial =
            move |case: String| Trial::test(format!("{}: {case}", self.name), move || self.calibrated(&case, full));
        self.texts(&format!("(vec (keys {}))", self.cases)).into_iter().map(trial)
    }

    /// Each fault that a case names, which must notice it.
    fn faults(&'static self) -> impl Iterator<Item = Trial> {
        let pairs = format!("(vec (for [[name c] {}, place (:broken c)] (str place \"|\" name)))", self.cases);
        let trial = move |pair: String| {
            let (place, case) = pair.split_once('|').expect("a place and a case");
            let (place, case) = (place.to_owned(), case.to_owned());
            Trial::test(format!("{}: {place}: {case}", self.name), move || {
                break_at(Some(&place));
                let found = self.alarms(&case, self.broken, SEEDS[0]);
                break_at(None);
                if found.is_empty() { Err("nobody noticed".into()) } else { Ok(()) }
            })
        };
        self.texts(&pairs).into_iter().map(trial)
    }
}

fn main() {
    let mut arguments = Arguments::from_args();
    let trials = match cfg!(broken) {
        true => NETS.iter().flat_map(Net::faults).collect(),
        false => NETS.iter().flat_map(Net::trials).collect(),
    };
    // A case of calibration runs on all threads by itself, and the code is broken at one place at a time.
    arguments.test_threads = Some(1);
    libtest_mimic::run(&arguments, trials).exit();
}

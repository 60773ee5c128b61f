//! Laws of the generative function interface, checked on thousands of random models; `laws.gen` states them.

mod calibration;
mod features;
mod model;
mod print;
mod strategy;
mod text;

use genlisp::internals::error::Code;
use genlisp::internals::error::ReportStyle;
use genlisp::internals::eval::print::readable;
use genlisp::internals::tensor::Backend;
use genlisp::{Error, Interpreter, Value};
use model::Module;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::RefCell;

/// Models that each law is checked on.
const CASES: u32 = 2_000;

/// Fewer models are looked at in single precision, where now and then rounding decides a branch, and where all runs of
/// a model are counted, which may be many.
const FEW: u32 = 300;

/// How often arrays of runs are called: everything has a way of its own with them.
const ARRAYS: u32 = 3;

/// More than any case needs, so that one that never ends fails.
const STEPS: u64 = 5_000_000;

/// Cases after which a fresh interpreter forgets the sources of the old ones.
const CASES_OF_ONE: u32 = 250;

/// Errors by which the program says that it cannot do what is asked, which is no difference but is counted.
const REFUSALS: [Code; 5] = [Code::Operation, Code::NoGradient, Code::Lanes, Code::CaughtInSomeLanes, Code::Elements];

/// Of a hundred cases at most so many may be refused by one law.
const MOST_REFUSED: u32 = 30;

/// What the laws are written with, and the laws.
const LAWS: [&str; 6] = [
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/laws/gfi/tools.gen"),
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/laws/gfi/laws.gen"),
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/laws/gfi/lanes.gen"),
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/laws/gfi/runs.gen"),
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/laws/gfi/observations.gen"),
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/laws/gfi/calibration.gen"),
];

/// What of it changes where lanes are of single precision.
const SINGLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/laws/gfi/single.gen");

/// What lanes compute with.
#[derive(Clone, Copy, PartialEq)]
enum Width {
    Double,
    Single,
}

impl Width {
    /// The widths that lanes may have: MLX has no doubles everywhere.
    fn all() -> &'static [Width] {
        if Backend::current() == Backend::Mlx { &[Width::Single] } else { &[Width::Double, Width::Single] }
    }
}

/// An interpreter that knows the laws.
struct Checker {
    lisp: Interpreter,
    left: u32,
    width: Width,
}

impl Checker {
    fn new(width: Width) -> RefCell<Checker> {
        RefCell::new(Checker { lisp: interpreter(width), left: CASES_OF_ONE, width })
    }

    /// What a function of `laws.gen` says of a model; `None` where the program refuses to say, an error as its report.
    fn ask(&mut self, function: &str, module: &Module) -> Result<Option<Value>, String> {
        if self.left == 0 {
            (self.lisp, self.left) = (interpreter(self.width), CASES_OF_ONE);
        }
        self.left -= 1;
        let text = format!("(with-seed {} ({function} {}))", module.seed, print::program(module));
        match self.lisp.eval(&text) {
            Ok(value) => Ok(Some(value)),
            Err(error) if REFUSALS.contains(&error.code) => Ok(None),
            Err(error) => Err(shown(&error)),
        }
    }
}

fn interpreter(width: Width) -> Interpreter {
    let mut lisp = Interpreter::builder().seed(1).steps(STEPS).build().expect("an interpreter");
    for file in LAWS {
        lisp.run_file(file).map_err(|e| shown(&e)).expect("the laws");
    }
    if width == Width::Single {
        lisp.run_file(SINGLE).map_err(|e| shown(&e)).expect("the laws in single precision");
    }
    lisp
}

fn shown(error: &Error) -> String {
    error.report(&ReportStyle { color: false, unicode: true, width: 120 })
}

/// The same models for each law, `law-NAME` of the files above; those of lanes hold for each width.
fn holds(name: &str) {
    let widths = if name.starts_with("lanes-") { Width::all() } else { &Width::all()[..1] };
    for width in widths {
        let cases = if *width == Width::Single { cases().min(FEW) } else { cases() };
        holds_for(name, &strategy::module(ARRAYS), *width, cases);
    }
}

fn holds_for(name: &str, modules: &impl Strategy<Value = Module>, width: Width, cases: u32) {
    let checker = Checker::new(width);
    let refused = std::cell::Cell::new(0);
    let result = runner_of(cases).run(modules, |module| {
        let found = checker.borrow_mut().ask(&format!("law-{name}"), &module);
        match found {
            Ok(Some(Value::Nil)) => Ok(()),
            Ok(None) => {
                refused.set(refused.get() + 1);
                Ok(())
            }
            Ok(Some(broken)) => Err(TestCaseError::fail(format!("the law is broken: {}", readable(&broken)))),
            Err(report) => Err(TestCaseError::fail(report)),
        }
    });
    if let Err(proptest::test_runner::TestError::Fail(reason, module)) = &result {
        panic!("law `{name}`\n{reason}\nin the model\n{}\nwith seed {}", print::program(module), module.seed);
    }
    result.expect("cases");
    let refused = refused.get();
    println!("law `{name}`: {refused} of {cases} cases refused");
    assert!(refused * 100 <= MOST_REFUSED * cases, "law `{name}`: {refused} of {cases} cases refused");
}

fn runner() -> TestRunner {
    runner_of(cases())
}

fn runner_of(cases: u32) -> TestRunner {
    TestRunner::new(Config { max_shrink_iters: 3_000, ..super::config(cases) })
}

/// `LAW_CASES` makes a short run of it, or a long one: `LAW_CASES=50000 cargo test --release --test laws`.
fn cases() -> u32 {
    std::env::var("LAW_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(CASES)
}

macro_rules! laws {
    ($($test:ident: $name:literal,)*) => { $(#[test] fn $test() { holds($name) })* };
}

laws! {
    simulate_scores_what_assess_says: "simulate",
    propose_weighs_what_assess_says: "propose",
    generate_of_nothing_weighs_nothing: "generate-nothing",
    generate_of_everything_weighs_the_score: "generate-all",
    generate_weighs_what_is_constrained: "generate-part",
    runs_together_are_runs_one_by_one: "runs",
    runs_redrawn_together_are_runs_one_by_one: "runs-regenerate",
    lanes_of_runs_together_are_runs_one_by_one: "lanes-runs",
    update_of_nothing_is_the_identity: "update-identity",
    update_weighs_the_density_ratio_without_fresh_choices: "update",
    update_with_arguments_alone_keeps_what_it_can: "update-arguments",
    update_takes_its_constraints: "update-takes-constraints",
    update_with_the_discard_goes_back: "round-trip",
    updates_compose: "composition",
    update_with_arguments_is_a_run_from_scratch: "update-from-scratch",
    observations_stay_observed: "observed-stays",
    regenerate_of_none_and_all_weighs_nothing: "regenerate-none-all",
    regenerate_compares_what_is_kept: "regenerate",
    project_adds_up: "project",
    constraint_edit_goes_back: "constraint-edit",
    selection_edit_goes_back: "selection-edit",
    args_edit_goes_back: "args-edit",
    composed_edits_go_back: "compose-edits",
    proposal_edit_weighs_its_proposals: "proposal-edit",
    proposal_edit_without_chance_goes_back: "flipping-edit",
    diffs_change_nothing_but_the_work: "diffs",
    update_with_diffs_is_an_update: "update-with-diffs",
    regenerate_with_diffs_is_a_regenerate: "regenerate-with-diffs",
    choices_read_back: "print",
    spellings_of_observations_mean_the_same: "spellings",
    missing_elements_are_drawn: "missing",
    choice_gradients_are_finite_differences: "choice-gradients",
    argument_gradients_are_finite_differences: "argument-gradients",
    lanes_simulate: "lanes-simulate",
    lanes_generate: "lanes-generate",
    lanes_generate_of_everything: "lanes-generate-all",
    lanes_update: "lanes-update",
    lanes_regenerate: "lanes-regenerate",
    lanes_project: "lanes-project",
    lanes_assess: "lanes-assess",
    lanes_constraint_edit: "lanes-constraint-edit",
    lanes_selection_edit: "lanes-selection-edit",
    lanes_args_edit: "lanes-args-edit",
    lanes_compose_edits: "lanes-compose-edits",
    lanes_proposal_edit: "lanes-proposal-edit",
    batches_of_unequal_size_do_not_meet: "lanes-sizes",
    lanes_choice_gradients: "lanes-choice-gradients",
}

#[test]
fn enumeration_counts_every_run() {
    holds_for("enumerate", &strategy::finite(), Width::all()[0], cases().min(FEW));
}

/// At least four cases in a hundred show each of these.
const FEATURES: &[&str] = &[
    "fresh",
    "vanished",
    "arrays",
    "booleans",
    "impossible",
    "switched",
    "shared-address",
    "three-deep",
    "nested-combinators",
    "slopes",
    "mix",
    "repeat",
    "vmap",
    "atom",
    "delay",
    "lazy",
    "memo",
    "closure",
    "inference",
    "defdist",
    "finite-defdist",
    "derived",
    "taken-apart",
    "computed-address",
    "custom",
    "custom-without-shares",
];

#[test]
fn the_cases_show_what_they_must() {
    show("features", FEATURES);
}

/// The same of batched runs: in so many cases lanes go ways of their own.
const LANE_FEATURES: &[&str] = &[
    "partial-sites",
    "fresh-in-lanes",
    "vanished-in-lanes",
    "per-lane-constraints",
    "shared-constraints",
    "unvisited-in-lanes",
    "lane-arguments",
    "branch",
    "loop",
    "recursion",
    "splice",
    "switch",
    "mask",
    "mix",
    "map",
    "unfold",
    "scan",
    "repeat",
    "vmap",
];

#[test]
fn the_lanes_show_what_they_must() {
    show("lane-features", LANE_FEATURES);
}

fn show(function: &str, features: &[&str]) {
    let checker = Checker::new(Width::all()[0]);
    let counts = RefCell::new(std::collections::BTreeMap::<String, u32>::new());
    let result = runner().run(&strategy::module(ARRAYS), |module| {
        let Some(dynamic) = checker.borrow_mut().ask(function, &module).map_err(TestCaseError::fail)? else {
            return Ok(());
        };
        let dynamic = Vec::<Value>::try_from(dynamic).map_err(|e| TestCaseError::fail(shown(&e)))?;
        let mut names: std::collections::BTreeSet<String> =
            dynamic.iter().map(|name| readable(name).trim_start_matches(':').to_string()).collect();
        names.extend(features::written(&print::program(&module)));
        names.extend(features::of(&module).into_iter().map(str::to_string));
        names.into_iter().for_each(|name| *counts.borrow_mut().entry(name).or_insert(0) += 1);
        Ok(())
    });
    if let Err(proptest::test_runner::TestError::Fail(reason, module)) = &result {
        panic!("{reason}\nin the model\n{}\nwith seed {}", print::program(module), module.seed);
    }
    let counts = counts.into_inner();
    let rare: Vec<&&str> = features.iter().filter(|f| counts.get(**f).unwrap_or(&0) * 25 < cases()).collect();
    assert!(rare.is_empty(), "in less than 4 % of {} cases: {rare:?}; {counts:?}", cases());
}

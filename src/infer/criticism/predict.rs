//! Data that a model predicts: of its prior, or of the draws of its posterior.

use crate::error::{Code, Error, Result};
use crate::eval::key::Key;
use crate::eval::options::{OptionRow, Options};
use crate::eval::reach::only_draws;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::{
    Change, ChoiceMap, Origin, Selection, Trace, Trie, argument_vector, check_selection, generate, is_function,
    regenerate, result, simulate,
};
use crate::infer::chains::SEED;
use crate::infer::draws::DrawColumns;
use crate::infer::samples::ResultDraws;
use std::sync::Arc;

pub const PREDICT: Builtin =
    Builtin::new("predict", "[result & options] [gf args & options]", predict).draws().options(1, OPTIONS);

const OPTIONS: &[OptionRow] = &[
    OptionRow::count("draws", 1, "runs of the model, of a prior").or_count(1000),
    OptionRow::any("addresses", "the choices of a posterior's draws that are drawn anew").or_told("what was observed"),
    OptionRow::any("args", "other arguments for a posterior's draws: what they lack is drawn").or_told("theirs"),
    SEED,
];

fn predict(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    match is_function(&args[0]) {
        true => of_prior(cx, args),
        false => of_posterior(cx, args),
    }
}

fn key(cx: &mut Cx, options: &Options<'_>) -> Result<Key> {
    match options.count_given("seed") {
        Some(seed) => Ok(Key::from_seed(seed as u64)),
        None => cx.next_key("predict"),
    }
}

fn of_prior(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if args.len() < 2 {
        return Err(Error::raise(Code::Arity, "`predict` of a model needs its arguments")
            .help("write `(predict model [args] {:draws 100})`"));
    }
    let options = Options::read("predict", args, 2, OPTIONS)?;
    for name in ["addresses", "args"] {
        options.idle(name, "for a model: it is for the result of an inference")?;
    }
    let given = argument_vector(cx, "predict", &args[1])?;
    let key = key(cx, &options)?;
    let code: Vec<Value> = given.iter().chain([&args[0]]).cloned().collect();
    let mut draws = DrawColumns::new(!only_draws(&cx.program, &code), false);
    for number in 0..options.count("draws") {
        cx.step()?;
        let run = simulate(cx, &args[0], &given, Origin::new(key.fold(number as u64)))?;
        draws.push(cx, &run)?;
    }
    result([("traces", draws.into_value(cx)?)])
}

fn of_posterior(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let options = Options::read("predict", args, 1, OPTIONS)?;
    options.idle("draws", "for the result of an inference: there is a prediction for each of its draws")?;
    let found = ResultDraws::of_value(cx, "predict", &args[0])?;
    found.untracked("predict")?;
    let anew = options.get("addresses").map(Selection::from_value).transpose()?;
    let other = options.get("args").map(|args| argument_vector(cx, "predict", args)).transpose()?;
    let key = key(cx, &options)?;
    let traces = found.traces(cx)?;
    let code: Vec<Value> =
        traces.first().map(|run| run.args.iter().chain([&run.function]).cloned().collect()).unwrap_or_default();
    let mut draws = DrawColumns::new(!only_draws(&cx.program, &code), false);
    for (number, run) in traces.iter().enumerate() {
        cx.step()?;
        let run = predicted(cx, run, anew.as_ref(), other.as_deref(), Origin::new(key.fold(number as u64)))?;
        draws.push(cx, &run)?;
    }
    let mut entries = vec![("traces", draws.into_value(cx)?)];
    match found.result.get_keyword("log-weights") {
        Some(weights) => entries.push(("log-weights", weights.clone())),
        None => entries.push(("chains", Value::Int(found.chains as i64))),
    }
    result(entries)
}

/// A run with the same choices but for some that are drawn anew, all of it open to what comes next.
fn predicted(
    cx: &mut Cx,
    run: &Arc<Trace>,
    anew: Option<&Selection>,
    other: Option<&[Value]>,
    origin: Origin,
) -> Result<Arc<Trace>> {
    let observed = || Selection::Addresses(run.observed.clone());
    let anew = anew.cloned().unwrap_or_else(observed);
    check_selection(&anew, run)?;
    let new = match other {
        None => regenerate(cx, run, Change::none(run), &anew, &ChoiceMap::default(), origin)?.trace,
        Some(args) => {
            let kept = run.all_choices().into_iter().filter(|(path, ..)| !anew.contains(path));
            let mut choices = ChoiceMap::default();
            kept.into_iter().try_for_each(|(path, value, _)| choices.put(&path, value))?;
            generate(cx, &run.function, args, &choices, origin)?.trace
        }
    };
    Ok(Arc::new(Trace { observed: Trie::Empty, ..Arc::unwrap_or_clone(new) }))
}

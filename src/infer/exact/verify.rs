//! The proof that a run did not look at its unknown numbers: with numbers in their place it does the same.

use super::affine::Affine;
use super::solver::{Is, Solution, refused};
use crate::distributions::Density;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::{Cx, Value};
use crate::gfi::{ChoiceMap, Guide, Guided, Trace, run_guided, show};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs the model once more with a number for each unknown: every choice must come in its turn, with the parameters
/// that the solver has seen. Sums and known factors are all that a program can do with an unknown number unseen, but for
/// asking what kind of value it is.
pub fn verify(
    cx: &mut Cx,
    (model, args): (&Value, &[Value]),
    fixed: ChoiceMap,
    run: &Trace,
    solution: Solution,
) -> Result<Solution> {
    let numbers = solution.unknowns.iter().enumerate().map(|(i, unknown)| unknown.known.example(i)).collect();
    let check = Arc::new(Check { solution, numbers, fixed, next: AtomicUsize::new(0) });
    let again = run_guided(cx, model, args, check.clone())?.trace;
    let (before, now) = (run.score, again.score);
    let same = before == now || (before - now).abs() <= 1e-9 * (1.0 + before.abs());
    if !same || again.choice_count() != run.choice_count() {
        return Err(differs());
    }
    drop(again);
    Arc::try_unwrap(check).map(|check| check.solution).map_err(|_| differs())
}

struct Check {
    solution: Solution,
    numbers: Vec<f64>,
    fixed: ChoiceMap,
    /// The decided choice that comes next.
    next: AtomicUsize,
}

impl Guide for Check {
    fn choose(&self, _: &mut Cx, path: &[Value], _: &dyn Density) -> Result<Value> {
        self.fixed.value_at(path)?.ok_or_else(|| refused(path, "whether it is there hangs on what is not known"))
    }

    fn below(&self, path: &[Value]) -> Result<ChoiceMap> {
        self.fixed.at(path)
    }

    fn decide(&self, _: &mut Cx, here: &Guided, path: &[Value], _: &Value, args: &[Value]) -> Result<Option<Value>> {
        let (at, path) = (self.next.load(Ordering::Relaxed), here.full(path));
        let Some(decided) = self.solution.decided.get(at).filter(|decided| decided.path == path) else {
            return Ok(None);
        };
        self.next.store(at + 1, Ordering::Relaxed);
        let same = |(before, now): (&Value, &Value)| match before.as_host::<Affine>() {
            Some(affine) => now.as_f64().is_some_and(|x| {
                let wanted = affine.at(&self.numbers);
                (x - wanted).abs() <= 1e-9 * (1.0 + wanted.abs())
            }),
            None => before == now,
        };
        if decided.args.len() != args.len() || !decided.args.iter().zip(args).all(same) {
            return Err(refused(
                &path,
                &format!("what `{}` is drawn from hangs on the kind of an unknown number", show(&path)),
            ));
        }
        Ok(Some(match &decided.is {
            Is::Unknown(unknown) => Value::float(self.numbers[*unknown]),
            Is::Seen(value) => value.clone(),
        }))
    }
}

#[cold]
fn differs() -> Stop {
    Error::raise(Code::Exact, "`exact` cannot solve this model: what it does hangs on the kind of an unknown number")
        .help("sample instead: `(mh model args observations)`")
}

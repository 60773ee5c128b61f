//! Involutive Metropolis–Hastings: draw auxiliary choices, apply an involution to all, accept or reject
//! (Cusumano-Towner, Lew, Mansinghka 2020; with changes of dimension Green 1995).

use super::bijection::{Bijection, Pair, TracePair, given};
use super::kernel::{Kernel, KernelObject, Move, vector_of};
use super::moves::{decide, keeps_data, visits_data};
use crate::broken::broken;
use crate::distributions::elements;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::key::Key;
use crate::eval::options::{OptionRow, Options, option_map};
use crate::eval::print::brief;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::{
    Change, ChoiceMap, Origin, Proposal, Trace, Trie, Weight, all_visited, assess, check_callable, function, show,
    simulate, update,
};
use std::sync::Arc;

pub const ROW: Builtin = Builtin::new("involutive-kernel", "[proposal involution & options]", |cx, args| {
    function("involutive-kernel", &args[0]).map_err(|e| e.arg(0).help("a proposal is `(gen [choices] …)`"))?;
    check_callable("involutive-kernel", &args[1], 1)?;
    let options = Options::read("involutive-kernel", args, 2, OPTIONS)?;
    let proposal = Proposal { function: args[0].clone(), args: options.arguments(cx, "proposal-args")? };
    let check = options.flag("check");
    Ok(KernelObject::value(Involutive { proposal, involution: Bijection(args[1].clone()), check }))
})
.options(2, OPTIONS);

const OPTIONS: &[OptionRow] = &[
    OptionRow::any("proposal-args|args", "arguments of the proposal after the choices").or_told("[]"),
    OptionRow::flag("check", "verify that the involution undoes itself"),
];

struct Involutive {
    proposal: Proposal,
    involution: Bijection,
    check: bool,
}

impl Kernel for Involutive {
    fn name(&self) -> &str {
        "involutive-kernel"
    }

    fn parts(&self) -> Vec<Value> {
        let mut options = Vec::new();
        if !self.proposal.args.is_empty() {
            options.push(("proposal-args", vector_of(self.proposal.args.clone())));
        }
        if self.check {
            options.push(("check", Value::True));
        }
        let options = (!options.is_empty()).then(|| option_map(options));
        [self.proposal.function.clone(), self.involution.0.clone()].into_iter().chain(options).collect()
    }

    fn apply(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Move> {
        decide(trace, self.propose(cx, trace, key)?, key)
    }

    fn depth(&self) -> u32 {
        self.proposal.function.depth().max(self.involution.0.depth()) + 1
    }
}

impl Involutive {
    /// log α = log p(t′)/p(t) + log q(u′; t′) − log q(u; t) + log |det|; what the model raises at t′ is apart from what
    /// is wrong with the kernel.
    fn propose(&self, cx: &mut Cx, old: &Arc<Trace>, key: Key) -> Result<Result<(Arc<Trace>, f64)>> {
        let Proposal { function: q, .. } = &self.proposal;
        let choices = old.choices();
        let proposed = simulate(cx, q, &self.proposal.arguments(&choices), Origin::new(key.fold(0)))?;
        let from = Pair { choices, aux: proposed.choices() };
        let (to, given_log_det) = self.involution.call(cx, &from)?;
        let origin = Origin::new(key.fold(2));
        let outcome = match update(cx, old, Change::none(old), &changes(old, &to.choices), origin) {
            Ok(outcome) => outcome,
            Err(error) => return Ok(Err(error)),
        };
        let new = outcome.trace;
        all_visited(&to.choices, &new).map_err(|e| e.help("the involution gives no value that the new run has not"))?;
        for (path, _, _) in new.all_choices() {
            if old.choice_at(&path).is_none() && to.choices.value_at(&path)?.is_none() {
                return Err(not_given(&path));
            }
        }
        keeps_data(old, &new)?;
        // There is no way back from there, nor need one be.
        if outcome.weight.total() == f64::NEG_INFINITY || !visits_data(old, &new) {
            return Ok(Ok((new, f64::NEG_INFINITY)));
        }
        let back = assess(cx, q, &self.proposal.arguments(&new.choices()), &to.aux).map_err(unproposed)?.trace;
        all_visited(&to.aux, &back)
            .map_err(|e| e.help("the involution gives the proposal's choices on the way back"))?;
        let log_det = match given_log_det {
            Some(log_det) => log_det,
            None => {
                let (before, after) =
                    (TracePair { model: old, aux: Some(&proposed) }, TracePair { model: &new, aux: Some(&back) });
                self.involution.log_det(cx, &from, before, after)?
            }
        };
        if self.check {
            self.undoes_itself(cx, (old, &from), (&new, &to), log_det)?;
        }
        let mut alpha = Weight::default();
        alpha.join(outcome.weight);
        let log_det = if broken!("involutive-jacobian") { 0.0 } else { log_det };
        [back.score, log_det].into_iter().for_each(|w| alpha.add(w));
        alpha.go(proposed.score);
        Ok(Ok((new, alpha.total())))
    }

    /// Applied twice, the involution changes nothing.
    fn undoes_itself(
        &self,
        cx: &mut Cx,
        (old, from): (&Trace, &Pair),
        (new, to): (&Trace, &Pair),
        log_det: f64,
    ) -> Result<()> {
        let start = Pair { choices: new.choices(), aux: to.aux.clone() };
        let (again, back) = self.involution.call(cx, &start)?;
        for (path, before, _) in old.all_choices() {
            let kept = new.choice_at(&path).map(|(value, _)| value.clone()).unwrap_or_default();
            same(&path, &before, &given(&again.choices, &path, kept)?)?;
        }
        for (path, before) in from.aux.leaves() {
            let kept = if again.aux.given_at(&path)?.is_empty() { Value::Nil } else { before.clone() };
            same(&path, before, &given(&again.aux, &path, kept)?)?;
        }
        match back {
            Some(other) if (other + log_det).abs() > 1e-6 * (1.0 + log_det.abs()) => {
                let message = format!("the log-determinants there and back are {log_det} and {other}, not opposite");
                Err(Error::raise(Code::Kernel, message).help("leave them out: they are found by gradients"))
            }
            _ => Ok(()),
        }
    }
}

/// What the involution gives another value than it has.
fn changes(old: &Trace, given: &ChoiceMap) -> ChoiceMap {
    let mut changed = Trie::Empty;
    for (path, value) in given.leaves() {
        if old.choice_at(&path).is_none_or(|(before, _)| before != value) {
            changed.set(&path, Trie::Leaf(value.clone()));
        }
    }
    ChoiceMap::of(changed)
}

/// Is what stands at the place of a choice, whole or by its elements, what it was?
fn same(path: &[Value], before: &Value, after: &[Value]) -> Result<()> {
    let close = |x: &f64, y: &f64| (x - y).abs() <= 1e-6 * (1.0 + x.abs());
    let numbers = |value: &Value| elements(value).ok()?.iter().map(Value::as_f64).collect::<Option<Vec<f64>>>();
    let all = |values: &[Value]| values.iter().map(numbers).collect::<Option<Vec<_>>>().map(|parts| parts.concat());
    let equal = match (numbers(before), all(after)) {
        (Some(xs), Some(ys)) => xs.len() == ys.len() && xs.iter().zip(&ys).all(|(x, y)| close(x, y)),
        _ => matches!(after, [after] if after == before),
    };
    if equal {
        return Ok(());
    }
    let after = match after {
        [nothing] if nothing.is_nil() => "nothing".to_string(),
        [value] => format!("`{}`", brief(value)),
        values => format!("`[{}]`", values.iter().map(brief).collect::<Vec<_>>().join(" ")),
    };
    let message = format!(
        "the function is no involution: `{}` was `{}`, applied twice it gives {after}",
        show(path),
        brief(before)
    );
    Err(Error::raise(Code::Kernel, message).help("applied to what it returned, it must return what it was given"))
}

#[cold]
fn not_given(path: &[Value]) -> Stop {
    let at = show(path);
    Error::raise(Code::Kernel, format!("the move makes a new choice at `{at}`, which the involution gives no value"))
        .help(format!("let the proposal draw it, and the involution put it at `{at}`"))
}

#[cold]
fn unproposed(error: Stop) -> Stop {
    if !error.is(Code::ChoiceMissing) {
        return error;
    }
    error
        .coded(Code::Kernel)
        .within("the involution does not give a choice of the way back")
        .help("its second part has every choice that the proposal makes from the new trace")
}

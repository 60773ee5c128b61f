//! Metropolis–Hastings by a proposal: a generative function that draws new values for some choices.

use super::kernel::{Kernel, KernelObject, Move, vector_of};
use super::measure::MEASURE;
use super::moves::{decide, keeps_data};
use super::reals::same_measures;
use crate::error::{Caught, Result};
use crate::eval::equality::identical;
use crate::eval::key::Key;
use crate::eval::options::{OptionRow, Options, option_map};
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::{Change, ChoiceMap, EditRequest, Origin, Proposal, ProposalEdit, Trace, function, simulate, update};
use std::sync::{Arc, Mutex, PoisonError};

pub const ROW: Builtin = Builtin::new("proposal-kernel", "[gf & args] [gf & args-and-options]", |cx, args| {
    function("proposal-kernel", &args[0]).map_err(|e| e.arg(0).help("a proposal is `(gen [choices arg…] …)`"))?;
    let last = args.len() - 1;
    let has_options = last > 0 && matches!(args[last], Value::Map(_));
    let end = if has_options { last } else { args.len() };
    let options = Options::read("proposal-kernel", args, end, OPTIONS)?;
    options.needs("backward-args", "backward")?;
    let forward = Proposal { function: args[0].clone(), args: args[1..end].to_vec() };
    let backward = match options.get("backward") {
        None => forward.clone(),
        Some(backward) => {
            function("proposal-kernel", backward).map_err(|e| e.arg(end))?;
            Proposal { function: backward.clone(), args: options.arguments(cx, "backward-args")? }
        }
    };
    let edit = ProposalEdit { forward, backward, args: None, constraints: ChoiceMap::default() };
    Ok(KernelObject::value(ProposalKernel { edit, seen: Mutex::default() }))
});

const OPTIONS: &[OptionRow] = &[
    OptionRow::any("backward", "another proposal for the way back").or_told("the same"),
    OptionRow::any("backward-args|args", "its arguments after the choices").or_told("[]"),
];

/// A pair of proposals f and b is a mixture of two moves: by f, accepted with min(1, p′ b(x | x′) / (p f(x′ | x))), and
/// by b with the roles of the two exchanged, each tried half of the time. Then what flows from x to x′ by f,
/// ½ min(p f(x′ | x), p′ b(x | x′)), flows back by b. One direction alone would have to be met by its own flow back,
/// min(p′ f(x | x′), p b(x′ | x)), which is another number unless f = b.
struct ProposalKernel {
    edit: ProposalEdit,
    /// The function whose choices are known to have the measure of the proposals.
    seen: Mutex<Option<Value>>,
}

impl Kernel for ProposalKernel {
    fn name(&self) -> &str {
        "proposal-kernel"
    }

    fn parts(&self) -> Vec<Value> {
        let ProposalEdit { forward, backward, .. } = &self.edit;
        let mut options = Vec::new();
        if self.is_pair() {
            options.push(("backward", backward.function.clone()));
            if !backward.args.is_empty() {
                options.push(("backward-args", vector_of(backward.args.clone())));
            }
        }
        // A map at the end would count as options.
        let needed = !options.is_empty() || matches!(forward.args.last(), Some(Value::Map(_)));
        let own = std::iter::once(&forward.function).chain(&forward.args).cloned();
        own.chain(needed.then(|| option_map(options))).collect()
    }

    fn apply(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Move> {
        self.check(cx, trace, key.fold(3))?;
        if !self.is_pair() {
            return attempt(cx, &self.edit, trace, key);
        }
        if key.fold(2).site(0, 0).open01() < 0.5 {
            return Ok(attempt(cx, &self.edit, trace, key)?.with("direction", Value::keyword("forward")));
        }
        let ProposalEdit { forward, backward, constraints, .. } = &self.edit;
        let (forward, backward, constraints) = (backward.clone(), forward.clone(), constraints.clone());
        let turned = ProposalEdit { forward, backward, args: None, constraints };
        Ok(attempt(cx, &turned, trace, key)?.with("direction", Value::keyword("backward")))
    }

    fn depth(&self) -> u32 {
        EditRequest::depth(&self.edit)
    }
}

impl ProposalKernel {
    /// Looked at once for each function, as far as a run tells.
    fn check(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<()> {
        let known = || self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if known().as_ref().is_some_and(|function| identical(function, &trace.function)) {
            return Ok(());
        }
        for proposal in [&self.edit.forward, &self.edit.backward] {
            let given = trace.choices().into_value();
            let args: Vec<Value> = std::iter::once(given).chain(proposal.args.iter().cloned()).collect();
            // In the run to which the proposal leads; what goes wrong there is told when it is tried.
            let led = simulate(cx, &proposal.function, &args, Origin::new(key)).and_then(|drawn| {
                let led = update(cx, trace, Change::none(trace), &drawn.choices(), Origin::new(key.fold(1)))?;
                same_measures(cx, &led.trace, &drawn)
            });
            if let Err(e) = led.caught()?
                && e.code == MEASURE
            {
                return Err(e.into());
            }
        }
        *known() = Some(trace.function.clone());
        Ok(())
    }

    fn is_pair(&self) -> bool {
        let ProposalEdit { forward, backward, .. } = &self.edit;
        backward.function != forward.function || backward.args != forward.args
    }
}

/// A move by the forward proposal.
fn attempt(cx: &mut Cx, edit: &ProposalEdit, trace: &Arc<Trace>, key: Key) -> Result<Move> {
    let proposed = match edit.attempt(cx, trace, key.fold(0))? {
        Ok(edited) => {
            keeps_data(trace, &edited.outcome.trace)?;
            Ok((edited.outcome.trace, edited.outcome.weight.total()))
        }
        Err(error) => Err(error),
    };
    decide(trace, proposed, key)
}

//! Metropolis–Hastings by a proposal: a generative function that draws new values for some choices.

use super::kernel::{Kernel, KernelObject, Move};
use super::moves::{decide, keeps_data};
use super::options::Options;
use crate::error::Result;
use crate::eval::key::Key;
use crate::eval::print::Printer;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::{ChoiceMap, EditRequest, Proposal, ProposalEdit, Trace, function};
use std::sync::Arc;

pub const ROW: Builtin = Builtin::new(
    "proposal-kernel",
    "[gf & args] [gf & args-and-options]",
    "Metropolis–Hastings by a proposal, which is called with the trace's choices and its arguments and draws new values at addresses of the model. It is weighed against the proposal of the old values by the same function, or by `:backward`, called with `:args`: exactly the weight of `proposal-edit`.\n(let [step (gen [choices width] (trace :x (normal (:x choices) width))) t (:trace (generate (gen [] (trace :x (normal 0 1)) (trace :y (flip 0.5))) [] {:y true}))] (keys (:info ((proposal-kernel step 0.5) t)))) ;=> (:accepted :log-alpha)",
    |cx, args| {
        function("proposal-kernel", &args[0]).map_err(|e| e.arg(0).help("a proposal is `(gen [choices arg…] …)`"))?;
        let last = args.len() - 1;
        let has_options = last > 0 && matches!(args[last], Value::Map(_));
        let end = if has_options { last } else { args.len() };
        let options = Options::read("proposal-kernel", args, end, &["backward", "args"])?;
        let forward = Proposal { function: args[0].clone(), args: args[1..end].to_vec() };
        let backward = match options.get("backward") {
            None => forward.clone(),
            Some(backward) => {
                function("proposal-kernel", backward).map_err(|e| e.arg(end))?;
                Proposal { function: backward.clone(), args: options.arguments(cx, "args")? }
            }
        };
        Ok(KernelObject::value(ProposalKernel(ProposalEdit {
            forward,
            backward,
            args: None,
            constraints: ChoiceMap::default(),
        })))
    },
);

struct ProposalKernel(ProposalEdit);

impl Kernel for ProposalKernel {
    fn name(&self) -> &str {
        "proposal-kernel"
    }

    fn print(&self, out: &mut Printer<'_>) {
        let ProposalEdit { forward, backward, .. } = &self.0;
        out.text("(proposal-kernel");
        for part in std::iter::once(&forward.function).chain(&forward.args) {
            out.text(" ");
            out.value(part);
        }
        if backward.function != forward.function {
            out.text(" {:backward ");
            out.value(&backward.function);
            out.text("}");
        }
        out.text(")");
    }

    fn apply(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Move> {
        let proposed = self.0.edit(cx, trace, key.fold(0)).and_then(|edited| {
            keeps_data(trace, &edited.outcome.trace)?;
            Ok((edited.outcome.trace, edited.outcome.weight))
        });
        decide(trace, proposed, key)
    }

    fn depth(&self) -> u32 {
        EditRequest::depth(&self.0)
    }
}

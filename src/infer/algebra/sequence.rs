//! Kernels one after another: chain, repeat-kernel, cycle-kernels.

use super::reverse::{deepest, reversed};
use crate::error::{Code, Error, Result};
use crate::eval::builtins::sequences::size;
use crate::eval::key::Key;
use crate::eval::{Builtin, Cx, Value, sequence};
use crate::gfi::Trace;
use crate::infer::kernel::{Kernel, KernelObject, Move, STEPS, kernel_of, value_of, vector_of};
use std::sync::Arc;

pub const TABLE: &[Builtin] = &[
    Builtin::new("chain", "[kernel & kernels]", |_, args| {
        let parts = (0..args.len()).map(|i| kernel_of("chain", &args[i], i)).collect::<Result<Vec<_>>>()?;
        Ok(KernelObject::value(Sequence { times: parts.len(), parts, form: SequenceForm::Chain }))
    }),
    Builtin::new("repeat-kernel", "[n kernel]", |_, args| {
        let kernel = kernel_of("repeat-kernel", &args[1], 1).map_err(|e| match &args[1] {
            Value::Int(n) => e.help(format!("the number comes first: `(repeat-kernel {n} kernel)`")),
            _ => e,
        });
        let parts = vec![kernel?];
        Ok(KernelObject::value(Sequence { parts, times: times("repeat-kernel", args)?, form: SequenceForm::Repeat }))
    }),
    Builtin::new("cycle-kernels", "[n kernels]", |cx, args| {
        let times = times("cycle-kernels", args)?;
        let parts = sequence::to_vec(cx, &args[1]).map_err(|e| e.arg(1))?;
        let parts = parts.iter().map(|part| kernel_of("cycle-kernels", part, 1)).collect::<Result<Vec<_>>>()?;
        if parts.is_empty() {
            return Err(Error::raise(Code::Value, "`cycle-kernels` has no kernels to take turns").arg(1));
        }
        Ok(KernelObject::value(Sequence { parts, times, form: SequenceForm::Cycle }))
    }),
];

fn times(name: &str, args: &[Value]) -> Result<usize> {
    size(name, args, 0).map_err(|e| e.help(format!("the number of moves comes first: `({name} 10 …)`")))
}

/// How it was written.
#[derive(Clone, Copy, PartialEq)]
enum SequenceForm {
    Chain,
    Repeat,
    Cycle,
}

/// Move i is one of part i mod k.
struct Sequence {
    parts: Vec<Arc<dyn Kernel>>,
    times: usize,
    form: SequenceForm,
}

impl Kernel for Sequence {
    fn name(&self) -> &str {
        match self.form {
            SequenceForm::Chain => "chain",
            SequenceForm::Repeat => "repeat-kernel",
            SequenceForm::Cycle => "cycle-kernels",
        }
    }

    fn parts(&self) -> Vec<Value> {
        let parts = self.parts.iter().map(value_of).collect::<Vec<_>>();
        let times = Value::Int(self.times as i64);
        match self.form {
            SequenceForm::Chain => parts,
            SequenceForm::Repeat => std::iter::once(times).chain(parts).collect(),
            SequenceForm::Cycle => vec![times, vector_of(parts)],
        }
    }

    /// The move is accepted when one of its parts is; its log α is the sum over those that are.
    fn apply(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Move> {
        let mut all = Move { trace: trace.clone(), accepted: false, log_alpha: 0.0, stats: Vec::new() };
        let mut steps = Vec::new();
        for i in 0..self.times {
            cx.step()?;
            let part = &self.parts[i % self.parts.len()];
            let step = cx.deeper(|cx| part.apply(cx, &all.trace, key.fold(i as u64)))?;
            steps.push(step.info()?);
            if step.accepted {
                all.accepted = true;
                all.log_alpha += step.log_alpha;
            }
            all.trace = step.trace;
        }
        all.stats.push((STEPS, Value::vector(steps)?));
        Ok(all)
    }

    /// The parts in the other order; a cycle starts at (n − 1) mod k.
    fn reverse(&self) -> Result<Option<Arc<dyn Kernel>>> {
        let k = self.parts.len();
        let last = (self.times + k - 1) % k;
        let parts = (0..k).map(|i| reversed(&self.parts[(last + k - i) % k])).collect::<Result<Vec<_>>>()?;
        Ok(Some(Arc::new(Sequence { parts, ..*self })))
    }

    fn depth(&self) -> u32 {
        deepest(&self.parts)
    }
}

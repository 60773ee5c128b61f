//! when-kernel: a kernel where a condition holds, which its moves must not change.

use super::reverse::reversed;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::condition::holds;
use crate::eval::key::{Key, Stream};
use crate::eval::print::brief;
use crate::eval::{Builtin, Cx, Value};

use crate::gfi::{Trace, check_callable, trace_value};
use crate::infer::kernel::{Kernel, KernelObject, Move, STEPS, kernel_of, value_of};
use std::sync::Arc;

pub const ROW: Builtin = Builtin::new("when-kernel", "[condition kernel]", |_, args| {
    check_callable("when-kernel", &args[0], 0)?;
    Ok(KernelObject::value(WhenKernel { condition: args[0].clone(), kernel: kernel_of("when-kernel", &args[1], 1)? }))
});

struct WhenKernel {
    condition: Value,
    kernel: Arc<dyn Kernel>,
}

impl WhenKernel {
    fn holds(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<bool> {
        let given = trace_value(trace.clone());
        holds(&cx.outside_model(Stream::new(key), |cx| cx.call1(&self.condition, given))?)
    }
}

impl Kernel for WhenKernel {
    fn name(&self) -> &str {
        "when-kernel"
    }

    fn parts(&self) -> Vec<Value> {
        vec![self.condition.clone(), value_of(&self.kernel)]
    }

    fn apply(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Move> {
        if !self.holds(cx, trace, key.fold(0))? {
            return Ok(Move { stats: vec![(STEPS, Value::vector(Vec::new())?)], ..Move::rejected(trace, 0.0) });
        }
        let step = cx.deeper(|cx| self.kernel.apply(cx, trace, key.fold(1)))?;
        if step.accepted && !self.holds(cx, &step.trace, key.fold(0))? {
            return Err(changed(&self.condition));
        }
        let steps = Value::vector(vec![step.info()?])?;
        Ok(Move { stats: vec![(STEPS, steps)], ..step })
    }

    fn reverse(&self) -> Result<Option<Arc<dyn Kernel>>> {
        Ok(Some(Arc::new(WhenKernel { condition: self.condition.clone(), kernel: reversed(&self.kernel)? })))
    }

    fn depth(&self) -> u32 {
        self.condition.depth().max(self.kernel.depth()) + 1
    }
}

#[cold]
fn changed(condition: &Value) -> Stop {
    let message = format!("the move changed the condition `{}` under which it is made", brief(condition));
    Error::raise(Code::Kernel, message)
        .help("there would be no way back: let the condition look only at what the kernel leaves as it is")
}

//! Reverses: the kernel that makes the moves of another backwards, and kernels of which a program says it.

use crate::error::Result;
use crate::eval::key::Key;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::Trace;
use crate::infer::kernel::{Kernel, KernelObject, Move, kernel_of, value_of};
use std::sync::Arc;

pub const REVERSE: Builtin = Builtin::new("reverse-kernel", "[kernel]", |_, args| {
    let kernel = kernel_of("reverse-kernel", &args[0], 0)?;
    Ok(Value::host(KernelObject(reversed(&kernel)?)))
});

pub const DECLARE: Builtin = Builtin::new("declare-reverse", "[kernel back]", |_, args| {
    let (kernel, back) = (kernel_of("declare-reverse", &args[0], 0)?, kernel_of("declare-reverse", &args[1], 1)?);
    Ok(KernelObject::value(Declared { kernel, back }))
});

/// The reverse of a kernel.
pub fn reversed(kernel: &Arc<dyn Kernel>) -> Result<Arc<dyn Kernel>> {
    Ok(kernel.reverse()?.unwrap_or_else(|| kernel.clone()))
}

struct Declared {
    kernel: Arc<dyn Kernel>,
    back: Arc<dyn Kernel>,
}

impl Kernel for Declared {
    fn name(&self) -> &str {
        "declare-reverse"
    }

    fn parts(&self) -> Vec<Value> {
        vec![value_of(&self.kernel), value_of(&self.back)]
    }

    fn apply(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Move> {
        self.kernel.apply(cx, trace, key)
    }

    fn reverse(&self) -> Result<Option<Arc<dyn Kernel>>> {
        Ok(Some(Arc::new(Declared { kernel: self.back.clone(), back: self.kernel.clone() })))
    }

    fn depth(&self) -> u32 {
        deepest([&self.kernel, &self.back])
    }
}

/// The nesting of a kernel with these parts.
pub fn deepest<'a>(parts: impl IntoIterator<Item = &'a Arc<dyn Kernel>>) -> u32 {
    parts.into_iter().map(|part| part.depth()).max().unwrap_or(0) + 1
}

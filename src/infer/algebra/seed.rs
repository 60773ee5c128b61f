//! seed: a kernel whose moves draw from a stream of their own.

use super::reverse::reversed;
use crate::error::Result;
use crate::eval::args::integer;
use crate::eval::key::Key;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::Trace;
use crate::infer::kernel::{Kernel, KernelObject, Move, kernel_of, value_of};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub const ROW: Builtin = Builtin::new("seed", "[kernel n] [n kernel]", |_, args| {
    let (kernel, number) = if args[0].as_int().is_some() { (1, 0) } else { (0, 1) };
    let seed = integer("seed", args, number)? as u64;
    let kernel = kernel_of("seed", &args[kernel], kernel)?;
    Ok(KernelObject::value(Seeded { kernel, seed, applied: AtomicU64::new(0) }))
});

struct Seeded {
    kernel: Arc<dyn Kernel>,
    seed: u64,
    /// Moves so far: the i-th draws from child i of the seed.
    applied: AtomicU64,
}

impl Kernel for Seeded {
    fn name(&self) -> &str {
        "seed"
    }

    fn parts(&self) -> Vec<Value> {
        vec![value_of(&self.kernel), Value::Int(self.seed as i64)]
    }

    fn apply(&self, cx: &mut Cx, trace: &Arc<Trace>, _: Key) -> Result<Move> {
        let i = self.applied.fetch_add(1, Ordering::Relaxed);
        cx.deeper(|cx| self.kernel.apply(cx, trace, Key::from_seed(self.seed).fold(i)))
    }

    fn counts(&self) -> bool {
        true
    }

    fn reverse(&self) -> Result<Option<Arc<dyn Kernel>>> {
        let kernel = reversed(&self.kernel)?;
        Ok(Some(Arc::new(Seeded { kernel, seed: self.seed, applied: AtomicU64::new(0) })))
    }

    fn depth(&self) -> u32 {
        self.kernel.depth() + 1
    }
}

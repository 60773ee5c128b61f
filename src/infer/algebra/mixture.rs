//! mix-kernels: one of several kernels, drawn at each move.

use super::reverse::{deepest, reversed};
use crate::error::{Code, Error, Result};
use crate::eval::args::described;
use crate::eval::key::Key;
use crate::eval::{Builtin, Cx, Value, sequence};
use crate::gfi::Trace;
use crate::infer::kernel::{Kernel, KernelObject, Move, STEPS, kernel_of, value_of, vector_of};
use std::sync::Arc;

pub const ROW: Builtin = Builtin::new("mix-kernels", "[pairs]", |cx, args| {
    let pairs = sequence::to_vec(cx, &args[0]).map_err(|e| e.arg(0))?;
    let parts = pairs.iter().map(part).collect::<Result<Vec<_>>>().map_err(|e| e.arg(0))?;
    match parts.iter().map(|(_, weight)| weight).sum::<f64>() {
        total if total > 0.0 && total.is_finite() => Ok(KernelObject::value(Mixture { parts, total })),
        _ => Err(Error::raise(Code::Value, "the weights of `mix-kernels` sum to a positive number").arg(0)),
    }
});

/// `[kernel weight]`.
fn part(pair: &Value) -> Result<(Arc<dyn Kernel>, f64)> {
    let parts = match pair {
        Value::Vector(pair) if pair.len() == 2 => pair.get(0).zip(pair.get(1).and_then(Value::as_f64)),
        _ => None,
    };
    match parts {
        Some((kernel, weight)) if weight >= 0.0 => Ok((kernel_of("mix-kernels", kernel, 0)?, weight)),
        _ => {
            let message = format!("`mix-kernels` wants pairs of a kernel and its weight, not {}", described(pair));
            Err(Error::raise(Code::Type, message).help("write `(mix-kernels [[k1 0.7] [k2 0.3]])`"))
        }
    }
}

struct Mixture {
    parts: Vec<(Arc<dyn Kernel>, f64)>,
    total: f64,
}

impl Kernel for Mixture {
    fn name(&self) -> &str {
        "mix-kernels"
    }

    fn parts(&self) -> Vec<Value> {
        let pair = |(kernel, weight): &(_, f64)| vector_of(vec![value_of(kernel), Value::float(*weight)]);
        vec![vector_of(self.parts.iter().map(pair).collect())]
    }

    fn apply(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Move> {
        let mut left = key.fold(0).site(0, 0).open01() * self.total;
        let positive = |(_, (_, weight)): &(usize, &(Arc<dyn Kernel>, f64))| *weight > 0.0;
        let mut among = self.parts.iter().enumerate().filter(positive).peekable();
        while let Some((chosen, (kernel, weight))) = among.next() {
            left -= weight;
            // Rounding may leave something over at the end.
            if left < 0.0 || among.peek().is_none() {
                let step = cx.deeper(|cx| kernel.apply(cx, trace, key.fold(1)))?;
                let steps = Value::vector(vec![step.info()?])?;
                return Ok(Move { stats: vec![("chosen", Value::Int(chosen as i64)), (STEPS, steps)], ..step });
            }
        }
        Ok(Move::rejected(trace, 0.0))
    }

    fn reverse(&self) -> Result<Option<Arc<dyn Kernel>>> {
        let parts = self.parts.iter().map(|(kernel, weight)| Ok((reversed(kernel)?, *weight)));
        Ok(Some(Arc::new(Mixture { parts: parts.collect::<Result<_>>()?, total: self.total })))
    }

    fn depth(&self) -> u32 {
        deepest(self.parts.iter().map(|(kernel, _)| kernel)) + 1
    }
}

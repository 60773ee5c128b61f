//! Sequential Monte Carlo: weighted particles that follow a sequence of targets, step by step (Del Moral, Doucet, Jasra
//! 2006), all of them at once as one batched trace.

mod backward;
mod filter;
mod forgotten;
mod kernels;
mod lost;
mod nothing;
mod population;
mod reference;
mod resample;
mod settings;
mod steps;

use super::width::in_width;
use crate::error::Result;
use crate::eval::{Builtin, Cx, Value};
use filter::Filter;
use reference::Reference;
use settings::Names;

pub const TABLE: &[Builtin] = &[
    Builtin::new("smc", "[gf steps & options]", |cx, a| in_width(cx, "smc", Names::SMC.rows, a, 2, smc))
        .draws()
        .options(2, Names::SMC.rows),
    Builtin::new("smcp3", "[gf steps & options]", |cx, a| in_width(cx, "smcp3", Names::SMCP3.rows, a, 2, smcp3))
        .draws()
        .options(2, Names::SMCP3.rows),
    Builtin::new("conditional-smc", "[gf steps & options]", |cx, a| {
        in_width(cx, "conditional-smc", Names::CONDITIONAL.rows, a, 2, conditional)
    })
    .draws()
    .options(2, Names::CONDITIONAL.rows),
    kernels::PARTICLE_GIBBS,
    kernels::PMMH,
];

fn smc(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let filter = Filter::read(cx, args, Names::SMC, false)?;
    let key = cx.next_key("smc")?;
    filter.result(cx, key, None)
}

fn smcp3(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let filter = Filter::read(cx, args, Names::SMCP3, false)?;
    let key = cx.next_key("smcp3")?;
    filter.result(cx, key, None)
}

fn conditional(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let filter = Filter::read(cx, args, Names::CONDITIONAL, true)?;
    let key = cx.next_key("conditional-smc")?;
    let reference = filter.settings.reference.clone();
    let reference = reference.map(|trace| Reference::draw(cx, &filter, &trace, key.fold(2))).transpose()?;
    filter.result(cx, key, reference.as_ref())
}

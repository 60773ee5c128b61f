//! Sequential Monte Carlo: weighted particles that follow a sequence of targets, step by step (Del Moral, Doucet, Jasra
//! 2006), all of them at once as one batched trace.

mod filter;
mod forgotten;
mod kernels;
mod lost;
mod nothing;
mod population;
mod reference;
mod resample;
mod settings;
mod way_back;

use super::width::in_width;
use crate::error::Result;
use crate::eval::{Builtin, Cx, Value};
use filter::Filter;
use reference::Reference;
use settings::Names;

pub const TABLE: &[Builtin] = &[
    Builtin::new("smc", "[gf steps & options]", "Particles that follow the data step by step, `{:traces :log-weights :log-ml :log-ml-increments :ess-history :ancestors}`. `steps` is a sequence of `{:args :argdiffs :obs}`: the arguments from that step on, how they differ, and what is observed; `:args` stay where left out. Growing an `unfold` costs the same at each step. `:ancestors` has for each step the particles that those of the step come from, nil where they stayed. A particle that does not make an observed choice any more weighs nothing, and so does one at which the model raises an error; `:stats` `{:errors :first-error}` then says how many there were.\n(let [m (unfold (gen [t x] (trace :y (flip 0.25)) x))] (:log-ml (smc m (for [t (range 3)] {:args [(inc t) 0] :obs {[t :y] true}}) {:particles 10}))) ;~> -4.1588830833596715", |cx, a| in_width(cx, "smc", Names::SMC.rows, a, 2, smc)).draws().options(2, Names::SMC.rows),
    Builtin::new("smcp3", "[gf steps & options]", "`smc` whose steps are moves by a forward proposal, `:forward`, weighed against a backward one, `:backward` (SMCP3: Lew et al. 2023): both are needed. They are called as `:proposal` and `:backward` of `smc` are.\n(let [m (gen [sd] (let [x (trace :x (normal 0 1))] (trace :y (normal x sd)) x)) k (gen [c args obs] (trace :x (normal (c :x) 0.5)))] (count (traces (smcp3 m [{:args [2] :obs {:y 1}} {:args [1] :obs {}}] {:forward k :backward k :particles 5})))) ;=> 5", |cx, a| in_width(cx, "smcp3", Names::SMCP3.rows, a, 2, smcp3)).draws().options(2, Names::SMCP3.rows),
    Builtin::new("conditional-smc", "[gf steps & options]", "`smc` in which one particle, the first, is `:reference`, a trace of the last step, at every step (Andrieu, Doucet, Holenstein 2010); what `:proposal` overwrites has its earlier values drawn from `:backward`. Resampling is `:systematic` (Chopin and Singh 2015) or `:multinomial`, given that the first particle stays. Drawing a particle by the weights leaves the posterior as it is.\n(let [m (unfold (gen [t x] (trace :x (poisson 9)))) steps (for [t (range 2)] {:args [(inc t) 0] :obs {}}) t (simulate m [2 0])] (= (choices (first (traces (conditional-smc m steps {:reference t :particles 3})))) (choices t))) ;=> true", |cx, a| in_width(cx, "conditional-smc", Names::CONDITIONAL.rows, a, 2, conditional)).draws().options(2, Names::CONDITIONAL.rows),
    kernels::PARTICLE_GIBBS,
    kernels::PMMH,
];

fn smc(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let filter = Filter::read(cx, args, Names::SMC, false)?;
    let key = cx.next_key("smc")?;
    filter.run(cx, key, None)?.result()
}

fn smcp3(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let filter = Filter::read(cx, args, Names::SMCP3, false)?;
    let key = cx.next_key("smcp3")?;
    filter.run(cx, key, None)?.result()
}

fn conditional(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let filter = Filter::read(cx, args, Names::CONDITIONAL, true)?;
    let key = cx.next_key("conditional-smc")?;
    let reference = filter.settings.reference.clone();
    let reference = reference.map(|trace| Reference::draw(cx, &filter, &trace, key.fold(2))).transpose()?;
    filter.run(cx, key, reference.as_ref())?.result()
}

//! A kernel run under the addresses 0 … n−1: what Map, Unfold and Scan share, incremental in every operation.

use super::progress::Progress;
use crate::error::Result;
use crate::eval::collections::Vector;
use crate::eval::equality::identical;
use crate::eval::lanes::{holds_lanes, in_parts, per_value_where};
use crate::eval::print::Printer;
use crate::eval::{Cx, Value};
use crate::gfi::batch::Batch;
use crate::gfi::body::Run;
use crate::gfi::diff::Diff;
use crate::gfi::interface::{self, GenerativeFunction};
use crate::gfi::ops::impossible::explain;
use crate::gfi::request::{Outcome, Request};
use std::any::Any;
use std::collections::BTreeSet;
use std::marker::PhantomData;

/// How a series hands arguments to its kernel and collects what comes back.
pub trait Shape: Send + Sync + Sized + 'static {
    const NAME: &'static str;
    /// Arguments as `doc` shows them.
    const ARGLIST: &'static str;
    /// What the kernel is called with.
    const GIVES: &'static str;
    /// Each step gets something of the one before.
    const CARRIES: bool;
    /// The argument that counts the steps.
    const COUNTS: Option<usize> = None;

    /// The arguments as the steps read them; wrong ones are errors.
    fn read(args: &[Value]) -> Result<Self>;
    fn len(&self) -> usize;
    /// What the first step gets of no step before it.
    fn init(&self) -> Value;
    fn kernel_args(&self, t: usize, carry: &Value) -> Vec<Value>;
    /// Diffs of the kernel's arguments, by those of the series' arguments and of what is carried.
    fn kernel_diffs(&self, diffs: &[Diff], t: usize, carry: &Diff) -> Vec<Diff>;
    /// Steps below both lengths that the arguments' diffs reach directly; `None` when it may be any.
    fn reached(&self, diffs: &[Diff]) -> Option<Vec<usize>>;
    /// What a step hands on, from what the kernel returned.
    fn carry(returned: &Value) -> Result<Value> {
        Ok(returned.clone())
    }

    /// What a step adds to the outputs.
    fn output(returned: &Value) -> Value {
        returned.clone()
    }

    fn retval(&self, outputs: Vector, _carry: Value) -> Result<Value> {
        Ok(Value::Vector(outputs))
    }

    /// The outputs of a finished run.
    fn outputs(retval: &Value) -> Vector {
        match retval {
            Value::Vector(outputs) => outputs.clone(),
            _ => Vector::empty(),
        }
    }

    /// The diff of the return value, by those of the outputs.
    fn retdiff(outputs: Diff) -> Diff {
        outputs
    }
}

/// A combinator of this shape over a kernel.
pub struct Series<S> {
    pub kernel: Value,
    shape: PhantomData<fn() -> S>,
}

impl<S: Shape> Series<S> {
    pub fn new(kernel: Value) -> Series<S> {
        Series { kernel, shape: PhantomData }
    }
}

impl<S: Shape> GenerativeFunction for Series<S> {
    fn name(&self) -> &str {
        S::NAME
    }

    fn code(&self) -> Vec<Value> {
        vec![self.kernel.clone()]
    }

    fn doc(&self) -> Option<(String, String)> {
        Some((S::ARGLIST.to_string(), format!("Made by `{}`.", S::NAME)))
    }

    fn same(&self, other: &dyn GenerativeFunction) -> bool {
        let other = (other as &dyn Any).downcast_ref::<Series<S>>();
        other.is_some_and(|other| interface::same_function(&self.kernel, &other.kernel))
    }

    fn run(&self, cx: &mut Cx, run: &Request<'_>) -> Result<Outcome> {
        let (steps, old) = (S::read(&run.args)?, run.old());
        let mut progress = match old {
            Some(old) => Progress::from_old(old, S::outputs(&old.retval), cx),
            None => Progress::new(),
        };
        let before = match old {
            Some(old) => S::read(&old.args)?.len(),
            None => 0,
        };
        self.change(cx, run, &steps, before.min(steps.len()), &mut progress)?;
        progress.shrink(run, steps.len(), before);
        for t in before.min(steps.len())..steps.len() {
            let carry = progress.carry::<S>(&steps, t)?;
            self.step(cx, run, &steps, t, carry, Diff::Unknown, &mut progress)?;
        }
        let carry = progress.carry::<S>(&steps, steps.len())?;
        // Without steps, what is carried is what was given.
        progress.resized |= steps.len() == 0 && run.args != old.map_or(&[][..], |old| &old.args);
        let outputs = std::mem::replace(&mut progress.outputs, Vector::empty());
        let retval = steps.retval(outputs.persistent(), carry)?;
        progress.finish(cx, run, retval, S::retdiff)
    }

    fn run_lanes(&self, cx: &mut Cx, _this: &Value, args: &[Value], batch: &mut Batch) -> Result<Value> {
        let counts = |at: usize, arg: &Value| S::COUNTS == Some(at) && holds_lanes(arg) || in_parts(arg);
        let apart = per_value_where(cx, args, counts, &mut |cx, args| self.run_lanes(cx, _this, args, batch))?;
        if let Some(value) = apart {
            return Ok(value);
        }
        let steps = S::read(args)?;
        let (outputs, carry) = self.steps_in_lanes(cx, &steps, 0, steps.init(), batch)?;
        steps.retval(Vector::from_vec(outputs)?, carry)
    }

    fn grows(&self, old: &[Value], new: &[Value]) -> Option<usize> {
        let (at, before) = (S::COUNTS?, S::read(old).ok()?.len());
        let stays = |(i, (old, new)): (usize, (&Value, &Value))| i == at || identical(old, new) || old == new;
        let same = old.len() == new.len() && old.iter().zip(new).enumerate().all(stays);
        (same && S::read(new).ok()?.len() >= before).then_some(before)
    }

    fn run_steps(&self, cx: &mut Cx, args: &[Value], from: usize, carry: &Value, batch: &mut Batch) -> Result<Value> {
        let steps = S::read(args)?;
        let (outputs, _) = self.steps_in_lanes(cx, &steps, from, carry.clone(), batch)?;
        Value::vector(outputs)
    }

    fn print(&self, out: &mut Printer<'_>) {
        out.text(&format!("({} ", S::NAME));
        out.value(&self.kernel);
        out.text(")");
    }

    fn depth(&self) -> u32 {
        self.kernel.depth() + 1
    }
}

impl<S: Shape> Series<S> {
    /// Runs the steps from one on for all lanes: their outputs, and what the last one hands on.
    fn steps_in_lanes(
        &self,
        cx: &mut Cx,
        steps: &S,
        from: usize,
        mut carry: Value,
        batch: &mut Batch,
    ) -> Result<(Vec<Value>, Value)> {
        let mut outputs = Vec::with_capacity((steps.len() - from.min(steps.len())).min(1 << 16));
        for t in from..steps.len() {
            cx.step()?;
            let args = steps.kernel_args(t, &carry);
            let path = [Value::Int(t as i64)];
            let returned = batch.visit(cx, &path, &self.kernel, &args, (S::NAME, S::GIVES)).map_err(|mut e| {
                e.enter(t.to_string());
                e
            })?;
            outputs.push(S::output(&returned));
            carry = S::carry(&returned)?;
        }
        Ok((outputs, carry))
    }

    /// Runs the steps again that both runs have and that the goal, the arguments or a changed step before them reach.
    fn change(&self, cx: &mut Cx, run: &Request<'_>, steps: &S, common: usize, progress: &mut Progress) -> Result<()> {
        let everything = || (0..common).collect::<BTreeSet<usize>>();
        let old = run.old();
        let stale = old.is_some_and(|old| old.state || !old.reads_same(cx));
        let mut waiting = match (run.goal.touched(), steps.reached(&run.diffs)) {
            (Some(keys), Some(reached)) if !stale => {
                let keys = keys.iter().filter_map(|k| usize::try_from(k.as_int()?).ok());
                keys.chain(reached).filter(|t| *t < common).collect()
            }
            _ => everything(),
        };
        // What the last step that ran hands on, and how it changed.
        let mut last: Option<(usize, Diff)> = None;
        while let Some(t) = waiting.pop_first() {
            let carry = progress.carry::<S>(steps, t)?;
            let carried = match &last {
                Some((before, diff)) if before + 1 == t => diff.clone(),
                _ if t == 0 && S::CARRIES => old.map_or(Ok(Diff::Unknown), |old| {
                    S::read(&old.args).map(|old| Diff::between(&old.init(), &carry))
                })?,
                _ => Diff::NoChange,
            };
            let handed = match progress.child(t) {
                Some(child) if S::CARRIES => S::carry(&child.retval)?,
                _ => Value::Nil,
            };
            self.step(cx, run, steps, t, carry, carried, progress)?;
            if S::CARRIES {
                let diff = Diff::between(&handed, &progress.carry::<S>(steps, t + 1)?);
                if !diff.is_no_change() && t + 1 < common {
                    waiting.insert(t + 1);
                }
                last = Some((t, diff));
            }
        }
        Ok(())
    }

    /// Runs one step.
    #[allow(clippy::too_many_arguments)] // a step is what these seven say
    fn step(
        &self,
        cx: &mut Cx,
        run: &Request<'_>,
        steps: &S,
        t: usize,
        carry: Value,
        carried: Diff,
        progress: &mut Progress,
    ) -> Result<()> {
        cx.step()?;
        let path = [Value::Int(t as i64)];
        let args = interface::complete_call(cx, S::NAME, &self.kernel, &steps.kernel_args(t, &carry), S::GIVES)?;
        let past = run.past.below(&path);
        let goal = run.goal.below(&path)?;
        let diffs = steps.kernel_diffs(&run.diffs, t, &carried);
        let origin = run.origin.below(&path);
        let request = Request { this: &self.kernel, args, goal: &goal, past: &past, diffs, origin };
        let outcome = cx.deeper(|cx| interface::run(cx, &request)).map_err(|mut e| {
            e.enter(t.to_string());
            explain(e, run.past, || progress.impossible_before(if S::CARRIES { t } else { 0 }))
        })?;
        progress.take(t, outcome, S::output, run.goal.is_assess())
    }
}

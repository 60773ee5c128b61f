//! The retained particle of a conditional filter: a trace of the last step, at every step.
//!
//! A filter with kernels K and L samples from the extended target
//!
//!   π̃(x₁, …, x_T) = γ_T(x_T) ∏_{t<T} L(x_t | x_{t+1})
//!
//! (Del Moral, Doucet, Jasra 2006, § 2.2), whose marginal of x_T is the posterior, and its increments are the ratios
//! γ_t(x_t) L(x_{t−1} | x_t) / (γ_{t−1}(x_{t−1}) K(x_t | x_{t−1})). A conditional filter leaves π̃ as it is if the retained
//! path x₁, …, x_T has that distribution (Andrieu, Doucet, Holenstein 2010, § 4.5). Given x_T it has when x_{T−1} is drawn
//! from L given x_T, x_{T−2} from L given x_{T−1}, and so on: the earlier states are variables of the extended target. A
//! path that is got by shrinking x_T alone has the right distribution only where L changes nothing.
//!
//! What L does not say is drawn from the prior on the way back, as the weights of the steps have it: choices that a step
//! dropped, and those that were drawn and later observed. What was observed otherwise before has its data of then. See
//! `backward.rs`.

use super::backward::BackwardKernel;
use super::filter::Filter;
use crate::distributions::numbers_in;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::key::Key;
use crate::eval::lanes::{Group, splat};
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use crate::gfi::{
    ChoiceMap, Trace, Trie, choice_paths, element_at, function, has_choice, has_same_choice, project_paths, show,
};
use crate::tensor::DType;
use std::sync::Arc;

/// A path of the extended target.
pub struct Reference {
    /// The trace at each step.
    pub path: Vec<Arc<Trace>>,
    /// What is data at each step.
    data: Vec<ChoiceMap>,
}

impl Reference {
    /// The path of a trace of the last step; all randomness comes from the key.
    pub fn draw(cx: &mut Cx, filter: &Filter, last: &Arc<Trace>, key: Key) -> Result<Reference> {
        let args = filter.steps.last().map(|step| step.args.clone()).unwrap_or_default();
        if last.args != function(filter.algorithm, &filter.model)?.complete(cx, &args)? {
            return Err(other_arguments(filter.algorithm, &last.args, &args));
        }
        let mut data = vec![filter.steps[0].obs.clone()];
        for step in &filter.steps[1..] {
            data.push(data[data.len() - 1].merge(&step.obs)?);
        }
        if let Some(all) = data.last() {
            for (path, value, _) in last.all_choices() {
                if some_elements(&all.mask_at(&path)?, &value)? {
                    return Err(apart(&path));
                }
            }
        }
        let mut path = vec![last.clone()];
        for t in (1..filter.steps.len()).rev() {
            let backward = BackwardKernel { filter, t, data: &data[t - 1] };
            let (earlier, _) = backward.draw(cx, &path[path.len() - 1], key.fold(t as u64))?;
            path.push(earlier);
        }
        path.reverse();
        Ok(Reference { path, data })
    }

    /// Its choices at a step, but for data.
    pub fn at(&self, t: usize) -> Result<ChoiceMap> {
        self.choices(t, &ChoiceMap::default())
    }

    /// Those that the step makes and that were not there before.
    pub fn new_at(&self, t: usize) -> Result<ChoiceMap> {
        let before = t.checked_sub(1).map(|t| self.path[t].choices()).unwrap_or_default();
        self.choices(t, &before)
    }

    /// Those at a step that neither data nor these others have.
    fn choices(&self, t: usize, others: &ChoiceMap) -> Result<ChoiceMap> {
        let (mut kept, all, data) = (ChoiceMap::default(), self.path[t].choices(), &self.data[t]);
        for path in choice_paths(&all, &[data, others])? {
            if !has_choice(data, &path)? && !has_same_choice(&all, others, &path)? {
                kept.put_below(&path, &all.at(&path)?)?;
            }
        }
        Ok(kept)
    }

    /// Takes from the first weight what the step kept without the proposal's doing: the prior would have drawn it.
    pub fn weigh(&self, cx: &mut Cx, t: usize, proposed: &ChoiceMap, log_weights: &mut [f64]) -> Result<()> {
        let (now, own) = (&self.path[t], self.at(t)?);
        let before = t.checked_sub(1).map(|t| self.path[t].choices()).unwrap_or_default();
        let Some(weight) = log_weights.first_mut() else { return Ok(()) };
        let (mut drawn, proposed) = (Vec::new(), proposed.of_lane(0)?);
        for path in choice_paths(&own, &[&proposed, &before])? {
            if has_choice(&proposed, &path)? {
                continue;
            }
            if !has_same_choice(&own, &before, &path)? {
                drawn.push(path);
            } else if before.value_at(&path)? != own.value_at(&path)? {
                return Err(not_overwritten(&path));
            }
        }
        *weight -= project_paths(cx, now, drawn)?;
        match *weight > f64::NEG_INFINITY {
            true => Ok(()),
            false => Err(impossible(t)),
        }
    }
}

/// Choices as those of the first lane.
pub fn lane_zero(choices: &ChoiceMap) -> Result<ChoiceMap> {
    let first = Group::whole(0, 1, DType::Float64);
    let mut all = ChoiceMap::default();
    choices.leaves().into_iter().try_for_each(|(path, value)| all.put(&path, splat(&first, value.clone())))?;
    Ok(all)
}

#[cold]
fn other_arguments(algorithm: &str, own: &[Value], last: &[Value]) -> Stop {
    let show = |args: &[Value]| brief(&Value::vector(args.to_vec()).unwrap_or_default());
    let message = format!(
        "the reference of `{algorithm}` was run with the arguments `{}`, the last step has `{}`",
        show(own),
        show(last)
    );
    Error::raise(Code::Value, message).help("the reference is a trace of the last step")
}

/// Are some elements of a value data, and others not?
fn some_elements(mask: &Trie<()>, value: &Value) -> Result<bool> {
    let Trie::Branch(_) = mask else { return Ok(false) };
    let mut data = 0;
    for (place, ()) in mask.leaves() {
        data += element_at(value, &place)?.map_or(0, |element| numbers_in(&element));
    }
    Ok(data < numbers_in(value))
}

/// The elements of one choice do not stand apart in a retained particle.
#[cold]
fn apart(path: &[Value]) -> Stop {
    let message =
        format!("some elements of `{}` are data and others not, which a reference does not keep apart", show(path));
    Error::raise(Code::Elements, message).help("make a choice of each element: `(trace [:y i] …)`, or use `map-gf`")
}

#[cold]
fn not_overwritten(path: &[Value]) -> Stop {
    let at = show(path);
    Error::raise(
        Code::Proposal,
        format!("the backward proposal draws `{at}`, which the forward one does not overwrite"),
    )
    .help("the backward proposal proposes the old values of what the forward one changed, nothing else")
}

#[cold]
fn impossible(t: usize) -> Stop {
    Error::raise(Code::AllImpossible, format!("the reference has weight 0 at step {t}"))
        .help("it must be a trace of positive density under the observations of the steps")
}

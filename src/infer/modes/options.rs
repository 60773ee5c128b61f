//! What the algorithms on modes are called with, and the search for a mode from several starts.

use super::lbfgs::{Peak, climb};
use crate::error::{Error, Result};
use crate::eval::key::Key;
use crate::eval::{Cx, Value};
use crate::gfi::{ChoiceMap, argument_vector, constraints_of, function};
use crate::infer::space::Space;

/// The highest mode that some starts found.
pub struct Mode {
    pub space: Space,
    pub peak: Peak,
}

/// A model under observations, as a call gives them.
pub struct Target {
    pub model: Value,
    pub args: Vec<Value>,
    pub observations: ChoiceMap,
}

impl Target {
    pub fn read(cx: &mut Cx, name: &str, args: &[Value]) -> Result<Target> {
        function(name, &args[0]).map_err(|e| e.arg(0))?;
        let given = argument_vector(cx, name, &args[1])?;
        Ok(Target { model: args[0].clone(), args: given, observations: constraints_of(&args[2], 2)? })
    }

    /// The best of several climbs, each from a prior draw.
    pub fn mode(&self, cx: &mut Cx, jacobian: bool, starts: usize, steps: usize, key: Key) -> Result<Mode> {
        let mut best: Option<Mode> = None;
        for i in 0..starts {
            let (space, start) = Space::start(cx, &self.model, &self.args, &self.observations, key.fold(i as u64))?;
            let peak = climb(|u| space.height(cx, u, jacobian), start, steps)?;
            if best.as_ref().is_none_or(|best| best.peak.height.value < peak.height.value) {
                best = Some(Mode { space, peak });
            }
        }
        best.ok_or_else(|| Error::new("gen::internal", "no start was tried"))
    }
}

//! Steps up a gradient: parameters on their way, and what each step that was finished came to.

use super::optimizer::Optimizer;
use super::parameters::Parameters;
use crate::error::Result;
use crate::eval::collections::Map;
use crate::eval::{Cx, Value};
use crate::gfi::result;

pub struct Training {
    pub parameters: Parameters,
    /// What was climbed, before each step.
    pub history: Vec<Value>,
}

impl Training {
    pub fn of(parameters: Parameters) -> Training {
        Training { parameters, history: Vec::new() }
    }

    /// Climbs by so many steps. `estimate` gives of a step's parameters, which may become more, what is climbed and its
    /// gradient. A step that is not finished changes nothing.
    pub fn climb(
        &mut self,
        cx: &mut Cx,
        optimizer: Optimizer,
        steps: usize,
        mut estimate: impl FnMut(&mut Cx, usize, &mut Parameters) -> Result<(f64, Map)>,
    ) -> Result<()> {
        let mut climb = optimizer.start();
        for step in 0..steps {
            let mut next = self.parameters.clone();
            let (value, gradient) = estimate(cx, step, &mut next)?;
            climb.step(cx, &mut next, &gradient)?;
            self.parameters = next;
            self.history.push(Value::float(value));
        }
        Ok(())
    }

    /// `{:params :history}`, between them what the last parameters come to, once that is known; nothing before the first
    /// step.
    pub fn result(self, name: &'static str, last: Option<f64>) -> Result<Option<Value>> {
        if self.history.is_empty() {
            return Ok(None);
        }
        let params = [("params", self.parameters.into_value())].into_iter();
        let last = last.map(|last| (name, Value::float(last)));
        result(params.chain(last).chain([("history", Value::vector(self.history)?)])).map(Some)
    }
}

//! The run at the highest point of a search that was halted: made when somebody asks for it, since nothing of a program
//! runs after a halt.

use super::options::Mode;
use crate::error::Result;
use crate::eval::{Cx, Value};
use crate::gfi::{ChoiceMap, Trace, TraceObject, TraceStore};
use std::any::Any;
use std::sync::{Arc, Mutex, PoisonError};

struct PointRun {
    mode: Mode,
    /// The program as it was, and the run once it is made.
    again: Mutex<(Cx, Option<Arc<Trace>>)>,
}

impl Mode {
    /// The run at the peak, as a trace that is made when it is asked for.
    pub fn trace_later(self, cx: &Cx) -> Value {
        let again = Mutex::new((cx.snapshot(), None));
        Value::host(TraceObject::stored(Arc::new(PointRun { mode: self, again }), 0))
    }
}

impl PointRun {
    /// What the run tells; nothing where it cannot be made.
    fn told<R>(&self, tell: impl FnOnce(&Trace) -> R) -> Option<R> {
        self.trace(0).map(|run| tell(&run)).ok()
    }
}

impl TraceStore for PointRun {
    fn trace(&self, _row: usize) -> Result<Arc<Trace>> {
        let (mut cx, made) = {
            let again = self.again.lock().unwrap_or_else(PoisonError::into_inner);
            (again.0.snapshot(), again.1.clone())
        };
        if let Some(made) = made {
            return Ok(made);
        }
        let (run, ..) = self.mode.space.trace(&mut cx, &self.mode.peak.point.u)?;
        self.again.lock().unwrap_or_else(PoisonError::into_inner).1 = Some(run.clone());
        Ok(run)
    }

    fn model(&self, _row: usize) -> (&Value, &[Value]) {
        (&self.mode.start.function, &self.mode.start.args)
    }

    fn score(&self, _row: usize) -> f64 {
        self.told(|run| run.score).unwrap_or(f64::NAN)
    }

    fn choices(&self, _row: usize) -> ChoiceMap {
        self.told(Trace::choices).unwrap_or_default()
    }

    fn value_at(&self, _row: usize, path: &[Value]) -> Option<Value> {
        self.told(|run| run.value_at(path)).flatten()
    }

    fn depth(&self, _row: usize) -> u32 {
        self.mode.start.depth
    }

    fn any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }
}

//! Delays: values made once, when asked for.

use crate::error::{Error, Result};
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::host::HostObject;
use crate::eval::print::Printer;
use crate::eval::value::{Value, nest};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub const TABLE: &[Builtin] = &[
    Builtin::generic("delayed", "[f]", "A delay of what f, a function without arguments, returns. `(delay …)` expands to it.\n@(delayed (fn [] 7)) ;=> 7", |_, a| {
        let f = std::mem::take(&mut a[0]);
        let depth = nest(f.depth())?;
        Ok(Value::host(Delay { state: Mutex::new(State::Waiting(f)), depth }))
    }),
    Builtin::generic("force", "[x]", "The value of a delay, made now if it has not been made; anything else is itself.\n(force (delay 1)) ;=> 1\n(force 2) ;=> 2", |cx, a| match a[0].clone().as_host::<Delay>() {
        Some(delay) => delay.force(cx),
        None => Ok(std::mem::take(&mut a[0])),
    }).state(),
    Builtin::generic("delay?", "[x]", "True for delays.\n(delay? (delay 1)) ;=> true", |_, a| Ok(Value::bool(a[0].as_host::<Delay>().is_some()))),
    Builtin::generic("realized?", "[x]", "True when the value of a delay, or the first element of a lazy sequence, has been made.\n(let [d (delay 1)] [(realized? d) @d (realized? d)]) ;=> [false 1 true]", |_, a| match &a[0] {
        Value::Lazy(lazy) => {
            let (made, ended) = lazy.made(1);
            Ok(Value::bool(ended || !made.is_empty()))
        }
        other => match other.as_host::<Delay>() {
            Some(delay) => Ok(Value::bool(matches!(*delay.lock(), State::Made(_) | State::Failed(_)))),
            None => Err(super::super::args::wrong_type("realized?", "a delay or a lazy sequence", other, 0)),
        },
    }).state(),
];

struct Delay {
    state: Mutex<State>,
    depth: u32,
}

enum State {
    Waiting(Value),
    /// Being made: asking again from inside is an error, not a deadlock.
    Running,
    Made(Value),
    Failed(Box<Error>),
}

impl Delay {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn force(&self, cx: &mut Cx) -> Result<Value> {
        let f = {
            let mut state = self.lock();
            match &*state {
                State::Made(value) => return Ok(value.clone()),
                State::Failed(error) => return Err(error.clone()),
                State::Running => return Err(Error::new("gen::lazy", "a delay needs its own value to make it")),
                State::Waiting(f) => {
                    let f = f.clone();
                    *state = State::Running;
                    f
                }
            }
        };
        let made = cx.call(&f, &mut []);
        *self.lock() = match &made {
            Ok(value) => State::Made(value.clone()),
            Err(error) => State::Failed(error.clone()),
        };
        made
    }
}

impl HostObject for Delay {
    fn kind(&self) -> &'static str {
        "a delay"
    }
    fn print(&self, out: &mut Printer<'_>) {
        let made = match &*self.lock() {
            State::Made(value) => Some(value.clone()),
            _ => None,
        };
        super::print_held(out, "delay", made.as_ref());
    }
    fn depth(&self) -> u32 {
        self.depth
    }
    fn deref(&self, cx: &mut Cx) -> Option<Result<Value>> {
        Some(self.force(cx))
    }
}

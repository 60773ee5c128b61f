//! A value that is made once, when it is first asked for: in a batched run by each lane for itself.

use super::cx::Cx;
use super::lanes::Group;
use super::value::Value;
use super::watch::{Home, LATE};
use crate::error::{Code, Error, Result, Stop};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What has been made so far, and for which lanes; without a group it is for all there are.
#[derive(Clone, Default)]
pub struct OnceValues(Vec<(Option<Arc<Group>>, Value)>);

/// For whom a value has still to be made.
pub enum Missing {
    Nobody,
    Lanes(Arc<Group>),
    Everybody,
}

impl OnceValues {
    /// Who among the lanes of a group, or outside batched runs at all, has nothing yet.
    pub fn missing(&self, group: Option<&Arc<Group>>) -> Missing {
        let Some(group) = group else {
            return if self.0.is_empty() { Missing::Everybody } else { Missing::Nobody };
        };
        let mut left = group.clone();
        for (lanes, _) in &self.0 {
            let Some(lanes) = lanes else { return Missing::Nobody };
            let (_, without) = left.split_by(lanes);
            if without.is_empty() {
                return Missing::Nobody;
            }
            left = left.part(without);
        }
        Missing::Lanes(left)
    }

    pub fn add(&mut self, group: Option<Arc<Group>>, value: Value) {
        self.0.push((group, value));
    }

    /// What has been made, with the lanes that have it.
    pub(in crate::eval) fn parts(&self) -> &[(Option<Arc<Group>>, Value)] {
        &self.0
    }

    pub(in crate::eval) fn first(&self) -> Option<&Value> {
        self.0.first().map(|(_, value)| value)
    }
}

/// A place for such a value.
#[derive(Default)]
pub struct Once(Mutex<OnceState>);

#[derive(Default)]
struct OnceState {
    made: OnceValues,
    running: bool,
    failed: Option<Stop>,
}

impl Once {
    fn lock(&self) -> MutexGuard<'_, OnceState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What has been made first, if anything.
    pub fn peek(&self) -> Option<Value> {
        self.lock().made.first().cloned()
    }

    pub fn is_done(&self) -> bool {
        let state = self.lock();
        state.failed.is_some() || state.made.first().is_some()
    }

    /// The value, made now by `f` for the lanes in force that lack it. Says whether more came of that than a value.
    pub fn get(
        &self,
        cx: &mut Cx,
        home: &Home,
        what: &str,
        f: &mut dyn FnMut(&mut Cx) -> Result<Value>,
    ) -> (Result<Value>, bool) {
        let group = home.lanes(cx);
        let missing = match self.start(cx, group.as_ref(), what) {
            Ok(Missing::Nobody) => return (self.answer(group.as_ref()), false),
            Ok(Missing::Everybody) => None,
            Ok(Missing::Lanes(lanes)) => Some(lanes),
            Err(error) => return (Err(error), false),
        };
        let (made, more) = cx.make(home, |cx| match &missing {
            Some(lanes) => cx.for_lanes(lanes, f),
            None => f(cx),
        });
        let mut state = self.lock();
        state.running = false;
        match made {
            Ok(value) => state.made.add(missing, value),
            // A value whose making failed fails the same way again; what ends a run is no failure.
            Err(error) if cx.group.is_none() && error.code().is_some_and(|code| code != LATE) => {
                state.failed = Some(error.clone());
                return (Err(error), more);
            }
            Err(error) => return (Err(error), more),
        }
        drop(state);
        (self.answer(group.as_ref()), more)
    }

    /// For whom the value has still to be made, which starts now.
    fn start(&self, cx: &Cx, group: Option<&Arc<Group>>, what: &str) -> Result<Missing> {
        let mut state = self.lock();
        if let Some(error) = &state.failed {
            return Err(error.clone());
        }
        let missing = state.made.missing(group);
        // Chunks of lanes run on several threads: a second one makes the same value.
        if !matches!(missing, Missing::Nobody) && !cx.chunked && std::mem::replace(&mut state.running, true) {
            return Err(Error::raise(Code::Lazy, format!("{what} needs its own value to make it")));
        }
        Ok(missing)
    }

    fn answer(&self, group: Option<&Arc<Group>>) -> Result<Value> {
        let made = self.lock().made.clone();
        made.of(group)
    }
}

//! What a function answers about an element, which may differ by lane, and walks that lanes leave one by one.

use super::branch::truth;
use super::{Group, LanePart, LaneValues, by_value, merge, per_value, project};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::condition::holds;
use crate::eval::cx::Cx;
use crate::eval::value::Value;
use crate::tensor::lanes::Column;
use std::sync::Arc;

/// Yes or no.
pub enum LaneAnswer {
    All(bool),
    /// Yes in the first lanes, no in the others; there are some of both.
    Differ(Arc<Group>, Arc<Group>),
}

impl LaneAnswer {
    /// Is a value true?
    #[inline]
    pub fn of(cx: &mut Cx, value: &Value) -> Result<LaneAnswer> {
        match value {
            Value::Lanes(_) => {
                cx.decides(value)?;
                let group = &by_value::group_of(cx, std::slice::from_ref(value))?;
                let (yes, no) = truth(&project(value, group)?, group)?;
                Ok(LaneAnswer::split(group, yes, no))
            }
            other => Ok(LaneAnswer::All(holds(other)?)),
        }
    }

    /// Is it something other than nil?
    #[inline]
    pub fn some(cx: &Cx, value: &Value) -> Result<LaneAnswer> {
        LaneAnswer::which(cx, value, |value| !value.is_nil())
    }

    /// In which lanes is it a value of a kind that numbers are, or are not?
    #[inline]
    pub fn which(cx: &Cx, value: &Value, is: impl Fn(&Value) -> bool) -> Result<LaneAnswer> {
        let Value::Lanes(lanes) = value else { return Ok(LaneAnswer::All(is(value))) };
        let group = &by_value::group_of(cx, std::slice::from_ref(value))?;
        let LaneValues::Parts(parts) = &lanes.of else { return Ok(LaneAnswer::All(is(&Value::Int(0)))) };
        let all = group.outermost();
        match all.union(parts.iter().filter(|(_, value)| is(value)).map(|(part, _)| part)) {
            Some(those) => {
                let (yes, no) = group.split_by(&those);
                Ok(LaneAnswer::split(group, yes, no))
            }
            None => Ok(LaneAnswer::All(false)),
        }
    }

    fn split(group: &Arc<Group>, yes: Vec<u32>, no: Vec<u32>) -> LaneAnswer {
        if no.is_empty() || yes.is_empty() {
            return LaneAnswer::All(no.is_empty());
        }
        LaneAnswer::Differ(group.part(yes), group.part(no))
    }

    /// Yes where it was no.
    pub fn when(self, wanted: bool) -> LaneAnswer {
        match self {
            LaneAnswer::All(yes) => LaneAnswer::All(yes == wanted),
            LaneAnswer::Differ(yes, no) if !wanted => LaneAnswer::Differ(no, yes),
            same => same,
        }
    }

    /// The answer where all lanes must give the same.
    pub fn same(self, function: &str) -> Result<bool> {
        match self {
            LaneAnswer::All(yes) => Ok(yes),
            LaneAnswer::Differ(..) => Err(differ(function)),
        }
    }
}

/// The error of answers that must be the same in all lanes.
#[cold]
pub fn differ(function: &str) -> Stop {
    Error::raise(Code::Lanes, format!("`{function}` gets different answers in different lanes here"))
        .help("a lazy sequence is made for all lanes at once: make a vector of it first, `(vec (take 10 xs))`")
}

/// Elements that all lanes have or some, as they are found.
#[derive(Default)]
pub struct Sifted {
    items: Vec<(Value, Option<usize>)>,
    doubts: Vec<Value>,
}

impl Sifted {
    /// Takes an element where the answer is yes.
    pub fn take(&mut self, item: Value, answer: LaneAnswer) {
        match answer {
            LaneAnswer::All(true) => self.items.push((item, None)),
            LaneAnswer::All(false) => {}
            LaneAnswer::Differ(yes, no) => {
                self.items.push((item, Some(self.doubts.len())));
                let whole = yes.outermost();
                let Some(group) = whole.union([&yes, &no]) else { return };
                let mask: Vec<bool> = group.iter().map(|id| yes.find(id).is_some()).collect();
                self.doubts.push(Value::lanes(&group, Column::from(mask)));
            }
        }
    }

    /// What each lane has taken, made into a collection.
    pub fn make(self, cx: &mut Cx, make: impl Fn(Vec<Value>) -> Result<Value>) -> Result<Value> {
        let Sifted { items, doubts } = self;
        if doubts.is_empty() {
            return make(items.into_iter().map(|(item, _)| item).collect());
        }
        per_value(cx, &doubts, false, &mut |_, answers| {
            let has = |doubt: &Option<usize>| doubt.is_none_or(|at| answers[at].truthy()); // booleans
            make(items.iter().filter(|(_, doubt)| has(doubt)).map(|(item, _)| item.clone()).collect())
        })
    }
}

/// A step of a walk.
pub enum WalkStep {
    On,
    /// Some lanes, or all, are done, with a value.
    Done(LaneAnswer, Value),
    /// The walk is over.
    End(Value),
}

/// Walks until all lanes are done; a step runs for those that are not.
pub fn walk(cx: &mut Cx, mut step: impl FnMut(&mut Cx) -> Result<WalkStep>) -> Result<Value> {
    let outer = cx.group.clone();
    let (mut whole, mut parts): (_, Vec<LanePart>) = (outer.clone(), Vec::new());
    let last = loop {
        match step(cx) {
            Ok(WalkStep::On | WalkStep::Done(LaneAnswer::All(false), _)) => {}
            Ok(WalkStep::End(value) | WalkStep::Done(LaneAnswer::All(true), value)) => break Ok(value),
            Ok(WalkStep::Done(LaneAnswer::Differ(done, left), value)) => {
                if whole.is_none() {
                    whole = done.outermost().union([&done, &left]);
                }
                parts.push((done.clone(), value));
                cx.group = Some(left);
            }
            Err(e) => break Err(e.of_lanes(!parts.is_empty())),
        }
    };
    let active = std::mem::replace(&mut cx.group, outer);
    match (active, whole) {
        (Some(active), Some(whole)) if !parts.is_empty() => {
            parts.push((active, last?));
            let parts = parts.into_iter().map(|(part, value)| Ok((part.clone(), project(&value, &part)?)));
            merge(parts.collect::<Result<Vec<LanePart>>>()?, &whole)
        }
        _ => last,
    }
}

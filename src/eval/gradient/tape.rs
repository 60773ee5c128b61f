//! The tape: a flat list of what was computed.
//!
//! Partials are values
//! computed with the operators of the language, so what lies on a tape may itself be a variable of an outer tape:
//! a gradient of a gradient needs nothing more.

use super::kind::VarKind;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::cx::Cx;
use crate::eval::value::Value;
use std::sync::{Arc, Mutex, MutexGuard};

/// A number or array whose use is recorded.
pub struct Var {
    primal: Value,
    tape: Tape,
    index: u32,
    /// How many tapes lie below each other here.
    levels: u32,
}

/// Gradients nested deeper are a program that ran away; dropping a variable recurses this deep.
const MAX_LEVELS: u32 = 64;

/// Entries of one tape: some gigabytes.
const MAX_NODES: usize = 1 << 26;

/// Records what is computed from its variables. Clones are the same tape.
#[derive(Clone)]
pub struct Tape(Arc<Inner>);

struct Inner {
    level: u64,
    nodes: Mutex<Nodes>,
}

struct Nodes {
    list: Vec<TapeNode>,
    state: TapeState,
    /// Does it watch for decisions by its entries?
    watching: bool,
    /// The first entry by which the program decided something meanwhile.
    decisive: Option<u32>,
    /// It went on after an error.
    caught: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum TapeState {
    Recording,
    /// A pass backwards is running, whose rules compute one level down.
    Passing,
    Closed,
}

/// An entry.
pub(super) struct TapeNode {
    pub kind: VarKind,
    pub origin: VarOrigin,
}

/// Gives for the cotangent of a result one for each of its inputs; nil for none.
pub type Pullback = dyn Fn(&mut Cx, &Value) -> Result<Vec<Value>> + Send + Sync;

/// Where a variable comes from: the entries it was computed from, each with its partial derivative.
pub(super) enum VarOrigin {
    Input,
    One(u32, Value),
    Two([u32; 2], [Value; 2]),
    Many(Box<[(u32, Value)]>),
    Rule(Box<[u32]>, Box<Pullback>),
}

impl VarOrigin {
    fn any_input(&self, mut is: impl FnMut(u32) -> bool) -> bool {
        match self {
            VarOrigin::Input => false,
            VarOrigin::One(index, _) => is(*index),
            VarOrigin::Two(both, _) => both.iter().any(|index| is(*index)),
            VarOrigin::Many(edges) => edges.iter().any(|(index, _)| is(*index)),
            VarOrigin::Rule(inputs, _) => inputs.iter().any(|index| is(*index)),
        }
    }
}

impl Var {
    /// The value, one level down.
    pub fn primal(&self) -> &Value {
        &self.primal
    }

    pub fn tape(&self) -> &Tape {
        &self.tape
    }

    pub(super) fn index(&self) -> u32 {
        self.index
    }
}

/// The number of tapes below a value.
fn levels(value: &Value) -> u32 {
    match value {
        Value::Var(v) => v.levels,
        _ => 0,
    }
}

impl Tape {
    /// An empty tape. A tape made later, with a higher level, is the inner one; [`Cx::new_tape`] counts.
    pub fn new(level: u64) -> Tape {
        let (list, state) = (Vec::new(), TapeState::Recording);
        let nodes = Nodes { list, state, watching: false, decisive: None, caught: false };
        Tape(Arc::new(Inner { level, nodes: Mutex::new(nodes) }))
    }

    pub fn level(&self) -> u64 {
        self.0.level
    }

    pub fn same(&self, other: &Tape) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    fn lock(&self) -> MutexGuard<'_, Nodes> {
        self.0.nodes.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// A new input: a float, an array, or a variable of an outer tape. Integers become floats.
    pub fn variable(&self, primal: Value) -> Result<Value> {
        if levels(&primal) >= MAX_LEVELS {
            return Err(Error::raise(Code::TooNested, format!("gradients nested more than {MAX_LEVELS} levels deep")));
        }
        self.push(super::kind::as_float(primal)?, VarOrigin::Input)
    }

    /// The variable of a result computed from variables of this tape, each given with the partial derivative with
    /// respect to it: elementwise, of the result's shape. What is no variable of this tape is a constant.
    pub fn record(&self, primal: Value, edges: &[(Value, Value)]) -> Result<Value> {
        let edges = edges.iter().filter_map(|(var, partial)| Some((self.index_of(var)?, partial.clone())));
        self.push(primal, VarOrigin::Many(edges.collect()))
    }

    pub(super) fn push(&self, primal: Value, origin: VarOrigin) -> Result<Value> {
        let kind = VarKind::of(&primal)?;
        let levels = levels(&primal) + 1;
        let mut nodes = self.lock();
        match nodes.state {
            TapeState::Recording => {}
            TapeState::Passing => {
                return Err(captured("the rule of a gradient, such as `:gradient` of a `custom-gradient`,"));
            }
            TapeState::Closed => return Err(escaped(&primal)),
        }
        if nodes.list.len() >= MAX_NODES {
            return Err(Error::raise(Code::TooLarge, format!("a gradient of more than {MAX_NODES} operations"))
                .help("work on arrays: one operation on an array is one entry"));
        }
        let index = nodes.list.len() as u32;
        nodes.list.push(TapeNode { kind, origin });
        drop(nodes);
        Ok(Value::Var(Arc::new(Var { primal, tape: self.clone(), index, levels })))
    }

    /// Watches for decisions of the program from now on.
    pub(super) fn watch(&self) {
        self.lock().watching = true;
    }

    /// Notes that the program decided something by an entry.
    pub(super) fn decide(&self, index: u32) {
        let mut nodes = self.lock();
        if nodes.watching && nodes.decisive.is_none() {
            nodes.decisive = Some(index);
        }
    }

    /// Notes that the program caught an error: another number might not have raised it.
    pub fn catch(&self) {
        self.lock().caught = true;
    }

    pub fn caught(&self) -> bool {
        self.lock().caught
    }

    /// Has it seen a decision?
    pub fn is_decisive(&self) -> bool {
        self.lock().decisive.is_some()
    }

    /// Is the entry by which the program first decided something computed from this one?
    pub(super) fn is_decided_by(&self, index: u32) -> bool {
        let nodes = self.lock();
        let Some(last) = nodes.decisive.filter(|last| *last >= index) else { return false };
        let mut reached = vec![false; (last + 1) as usize];
        for (at, node) in nodes.list.iter().enumerate().take(reached.len()).skip(index as usize) {
            reached[at] = at == index as usize || node.origin.any_input(|input| reached[input as usize]);
        }
        reached[last as usize]
    }

    /// Is the value a variable of this tape?
    pub fn owns(&self, value: &Value) -> bool {
        self.index_of(value).is_some()
    }

    pub(super) fn index_of(&self, value: &Value) -> Option<u32> {
        match value {
            Value::Var(v) if v.tape.same(self) => Some(v.index),
            _ => None,
        }
    }

    /// The value as it is below this tape: the primal of its own variables, everything else as it is.
    pub fn below(&self, value: &Value) -> Value {
        match value {
            Value::Var(v) if v.tape.same(self) => v.primal.clone(),
            other => other.clone(),
        }
    }

    /// Is the gradient not over yet?
    pub fn is_open(&self) -> bool {
        self.lock().state != TapeState::Closed
    }

    /// Ends recording: a variable that is used afterwards has escaped.
    pub fn close(&self) {
        let mut nodes = self.lock();
        nodes.state = TapeState::Closed;
        let list = std::mem::take(&mut nodes.list);
        drop(nodes);
        drop(list);
    }

    /// The entries, for a pass backwards; [`Tape::end_pass`] gives them back.
    pub(super) fn begin_pass(&self, seeds: &[(Value, Value)]) -> Result<Vec<TapeNode>> {
        let mut nodes = self.lock();
        match nodes.state {
            TapeState::Recording => nodes.state = TapeState::Passing,
            TapeState::Passing => {
                return Err(captured("the rule of a gradient, such as `:gradient` of a `custom-gradient`,"));
            }
            TapeState::Closed => {
                return Err(escaped(&seeds.first().map_or(Value::Nil, |(output, _)| self.below(output))));
            }
        }
        Ok(std::mem::take(&mut nodes.list))
    }

    pub(super) fn end_pass(&self, list: Vec<TapeNode>) {
        let mut nodes = self.lock();
        nodes.list = list;
        nodes.state = TapeState::Recording;
    }
}

/// The error of code that runs one level down and meets a variable all the same.
#[cold]
pub fn captured(what: &str) -> Stop {
    let message = format!("{what} uses a number that the gradient is taken of, beside its arguments");
    Error::raise(Code::CapturedVariable, message)
        .help("make the number an argument, so that it gets a cotangent; or take `(stop-gradient x)` of it")
}

#[cold]
fn escaped(value: &Value) -> Stop {
    let message =
        format!("`{}` is computed from a number of a gradient that is over", crate::eval::print::brief(value));
    Error::raise(Code::EscapedVariable, message).help(
        "a value of the differentiated function was kept outside it, in an atom or by a lazy sequence: return it \
         from the function, or keep `(stop-gradient x)`",
    )
}

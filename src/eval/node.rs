//! Nodes: what analysis makes of forms. Names are slots, places are numbers, and common shapes are fused.

use super::function::{Builtin, FunctionCode};
use super::value::Value;
use crate::error::Code;
use std::sync::Arc;

/// Number of a place in [`super::program::Program::spans`]; a call's arguments follow it.
pub type Place = u32;

/// A slot of the frame.
pub type Slot = u16;

/// Analysed code. Leaves and fused operators are inline, everything else is boxed.
pub enum Node {
    Const(Value),
    Local(Slot),
    /// The last use of a local: its value leaves the slot.
    Take(Slot),
    Global(u32),
    If(Box<IfNode>),
    Do(Box<[Node]>),
    Let(Box<LetNode>),
    Loop(Box<LoopNode>),
    Recur(Box<RecurNode>),
    /// An arithmetic operator on any two operands, on two locals, on a local and a constant.
    Prim(Op, Place, Box<(Node, Node)>),
    PrimLL(Op, Place, Slot, Slot),
    PrimLK(Op, Place, Slot, Box<Value>),
    Call(Box<CallNode>),
    Native(Box<NativeCall>),
    Fn(Box<FnNode>),
    Vector(Box<(Box<[Node]>, Place)>),
    Map(Box<(Entries, Place)>),
    Set(Box<(Box<[Node]>, Place)>),
    Case(Box<CaseNode>),
    Def(Box<DefNode>),
    Throw(Box<(Node, Place)>),
    Try(Box<TryNode>),
    Effect(Box<EffectNode>),
    /// Code in deeply nested code, which makes sure of the native stack first.
    Deep(Box<DeepNode>),
}

/// Evaluation recurses over nested code without looking at the stack; analysis puts one of these every few levels.
pub struct DeepNode(pub Node);

impl Node {
    /// The node with a look at the stack before it, if it has code inside.
    pub fn deep(self) -> Node {
        match self {
            Node::Const(_) | Node::Local(_) | Node::Global(_) | Node::PrimLL(..) | Node::PrimLK(..) | Node::Fn(_) => {
                self
            }
            nested => Node::Deep(Box::new(DeepNode(nested))),
        }
    }

    /// True for `trace`, `splice` and `param`.
    pub fn is_effect(&self) -> bool {
        match self {
            Node::Effect(_) => true,
            Node::Deep(deep) => deep.0.is_effect(),
            _ => false,
        }
    }
}

impl Drop for DeepNode {
    fn drop(&mut self) {
        let node = std::mem::replace(&mut self.0, Node::Const(Value::Nil));
        genlisp_stack::ensure(64 * 1024, 1024 * 1024, || drop(node));
    }
}

/// Keys and values of a map literal.
pub type Entries = Box<[(Node, Node)]>;

/// Operators with a fast path on two numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Op {
    Add,
    Sub,
    Mul,
    Div,
    Lt,
    Le,
    Gt,
    Ge,
    Eq,
}

pub struct IfNode {
    pub test: Node,
    pub yes: Node,
    pub no: Node,
    /// Where the test stands.
    pub place: Place,
    /// The test is a `trace`: a number there is warned about, since it is always true.
    pub of_choice: bool,
}

pub struct LetNode {
    pub inits: Box<[(Slot, Node)]>,
    pub body: Node,
}

pub struct LoopNode {
    pub inits: Box<[(Slot, Node)]>,
    pub body: Node,
}

/// `recur` to the innermost loop or function body, whose variables are in `slots`.
pub struct RecurNode {
    pub first: Slot,
    pub args: Box<[Node]>,
    pub place: Place,
}

pub struct CallNode {
    pub callee: Node,
    pub args: Box<[Node]>,
    pub place: Place,
}

pub struct NativeCall {
    pub row: &'static Builtin,
    pub args: Box<[Node]>,
    pub place: Place,
}

pub struct FnNode {
    pub code: Arc<FunctionCode>,
    /// Slots of the enclosing frame that the closure copies.
    pub captures: Box<[Slot]>,
}

/// `case`: constants by hash to a branch.
pub struct CaseNode {
    pub test: Node,
    pub table: super::collections::Map,
    pub branches: Box<[Node]>,
    pub default: Option<Node>,
    pub place: Place,
}

pub struct DefNode {
    pub global: u32,
    /// `None` only declares the name.
    pub value: Option<Node>,
    pub meta: Arc<super::program::VarMeta>,
}

pub struct TryNode {
    pub body: Node,
    pub catches: Box<[CatchNode]>,
    pub finally: Option<Node>,
}

pub struct CatchNode {
    /// The error code to catch; `None` catches everything.
    pub code: Option<Code>,
    pub slot: Slot,
    pub body: Node,
}

/// The three effects that are given to the handler.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EffectKind {
    Trace,
    Splice,
    Param,
}

pub struct EffectNode {
    pub kind: EffectKind,
    /// The address; none for a splice that inlines.
    pub address: Option<AddressNode>,
    /// What is traced, spliced, or the parameter's default.
    pub callee: Node,
    pub args: Box<[Node]>,
    pub place: Place,
}

pub enum AddressNode {
    /// A literal, checked and hashed at analysis.
    Literal(Value),
    Computed(Node),
}

//! Walking nodes: what a node reads, and the nodes below it.

use super::node::{AddressNode, IfNode, Node, Slot};

/// Slots that the node itself reads.
pub fn reads(node: &Node, found: &mut dyn FnMut(Slot)) {
    match node {
        Node::Local(slot) | Node::Take(slot) | Node::PrimLK(_, _, slot, _) => found(*slot),
        Node::PrimLL(_, _, a, b) => {
            found(*a);
            found(*b);
        }
        Node::Fn(f) => f.captures.iter().for_each(|slot| found(*slot)),
        _ => {}
    }
}

/// The same walk for looking and for changing.
macro_rules! children {
    ($(#[$doc:meta])* $name:ident, $iter:ident $(, $mutable:tt)?) => {
        $(#[$doc])*
        pub fn $name<'n>(node: &'n $($mutable)? Node, found: &mut dyn FnMut(&'n $($mutable)? Node)) {
            match node {
                Node::Const(_)
                | Node::Local(_)
                | Node::Take(_)
                | Node::Global(_)
                | Node::PrimLL(..)
                | Node::PrimLK(..)
                | Node::Fn(_) => {}
                Node::If(parts) => {
                    let IfNode { test, yes, no, .. } = &$($mutable)? **parts;
                    [test, yes, no].into_iter().for_each(found);
                }
                Node::Deep(deep) => found(&$($mutable)? deep.0),
                Node::Throw(part) => found(&$($mutable)? part.0),
                Node::Do(nodes) => nodes.$iter().for_each(found),
                Node::Vector(v) | Node::Set(v) => v.0.$iter().for_each(found),
                Node::Map(m) => m.0.$iter().flat_map(|(k, v)| [k, v]).for_each(found),
                Node::Let(l) => l.inits.$iter().map(|(_, init)| init).chain([&$($mutable)? l.body]).for_each(found),
                Node::Loop(l) => l.inits.$iter().map(|(_, init)| init).chain([&$($mutable)? l.body]).for_each(found),
                Node::Recur(r) => r.args.$iter().for_each(found),
                Node::Prim(_, _, operands) => {
                    let (a, b) = &$($mutable)? **operands;
                    [a, b].into_iter().for_each(found);
                }
                Node::Call(c) => [&$($mutable)? c.callee].into_iter().chain(c.args.$iter()).for_each(found),
                Node::Native(c) => c.args.$iter().for_each(found),
                Node::Case(c) => [&$($mutable)? c.test].into_iter().chain(c.branches.$iter()).chain(c.default.$iter()).for_each(found),
                Node::Def(d) => d.value.$iter().for_each(found),
                Node::Try(t) => {
                    let bodies = t.catches.$iter().map(|c| &$($mutable)? c.body);
                    [&$($mutable)? t.body].into_iter().chain(bodies).chain(t.finally.$iter()).for_each(found);
                }
                Node::Effect(e) => {
                    if let Some(AddressNode::Computed(address)) = &$($mutable)? e.address {
                        found(address);
                    }
                    [&$($mutable)? e.callee].into_iter().chain(e.args.$iter()).for_each(found);
                }
            }
        }
    };
}

children!(
    /// The nodes below, in the order of evaluation; the bodies of functions are not below.
    children, iter
);
children!(
    /// The nodes below, to be changed.
    children_mut, iter_mut, mut
);

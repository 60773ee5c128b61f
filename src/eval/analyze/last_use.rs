//! Last uses: a local that nothing reads any more is moved out of its slot instead of copied, so that a collection
//! nobody else holds is changed in place: `(recur (conj acc x) …)` and `(fn [m x] (assoc m x 1))` cost no copies.

use crate::eval::node::{Node, Slot};
use crate::eval::walk::{children, children_mut, reads};

/// Slots whose values may still be read.
#[derive(Clone, Default)]
struct Live(Vec<u64>);

impl Live {
    fn has(&self, slot: Slot) -> bool {
        self.0.get(slot as usize / 64).is_some_and(|bits| bits >> (slot % 64) & 1 == 1)
    }

    fn add(&mut self, slot: Slot) {
        let at = slot as usize / 64;
        if self.0.len() <= at {
            self.0.resize(at + 1, 0);
        }
        self.0[at] |= 1 << (slot % 64);
    }

    fn remove(&mut self, slot: Slot) {
        if let Some(bits) = self.0.get_mut(slot as usize / 64) {
            *bits &= !(1 << (slot % 64));
        }
    }

    fn join(&mut self, other: &Live) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a |= b);
    }
}

/// Marks the last uses in a function's body. `kept` are the slots that a `recur` to its start does not fill again.
pub fn mark(body: &mut Node, kept: impl IntoIterator<Item = Slot>) {
    let mut at_recur = Live::default();
    kept.into_iter().for_each(|slot| at_recur.add(slot));
    Marker { at_recur }.node(body, &mut Live::default());
}

/// Walks nodes against the order of evaluation.
struct Marker {
    /// What is live after a `recur` to the innermost loop.
    at_recur: Live,
}

impl Marker {
    fn node(&mut self, node: &mut Node, live: &mut Live) {
        genlisp_stack::ensure(64 * 1024, 1024 * 1024, || self.visit(node, live));
    }

    fn visit(&mut self, node: &mut Node, live: &mut Live) {
        match node {
            Node::Local(slot) if !live.has(*slot) => {
                live.add(*slot);
                *node = Node::Take(*slot);
            }
            Node::If(parts) => {
                let mut otherwise = live.clone();
                self.node(&mut parts.no, &mut otherwise);
                self.node(&mut parts.yes, live);
                live.join(&otherwise);
                self.node(&mut parts.test, live);
            }
            Node::Case(case) => {
                let after = live.clone();
                for branch in case.branches.iter_mut().chain(&mut case.default) {
                    let mut before = after.clone();
                    self.node(branch, &mut before);
                    live.join(&before);
                }
                self.node(&mut case.test, live);
            }
            Node::Let(l) => {
                self.node(&mut l.body, live);
                self.inits(&mut l.inits, live);
            }
            Node::Loop(l) => {
                let variables: Vec<Slot> = l.inits.iter().map(|(slot, _)| *slot).collect();
                let mut again = live.clone();
                again.join(&reads_from_outside(&l.body, &variables));
                let outer = std::mem::replace(&mut self.at_recur, again.clone());
                self.node(&mut l.body, live);
                self.at_recur = outer;
                live.join(&again);
                self.inits(&mut l.inits, live);
            }
            Node::Recur(r) => {
                *live = self.at_recur.clone();
                r.args.iter_mut().rev().for_each(|arg| self.node(arg, live));
            }
            Node::Try(t) => {
                // Any part of the body may be the last that ran before a `catch` or `finally`.
                if let Some(finally) = &mut t.finally {
                    self.node(finally, live);
                }
                let after = live.clone();
                for clause in &mut t.catches {
                    let mut before = after.clone();
                    self.node(&mut clause.body, &mut before);
                    before.remove(clause.slot);
                    live.join(&before);
                }
                self.node(&mut t.body, live);
            }
            other => {
                reads(other, &mut |slot| live.add(slot));
                let mut below = Vec::new();
                children_mut(other, &mut |child| below.push(child));
                below.into_iter().rev().for_each(|child| self.node(child, live));
            }
        }
    }

    fn inits(&mut self, inits: &mut [(Slot, Node)], live: &mut Live) {
        for (slot, init) in inits.iter_mut().rev() {
            live.remove(*slot);
            self.node(init, live);
        }
    }
}

/// Slots that a loop's body reads and neither it nor the loop binds: they must outlive every turn.
fn reads_from_outside(body: &Node, variables: &[Slot]) -> Live {
    fn walk(node: &Node, read: &mut Live, bound: &mut Vec<Slot>) {
        genlisp_stack::ensure(64 * 1024, 1024 * 1024, || {
            reads(node, &mut |slot| read.add(slot));
            match node {
                Node::Let(l) => bound.extend(l.inits.iter().map(|(slot, _)| *slot)),
                Node::Loop(l) => bound.extend(l.inits.iter().map(|(slot, _)| *slot)),
                Node::Try(t) => bound.extend(t.catches.iter().map(|c| c.slot)),
                _ => {}
            }
            children(node, &mut |child| walk(child, read, bound));
        });
    }
    let (mut read, mut bound) = (Live::default(), variables.to_vec());
    walk(body, &mut read, &mut bound);
    bound.into_iter().for_each(|slot| read.remove(slot));
    read
}

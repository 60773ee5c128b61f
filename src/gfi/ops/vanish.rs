//! What the old run had and the new one does not: its log-densities leave the weight, its values are discarded.

use super::weight::Weight;
use crate::eval::Value;
use crate::gfi::goal::Goal;
use crate::gfi::past::Past;
use crate::gfi::trace::{Record, Trace, What, choice_in, choices_of, choices_under};
use crate::gfi::trie::{Trie, with_stack};
use std::sync::Arc;

/// What vanished, as a run's weight and discard take it in.
pub struct Vanished<'a> {
    goal: &'a Goal,
    weight: &'a mut Weight,
    discard: &'a mut Trie<Value>,
    /// Where values that the old run had at this level may have gone: calls without an address.
    elsewhere: &'a [Arc<Trace>],
}

/// Accounts for everything of the past at its own level that the new records lack. Calls that stand at the same
/// address in both have done so for themselves, and so have inlined ones but for those that are `unmatched`.
pub fn vanish(
    past: &Past,
    unmatched: &[Arc<Trace>],
    records: &Trie<Record>,
    elsewhere: &[Arc<Trace>],
    goal: &Goal,
    weight: &mut Weight,
    discard: &mut Trie<Value>,
) {
    if matches!(past, Past::None | Past::Borrowed(..)) || goal.is_assess() {
        return;
    }
    let mut vanished = Vanished { goal, weight, discard, elsewhere };
    vanished.compare(past.records(), records, &mut Vec::new());
    unmatched.iter().for_each(|call| vanished.call(call, records, &mut Vec::new()));
}

/// Accounts for every choice of a past whose function is not the new one's and keeps nothing of it. Of a borrowed one,
/// only for those at whose addresses new values stand: the others' owner finds them gone.
pub fn vanish_under(past: &Past, records: &Trie<Record>, goal: &Goal, weight: &mut Weight, discard: &mut Trie<Value>) {
    if past.is_none() || goal.is_assess() {
        return;
    }
    let borrowed = matches!(past, Past::Borrowed(..));
    let mut vanished = Vanished { goal, weight, discard, elsewhere: &[] };
    if let (Past::Trace(call), false) = (past, borrowed) {
        return vanished.call(call, &Trie::Empty, &mut Vec::new());
    }
    let mut choices = Vec::new();
    choices_under(past.records(), &[], &mut choices);
    for (path, value, score) in choices {
        if !borrowed || choice_in(records, &path).is_some() {
            vanished.gone(&path, &value, score);
        }
    }
}

impl Vanished<'_> {
    fn compare(&mut self, old: &Trie<Record>, new: &Trie<Record>, path: &mut Vec<Value>) {
        match (old, new) {
            (Trie::Empty, _) | (_, Trie::Leaf(Record { what: What::Call(_), .. })) => {}
            (Trie::Leaf(Record { what: What::Call(call), .. }), _) => self.call(call, new, path),
            (Trie::Leaf(Record { what: What::Choice(..), .. }), Trie::Leaf(_)) => {}
            (Trie::Leaf(Record { what: What::Choice(value, score), .. }), _) => self.gone(path, value, *score),
            (Trie::Branch(a), Trie::Branch(b)) if Arc::ptr_eq(a, b) => {}
            (Trie::Branch(_), _) => {
                for (key, child) in old.children() {
                    path.push(key.clone());
                    with_stack(|| self.compare(child, new.child(key).unwrap_or(&Trie::Empty), path));
                    path.pop();
                }
            }
        }
    }

    /// A call that is no call any more; its choices may stand in the new run all the same.
    fn call(&mut self, call: &Trace, new: &Trie<Record>, path: &mut Vec<Value>) {
        if new.is_empty() && self.elsewhere.is_empty() {
            self.leave(call.score);
            let choices = choices_of(&Trie::Leaf(Record::call(Arc::new(call.clone()))));
            match (&choices, &path[..]) {
                (Trie::Empty, _) => {}
                // The choices of an inlined call stand beside others.
                (choices, []) => choices
                    .children()
                    .into_iter()
                    .for_each(|(key, child)| self.discard.set(std::slice::from_ref(key), child.clone())),
                (choices, path) => self.discard.set(path, choices.clone()),
            }
            return;
        }
        with_stack(|| self.compare(&call.records, new, path));
        for inlined in &call.inlined {
            with_stack(|| self.call(inlined, new, path));
        }
    }

    fn gone(&mut self, path: &[Value], value: &Value, score: f64) {
        if self.elsewhere.iter().any(|call| call.choice_at(path).is_some()) {
            return;
        }
        self.leave(score);
        self.discard.set(path, Trie::Leaf(value.clone()));
    }

    fn leave(&mut self, score: f64) {
        if self.goal.counts_gone() {
            self.weight.go(score);
        }
    }
}

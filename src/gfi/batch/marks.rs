//! Which elements of a choice are data, in lanes that need not be alike: an array may be data as a whole in some lanes and
//! longer than the data in others, so that there the whole is spelled out element by element.

use super::site::{Site, Visit};
use crate::error::Result;
use crate::eval::Value;
use crate::eval::lanes::lane_of;
use crate::gfi::choice_paths::is_marked;
use crate::gfi::ops::elements::places;
use crate::gfi::trie::{Trie, with_stack};

/// Which elements of the choice at a path, which has this value, are data: a leaf for all of it.
pub type MaskOf<'a> = &'a dyn Fn(&[Value], &Value) -> Result<Trie<()>>;

/// Adds the marks of some values to those of others.
pub fn join<'a>(
    marks: &mut Trie<()>,
    own: impl IntoIterator<Item = &'a Value>,
    more: &Trie<()>,
    of: impl IntoIterator<Item = &'a Value>,
) {
    match (&*marks, more) {
        (Trie::Leaf(()), Trie::Branch(_)) => {
            *marks = spelled(own);
            marks.add(more);
        }
        (Trie::Branch(_), Trie::Leaf(())) => marks.add(&spelled(of)),
        _ => marks.add(more),
    }
}

/// Marks of all elements that any of the values has.
fn spelled<'a>(values: impl IntoIterator<Item = &'a Value>) -> Trie<()> {
    let mut all = Trie::Empty;
    values.into_iter().for_each(|value| all.add(&each_element(value)));
    all
}

/// Marks of all elements of a value, in any lane.
pub fn each_element(value: &Value) -> Trie<()> {
    let mut all = Trie::Empty;
    match value {
        Value::Lanes(lanes) => match lanes.column() {
            Some(column) => all = full(column.event()),
            None => {
                for id in lanes.group.iter() {
                    lane_of(value, id).iter().for_each(|own| all.add(&each_element(own)));
                }
            }
        },
        Value::Array(array) => all = full(array.shape()),
        other => places(other).iter().for_each(|place| all.mark(place)),
    }
    all
}

/// Marks of all elements of an array.
fn full(shape: &[usize]) -> Trie<()> {
    let Some((n, rest)) = shape.split_first() else { return Trie::Leaf(()) };
    let (mut all, row) = (Trie::Empty, with_stack(|| full(rest)));
    (0..*n as i64).for_each(|i| all.set(&[Value::Int(i)], row.clone()));
    all
}

/// The marks as one value has them: those of all its elements are one of the whole.
pub fn in_value(marks: &Trie<()>, value: &Value) -> Trie<()> {
    let Trie::Branch(_) = marks else { return marks.clone() };
    let all = each_element(value);
    let whole = !all.is_empty() && all.leaves().iter().all(|(place, ())| is_marked(marks, place));
    if whole { Trie::Leaf(()) } else { marks.clone() }
}

impl Site {
    /// Marks what is data in more lanes, whose values these are.
    pub fn mark(&mut self, more: &Trie<()>, of: &[Visit]) {
        let own = self.visits.iter().map(|visit| &visit.value);
        join(&mut self.observed, own, more, of.iter().map(|visit| &visit.value));
    }

    /// Marks of all elements in all lanes are one of the whole.
    pub fn whole_mask(&self, marks: Trie<()>) -> Trie<()> {
        let whole = |visit: &Visit| matches!(in_value(&marks, &visit.value), Trie::Leaf(()));
        if !self.visits.is_empty() && self.visits.iter().all(whole) { Trie::Leaf(()) } else { marks }
    }
}

//! Sets: a map whose keys are what counts.

use super::{KnownHash, Map};
use crate::error::Result;
use crate::eval::value::Value;
use crate::lexer::Span;

/// A persistent set with structural elements; small ones keep the order of insertion.
#[derive(Clone, Default)]
pub struct Set(Map);

impl Set {
    pub fn empty() -> Set {
        Set(Map::empty())
    }

    pub fn from_items(items: impl IntoIterator<Item = Value>) -> Result<Set> {
        Ok(Set(Map::from_pairs(items.into_iter().map(|x| (x, Value::True)))?))
    }

    pub fn at(self, span: Span) -> Set {
        Set(self.0.at(span))
    }

    /// The same object, not only an equal one.
    pub fn same(&self, other: &Set) -> bool {
        self.0.same(&other.0)
    }

    /// Names the object as long as it lives.
    pub fn address(&self) -> usize {
        self.0.address()
    }

    /// Where its hash is kept: no map is shared between a set and others.
    pub fn known_hash(&self) -> &KnownHash {
        self.0.known_hash()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn depth(&self) -> u32 {
        self.0.depth()
    }

    pub fn span(&self) -> Option<Span> {
        self.0.span()
    }

    pub fn contains(&self, item: &Value) -> bool {
        self.0.contains(item)
    }

    /// The element equal to `item`, as it was put in.
    pub fn get(&self, item: &Value) -> Option<&Value> {
        self.0.entry(item).map(|(k, _)| k)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Value> {
        self.0.iter().map(|(k, _)| k)
    }

    pub fn insert(self, item: Value) -> Result<Set> {
        if self.contains(&item) {
            return Ok(self);
        }
        Ok(Set(self.0.insert(item, Value::True)?))
    }

    pub fn remove(self, item: &Value) -> Set {
        Set(self.0.remove(item))
    }
}

//! Maps: up to sixteen entries in the order of insertion, larger ones as a hash tree.

use super::{Hashing, SMALL};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::lanes::holds_lanes;
use crate::eval::print::brief;
use crate::eval::value::{Value, nest, with_stack};
use crate::lexer::Span;
use std::sync::Arc;

/// A persistent map with structural keys.
#[derive(Clone)]
pub struct Map(Arc<MapData>);

struct MapData {
    depth: u32,
    span: Option<Span>,
    repr: MapRepr,
}

#[derive(Clone)]
enum MapRepr {
    Small(Vec<(Value, Value)>),
    Tree(imbl::GenericHashMap<Value, Value, Hashing, imbl::shared_ptr::DefaultSharedPtr>),
}

impl Drop for MapData {
    fn drop(&mut self) {
        if self.depth >= 32 {
            let repr = std::mem::replace(&mut self.repr, MapRepr::Small(Vec::new()));
            with_stack(self.depth, || drop(repr));
        }
    }
}

impl Default for Map {
    fn default() -> Self {
        Map::empty()
    }
}

impl Map {
    pub fn empty() -> Map {
        Map(Arc::new(MapData { depth: 1, span: None, repr: MapRepr::Small(Vec::new()) }))
    }

    /// Later entries replace earlier ones with the same key.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (Value, Value)>) -> Result<Map> {
        let mut map = Map::empty();
        for (k, v) in pairs {
            map = map.insert(k, v)?;
        }
        Ok(map)
    }

    /// The same map, remembering where it was written.
    pub fn at(mut self, span: Span) -> Map {
        self.unshare().span = Some(span);
        self
    }

    /// The same object, not only an equal one.
    pub fn same(&self, other: &Map) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || (self.is_empty() && other.is_empty())
    }

    /// Names the object as long as it lives.
    pub fn address(&self) -> usize {
        Arc::as_ptr(&self.0) as usize
    }

    pub fn len(&self) -> usize {
        match &self.0.repr {
            MapRepr::Small(v) => v.len(),
            MapRepr::Tree(t) => t.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn depth(&self) -> u32 {
        self.0.depth
    }

    pub fn span(&self) -> Option<Span> {
        self.0.span
    }

    pub fn get(&self, key: &Value) -> Option<&Value> {
        match &self.0.repr {
            MapRepr::Small(v) => v.iter().find(|(k, _)| k == key).map(|(_, v)| v),
            MapRepr::Tree(t) => t.get(key),
        }
    }

    /// The entry of a key: the key as it was put in, and its value.
    pub fn entry(&self, key: &Value) -> Option<(&Value, &Value)> {
        match &self.0.repr {
            MapRepr::Small(v) => v.iter().find(|(k, _)| k == key).map(|(k, v)| (k, v)),
            MapRepr::Tree(t) => t.get_key_value(key),
        }
    }

    /// The value under a keyword, for host code: `map.at_keyword("particles")`.
    pub fn get_keyword(&self, name: &str) -> Option<&Value> {
        self.get(&Value::keyword(name))
    }

    pub fn contains(&self, key: &Value) -> bool {
        self.get(key).is_some()
    }

    pub fn iter(&self) -> MapIter<'_> {
        match &self.0.repr {
            MapRepr::Small(v) => MapIter::Small(v.iter()),
            MapRepr::Tree(t) => MapIter::Tree(t.iter()),
        }
    }

    fn unshare(&mut self) -> &mut MapData {
        if Arc::get_mut(&mut self.0).is_none() {
            self.0 = Arc::new(MapData { depth: self.0.depth, span: None, repr: self.0.repr.clone() });
        }
        Arc::get_mut(&mut self.0).expect("just made or known to be unique")
    }

    /// Sets a key; in place when this is the only holder.
    pub fn insert(mut self, key: Value, value: Value) -> Result<Map> {
        if !matches!(key, Value::Int(_) | Value::Keyword(_) | Value::Str(_)) && holds_lanes(&key) {
            return Err(key_of_lanes(&key));
        }
        let depth = self.0.depth.max(nest(key.depth().max(value.depth()))?);
        let data = self.unshare();
        data.depth = depth;
        match &mut data.repr {
            MapRepr::Small(v) => match v.iter().position(|(k, _)| *k == key) {
                Some(at) => v[at].1 = value,
                None if v.len() < SMALL => v.push((key, value)),
                None => data.repr = MapRepr::Tree(v.drain(..).chain([(key, value)]).collect()),
            },
            MapRepr::Tree(t) => {
                t.insert(key, value);
            }
        }
        Ok(self)
    }

    pub fn remove(mut self, key: &Value) -> Map {
        if self.contains(key) {
            match &mut self.unshare().repr {
                MapRepr::Small(v) => v.retain(|(k, _)| k != key),
                MapRepr::Tree(t) => {
                    t.remove(key);
                }
            }
        }
        self
    }
}

/// The error of a key that differs by lane.
#[cold]
fn key_of_lanes(key: &Value) -> Stop {
    let message = format!("a key or an element of a set cannot be lanes, here `{}`", brief(key));
    Error::raise(Code::Lanes, message)
        .help("in a batched run `(assoc m key x)`, `(conj s x)` and `(hash-map key x)` take such keys apart")
}

/// Entries of a map.
pub enum MapIter<'a> {
    Small(std::slice::Iter<'a, (Value, Value)>),
    Tree(imbl::hashmap::Iter<'a, Value, Value, imbl::shared_ptr::DefaultSharedPtr>),
}

impl<'a> Iterator for MapIter<'a> {
    type Item = (&'a Value, &'a Value);
    fn next(&mut self) -> Option<Self::Item> {
        match self {
            MapIter::Small(it) => it.next().map(|(k, v)| (k, v)),
            MapIter::Tree(it) => it.next(),
        }
    }
}

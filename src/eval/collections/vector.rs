//! Vectors: flat when built in one go, a persistent tree once a large one is changed.

use crate::error::Result;
use crate::eval::value::{Value, nest, nest_all, with_stack};
use crate::lexer::Span;
use std::sync::Arc;

/// A persistent vector. `conj` and `assoc` copy up to `FLAT` elements; beyond it they share structure.
#[derive(Clone)]
pub struct Vector(Arc<VectorData>);

struct VectorData {
    depth: u32,
    span: Option<Span>,
    repr: VectorRepr,
}

#[derive(Clone)]
enum VectorRepr {
    Flat(Vec<Value>),
    Tree(imbl::Vector<Value>),
}

/// Elements up to which a change copies.
const FLAT: usize = 32;

impl Drop for VectorData {
    fn drop(&mut self) {
        if self.depth >= 32 {
            let repr = std::mem::replace(&mut self.repr, VectorRepr::Flat(Vec::new()));
            with_stack(self.depth, || drop(repr));
        }
    }
}

impl Vector {
    pub fn empty() -> Vector {
        Vector(Arc::new(VectorData { depth: 1, span: None, repr: VectorRepr::Flat(Vec::new()) }))
    }

    pub fn from_vec(items: Vec<Value>) -> Result<Vector> {
        Ok(Vector(Arc::new(VectorData { depth: nest_all(&items)?, span: None, repr: VectorRepr::Flat(items) })))
    }

    /// A vector that remembers where it was written.
    pub fn spanned(items: Vec<Value>, span: Span) -> Result<Vector> {
        Ok(Vector(Arc::new(VectorData { depth: nest_all(&items)?, span: Some(span), repr: VectorRepr::Flat(items) })))
    }

    /// The same object, not only an equal one.
    pub fn same(&self, other: &Vector) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || (self.is_empty() && other.is_empty())
    }

    /// Names the object as long as it lives.
    pub fn address(&self) -> usize {
        Arc::as_ptr(&self.0) as usize
    }

    pub fn len(&self) -> usize {
        match &self.0.repr {
            VectorRepr::Flat(v) => v.len(),
            VectorRepr::Tree(t) => t.len(),
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

    #[inline]
    pub fn get(&self, index: usize) -> Option<&Value> {
        match &self.0.repr {
            VectorRepr::Flat(v) => v.get(index),
            VectorRepr::Tree(t) => t.get(index),
        }
    }

    /// The elements side by side, unless the vector is a tree.
    pub fn as_slice(&self) -> Option<&[Value]> {
        match &self.0.repr {
            VectorRepr::Flat(v) => Some(v),
            VectorRepr::Tree(_) => None,
        }
    }

    /// The elements from `from` on.
    pub fn iter_from(&self, from: usize) -> VectorIter<'_> {
        match &self.0.repr {
            VectorRepr::Flat(v) => VectorIter::Flat(v[from.min(v.len())..].iter()),
            VectorRepr::Tree(t) => {
                let mut focus = t.iter();
                if from > 0 {
                    focus.nth(from - 1);
                }
                VectorIter::Tree(focus)
            }
        }
    }

    pub fn iter(&self) -> VectorIter<'_> {
        self.iter_from(0)
    }

    pub fn to_vec(&self) -> Vec<Value> {
        match &self.0.repr {
            VectorRepr::Flat(v) => v.clone(),
            VectorRepr::Tree(t) => t.iter().cloned().collect(),
        }
    }

    /// The data to change: in place when nobody else holds it, else a copy that shares what it can.
    fn unshare(&mut self) -> &mut VectorData {
        if Arc::get_mut(&mut self.0).is_none() {
            let repr = match &self.0.repr {
                VectorRepr::Flat(v) if v.len() > FLAT => VectorRepr::Tree(v.iter().cloned().collect()),
                other => other.clone(),
            };
            self.0 = Arc::new(VectorData { depth: self.0.depth, span: None, repr });
        }
        Arc::get_mut(&mut self.0).expect("just made or known to be unique")
    }

    /// Appends; in place when this is the only holder.
    pub fn push(mut self, item: Value) -> Result<Vector> {
        let depth = self.0.depth.max(nest(item.depth())?);
        let data = self.unshare();
        data.depth = depth;
        match &mut data.repr {
            VectorRepr::Flat(v) => v.push(item),
            VectorRepr::Tree(t) => t.push_back(item),
        }
        Ok(self)
    }

    /// Replaces the element at `index`, which must exist or be the end.
    pub fn set(mut self, index: usize, item: Value) -> Result<Vector> {
        if index == self.len() {
            return self.push(item);
        }
        let depth = self.0.depth.max(nest(item.depth())?);
        let data = self.unshare();
        data.depth = depth;
        match &mut data.repr {
            VectorRepr::Flat(v) => v[index] = item,
            VectorRepr::Tree(t) => {
                t.set(index, item);
            }
        }
        Ok(self)
    }

    /// Without the last element; `None` when empty.
    pub fn pop(mut self) -> Option<Vector> {
        if self.is_empty() {
            return None;
        }
        match &mut self.unshare().repr {
            VectorRepr::Flat(v) => v.pop(),
            VectorRepr::Tree(t) => t.pop_back(),
        };
        Some(self)
    }

    /// The same elements, ready to be changed one by one: a large vector shares its structure with what is made of it.
    pub fn persistent(self) -> Vector {
        match &self.0.repr {
            VectorRepr::Flat(items) if items.len() > FLAT => {
                let repr = VectorRepr::Tree(items.iter().cloned().collect());
                Vector(Arc::new(VectorData { depth: self.0.depth, span: None, repr }))
            }
            _ => self,
        }
    }

    /// Elements `from..to` as a vector of their own.
    pub fn slice(&self, from: usize, to: usize) -> Result<Vector> {
        Vector::from_vec(self.iter_from(from).take(to.saturating_sub(from)).cloned().collect())
    }
}

/// Elements of a vector in order.
pub enum VectorIter<'a> {
    Flat(std::slice::Iter<'a, Value>),
    Tree(imbl::vector::Iter<'a, Value, imbl::shared_ptr::DefaultSharedPtr>),
}

impl<'a> Iterator for VectorIter<'a> {
    type Item = &'a Value;
    #[inline]
    fn next(&mut self) -> Option<&'a Value> {
        match self {
            VectorIter::Flat(it) => it.next(),
            VectorIter::Tree(it) => it.next(),
        }
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            VectorIter::Flat(it) => it.size_hint(),
            VectorIter::Tree(it) => it.size_hint(),
        }
    }
}

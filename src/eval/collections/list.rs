//! Lists and finite sequences: cons cells and views of vectors.

use super::Vector;
use crate::error::Result;
use crate::eval::value::{Value, nest, with_stack};
use crate::lexer::Span;
use std::sync::Arc;

/// A finite sequence with O(1) `first`, `rest`, `cons` and `count`.
#[derive(Clone)]
pub struct List(Arc<ListData>);

struct ListData {
    depth: u32,
    len: usize,
    span: Option<Span>,
    repr: ListRepr,
}

enum ListRepr {
    Empty,
    Cons(Value, List),
    /// The elements of a vector from an index on.
    View(Vector, usize),
}

impl Drop for ListData {
    /// Unlinks a chain of cells one by one: a list of a million cells must not drop recursively.
    fn drop(&mut self) {
        let mut next = std::mem::replace(&mut self.repr, ListRepr::Empty);
        while let ListRepr::Cons(first, rest) = next {
            if self.depth >= 32 {
                with_stack(self.depth, || drop(first));
            }
            match Arc::into_inner(rest.0) {
                Some(mut data) => next = std::mem::replace(&mut data.repr, ListRepr::Empty),
                None => return,
            }
        }
    }
}

impl List {
    pub fn empty() -> List {
        List(Arc::new(ListData { depth: 1, len: 0, span: None, repr: ListRepr::Empty }))
    }

    pub fn from_vec(items: Vec<Value>) -> Result<List> {
        Ok(List::view(Vector::from_vec(items)?, 0))
    }

    pub fn spanned(items: Vec<Value>, span: Span) -> Result<List> {
        let v = Vector::from_vec(items)?;
        Ok(List(Arc::new(ListData { depth: v.depth(), len: v.len(), span: Some(span), repr: ListRepr::View(v, 0) })))
    }

    /// The elements of `vector` from `from` on, shared.
    pub fn view(vector: Vector, from: usize) -> List {
        let len = vector.len().saturating_sub(from);
        if len == 0 {
            return List::empty();
        }
        List(Arc::new(ListData { depth: vector.depth(), len, span: None, repr: ListRepr::View(vector, from) }))
    }

    pub fn cons(first: Value, rest: List) -> Result<List> {
        let depth = rest.0.depth.max(nest(first.depth())?);
        Ok(List(Arc::new(ListData { depth, len: rest.0.len + 1, span: None, repr: ListRepr::Cons(first, rest) })))
    }

    /// Names the object as long as it lives.
    pub fn address(&self) -> usize {
        Arc::as_ptr(&self.0) as usize
    }

    pub fn len(&self) -> usize {
        self.0.len
    }

    pub fn is_empty(&self) -> bool {
        self.0.len == 0
    }

    pub fn depth(&self) -> u32 {
        self.0.depth
    }

    pub fn span(&self) -> Option<Span> {
        self.0.span
    }

    /// The vector and the index from which this list is a view of it, unless it is made of cells.
    pub fn viewed(&self) -> Option<(&Vector, usize)> {
        match &self.0.repr {
            ListRepr::View(v, from) => Some((v, *from)),
            _ => None,
        }
    }

    /// The same object, not only an equal one.
    pub fn same(&self, other: &List) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || (self.is_empty() && other.is_empty())
    }

    pub fn first(&self) -> Option<&Value> {
        match &self.0.repr {
            ListRepr::Empty => None,
            ListRepr::Cons(first, _) => Some(first),
            ListRepr::View(v, from) => v.get(*from),
        }
    }

    /// Everything after the first; empty when there is nothing.
    pub fn rest(&self) -> List {
        match &self.0.repr {
            ListRepr::Empty => self.clone(),
            ListRepr::Cons(_, rest) => rest.clone(),
            ListRepr::View(v, from) => List::view(v.clone(), from + 1),
        }
    }

    pub fn get(&self, index: usize) -> Option<&Value> {
        match &self.0.repr {
            ListRepr::View(v, from) => v.get(from + index),
            _ => self.iter().nth(index),
        }
    }

    pub fn iter(&self) -> ListIter<'_> {
        ListIter::Cells(self)
    }

    pub fn to_vec(&self) -> Vec<Value> {
        self.iter().cloned().collect()
    }
}

/// Elements of a list in order.
pub enum ListIter<'a> {
    Cells(&'a List),
    View(super::vector::VectorIter<'a>),
}

impl<'a> Iterator for ListIter<'a> {
    type Item = &'a Value;
    #[inline]
    fn next(&mut self) -> Option<&'a Value> {
        match self {
            ListIter::View(it) => it.next(),
            ListIter::Cells(list) => match &list.0.repr {
                ListRepr::Empty => None,
                ListRepr::Cons(first, rest) => {
                    *self = ListIter::Cells(rest);
                    Some(first)
                }
                ListRepr::View(v, from) => {
                    let mut it = v.iter_from(*from);
                    let first = it.next();
                    *self = ListIter::View(it);
                    first
                }
            },
        }
    }
}

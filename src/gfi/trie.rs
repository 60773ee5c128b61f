//! A persistent tree of addresses in the order of insertion: choices, records and selections are kept in it.

use crate::eval::Value;
use crate::eval::collections::Hashing;
use std::sync::Arc;

/// Leaves under paths. A clone is cheap, and a change copies only what is shared.
#[derive(Clone, Debug, Default)]
pub enum Trie<T> {
    #[default]
    Empty,
    Leaf(T),
    Branch(Arc<Branch<T>>),
}

/// Children by component: few in a row, many by hash beside their order.
#[derive(Clone, Debug)]
pub enum Branch<T> {
    Few(Vec<(Value, Trie<T>)>),
    Many {
        by_key: imbl::GenericHashMap<Value, (u64, Trie<T>), Hashing, imbl::shared_ptr::DefaultSharedPtr>,
        order: imbl::OrdMap<u64, Value>,
        next: u64,
    },
}

/// Why a leaf cannot be put at a path.
#[derive(Debug)]
pub enum Conflict<'a, T> {
    /// Something is there already.
    Taken(&'a Trie<T>),
    /// A leaf stands on the way.
    Below(&'a T),
}

/// Runs `f` with enough native stack: tries nest as deeply as paths and calls do.
pub fn with_stack<R>(f: impl FnOnce() -> R) -> R {
    genlisp_stack::ensure(64 * 1024, 1024 * 1024, f)
}

impl<T> Drop for Branch<T> {
    fn drop(&mut self) {
        match self {
            Branch::Few(children) => {
                let children = std::mem::take(children);
                with_stack(|| drop(children));
            }
            Branch::Many { by_key, .. } => {
                let children = std::mem::take(by_key);
                with_stack(|| drop(children));
            }
        }
    }
}

/// Children beyond which a branch is hashed.
const FEW: usize = 12;

impl<T: Clone> Trie<T> {
    pub fn is_empty(&self) -> bool {
        matches!(self, Trie::Empty)
    }

    pub fn leaf(&self) -> Option<&T> {
        match self {
            Trie::Leaf(t) => Some(t),
            _ => None,
        }
    }

    /// The child under one component.
    pub fn child(&self, key: &Value) -> Option<&Trie<T>> {
        match self {
            Trie::Branch(b) => b.get(key),
            _ => None,
        }
    }

    /// What stands at a path.
    pub fn at(&self, path: &[Value]) -> Option<&Trie<T>> {
        path.iter().try_fold(self, |t, key| t.child(key))
    }

    /// Children in order.
    pub fn children(&self) -> Vec<(&Value, &Trie<T>)> {
        match self {
            Trie::Branch(b) => b.entries(),
            _ => Vec::new(),
        }
    }

    /// Number of children.
    pub fn width(&self) -> usize {
        match self {
            Trie::Branch(b) => match &**b {
                Branch::Few(v) => v.len(),
                Branch::Many { by_key, .. } => by_key.len(),
            },
            _ => 0,
        }
    }

    /// Puts a leaf at a path where nothing is; the leaf comes back when something is.
    pub fn insert_new(&mut self, path: &[Value], leaf: T) -> Result<(), T> {
        match path {
            [] => match self {
                Trie::Empty => {
                    *self = Trie::Leaf(leaf);
                    Ok(())
                }
                _ => Err(leaf),
            },
            [key, rest @ ..] => match self {
                Trie::Leaf(_) => Err(leaf),
                Trie::Empty => {
                    let mut child = Trie::Empty;
                    let result = with_stack(|| child.insert_new(rest, leaf));
                    *self = Trie::Branch(Arc::new(Branch::Few(vec![(key.clone(), child)])));
                    result
                }
                Trie::Branch(b) => with_stack(|| Arc::make_mut(b).slot(key).insert_new(rest, leaf)),
            },
        }
    }

    /// Is there a leaf of which something is true?
    pub fn any(&self, is_it: &dyn Fn(&T) -> bool) -> bool {
        match self {
            Trie::Empty => false,
            Trie::Leaf(leaf) => is_it(leaf),
            Trie::Branch(branch) => with_stack(|| match &**branch {
                Branch::Few(children) => children.iter().any(|(_, child)| child.any(is_it)),
                Branch::Many { by_key, .. } => by_key.values().any(|(_, child)| child.any(is_it)),
            }),
        }
    }

    /// The same of leaves with their paths; `path` is that of this trie.
    pub fn any_at(&self, path: &mut Vec<Value>, is_it: &dyn Fn(&[Value], &T) -> bool) -> bool {
        let mut child = |key: &Value, child: &Trie<T>| {
            path.push(key.clone());
            let found = child.any_at(path, is_it);
            path.pop();
            found
        };
        match self {
            Trie::Empty => false,
            Trie::Leaf(leaf) => is_it(path, leaf),
            Trie::Branch(branch) => with_stack(|| match &**branch {
                Branch::Few(children) => children.iter().any(|(key, below)| child(key, below)),
                Branch::Many { by_key, .. } => by_key.iter().any(|(key, (_, below))| child(key, below)),
            }),
        }
    }

    /// Visits all leaves, in no order.
    pub fn each(&self, visit: &mut dyn FnMut(&T)) {
        match self {
            Trie::Empty => {}
            Trie::Leaf(leaf) => visit(leaf),
            Trie::Branch(branch) => with_stack(|| match &**branch {
                Branch::Few(children) => children.iter().for_each(|(_, child)| child.each(visit)),
                Branch::Many { by_key, .. } => by_key.values().for_each(|(_, child)| child.each(visit)),
            }),
        }
    }

    /// The sum of a number over all leaves.
    pub fn count(&self, number: &dyn Fn(&T) -> usize) -> usize {
        let mut sum = 0;
        self.each(&mut |leaf| sum += number(leaf));
        sum
    }

    /// What is in the way of a new leaf at a path.
    pub fn conflict(&self, path: &[Value]) -> Option<Conflict<'_, T>> {
        let mut at = self;
        for key in path {
            if let Trie::Leaf(leaf) = at {
                return Some(Conflict::Below(leaf));
            }
            at = at.child(key)?;
        }
        (!at.is_empty()).then_some(Conflict::Taken(at))
    }

    /// Replaces what stands at a path, making or clearing the way.
    pub fn set(&mut self, path: &[Value], new: Trie<T>) {
        match path {
            [] => *self = new,
            [key, rest @ ..] => {
                if !matches!(self, Trie::Branch(_)) {
                    *self = Trie::Branch(Arc::new(Branch::Few(Vec::new())));
                }
                if let Trie::Branch(b) = self {
                    let branch = Arc::make_mut(b);
                    with_stack(|| branch.slot(key).set(rest, new));
                    branch.drop_empty(key);
                    if branch.is_empty() {
                        *self = Trie::Empty;
                    }
                }
            }
        }
    }

    /// Leaves with their paths, in order.
    pub fn leaves(&self) -> Vec<(Vec<Value>, &T)> {
        let (mut found, mut path) = (Vec::new(), Vec::new());
        let mut stack = vec![(0, None, self)];
        while let Some((depth, key, at)) = stack.pop() {
            path.truncate(usize::saturating_sub(depth, 1));
            path.extend(Option::<&Value>::cloned(key));
            match at {
                Trie::Empty => {}
                Trie::Leaf(leaf) => found.push((path.clone(), leaf)),
                Trie::Branch(_) => stack.extend(at.children().into_iter().rev().map(|(k, c)| (depth + 1, Some(k), c))),
            }
        }
        found
    }
}

impl Trie<()> {
    /// What is in either, a leaf being everything below it.
    pub fn add(&mut self, other: &Trie<()>) {
        match (&*self, other) {
            (Trie::Leaf(()), _) | (_, Trie::Empty) => {}
            (Trie::Empty, _) | (_, Trie::Leaf(())) => *self = other.clone(),
            (Trie::Branch(_), Trie::Branch(_)) => {
                for (key, child) in other.children() {
                    let mut own = self.child(key).cloned().unwrap_or_default();
                    with_stack(|| own.add(child));
                    self.set(std::slice::from_ref(key), own);
                }
            }
        }
    }

    /// Adds everything below a path.
    pub fn mark(&mut self, path: &[Value]) {
        self.add_at(path, &Trie::Leaf(()));
    }

    /// Adds what is in the other below a path.
    pub fn add_at(&mut self, path: &[Value], other: &Trie<()>) {
        if (0..path.len()).any(|n| self.at(&path[..n]).is_some_and(|above| above.leaf().is_some())) {
            return;
        }
        let mut own = self.at(path).cloned().unwrap_or_default();
        own.add(other);
        self.set(path, own);
    }
}

impl<T: Clone> Branch<T> {
    fn get(&self, key: &Value) -> Option<&Trie<T>> {
        match self {
            Branch::Few(v) => v.iter().find(|(k, _)| k == key).map(|(_, t)| t),
            Branch::Many { by_key, .. } => by_key.get(key).map(|(_, t)| t),
        }
    }

    fn entries(&self) -> Vec<(&Value, &Trie<T>)> {
        match self {
            Branch::Few(v) => v.iter().map(|(k, t)| (k, t)).collect(),
            Branch::Many { by_key, order, .. } => {
                order.values().filter_map(|k| by_key.get(k).map(|(_, t)| (k, t))).collect()
            }
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Branch::Few(v) => v.is_empty(),
            Branch::Many { by_key, .. } => by_key.is_empty(),
        }
    }

    /// The child under a key, made when absent.
    fn slot(&mut self, key: &Value) -> &mut Trie<T> {
        if let Branch::Few(v) = self
            && v.len() >= FEW
            && !v.iter().any(|(k, _)| k == key)
        {
            let order = v.iter().enumerate().map(|(i, (k, _))| (i as u64, k.clone())).collect();
            let next = v.len() as u64;
            let by_key = v.drain(..).enumerate().map(|(i, (k, t))| (k, (i as u64, t))).collect();
            *self = Branch::Many { by_key, order, next };
        }
        match self {
            Branch::Few(v) => {
                let at = v.iter().position(|(k, _)| k == key).unwrap_or_else(|| {
                    v.push((key.clone(), Trie::Empty));
                    v.len() - 1
                });
                &mut v[at].1
            }
            Branch::Many { by_key, order, next } => {
                if !by_key.contains_key(key) {
                    order.insert(*next, key.clone());
                    by_key.insert(key.clone(), (*next, Trie::Empty));
                    *next += 1;
                }
                &mut by_key.entry(key.clone()).or_insert((0, Trie::Empty)).1
            }
        }
    }

    fn drop_empty(&mut self, key: &Value) {
        match self {
            Branch::Few(v) => v.retain(|(k, t)| k != key || !t.is_empty()),
            Branch::Many { by_key, order, .. } => {
                if let Some((at, Trie::Empty)) = by_key.get(key) {
                    order.remove(at);
                    by_key.remove(key);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::key::Key;

    fn path(draws: &mut crate::eval::key::SiteRng) -> Vec<Value> {
        let length = 1 + (draws.open01() * 2.5) as usize;
        (0..length).map(|_| Value::Int((draws.open01() * 20.0) as i64)).collect()
    }

    /// Everything below a path stays marked, whatever is marked there by itself, before or afterwards.
    #[test]
    fn marks_only_grow() {
        let mut draws = Key::from_seed(7).site(1, 0);
        let (mut marks, mut all) = (Trie::Empty, Vec::new());
        for _ in 0..2000 {
            let (path, below) = (path(&mut draws), path(&mut draws));
            if draws.open01() < 0.02 {
                (marks, all) = (Trie::Empty, Vec::new());
            } else if draws.open01() < 0.5 {
                marks.mark(&path);
                all.push(path);
            } else {
                let mut other = Trie::Empty;
                other.mark(&below);
                marks.add_at(&path, &other);
                all.push([path, below].concat());
            }
            let is_marked = |path: &[Value]| {
                (0..=path.len()).any(|n| marks.at(&path[..n]).is_some_and(|above| above.leaf().is_some()))
            };
            assert!(all.iter().all(|path| is_marked(path)), "{all:?}");
            assert!(marks.leaves().iter().all(|(path, ())| all.contains(path)), "{all:?}");
        }
    }

    /// Against a plain list of paths: order of insertion, replacement, removal, and old versions that stay as they were.
    #[test]
    fn behaves_like_an_ordered_list_of_paths() {
        let mut draws = Key::from_seed(5).site(1, 0);
        let mut trie = Trie::Empty;
        let mut model: Vec<(Vec<Value>, i64)> = Vec::new();
        for n in 0..4000 {
            let path = path(&mut draws);
            let before = trie.clone();
            let clash = model.iter().any(|(p, _)| p.starts_with(&path) || path.starts_with(p));
            if draws.open01() < 0.3 {
                trie.set(&path, Trie::Empty);
                model.retain(|(p, _)| !p.starts_with(&path) && !path.starts_with(p));
            } else {
                assert_eq!(trie.insert_new(&path, n).is_err(), clash, "{path:?}");
                assert_eq!(before.conflict(&path).is_some(), clash);
                if !clash {
                    model.push((path, n));
                }
            }
            assert_eq!(trie.leaves().len(), model.len());
            assert!(model.iter().all(|(p, n)| trie.at(p).and_then(Trie::leaf) == Some(n)));
            drop(before);
        }
        let flat: Trie<i64> = (0..100).fold(Trie::Empty, |mut t, i| {
            let _ = t.insert_new(&[Value::Int(97 * i % 100)], i);
            t
        });
        assert!(flat.leaves().into_iter().map(|(_, n)| *n).eq(0..100), "children come in the order of insertion");
    }
}

//! Groups: the lanes that a part of a batched run is about. A lane condition splits a group, its end brings it back.

use crate::error::Result;
use crate::tensor::DType;
use crate::tensor::lanes::all;
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Some lanes of a batch, by their numbers in the whole batch.
#[derive(Debug)]
pub struct Group {
    lanes: Ids,
    /// The batch whose lanes these are: those of a batched run in progress are no other's, whatever their numbers.
    batch: Arc<LaneBatch>,
    /// The type of numbers that the run draws and computes with: float32 or float64.
    pub width: DType,
    /// The group that this one was split from, with the positions of its lanes there.
    outer: Option<(Arc<Group>, Arc<[u32]>)>,
}

/// A batch: lanes that were made together.
#[derive(Debug)]
struct LaneBatch {
    lanes: usize,
    /// Runs in progress that are about these lanes.
    runs: AtomicUsize,
}

/// While it lives a run is in progress.
pub struct InProgress(Arc<LaneBatch>);

impl Drop for InProgress {
    fn drop(&mut self) {
        self.0.runs.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Lane numbers in rising order.
#[derive(Clone, Debug)]
pub enum Ids {
    /// As many from the first on.
    Range {
        first: u32,
        len: u32,
    },
    List(Arc<[u32]>),
}

impl Group {
    /// A batch of its own: `len` lanes from `first` on.
    pub fn whole(first: u32, len: u32, width: DType) -> Arc<Group> {
        let batch = Arc::new(LaneBatch { lanes: (first + len) as usize, runs: AtomicUsize::new(0) });
        Arc::new(Group { lanes: Ids::Range { first, len }, batch, width, outer: None })
    }

    /// A chunk of the same batch: `len` lanes from `first` on.
    pub fn chunk(&self, first: u32, len: u32, width: DType) -> Arc<Group> {
        Arc::new(Group { lanes: Ids::Range { first, len }, batch: self.batch.clone(), width, outer: None })
    }

    /// The lanes of these numbers in the batch of another group.
    pub fn in_batch_of(&self, other: &Group) -> Arc<Group> {
        let (lanes, batch) = (self.lanes.clone(), other.batch.clone());
        Arc::new(Group { lanes, batch, width: other.width, outer: None })
    }

    /// The number of lanes of the whole batch.
    pub fn of_batch(&self) -> usize {
        self.batch.lanes
    }

    /// A run about these lanes begins.
    pub fn in_progress(&self) -> InProgress {
        self.batch.runs.fetch_add(1, Ordering::Relaxed);
        InProgress(self.batch.clone())
    }

    /// Do values of both go together, lane by lane? Those of one batch do, and those of batches of one size, but for
    /// the lanes of a run in progress, to which any others are values of a single lane. Errors: batches of two sizes.
    pub fn meets(&self, other: &Group) -> Result<bool> {
        if Arc::ptr_eq(&self.batch, &other.batch) {
            return Ok(true);
        }
        let runs = |group: &Group| group.batch.runs.load(Ordering::Relaxed) > 0;
        if runs(self) || runs(other) {
            return Ok(false);
        }
        if self.of_batch() == other.of_batch() { Ok(true) } else { Err(super::sizes(self, other)) }
    }

    /// The same lanes of the same batch?
    pub fn is(&self, other: &Group) -> bool {
        Arc::ptr_eq(&self.batch, &other.batch) && self.same(other)
    }

    /// The lanes at these positions, which rise; the group itself when they are all.
    pub fn part(self: &Arc<Group>, positions: Vec<u32>) -> Arc<Group> {
        if positions.len() == self.len() {
            return self.clone();
        }
        let positions: Arc<[u32]> = positions.into();
        let lanes = match &self.lanes {
            Ids::Range { first: 0, .. } => positions.clone(),
            Ids::Range { first, .. } => positions.iter().map(|p| first + p).collect(),
            Ids::List(ids) => positions.iter().map(|p| ids[*p as usize]).collect(),
        };
        let (batch, outer) = (self.batch.clone(), Some((self.clone(), positions)));
        Arc::new(Group { lanes: Ids::List(lanes), batch, width: self.width, outer })
    }

    /// The group that all splits started from.
    pub fn outermost(self: &Arc<Group>) -> Arc<Group> {
        let mut group = self.clone();
        while let Some((outer, _)) = &group.outer {
            group = outer.clone();
        }
        group
    }

    pub fn len(&self) -> usize {
        match &self.lanes {
            Ids::Range { len, .. } => *len as usize,
            Ids::List(ids) => ids.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn ids(&self) -> &Ids {
        &self.lanes
    }

    /// The number of the lane at a position.
    pub fn id(&self, position: usize) -> u32 {
        match &self.lanes {
            Ids::Range { first, .. } => first + position as u32,
            Ids::List(ids) => ids[position],
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.len()).map(|at| self.id(at))
    }

    /// The position of a lane.
    pub fn find(&self, id: u32) -> Option<usize> {
        match &self.lanes {
            Ids::Range { first, len } => id.checked_sub(*first).filter(|at| at < len).map(|at| at as usize),
            Ids::List(ids) => ids.binary_search(&id).ok(),
        }
    }

    /// The positions of lanes, by their numbers in any order.
    pub fn positions<'a>(&self, lanes: &'a [u32]) -> Result<Cow<'a, [u32]>> {
        if let Ids::Range { first: 0, len } = self.lanes
            && all(
                lanes,
                #[inline(always)]
                move |id| id < len,
            )
        {
            return Ok(Cow::Borrowed(lanes));
        }
        lanes.iter().map(|id| self.find(*id).map(|at| at as u32).ok_or_else(|| super::no_lane(*id))).collect()
    }

    /// Do two groups have lanes of the same numbers?
    pub fn same(&self, other: &Group) -> bool {
        if std::ptr::eq(self, other) {
            return true;
        }
        match (&self.lanes, &other.lanes) {
            (Ids::Range { first, len }, Ids::Range { first: first2, len: len2 }) => first == first2 && len == len2,
            (Ids::List(a), Ids::List(b)) => Arc::ptr_eq(a, b) || a == b,
            _ => self.len() == other.len() && self.iter().eq(other.iter()),
        }
    }

    /// Where the lanes of this group stand in another that has them all; `None` when it lacks one.
    pub fn within(&self, outer: &Group) -> Option<Arc<[u32]>> {
        if let Some((parent, positions)) = &self.outer
            && std::ptr::eq(&**parent, outer)
        {
            return Some(positions.clone());
        }
        if let (Ids::List(ids), Ids::Range { first: 0, len }) = (&self.lanes, &outer.lanes) {
            return ids.last().is_none_or(|id| id < len).then(|| ids.clone());
        }
        if let Ids::Range { first, len } = outer.lanes {
            return self.iter().map(|id| id.checked_sub(first).filter(|at| *at < len)).collect();
        }
        let mut at = 0;
        self.iter()
            .map(|id| {
                while at < outer.len() && outer.id(at) < id {
                    at += 1;
                }
                (at < outer.len() && outer.id(at) == id).then_some(at as u32)
            })
            .collect()
    }

    /// Has another group all lanes of this one?
    pub fn lies_in(&self, outer: &Group) -> bool {
        self.range_in(outer).is_some() || self.within(outer).is_some()
    }

    /// Where the lanes of this group stand in another, when both are ranges.
    pub fn range_in(&self, outer: &Group) -> Option<std::ops::Range<usize>> {
        match (&self.lanes, &outer.lanes) {
            (Ids::Range { first, len }, Ids::Range { first: start, len: all }) => {
                let from = first.checked_sub(*start)?;
                (from + len <= *all).then(|| from as usize..(from + len) as usize)
            }
            _ => None,
        }
    }

    /// Are these parts ranges that follow each other and together make this group, as those of chunks do?
    fn in_a_row(&self, parts: &[&Arc<Group>]) -> bool {
        let end = parts
            .iter()
            .try_fold(0, |next, part| part.range_in(self).filter(|range| range.start == next).map(|range| range.end));
        end == Some(self.len())
    }

    /// The positions of those lanes of this group that another has, and of those that it lacks.
    pub fn split_by(&self, other: &Group) -> (Vec<u32>, Vec<u32>) {
        let (mut with, mut without, mut at) = (Vec::new(), Vec::new(), 0);
        if self.same(other) {
            return ((0..self.len() as u32).collect(), without);
        }
        for (position, id) in self.iter().enumerate() {
            while at < other.len() && other.id(at) < id {
                at += 1;
            }
            let side = if at < other.len() && other.id(at) == id { &mut with } else { &mut without };
            side.push(position as u32);
        }
        (with, without)
    }

    /// The lanes of several groups, all parts of this one; `None` of no groups.
    pub fn union<'a>(self: &Arc<Group>, parts: impl IntoIterator<Item = &'a Arc<Group>>) -> Option<Arc<Group>> {
        let mut parts = parts.into_iter().peekable();
        let first = parts.next()?;
        if parts.peek().is_none() || first.len() == self.len() {
            return Some(first.clone());
        }
        let parts: Vec<&Arc<Group>> = std::iter::once(first).chain(parts).collect();
        if self.in_a_row(&parts) {
            return Some(self.clone());
        }
        let mut has = vec![false; self.len()];
        let mut count = 0;
        for part in parts {
            if part.len() == self.len() {
                return Some(self.clone());
            }
            for position in part.within(self)?.iter() {
                count += usize::from(!std::mem::replace(&mut has[*position as usize], true));
            }
            if count == self.len() {
                return Some(self.clone());
            }
        }
        Some(self.part(crate::tensor::lanes::partition(&has).0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_know_their_place() {
        let all = Group::whole(100, 8, DType::Float32);
        let odd = all.part(vec![1, 3, 5, 7]);
        let some = odd.part(vec![0, 2]);
        assert_eq!(some.iter().collect::<Vec<_>>(), [101, 105]);
        assert_eq!(&*some.within(&all).unwrap(), [1, 5]);
        assert_eq!(&*some.within(&odd).unwrap(), [0, 2]);
        assert!(all.within(&odd).is_none());
        assert_eq!(odd.split_by(&some), (vec![0, 2], vec![1, 3]));
        let rest = odd.part(vec![1, 3]);
        assert!(odd.union([&rest, &some]).unwrap().same(&odd));
        assert!(all.part((0..8).collect()).same(&all));
    }
}

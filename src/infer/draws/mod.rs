//! Draws as columns: the unobserved choices of many runs by address. What else a run has (its function, arguments and data)
//! is kept once for as many runs as share it, and a run is made again from its choices when somebody asks for it.

mod column;
mod fitted;
mod frame;

use crate::error::Result;
use crate::eval::{Cx, Value};
use crate::gfi::{ChoiceMap, Trace, TraceObject, TraceStore, Trie, element_at};
use column::DrawColumn;
pub use fitted::FittedDraws;
pub use frame::SharedRun;
use std::any::Any;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// The draws of some runs, in order.
#[derive(Default)]
pub struct DrawColumns {
    scores: Vec<f64>,
    columns: Vec<DrawColumn>,
    index: HashMap<Vec<Value>, usize>,
    /// What runs share, each from its first draw on.
    frames: Vec<(usize, SharedRun)>,
    /// Every run is kept as it is: its code does more than draw, and another run of it may be another one.
    whole: bool,
    /// Data that was given to the start may have moved.
    move_data: bool,
    again: Mutex<Again>,
}

/// What it takes to make runs again.
#[derive(Default)]
struct Again {
    /// The program as it was.
    cx: Option<Cx>,
    /// The run that was made last.
    last: Option<(usize, Arc<Trace>)>,
}

impl DrawColumns {
    /// Without draws; `whole` keeps every run as it is, kernels that `move_data` move what was given to the start.
    pub fn new(whole: bool, move_data: bool) -> DrawColumns {
        DrawColumns { whole, move_data, ..DrawColumns::default() }
    }

    pub fn len(&self) -> usize {
        self.scores.len()
    }

    /// Takes in a run.
    pub fn push(&mut self, cx: &mut Cx, run: &Arc<Trace>) -> Result<()> {
        let row = self.len();
        let shared = match self.frames.last_mut().filter(|_| !self.whole) {
            Some((_, frame)) => frame.shared_with(cx, run, self.move_data)?,
            None => None,
        };
        let choices = match shared {
            Some(choices) => choices,
            None => {
                let frame = SharedRun::of(run);
                let choices = frame.drawn(run);
                self.frames.push((row, frame));
                choices
            }
        };
        // From here on nothing halts: a draw is taken in whole or not at all.
        self.scores.push(run.score);
        choices.into_iter().for_each(|(path, value)| self.column(path).push(row, value));
        Ok(())
    }

    fn column(&mut self, path: Vec<Value>) -> &mut DrawColumn {
        let at = match self.index.get(&path) {
            Some(at) => *at,
            None => {
                self.index.insert(path.clone(), self.columns.len());
                self.columns.push(DrawColumn::new(path));
                self.columns.len() - 1
            }
        };
        &mut self.columns[at]
    }

    /// Leaves out the draws from this one on.
    pub fn truncate(&mut self, draws: usize) {
        self.scores.truncate(draws);
        self.columns.iter_mut().for_each(|column| column.truncate(draws));
        self.frames.retain(|(from, _)| *from < draws);
    }

    /// Takes in the draws of a later chain.
    pub fn append(&mut self, later: DrawColumns) {
        let before = self.len();
        self.scores.extend(later.scores);
        for column in later.columns {
            self.column(column.path.clone()).append(column, before);
        }
        self.frames.extend(later.frames.into_iter().map(|(from, frame)| (before + from, frame)));
    }

    /// The draws as a vector of traces.
    pub fn into_value(mut self, cx: &Cx) -> Result<Value> {
        self.again = Mutex::new(Again { cx: Some(cx.snapshot()), last: None });
        let rows = self.len();
        let store: Arc<dyn TraceStore> = Arc::new(self);
        Value::vector((0..rows).map(|row| Value::host(TraceObject::stored(store.clone(), row))).collect())
    }

    /// The columns, in the order in which their choices first appeared.
    pub fn columns(&self) -> &[DrawColumn] {
        &self.columns
    }

    /// The addresses of all choices, and which of them are of data, in the order of the first run and then of appearance.
    pub fn paths(&self) -> Vec<(Vec<Value>, bool)> {
        let Some((_, frame)) = self.frames.first() else { return Vec::new() };
        let own = frame.run.all_choices().into_iter().map(|(path, ..)| (frame.is_data(&path), path));
        let mut paths: Vec<(Vec<Value>, bool)> = own.map(|(data, path)| (path, data)).collect();
        let known: HashSet<Vec<Value>> = paths.iter().map(|(path, _)| path.clone()).collect();
        let others = self.columns.iter().map(|column| &column.path).filter(|path| !known.contains(*path));
        paths.extend(others.map(|path| (path.clone(), false)));
        paths
    }

    /// What a draw shares with others, and the first of these.
    pub fn frame(&self, row: usize) -> &(usize, SharedRun) {
        let after = self.frames.partition_point(|(from, _)| *from <= row);
        &self.frames[after.saturating_sub(1)]
    }

    fn drawn_at(&self, row: usize, path: &[Value]) -> Option<Value> {
        self.index.get(path).and_then(|at| self.columns[*at].get(row))
    }
}

impl TraceStore for DrawColumns {
    fn trace(&self, row: usize) -> Result<Arc<Trace>> {
        let (from, frame) = self.frame(row);
        if *from == row {
            return Ok(frame.run.clone());
        }
        let (last, cx) = {
            let again = self.again.lock().unwrap_or_else(PoisonError::into_inner);
            let last = again.last.as_ref().filter(|(at, _)| *at == row).map(|(_, run)| run.clone());
            (last, again.cx.as_ref().map(Cx::snapshot))
        };
        let Some(mut cx) = cx.filter(|_| last.is_none()) else { return Ok(last.unwrap_or_default()) };
        let run = frame.again(&mut cx, &self.choices(row), self.scores[row])?;
        self.again.lock().unwrap_or_else(PoisonError::into_inner).last = Some((row, run.clone()));
        Ok(run)
    }

    fn model(&self, row: usize) -> (&Value, &[Value]) {
        let run = &self.frame(row).1.run;
        (&run.function, &run.args)
    }

    fn score(&self, row: usize) -> f64 {
        self.scores[row]
    }

    fn choices(&self, row: usize) -> ChoiceMap {
        let (from, frame) = self.frame(row);
        if *from == row {
            return frame.run.choices();
        }
        // In the order of a run, as far as it is known.
        let mut choices = Trie::Empty;
        for (path, value, _) in frame.run.all_choices() {
            match frame.is_data(&path) {
                true => choices.set(&path, Trie::Leaf(value)),
                false => self.drawn_at(row, &path).into_iter().for_each(|own| choices.set(&path, Trie::Leaf(own))),
            }
        }
        for column in &self.columns {
            if let Some(value) = column.get(row).filter(|_| choices.at(&column.path).is_none()) {
                choices.set(&column.path, Trie::Leaf(value));
            }
        }
        ChoiceMap::of(choices)
    }

    fn value_at(&self, row: usize, path: &[Value]) -> Option<Value> {
        let (from, frame) = self.frame(row);
        if *from == row || frame.is_data(path) {
            return frame.run.value_at(path);
        }
        let above = (0..=path.len()).rev().find_map(|n| Some((n, self.drawn_at(row, &path[..n])?)));
        above.and_then(|(n, value)| if n == path.len() { Some(value) } else { element_at(&value, &path[n..]).ok()? })
    }

    fn depth(&self, row: usize) -> u32 {
        self.frame(row).1.run.depth
    }

    fn any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }
}

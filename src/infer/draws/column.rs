//! The draws of one choice.

use crate::eval::Value;

pub struct DrawColumn {
    pub path: Vec<Value>,
    values: ColumnValues,
    /// The rows that have it; `None` where these are the first ones, without a gap.
    rows: Option<Vec<u32>>,
}

enum ColumnValues {
    Floats(Vec<f64>),
    Any(Vec<Value>),
}

impl DrawColumn {
    pub fn new(path: Vec<Value>) -> DrawColumn {
        DrawColumn { path, values: ColumnValues::Floats(Vec::new()), rows: None }
    }

    fn len(&self) -> usize {
        match &self.values {
            ColumnValues::Floats(values) => values.len(),
            ColumnValues::Any(values) => values.len(),
        }
    }

    /// The value in a row after all those that it has.
    pub fn push(&mut self, row: usize, value: Value) {
        let len = self.len();
        if self.rows.is_none() && len != row {
            self.rows = Some((0..len as u32).collect());
        }
        if let Some(rows) = &mut self.rows {
            rows.push(row as u32);
        }
        match (&mut self.values, value) {
            (ColumnValues::Floats(values), Value::Float(x)) => values.push(x.get()),
            (ColumnValues::Any(values), value) => values.push(value),
            (ColumnValues::Floats(values), value) => {
                let before = values.iter().map(|x| Value::float(*x));
                self.values = ColumnValues::Any(before.chain([value]).collect());
            }
        }
    }

    /// Leaves out the rows from this one on.
    pub fn truncate(&mut self, rows: usize) {
        let len = self.rows.as_ref().map_or(rows, |own| own.partition_point(|row| (*row as usize) < rows));
        match &mut self.values {
            ColumnValues::Floats(values) => values.truncate(len),
            ColumnValues::Any(values) => values.truncate(len),
        }
        if let Some(own) = &mut self.rows {
            own.truncate(len);
        }
    }

    /// The values of a later column, whose rows come after so many.
    pub fn append(&mut self, later: DrawColumn, before: usize) {
        for (row, value) in later.entries() {
            self.push(before + row, value);
        }
    }

    /// The value in a row, if it has one.
    pub fn get(&self, row: usize) -> Option<Value> {
        let at = match &self.rows {
            Some(rows) => rows.binary_search(&(row as u32)).ok()?,
            None => row,
        };
        match &self.values {
            ColumnValues::Floats(values) => values.get(at).map(|x| Value::float(*x)),
            ColumnValues::Any(values) => values.get(at).cloned(),
        }
    }

    /// Rows with their values.
    pub fn entries(&self) -> impl Iterator<Item = (usize, Value)> + '_ {
        let row = |at: usize| self.rows.as_ref().map_or(at, |rows| rows[at] as usize);
        (0..self.len()).map(row).filter_map(|row| Some((row, self.get(row)?)))
    }
}

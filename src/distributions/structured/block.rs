//! Data of vectors and matrices: read from values once, seen by formulas as blocks of numbers.

use crate::distributions::broadcast::position;
use crate::distributions::lifted::Lifted;
use crate::error::Result;
use crate::eval::Value;
use crate::tensor::DType;

/// Numbers in row-major order under a shape: a whole parameter or value, batch axes first.
#[derive(Clone, Debug)]
pub struct DenseNumbers {
    pub shape: Vec<usize>,
    pub items: Vec<f64>,
}

/// One event of a parameter or value: a number (1 × 1), a vector (n × 1) or a matrix.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a, R> {
    pub items: &'a [R],
    pub rows: usize,
    pub cols: usize,
}

/// Axes that data may have.
const MAX_NDIM: usize = 16;

impl DenseNumbers {
    /// A number, an array, or vectors of numbers nested to one shape; else the part that does not fit.
    pub fn read(value: &Value) -> Result<Result<DenseNumbers, Value>> {
        if let Value::Array(array) = value {
            if array.dtype() == DType::Bool {
                return Ok(Err(value.clone()));
            }
            return Ok(Ok(DenseNumbers { shape: array.shape().to_vec(), items: array.to_f64()? }));
        }
        let mut data = DenseNumbers { shape: Vec::new(), items: Vec::new() };
        let odd = data.collect(value, 0)?;
        Ok(odd.map_or(Ok(data), Err))
    }

    /// Appends a value at a level of nesting; gives back what does not fit.
    fn collect(&mut self, value: &Value, level: usize) -> Result<Option<Value>> {
        let count = match value {
            Value::Vector(items) => items.len(),
            Value::List(items) => items.len(),
            Value::Array(array) => return self.append(value, array.shape(), array.to_f64()?, level),
            _ => return self.append(value, &[], value.as_f64().into_iter().collect(), level),
        };
        if !self.fits(level, count) {
            return Ok(Some(value.clone()));
        }
        let items: Box<dyn Iterator<Item = &Value>> = match value {
            Value::Vector(items) => Box::new(items.iter()),
            Value::List(items) => Box::new(items.iter()),
            _ => Box::new(std::iter::empty()),
        };
        for item in items {
            if let Some(odd) = self.collect(item, level + 1)? {
                return Ok(Some(odd));
            }
        }
        Ok(None)
    }

    /// Appends what is a number or an array.
    fn append(&mut self, value: &Value, shape: &[usize], items: Vec<f64>, level: usize) -> Result<Option<Value>> {
        let fits = shape.iter().enumerate().all(|(i, n)| self.fits(level + i, *n));
        let known = shape.iter().product::<usize>() == items.len();
        if !fits || !known || self.shape.len() != level + shape.len() {
            return Ok(Some(value.clone()));
        }
        self.items.extend(items);
        Ok(None)
    }

    /// True when an axis may have this size: the first element decides, the others follow.
    fn fits(&mut self, level: usize, count: usize) -> bool {
        if level == self.shape.len() && self.items.is_empty() && level < MAX_NDIM {
            self.shape.push(count);
        }
        self.shape.get(level) == Some(&count)
    }

    /// The batch axes when the last `rank` axes are those of an event; `None` when there are not so many.
    pub fn batch(&self, rank: usize) -> Option<&[usize]> {
        self.shape.len().checked_sub(rank).map(|n| &self.shape[..n])
    }

    /// Rows and columns of one event.
    pub fn event(&self, rank: usize) -> (usize, usize) {
        match self.shape[self.shape.len() - rank.min(self.shape.len())..] {
            [] => (1, 1),
            [n] => (n, 1),
            [n, m, ..] => (n, m),
        }
    }

    /// The event at position `index` of a batch that this data broadcasts to.
    pub fn block(&self, rank: usize, batch: &[usize], index: usize) -> Block<'_, f64> {
        self.block_of(&self.items, rank, batch, index)
    }

    /// The same event of other numbers of this shape.
    pub fn block_of<'a, R>(&self, items: &'a [R], rank: usize, batch: &[usize], index: usize) -> Block<'a, R> {
        let (rows, cols) = self.event(rank);
        let own = &self.shape[..self.shape.len() - rank.min(self.shape.len())];
        let start = position(own, batch, index) * rows * cols;
        Block { items: &items[start..start + rows * cols], rows, cols }
    }
}

impl<R: Clone> Block<'_, R> {
    /// The only number.
    pub fn one(&self) -> R {
        self.items[0].clone()
    }

    pub fn at(&self, row: usize, col: usize) -> R {
        self.items[row * self.cols + col].clone()
    }
}

impl Block<'_, Lifted> {
    /// As the number, vector or matrix that it is.
    pub fn value(&self, rank: usize) -> Result<Value> {
        let numbers = self.items.iter().map(|x| x.clone().value()).collect::<Result<Vec<Value>>>()?;
        match rank {
            0 => Ok(numbers.into_iter().next().unwrap_or(Value::Nil)),
            1 => Value::vector(numbers),
            _ => Value::vector(
                numbers.chunks(self.cols.max(1)).map(|row| Value::vector(row.to_vec())).collect::<Result<_>>()?,
            ),
        }
    }
}

//! Elementwise operations of two operands, of which at least one is a column.
use super::broadcast::{common_shape, same_shape, spread};
use super::column::{Column, Operand};
use super::dispatch::{Side, zip};
use super::integers::{self, IntegerResult};
use super::{Fault, FaultKind, device};
use crate::error::Result;
use crate::tensor::DType;
use crate::tensor::buffer::{Buffer, Element};
use crate::tensor::ops::BinaryOp;

/// Applies `op` to the operands lane by lane; the shapes of the lanes' values broadcast.
///
/// Integers stay integers as single numbers do, but for a column whose quotients are not all whole: those are floats
/// of the width `float`, as is an integer with a plain float. A column of floats keeps its width with plain numbers.
pub fn binary(op: BinaryOp, a: Operand, b: Operand, float: DType) -> Result<Column, Fault> {
    if let Some(column) = device::binary(op, a, b, float) {
        return Ok(column);
    }
    let lanes = lanes_of(a, b)?;
    let event = common_shape(a.event(), b.event()).ok_or(Fault::at(0, FaultKind::Shapes))?;
    let (a, b) = (whole(a, lanes, &event, float), whole(b, lanes, &event, float));
    let frame = CommonShape { op, lanes, event: &event, float };
    frame.apply(a.operand(), b.operand())
}

/// Columns have equally many lanes; two plain values make one.
fn lanes_of(a: Operand, b: Operand) -> Result<usize, Fault> {
    match (a.lanes(), b.lanes()) {
        (Some(n), Some(m)) if n != m => Err(Fault::at(0, FaultKind::Shapes)),
        (Some(n), _) | (None, Some(n)) => Ok(n),
        (None, None) => Ok(1),
    }
}

/// An operand as it is, or at the common shape.
enum ShapedOperand<'a> {
    Given(Operand<'a>),
    Made(Column),
}

impl ShapedOperand<'_> {
    fn operand(&self) -> Operand<'_> {
        match self {
            ShapedOperand::Given(operand) => *operand,
            ShapedOperand::Made(column) => Operand::Column(column),
        }
    }
}

fn whole<'a>(operand: Operand<'a>, lanes: usize, event: &[usize], float: DType) -> ShapedOperand<'a> {
    match operand {
        Operand::Column(column) if !same_shape(column.event(), event) => ShapedOperand::Made(spread(column, event)),
        Operand::Array { .. } => {
            let column = Column::repeat(operand, lanes, float);
            ShapedOperand::Made(if same_shape(column.event(), event) { column } else { spread(&column, event) })
        }
        // A number serves all elements of all lanes.
        other => ShapedOperand::Given(other),
    }
}

/// One operation at its common shape.
struct CommonShape<'a> {
    op: BinaryOp,
    lanes: usize,
    event: &'a [usize],
    float: DType,
}

impl CommonShape<'_> {
    fn elements(&self) -> usize {
        self.lanes * self.event.iter().product::<usize>()
    }

    fn column<T: Element>(&self, values: Vec<T>) -> Column {
        Column::assemble(T::data(values), self.lanes, self.event)
    }

    fn apply(&self, a: Operand, b: Operand) -> Result<Column, Fault> {
        let logic = matches!(self.op, BinaryOp::And | BinaryOp::Or);
        let is_bool = |x: Operand| x.dtype(self.float) == DType::Bool;
        match (is_bool(a), is_bool(b)) {
            (true, true) if self.op.is_question() => return Ok(self.booleans(a, b)),
            (false, _) if logic => return Err(Fault::at(0, FaultKind::NotABoolean(0))),
            (_, false) if logic => return Err(Fault::at(0, FaultKind::NotABoolean(1))),
            (true, _) => return Err(Fault::at(0, FaultKind::NotANumber(0))),
            (_, true) => return Err(Fault::at(0, FaultKind::NotANumber(1))),
            _ => {}
        }
        match (a.dtype(self.float), b.dtype(self.float)) {
            (DType::Int64, DType::Int64) => self.integers(a, b),
            (DType::Int64, _) | (_, DType::Int64) if self.op.is_question() => {
                // Not every integer is a float: compared as doubles, as single numbers are.
                Ok(self.column(self.questions(&TypedOperand::<f64>::of(a), &TypedOperand::of(b))))
            }
            _ => self.floats(a, b),
        }
    }

    fn integers(&self, a: Operand, b: Operand) -> Result<Column, Fault> {
        let (x, y) = (TypedOperand::<i64>::of(a), TypedOperand::<i64>::of(b));
        if self.op.is_question() {
            return Ok(self.column(self.questions(&x, &y)));
        }
        let width = self.event.iter().product();
        match integers::binary(self.op, self.elements(), x.side(), y.side()) {
            Some(Ok(IntegerResult::Ints(values))) => Ok(self.column(values)),
            Some(Err(failed)) => Err(failed.in_lanes(width)),
            Some(Ok(IntegerResult::Floats)) | None => {
                // As doubles, which integers are for single numbers.
                let (x, y) = (TypedOperand::<f64>::of(a), TypedOperand::<f64>::of(b));
                Ok(self.column(self.doubles(&x, &y)).cast(self.float))
            }
        }
    }

    fn floats(&self, a: Operand, b: Operand) -> Result<Column, Fault> {
        if matches!(self.op, BinaryOp::Rem | BinaryOp::Mod) {
            self.no_zero(a, b)?;
        }
        let column_type = |x: Operand| match x {
            Operand::Column(column) if column.dtype().is_float() => Some(column.dtype()),
            _ => None,
        };
        let dtype = column_type(a).max(column_type(b)).unwrap_or(self.float);
        Ok(if dtype == DType::Float32 {
            let (x, y) = (TypedOperand::<f32>::of(a), TypedOperand::<f32>::of(b));
            if self.op.is_question() { self.column(self.questions(&x, &y)) } else { self.column(self.singles(&x, &y)) }
        } else {
            let (x, y) = (TypedOperand::<f64>::of(a), TypedOperand::<f64>::of(b));
            if self.op.is_question() { self.column(self.questions(&x, &y)) } else { self.column(self.doubles(&x, &y)) }
        })
    }

    /// A remainder by 0 is an error of numbers, and NaN in arrays.
    fn no_zero(&self, a: Operand, b: Operand) -> Result<(), Fault> {
        let y = TypedOperand::<f64>::of(b);
        if !self.event.is_empty() {
            return Ok(());
        }
        match (0..self.lanes).find(|lane| y.side().at(*lane) == Some(0.0)) {
            Some(lane) => {
                let x = match a {
                    Operand::Column(column) => column.get(lane),
                    _ => Column::repeat(a, 1, DType::Float64).get(0),
                };
                Err(Fault::at(lane, FaultKind::DivisionByZero(x.unwrap_or(super::ScalarItem::Float(0.0)))))
            }
            None => Ok(()),
        }
    }

    fn booleans(&self, a: Operand, b: Operand) -> Column {
        let (a, b) = (TypedOperand::<bool>::of(a), TypedOperand::<bool>::of(b));
        let (n, a, b) = (self.elements(), a.side(), b.side());
        self.column(match self.op {
            BinaryOp::And => zip(n, a, b, |x, y| x & y),
            BinaryOp::Or => zip(n, a, b, |x, y| x | y),
            BinaryOp::Eq => zip(n, a, b, |x, y| x == y),
            BinaryOp::Ne => zip(n, a, b, |x, y| x != y),
            BinaryOp::Lt => zip(n, a, b, |x, y| !x & y),
            BinaryOp::Le => zip(n, a, b, |x, y| !x | y),
            BinaryOp::Gt => zip(n, a, b, |x, y| x & !y),
            _ => zip(n, a, b, |x, y| x | !y),
        })
    }

    fn questions<T: Element + PartialOrd>(&self, a: &TypedOperand<T>, b: &TypedOperand<T>) -> Vec<bool> {
        let (n, a, b) = (self.elements(), a.side(), b.side());
        match self.op {
            BinaryOp::Lt => zip(n, a, b, |x, y| x < y),
            BinaryOp::Le => zip(n, a, b, |x, y| x <= y),
            BinaryOp::Gt => zip(n, a, b, |x, y| x > y),
            BinaryOp::Ge => zip(n, a, b, |x, y| x >= y),
            BinaryOp::Eq => zip(n, a, b, |x, y| x == y),
            _ => zip(n, a, b, |x, y| x != y),
        }
    }

    fn singles(&self, a: &TypedOperand<f32>, b: &TypedOperand<f32>) -> Vec<f32> {
        let (op, n, a, b) = (self.op, self.elements(), a.side(), b.side());
        match op {
            BinaryOp::Add => zip(n, a, b, |x, y| x + y),
            BinaryOp::Sub => zip(n, a, b, |x, y| x - y),
            BinaryOp::Mul => zip(n, a, b, |x, y| x * y),
            BinaryOp::Div => zip(n, a, b, |x, y| x / y),
            BinaryOp::Max => zip(n, a, b, |x: f32, y: f32| if y > x || y.is_nan() { y } else { x }),
            BinaryOp::Min => zip(n, a, b, |x: f32, y: f32| if y < x || y.is_nan() { y } else { x }),
            _ => zip(n, a, b, |x, y| op.of(f64::from(x), f64::from(y)) as f32),
        }
    }

    fn doubles(&self, a: &TypedOperand<f64>, b: &TypedOperand<f64>) -> Vec<f64> {
        let (op, n, a, b) = (self.op, self.elements(), a.side(), b.side());
        match op {
            BinaryOp::Add => zip(n, a, b, |x, y| x + y),
            BinaryOp::Sub => zip(n, a, b, |x, y| x - y),
            BinaryOp::Mul => zip(n, a, b, |x, y| x * y),
            BinaryOp::Div => zip(n, a, b, |x, y| x / y),
            _ => zip(n, a, b, |x, y| op.of(x, y)),
        }
    }
}

/// The elements of an operand as one type: borrowed, converted, or one for all.
pub(super) enum TypedOperand<'a, T> {
    Borrowed(&'a [T]),
    Answer(Vec<T>),
    One(T),
}

impl<T: Element> TypedOperand<'_, T> {
    pub fn side(&self) -> Side<'_, T> {
        match self {
            TypedOperand::Borrowed(values) => Side::Lanes(values),
            TypedOperand::Answer(values) => Side::Lanes(values),
            TypedOperand::One(x) => Side::One(*x),
        }
    }
}

impl<'a, T: Element + FromNumbers> TypedOperand<'a, T> {
    /// Arrays were repeated before.
    pub fn of(operand: Operand<'a>) -> TypedOperand<'a, T> {
        match operand {
            Operand::Column(column) => match column.values::<T>() {
                Some(values) => TypedOperand::Borrowed(values),
                None => TypedOperand::Answer(T::from_data(column)),
            },
            Operand::Float(x) => TypedOperand::One(T::from_f64(x)),
            Operand::Int(x) => TypedOperand::One(T::from_i64(x)),
            Operand::Bool(x) => TypedOperand::One(T::from_i64(i64::from(x))),
            Operand::Array { values, .. } => TypedOperand::Answer(values.iter().map(|x| T::from_f64(*x)).collect()),
        }
    }
}

/// Elements from numbers of other types.
pub(super) trait FromNumbers: Sized {
    fn from_f64(x: f64) -> Self;
    fn from_i64(x: i64) -> Self;
    fn from_data(column: &Column) -> Vec<Self>;
}

impl FromNumbers for f32 {
    fn from_f64(x: f64) -> f32 {
        x as f32
    }
    fn from_i64(x: i64) -> f32 {
        x as f32
    }
    fn from_data(column: &Column) -> Vec<f32> {
        column.to_f32()
    }
}

impl FromNumbers for f64 {
    fn from_f64(x: f64) -> f64 {
        x
    }
    fn from_i64(x: i64) -> f64 {
        x as f64
    }
    fn from_data(column: &Column) -> Vec<f64> {
        column.to_f64()
    }
}

impl FromNumbers for i64 {
    fn from_f64(x: f64) -> i64 {
        x as i64
    }
    fn from_i64(x: i64) -> i64 {
        x
    }
    fn from_data(column: &Column) -> Vec<i64> {
        match column.data() {
            Buffer::Bool(values) => values.iter().map(|x| i64::from(*x)).collect(),
            _ => column.to_f64().into_iter().map(|x| x as i64).collect(),
        }
    }
}

impl FromNumbers for bool {
    fn from_f64(x: f64) -> bool {
        x != 0.0
    }
    fn from_i64(x: i64) -> bool {
        x != 0
    }
    fn from_data(column: &Column) -> Vec<bool> {
        column.to_f64().into_iter().map(|x| x != 0.0).collect()
    }
}

//! Columns: one value per lane, a number or an array of one shape, flat in memory.
use super::broadcast::same_shape;
use super::device::{self, DeviceColumn};
pub use super::operand::Operand;
use crate::tensor::buffer::{Buffer, Element, ScalarItem, each_type};
use crate::tensor::{Array, Backend, DType};
use std::ops::Range;
use std::sync::Arc;

/// One value per lane. The data is row-major `[lanes, event…]`, where `event` is the shape of each value.
#[derive(Clone, Debug)]
pub struct Column {
    store: Store,
    lanes: usize,
    /// None of a number.
    event: Option<Arc<[usize]>>,
}

/// Where the data is.
#[derive(Clone, Debug)]
enum Store {
    Host(Buffer),
    Device(Arc<DeviceColumn>),
}

impl<T: Element> From<Vec<T>> for Column {
    fn from(values: Vec<T>) -> Column {
        Column::new(values)
    }
}

impl Column {
    /// A number or boolean per lane.
    pub fn new<T: Element>(values: Vec<T>) -> Column {
        Column { lanes: values.len(), store: Store::Host(T::data(values)), event: None }
    }

    /// An array of this shape per lane, as many as the values fill; one with an empty shape is a number.
    /// `None` if they do not fill whole lanes.
    pub fn of_shape<T: Element>(values: Vec<T>, lanes: usize, event: &[usize]) -> Option<Column> {
        let width = event.iter().try_fold(1_usize, |n, d| n.checked_mul(*d))?;
        (lanes.checked_mul(width)? == values.len()).then(|| Column::assemble(T::data(values), lanes, event))
    }

    pub(super) fn assemble(data: Buffer, lanes: usize, event: &[usize]) -> Column {
        Column { store: Store::Host(data), lanes, event: (!event.is_empty()).then(|| event.into()) }
    }

    /// The lanes that axis 0 of an array counts; `None` of one that columns do not keep with MLX.
    pub fn of_array(array: Array) -> Option<Column> {
        let (&lanes, event) = array.shape().split_first()?;
        let event = (!event.is_empty()).then(|| event.into());
        let device = DeviceColumn::of(array)?;
        Some(Column { store: Store::Device(Arc::new(device)), lanes, event })
    }

    /// The array of all lanes, if that is with MLX.
    pub fn array(&self) -> Option<&Array> {
        match &self.store {
            Store::Device(device) => Some(device.array()),
            Store::Host(_) => None,
        }
    }

    /// Where the elements are.
    pub fn backend(&self) -> Backend {
        if self.array().is_some() { Backend::Mlx } else { Backend::Host }
    }

    /// The same column on the host, which this one does not keep.
    pub fn hosted(&self) -> Column {
        match &self.store {
            Store::Host(_) => self.clone(),
            Store::Device(device) => Column { store: Store::Host(device.read()), ..self.clone() },
        }
    }

    /// These values in the lanes and shape of this column, which has as many.
    pub(super) fn like<T: Element>(&self, values: Vec<T>) -> Column {
        Column { store: Store::Host(T::data(values)), lanes: self.lanes, event: self.event.clone() }
    }

    /// The elements on the host; those of a column with MLX are computed and brought first.
    #[inline]
    pub fn data(&self) -> &Buffer {
        match &self.store {
            Store::Host(data) => data,
            Store::Device(device) => device.data(),
        }
    }

    /// The number of lanes.
    pub fn len(&self) -> usize {
        self.lanes
    }

    pub fn is_empty(&self) -> bool {
        self.lanes == 0
    }

    /// The shape of each value, empty for a number.
    pub fn event(&self) -> &[usize] {
        self.event.as_deref().unwrap_or(&[])
    }

    /// The number of elements of each value.
    pub fn width(&self) -> usize {
        self.event().iter().product()
    }

    pub fn dtype(&self) -> DType {
        match &self.store {
            Store::Host(data) => data.dtype(),
            Store::Device(device) => device.array().dtype(),
        }
    }

    /// The elements, if they are of this type.
    pub fn values<T: Element>(&self) -> Option<&[T]> {
        T::of(self.data()).map(|values| values.as_slice())
    }

    /// The elements to write to: in place if nobody else has this column.
    pub fn into_values<T: Element>(self) -> Option<Vec<T>> {
        let values = T::of(self.data())?.clone();
        drop(self);
        Some(Arc::unwrap_or_clone(values))
    }

    /// The first element of a lane; `None` past the end or for arrays without elements.
    pub fn get(&self, lane: usize) -> Option<ScalarItem> {
        self.element(lane, 0)
    }

    /// One element of a lane.
    pub fn element(&self, lane: usize, i: usize) -> Option<ScalarItem> {
        let width = self.width();
        if i >= width {
            return None;
        }
        each_type!(self.data(), values => values.get(lane * width + i).map(|x| x.item()))
    }

    /// The elements as doubles; booleans are 0 and 1.
    pub fn to_f64(&self) -> Vec<f64> {
        match self.data() {
            Buffer::F32(values) => values.iter().map(|x| f64::from(*x)).collect(),
            Buffer::F64(values) => values.to_vec(),
            Buffer::I64(values) => values.iter().map(|x| *x as f64).collect(),
            Buffer::Bool(values) => values.iter().map(|x| f64::from(u8::from(*x))).collect(),
        }
    }

    /// The elements as floats; booleans are 0 and 1.
    pub fn to_f32(&self) -> Vec<f32> {
        match self.data() {
            Buffer::F32(values) => values.to_vec(),
            Buffer::F64(values) => values.iter().map(|x| *x as f32).collect(),
            Buffer::I64(values) => values.iter().map(|x| *x as f32).collect(),
            Buffer::Bool(values) => values.iter().map(|x| f32::from(u8::from(*x))).collect(),
        }
    }

    /// As floats of this width, or integers as they are and booleans as integers for `Int64`.
    pub fn cast(&self, dtype: DType) -> Column {
        if self.dtype() == dtype {
            return self.clone();
        }
        if let Some(cast) = device::cast(self, dtype) {
            return cast;
        }
        match (dtype, self.data()) {
            (DType::Float32, _) => self.like(self.to_f32()),
            (DType::Int64, Buffer::Bool(values)) => self.like(values.iter().map(|x| i64::from(*x)).collect()),
            (DType::Float64, _) => self.like(self.to_f64()),
            _ => self.clone(),
        }
    }

    /// The lanes of a range, cut to those there are.
    pub fn slice(&self, range: Range<usize>) -> Column {
        let (end, width) = (range.end.min(self.lanes), self.width());
        let start = range.start.min(end);
        if start == 0 && end == self.lanes {
            return self.clone();
        }
        if let Some(part) = device::slice(self, start, end) {
            return part;
        }
        let data = each_type!(self.data(), values => Element::data(values[start * width..end * width].to_vec()));
        Column { store: Store::Host(data), lanes: end - start, event: self.event.clone() }
    }

    /// The lanes of several columns of one type and shape in a row; `None` if they differ, or there is none.
    pub fn concat(columns: &[Column]) -> Option<Column> {
        let first = columns.first()?;
        if columns.len() == 1 {
            return Some(first.clone());
        }
        if columns.iter().any(|c| !same_shape(c.event(), first.event())) {
            return None;
        }
        if let Some(joined) = device::concat(columns) {
            return Some(joined);
        }
        let lanes = columns.iter().map(Column::len).sum();
        fn joined<T: Element>(columns: &[Column], _: &[T]) -> Option<Buffer> {
            let parts = columns.iter().map(Column::values::<T>).collect::<Option<Vec<&[T]>>>()?;
            Some(T::data(parts.concat()))
        }
        let data = each_type!(first.data(), values => joined(columns, values.as_slice()))?;
        Some(Column { store: Store::Host(data), lanes, event: first.event.clone() })
    }

    /// Is every lane's value the same, bit by bit? True of no lanes.
    pub fn all_equal(&self) -> bool {
        let width = self.width();
        fn same<T: Copy, B: PartialEq>(values: &[T], width: usize, bits: fn(T) -> B) -> bool {
            let shifted = values.get(width..).unwrap_or(&[]);
            shifted.iter().zip(values).all(|(x, y)| bits(*x) == bits(*y))
        }
        match self.data() {
            Buffer::F32(values) => same(values, width, f32::to_bits),
            Buffer::F64(values) => same(values, width, f64::to_bits),
            Buffer::I64(values) => same(values, width, |x| x),
            Buffer::Bool(values) => same(values, width, |x| x),
        }
    }

    /// An operand in `n` lanes; plain floats take the width `float`.
    pub fn repeat(operand: Operand, n: usize, float: DType) -> Column {
        match operand {
            Operand::Column(column) => column.clone(),
            Operand::Float(x) if float == DType::Float32 => Column::new(vec![x as f32; n]),
            Operand::Float(x) => Column::new(vec![x; n]),
            Operand::Int(x) => Column::new(vec![x; n]),
            Operand::Bool(x) => Column::new(vec![x; n]),
            Operand::Array { values, shape } => {
                let data = match float {
                    DType::Float32 => f32::data(values.iter().map(|x| *x as f32).collect::<Vec<f32>>().repeat(n)),
                    _ => f64::data(values.repeat(n)),
                };
                Column::assemble(data, n, shape)
            }
        }
    }
}

//! Elements in another arrangement: a strided walk serves broadcasts, transposes, slices, flips and diagonals.
use super::each_type;
use crate::tensor::lanes::{Buffer, Element};

/// A walk through a row-major buffer, axis by axis.
#[derive(Clone)]
pub(in crate::tensor) struct StridedView {
    pub shape: Vec<usize>,
    pub strides: Vec<isize>,
    pub start: usize,
}

impl StridedView {
    /// All of an array of this shape.
    pub fn whole(shape: &[usize]) -> StridedView {
        let mut strides = vec![1; shape.len()];
        for axis in (1..shape.len()).rev() {
            strides[axis - 1] = strides[axis] * shape[axis] as isize;
        }
        StridedView { shape: shape.to_vec(), strides, start: 0 }
    }

    /// The axes in this order.
    pub fn transposed(&self, order: &[usize]) -> StridedView {
        let shape = order.iter().map(|&axis| self.shape[axis]).collect();
        StridedView { shape, strides: order.iter().map(|&axis| self.strides[axis]).collect(), start: self.start }
    }

    /// Backwards along `axis`.
    pub fn flipped(mut self, axis: usize) -> StridedView {
        let (n, stride) = (self.shape[axis] as isize, self.strides[axis]);
        self.start = self.start.saturating_add_signed((n - 1).max(0) * stride);
        self.strides[axis] = -stride;
        self
    }

    /// An array of shape `from` repeated to have shape `to`, which it broadcasts to.
    pub fn broadcast(from: &[usize], to: &[usize]) -> StridedView {
        let (own, missing) = (StridedView::whole(from), to.len() - from.len());
        let stride = |axis: usize| axis.checked_sub(missing).filter(|&i| from[i] != 1).map_or(0, |i| own.strides[i]);
        StridedView { shape: to.to_vec(), strides: (0..to.len()).map(stride).collect(), start: 0 }
    }

    /// The elements that the walk meets.
    pub fn of(&self, data: &Buffer) -> Buffer {
        fn walked<T: Element>(view: &StridedView, from: &[T]) -> Buffer {
            let mut out = Vec::with_capacity(view.shape.iter().product());
            walk(from, &mut out, &view.shape, &view.strides, view.start as isize);
            T::data(out)
        }
        each_type!(data, values => walked(self, values))
    }
}

fn walk<T: Copy>(from: &[T], out: &mut Vec<T>, shape: &[usize], strides: &[isize], at: isize) {
    match (shape, strides) {
        ([n], [1]) => out.extend_from_slice(&from[at as usize..][..*n]),
        ([n], [stride]) => out.extend((0..*n as isize).map(|i| from[(at + i * stride) as usize])),
        ([n, shape @ ..], [stride, strides @ ..]) => {
            (0..*n as isize).for_each(|i| walk(from, out, shape, strides, at + i * stride));
        }
        _ => out.push(from[at as usize]),
    }
}

/// The elements with the middle of three axes last, so that each of its lines is contiguous.
pub(in crate::tensor) fn lines(data: &Buffer, (outer, n, inner): (usize, usize, usize)) -> Buffer {
    if inner == 1 { data.clone() } else { StridedView::whole(&[outer, n, inner]).transposed(&[0, 2, 1]).of(data) }
}

/// Undoes [`lines`].
pub(in crate::tensor) fn from_lines(data: Buffer, (outer, n, inner): (usize, usize, usize)) -> Buffer {
    if inner == 1 { data } else { StridedView::whole(&[outer, inner, n]).transposed(&[0, 2, 1]).of(&data) }
}

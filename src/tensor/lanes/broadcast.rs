//! The shapes of lanes' values, brought together as NumPy does; the lanes themselves always match.
use super::column::{Column, Operand};
use crate::tensor::DType;
use crate::tensor::buffer::{Buffer, Element, each_type};

/// Are two shapes the same? Numbers have empty ones, whose memory is not looked at: comparing no bytes at no address
/// costs the processor 100 ns.
#[inline]
pub fn same_shape(a: &[usize], b: &[usize]) -> bool {
    a.len() == b.len() && (a.is_empty() || a == b)
}

/// The shape that two broadcast to.
pub fn common_shape(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let n = a.len().max(b.len());
    let at = |shape: &[usize], i: usize| (i + shape.len()).checked_sub(n).map_or(1, |i| shape[i]);
    (0..n)
        .map(|i| match (at(a, i), at(b, i)) {
            (x, y) if x == y => Some(x),
            (1, y) => Some(y),
            (x, 1) => Some(x),
            _ => None,
        })
        .collect()
}

/// The element of the smaller shape that each element of the larger reads, in order.
fn sources(from: &[usize], to: &[usize]) -> Vec<usize> {
    let mut sources = vec![0];
    let missing = to.len() - from.len();
    let mut stride = from.iter().product::<usize>();
    for (axis, &n) in to.iter().enumerate() {
        let own = axis.checked_sub(missing).map_or(1, |i| from[i]);
        stride /= own.max(1);
        let step = if own == 1 { 0 } else { stride };
        sources = sources.iter().flat_map(|&base| (0..n).map(move |i| base + i * step)).collect();
    }
    sources
}

/// Every lane's value at a shape that it broadcasts to.
pub(super) fn spread(column: &Column, event: &[usize]) -> Column {
    if same_shape(column.event(), event) {
        return column.clone();
    }
    let (sources, width, lanes) = (sources(column.event(), event), column.width(), column.len());
    fn spread<T: Element>(values: &[T], lanes: usize, width: usize, sources: &[usize]) -> Buffer {
        T::data((0..lanes).flat_map(|lane| sources.iter().map(move |&i| values[lane * width + i])).collect())
    }
    let data = each_type!(column.data(), values => spread(values, lanes, width, &sources));
    Column::assemble(data, lanes, event)
}

/// An operand as a column of so many lanes whose values have this shape; `None` if it does not broadcast to it, or
/// has other lanes. Plain floats take the width `float`.
pub fn expand(operand: Operand, lanes: usize, event: &[usize], float: DType) -> Option<Column> {
    let fits = operand.lanes().is_none_or(|n| n == lanes) && same_shape(&common_shape(operand.event(), event)?, event);
    fits.then(|| spread(&Column::repeat(operand, lanes, float), event))
}

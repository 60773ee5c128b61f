//! Arrays in every lane: split into their elements along the first axis, and joined again.
use super::binary::{FromNumbers, TypedOperand};
use super::broadcast::same_shape;
use super::column::{Column, Operand};
use super::dispatch::Side;
use super::index::type_of;
use crate::tensor::DType;
use crate::tensor::buffer::{Buffer, Element, each_type};

/// Element `i` of each lane's array; `None` of numbers and past the end.
pub fn element(column: &Column, i: usize) -> Option<Column> {
    let (first, rest) = column.event().split_first()?;
    if i >= *first {
        return None;
    }
    let (width, all): (usize, usize) = (rest.iter().product(), column.width());
    fn taken<T: Element>(values: &[T], lanes: usize, width: usize, all: usize, i: usize) -> Buffer {
        T::data((0..lanes).flat_map(|lane| &values[lane * all + i * width..][..width]).copied().collect())
    }
    let data = each_type!(column.data(), values => taken(values, column.len(), width, all, i));
    Some(Column::assemble(data, column.len(), rest))
}

/// The array of several values in each of `n` lanes. `None` if their shapes differ, booleans meet numbers, or there
/// are none.
pub fn stack(rows: &[Operand], n: usize, float: DType) -> Option<Column> {
    let event = rows.first()?.event();
    if !rows.iter().all(|row| same_shape(row.event(), event) && row.lanes().is_none_or(|lanes| lanes == n)) {
        return None;
    }
    let data = match type_of(rows.iter().copied(), float)? {
        DType::Float32 => interleaved::<f32>(rows, n, event),
        DType::Float64 => interleaved::<f64>(rows, n, event),
        DType::Int64 => interleaved::<i64>(rows, n, event),
        DType::Bool => interleaved::<bool>(rows, n, event),
    };
    Some(Column::assemble(data, n, &[&[rows.len()], event].concat()))
}

fn interleaved<T: Element + FromNumbers>(rows: &[Operand], n: usize, event: &[usize]) -> Buffer {
    let width: usize = event.iter().product();
    let mut values = vec![T::default(); n * rows.len() * width];
    for (i, row) in rows.iter().enumerate() {
        let flat = TypedOperand::<T>::of(*row);
        let places = values.chunks_exact_mut((rows.len() * width).max(1)).enumerate();
        for (lane, place) in places {
            let place = &mut place[i * width..(i + 1) * width];
            match (flat.side(), row.lanes()) {
                (Side::One(x), _) => place.fill(x),
                (Side::Lanes(all), Some(_)) => place.copy_from_slice(&all[lane * width..][..width]),
                // One array for all lanes.
                (Side::Lanes(all), None) => place.copy_from_slice(all),
            }
        }
    }
    T::data(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stacking_is_undone_by_elements() {
        let (a, b) = (Column::new(vec![1.0, 2.0, 3.0]), Column::new(vec![4i64, 5, 6]));
        let rows = [Operand::Column(&a), Operand::Column(&b), Operand::Float(0.5)];
        let all = stack(&rows, 3, DType::Float64).unwrap();
        assert_eq!(all.event(), [3]);
        assert_eq!(all.to_f64(), [1.0, 4.0, 0.5, 2.0, 5.0, 0.5, 3.0, 6.0, 0.5]);
        assert_eq!(element(&all, 1).unwrap().to_f64(), [4.0, 5.0, 6.0]);
        assert!(element(&all, 3).is_none());
        assert!(element(&a, 0).is_none());
        assert!(stack(&[Operand::Column(&a), Operand::Bool(true)], 3, DType::Float64).is_none());
        let matrices = stack(&[Operand::Column(&all), Operand::Column(&all)], 3, DType::Float64).unwrap();
        assert_eq!(matrices.event(), [2, 3]);
        assert_eq!(element(&matrices, 1).unwrap().to_f64(), all.to_f64());
    }
}

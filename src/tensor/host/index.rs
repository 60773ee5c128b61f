//! Elements by their indices, and arrays one after the other.
use super::{each_type, retyped};
use crate::tensor::{
    DType,
    lanes::{Buffer, Element},
};

/// The rows of `row` elements that the indices name.
pub(in crate::tensor) fn gather(data: &Buffer, row: usize, indices: &[i64]) -> Buffer {
    fn rows<T: Element>(values: &[T], row: usize, indices: &[i64]) -> Buffer {
        T::data(indices.iter().flat_map(|&i| &values[i as usize * row..][..row]).copied().collect())
    }
    each_type!(data, values => rows(values, row, indices))
}

/// Of an array of `outer` × `n` × `inner` elements, along the middle axis, the elements that `indices` name, which
/// have the same outer and inner axes.
pub(in crate::tensor) fn take_along(
    data: &Buffer,
    (_, n, inner): (usize, usize, usize),
    indices: &[i64],
    m: usize,
) -> Buffer {
    let place = |at: usize, i: i64| (at / (m * inner) * n + i as usize) * inner + at % inner;
    fn taken<T: Element>(values: &[T], places: impl Iterator<Item = usize>) -> Buffer {
        T::data(places.map(|at| values[at]).collect())
    }
    let places = indices.iter().enumerate().map(|(at, &i)| place(at, i));
    each_type!(data, values => taken(values, places))
}

/// Blocks of each part in turn, as `dtype`: every part is `outer` blocks.
pub(in crate::tensor) fn join(parts: &[&Buffer], outer: usize, dtype: DType) -> Buffer {
    fn joined<T: Element>(parts: &[Buffer], outer: usize) -> Buffer {
        let parts: Vec<&[T]> = parts.iter().filter_map(T::of).map(|values| values.as_slice()).collect();
        let mut out = Vec::with_capacity(parts.iter().map(|part| part.len()).sum());
        for block in 0..outer {
            for part in &parts {
                let size = part.len() / outer;
                out.extend_from_slice(&part[block * size..][..size]);
            }
        }
        T::data(out)
    }
    let parts: Vec<Buffer> = parts.iter().map(|part| retyped(part, dtype)).collect();
    match dtype {
        DType::Bool => joined::<bool>(&parts, outer),
        DType::Int64 => joined::<i64>(&parts, outer),
        DType::Float32 => joined::<f32>(&parts, outer),
        DType::Float64 => joined::<f64>(&parts, outer),
    }
}

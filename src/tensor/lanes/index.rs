//! Which lanes: choosing, gathering, merging and splitting columns.
use super::binary::{FromNumbers, TypedOperand};
use super::broadcast::{common_shape, same_shape, spread};
use super::column::{Column, Operand};
use super::device;
use super::dispatch::Side;
use crate::tensor::DType;
use crate::tensor::buffer::{Buffer, Element, each_type};
use std::collections::HashMap;
use std::hash::Hash;

/// The type of values that come together: integers with floats are floats, booleans go only with each other.
fn unified(types: impl Iterator<Item = DType>) -> Option<DType> {
    let (least, greatest) = types.fold((None, None), |(lo, hi): (Option<DType>, Option<DType>), t| {
        (Some(lo.map_or(t, |x| x.min(t))), hi.max(Some(t)))
    });
    if least == Some(DType::Bool) && greatest != Some(DType::Bool) { None } else { greatest }
}

/// The type of operands that come together; plain floats take the width of the columns, or else `float`.
pub(super) fn type_of<'a>(operands: impl Iterator<Item = Operand<'a>> + Clone, float: DType) -> Option<DType> {
    let columns = operands.clone().filter_map(|x| x.lanes().map(|_| x.dtype(float))).filter(|t| t.is_float());
    let width = columns.max().unwrap_or(float);
    unified(operands.map(|x| x.dtype(width)))
}

/// Where the mask holds the value of `a`, else that of `b`. `None` if one is a boolean and the other a number, their
/// shapes differ beyond a number with an array, or the lanes do not match.
pub fn select(mask: &Column, a: Operand, b: Operand, float: DType) -> Option<Column> {
    if let Some(column) = device::select(mask, a, b, float) {
        return Some(column);
    }
    let lanes = mask.len();
    let mask = mask.values::<bool>().filter(|m| m.len() == lanes)?;
    if [a, b].iter().any(|x| x.lanes().is_some_and(|n| n != lanes)) {
        return None;
    }
    let event = common_shape(a.event(), b.event())?;
    let dtype = type_of([a, b].into_iter(), float)?;
    if event.is_empty() {
        return Some(match dtype {
            DType::Float32 => Column::new(chosen(mask, &TypedOperand::<f32>::of(a), &TypedOperand::of(b))),
            DType::Float64 => Column::new(chosen(mask, &TypedOperand::<f64>::of(a), &TypedOperand::of(b))),
            DType::Int64 => Column::new(chosen(mask, &TypedOperand::<i64>::of(a), &TypedOperand::of(b))),
            DType::Bool => Column::new(chosen(mask, &TypedOperand::<bool>::of(a), &TypedOperand::of(b))),
        });
    }
    let (yes, no) = partition(mask);
    let part = |x: Operand, lanes: &[u32]| {
        let column = spread(&Column::repeat(x, mask.len(), float), &event);
        gather(&column, lanes)
    };
    let (a, b) = (part(a, &yes), part(b, &no));
    merge(mask.len(), &[(&yes, Operand::Column(&a)), (&no, Operand::Column(&b))], float)
}

fn chosen<T: Element>(mask: &[bool], a: &TypedOperand<T>, b: &TypedOperand<T>) -> Vec<T> {
    fn run<T: Copy>(mask: &[bool], a: impl Iterator<Item = T>, b: impl Iterator<Item = T>) -> Vec<T> {
        mask.iter().zip(a).zip(b).map(|((m, x), y)| if *m { x } else { y }).collect()
    }
    let all = |x| std::iter::repeat_n(x, mask.len());
    match (a.side(), b.side()) {
        (Side::Lanes(a), Side::Lanes(b)) => run(mask, a.iter().copied(), b.iter().copied()),
        (Side::Lanes(a), Side::One(y)) => run(mask, a.iter().copied(), all(y)),
        (Side::One(x), Side::Lanes(b)) => run(mask, all(x), b.iter().copied()),
        (Side::One(x), Side::One(y)) => run(mask, all(x), all(y)),
    }
}

/// The values at these positions, each less than the number of lanes.
pub fn gather(column: &Column, positions: &[u32]) -> Column {
    if let Some(taken) = device::gather(column, positions) {
        return taken;
    }
    let width = column.width();
    fn taken<T: Element>(values: &[T], width: usize, positions: &[u32]) -> Buffer {
        T::data(match width {
            1 => positions.iter().map(|&p| values[p as usize]).collect(),
            _ => positions.iter().flat_map(|&p| &values[p as usize * width..][..width]).copied().collect(),
        })
    }
    let data = each_type!(column.data(), values => taken(values, width, positions));
    Column::assemble(data, positions.len(), column.event())
}

/// A column of `n` lanes from parts, each with its positions; together they name every lane. Integers become floats
/// beside floats. `None` if booleans meet numbers, or shapes differ.
pub fn merge(n: usize, parts: &[(&[u32], Operand)], float: DType) -> Option<Column> {
    let event = parts.first()?.1.event();
    let fits = |(positions, x): &(&[u32], Operand)| {
        same_shape(x.event(), event) && x.lanes().is_none_or(|lanes| lanes == positions.len())
    };
    if !parts.iter().all(fits) {
        return None;
    }
    if let Some(merged) = device::merge(n, parts, float) {
        return Some(merged);
    }
    let data = match type_of(parts.iter().map(|part| part.1), float)? {
        DType::Float32 => scattered::<f32>(n, event, parts),
        DType::Float64 => scattered::<f64>(n, event, parts),
        DType::Int64 => scattered::<i64>(n, event, parts),
        DType::Bool => scattered::<bool>(n, event, parts),
    };
    Some(Column::assemble(data, n, event))
}

fn scattered<T: Element + FromNumbers>(n: usize, event: &[usize], parts: &[(&[u32], Operand)]) -> Buffer {
    let width: usize = event.iter().product();
    let mut values = vec![T::default(); n * width];
    for (positions, operand) in parts {
        let part = TypedOperand::<T>::of(*operand);
        match (part.side(), operand.lanes()) {
            (Side::One(x), _) => positions.iter().for_each(|&p| values[p as usize] = x),
            (Side::Lanes(part), Some(_)) if width == 1 => {
                positions.iter().zip(part).for_each(|(&p, x)| values[p as usize] = *x);
            }
            (Side::Lanes(part), Some(_)) => {
                for (i, &p) in positions.iter().enumerate() {
                    values[p as usize * width..][..width].copy_from_slice(&part[i * width..][..width]);
                }
            }
            // One array for all lanes.
            (Side::Lanes(part), None) => {
                positions.iter().for_each(|&p| values[p as usize * width..][..width].copy_from_slice(part));
            }
        }
    }
    T::data(values)
}

/// The positions where the mask holds, and those where it does not, both ascending.
pub fn partition(mask: &[bool]) -> (Vec<u32>, Vec<u32>) {
    // Each position is written to both lists, and one of them moves on.
    let (mut yes, mut no) = (vec![0; mask.len()], vec![0; mask.len()]);
    let (mut held, mut failed) = (0, 0);
    for (i, &m) in mask.iter().enumerate() {
        yes[held] = i as u32;
        no[failed] = i as u32;
        held += usize::from(m);
        failed += usize::from(!m);
    }
    yes.truncate(held);
    no.truncate(failed);
    (yes, no)
}

/// The different values of a column of numbers, in the order in which they first come, and which of them each lane
/// has. Floats are compared by their bits. `None` of arrays.
pub fn distinct(column: &Column) -> Option<(Column, Vec<u32>)> {
    if !column.event().is_empty() {
        return None;
    }
    fn distinct_by<T: Element, B: Hash + Eq>(values: &[T], bits: fn(T) -> B) -> (Column, Vec<u32>) {
        let (mut found, mut numbers) = (Vec::new(), HashMap::new());
        let mut number = |x: T| {
            *numbers.entry(bits(x)).or_insert_with(|| {
                found.push(x);
                found.len() as u32 - 1
            })
        };
        let which = values.iter().map(|x| number(*x)).collect();
        (Column::new(found), which)
    }
    Some(match column.data() {
        Buffer::F32(values) => distinct_by(values, f32::to_bits),
        Buffer::F64(values) => distinct_by(values, f64::to_bits),
        Buffer::I64(values) => distinct_by(values, |x| x),
        Buffer::Bool(values) => distinct_by(values, |x| x),
    })
}

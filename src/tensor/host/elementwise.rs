//! Elementwise operations; floats are computed in doubles.
use super::{CastElements, dtype_of, each_type, failed, floats, retyped, view::StridedView};
use crate::error::{Code, Error, Result, Stop};
use crate::tensor::{
    DType,
    lanes::{Buffer, Element, Side, map, zip},
    ops::{BinaryOp, UnaryOp},
};

/// An operand: its elements and their shape.
pub(in crate::tensor) type Shaped<'a> = (&'a Buffer, &'a [usize]);

/// The same loop, compiled apart for each of these operations; the others share one that looks at every element which
/// they are.
macro_rules! own_loop {
    ($type:ident, $op:expr, [$($apart:ident)*], $known:ident => $body:expr) => {
        match $op {
            $($type::$apart => {
                let $known = $type::$apart;
                $body
            })*
            $known => $body,
        }
    };
}

/// `op` of every element. Errors: `gen::overflow`.
pub(in crate::tensor) fn unary(op: UnaryOp, a: &Buffer) -> Result<Buffer> {
    let dtype = dtype_of(a);
    if op.keeps_integers() && !dtype.is_float() {
        let one = |&x: &i64| op.of_integer(x).ok_or_else(|| overflow(op, x));
        return Ok(i64::data(i64::all(a).iter().map(one).collect::<Result<_>>()?));
    }
    let values = f64::all(a);
    if op.is_question() {
        return Ok(bool::data(values.iter().map(|&x| op.of(x) != 0.0).collect()));
    }
    let values = own_loop!(UnaryOp, op, [Neg Abs Square Sqrt Floor Exp Log], op => map(
        &values,
        #[inline(always)]
        move |x| op.of(x)
    ));
    Ok(floats(values, dtype.float()))
}

fn overflow(op: UnaryOp, x: i64) -> Stop {
    Error::raise(Code::Overflow, format!("({} {x}) does not fit into int64", op.name()))
}

/// `op` of every pair of elements at the common `shape`, computed in the dtype `work`.
/// Errors: `gen::overflow`, `gen::division-by-zero`.
pub(in crate::tensor) fn binary(op: BinaryOp, a: Shaped, b: Shaped, shape: &[usize], work: DType) -> Result<Buffer> {
    let n = shape.iter().product();
    let (a, b) = (spread(a, shape), spread(b, shape));
    if !work.is_float() {
        let (a, b) = (i64::all(&a), i64::all(&b));
        let values = integers(op, n, side(&a), side(&b))?;
        return Ok(if op.is_question() { bool::data(map(&values, |x| x != 0)) } else { i64::data(values) });
    }
    let (a, b) = (f64::all(&a), f64::all(&b));
    let (a, b) = (side(&a), side(&b));
    if op.is_question() {
        return Ok(bool::data(own_loop!(BinaryOp, op, [Lt Le Gt Ge Eq Ne], op => zip(
            n, a, b,
            #[inline(always)]
            move |x, y| op.of(x, y) != 0.0
        ))));
    }
    let values = own_loop!(BinaryOp, op, [Add Sub Mul Div Max Min], op => zip(
        n, a, b,
        #[inline(always)]
        move |x, y| op.of(x, y)
    ));
    Ok(floats(values, work))
}

fn integers(op: BinaryOp, n: usize, a: Side<i64>, b: Side<i64>) -> Result<Vec<i64>> {
    let at = |side: Side<i64>, i| side.at(i).unwrap_or_default();
    let one = |i| op.of_integers(at(a, i), at(b, i)).ok_or_else(|| failed(op.name(), at(a, i), at(b, i)));
    (0..n).map(one).collect()
}

/// Where `condition` the element of `a`, else that of `b`, as `dtype`.
pub(in crate::tensor) fn select(condition: Shaped, a: Shaped, b: Shaped, shape: &[usize], dtype: DType) -> Buffer {
    let n = shape.iter().product();
    let [condition, a, b] = [condition, a, b].map(|operand| spread(operand, shape));
    let condition = bool::all(&condition);
    fn chosen<T: CastElements>(n: usize, condition: &[bool], a: &[T], b: &Buffer) -> Buffer {
        let b = T::all(b);
        let (condition, a, b) = (side(condition), side(a), side(&b));
        let one = |i| if condition.at(i) == Some(true) { a.at(i) } else { b.at(i) };
        T::data((0..n).map(|i| one(i).unwrap_or_default()).collect())
    }
    each_type!(retyped(&a, dtype), values => chosen(n, &condition, &values, &b))
}

/// The operand at `shape`; a single element stays alone.
fn spread((data, from): Shaped, shape: &[usize]) -> Buffer {
    let single = from.iter().all(|&n| n == 1);
    if from == shape || single { data.clone() } else { StridedView::broadcast(from, shape).of(data) }
}

fn side<T: Copy>(values: &[T]) -> Side<'_, T> {
    if let [x] = values { Side::One(*x) } else { Side::Lanes(values) }
}

//! Checked arithmetic of integer columns: a loop computes wrapped results and whether any is wrong; only then the
//! first wrong one is looked for.
use super::dispatch::Side;
use super::unary::FailedAt;
use super::{Element, FaultKind, zip};
use crate::error::Result;
use crate::tensor::ops::{BinaryOp, UnaryOp};

/// Results of integers: integers again, or floats where some have fractions.
pub(super) enum IntegerResult {
    Ints(Vec<i64>),
    /// Not all results are integers.
    Floats,
}

type Ints = Result<Vec<i64>, FailedAt>;

/// `None` where an operation of integers gives floats.
pub(super) fn unary(op: UnaryOp, values: &[i64]) -> Option<Ints> {
    let overflow = |element| FailedAt { element, kind: FaultKind::Overflow(values[element], None) };
    let checked = |f: fn(i64) -> Option<i64>| -> Ints {
        values.iter().enumerate().map(|(i, x)| f(*x).ok_or_else(|| overflow(i))).collect()
    };
    Some(match op {
        UnaryOp::Neg => checked(i64::checked_neg),
        UnaryOp::Abs => checked(i64::checked_abs),
        UnaryOp::Square => checked(|x| x.checked_mul(x)),
        UnaryOp::Sign => Ok(values.iter().map(|x| x.signum()).collect()),
        UnaryOp::Floor | UnaryOp::Ceil | UnaryOp::Round => Ok(values.to_vec()),
        _ => return None,
    })
}

/// `None` where an operation of integers gives floats or booleans.
pub(super) fn binary(op: BinaryOp, n: usize, a: Side<i64>, b: Side<i64>) -> Option<Result<IntegerResult, FailedAt>> {
    let result = match op {
        BinaryOp::Add => overflowing(n, a, b, i64::overflowing_add),
        BinaryOp::Sub => overflowing(n, a, b, i64::overflowing_sub),
        BinaryOp::Mul => overflowing(n, a, b, i64::overflowing_mul),
        BinaryOp::Max => Ok(zip(n, a, b, i64::max)),
        BinaryOp::Min => Ok(zip(n, a, b, i64::min)),
        BinaryOp::Rem => divided(n, a, b, |x, y| Some(x.wrapping_rem(y))),
        BinaryOp::Mod => divided(n, a, b, |x, y| {
            let rest = x.wrapping_rem(y);
            Some(if rest != 0 && (rest < 0) != (y < 0) { rest + y } else { rest })
        }),
        BinaryOp::FloorDiv => divided(n, a, b, |x, y| {
            let quotient = x.checked_div(y)?;
            Some(if x % y != 0 && (x < 0) != (y < 0) { quotient - 1 } else { quotient })
        }),
        BinaryOp::Div => return Some(quotients(n, a, b)),
        BinaryOp::Pow => return Some(powers(n, a, b)),
        _ => return None,
    };
    Some(result.map(IntegerResult::Ints))
}

fn at<T: Element>(side: Side<T>, i: usize) -> T {
    side.at(i).unwrap_or_default()
}

fn overflow(element: usize, x: i64, y: i64) -> FailedAt {
    FailedAt { element, kind: FaultKind::Overflow(x, Some(y)) }
}

fn overflowing(n: usize, a: Side<i64>, b: Side<i64>, f: impl Fn(i64, i64) -> (i64, bool) + Copy) -> Ints {
    let failed = zip(
        n,
        a,
        b,
        #[inline(always)]
        |x, y| f(x, y).1,
    );
    // Without a branch a lane: the sum of all flags.
    if failed.iter().fold(false, |any, x| any | x)
        && let Some(i) = failed.iter().position(|x| *x)
    {
        return Err(overflow(i, at(a, i), at(b, i)));
    }
    Ok(zip(
        n,
        a,
        b,
        #[inline(always)]
        |x, y| f(x, y).0,
    ))
}

/// A division, whose divisors must not be 0.
fn divided(n: usize, a: Side<i64>, b: Side<i64>, f: impl Fn(i64, i64) -> Option<i64>) -> Ints {
    let one = |i| {
        let (x, y) = (at(a, i), at(b, i));
        if y == 0 { Err(FailedAt::by_zero(i, x.item())) } else { f(x, y).ok_or_else(|| overflow(i, x, y)) }
    };
    (0..n).map(one).collect()
}

/// x / y where all are whole.
fn quotients(n: usize, a: Side<i64>, b: Side<i64>) -> Result<IntegerResult, FailedAt> {
    let quotients = divided(n, a, b, i64::checked_div)?;
    let whole = quotients.iter().enumerate().all(|(i, q)| q.wrapping_mul(at(b, i)) == at(a, i));
    Ok(if whole { IntegerResult::Ints(quotients) } else { IntegerResult::Floats })
}

/// Powers, which are integers where no exponent is negative.
fn powers(n: usize, a: Side<i64>, b: Side<i64>) -> Result<IntegerResult, FailedAt> {
    if (0..n).any(|i| at(b, i) < 0) {
        return Ok(IntegerResult::Floats);
    }
    let power = |x: i64, y: i64| match (x, u32::try_from(y)) {
        (_, Ok(y)) => x.checked_pow(y),
        // Only these stay small under a power beyond 32 bits.
        (0 | 1, Err(_)) => Some(x),
        (-1, Err(_)) => Some(if y % 2 == 0 { 1 } else { -1 }),
        _ => None,
    };
    let one = |i| power(at(a, i), at(b, i)).ok_or_else(|| overflow(i, at(a, i), at(b, i)));
    (0..n).map(one).collect::<Ints>().map(IntegerResult::Ints)
}

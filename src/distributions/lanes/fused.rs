//! Whole formulas in one loop over the lanes, whose steps stay in registers: for families that models use most. What
//! [`super::lane_array::LaneArray`] does in a loop for each step gives the same bits.

use super::Flat;
use super::lane_float::LaneFloat;
use crate::distributions::family::Distribution;
use crate::distributions::number::Number;
use pulp::{Arch, NullaryFnOnce};
use std::ops::Range;

/// A number for all lanes, or one for each.
pub type LaneInput<'a, T> = Number<&'a [T]>;

/// Computes a formula of a first operand and of parameters in each lane. `None` for
/// more parameters than there are loops for.
pub type Fused<T> = fn(LaneInput<T>, &[LaneInput<T>], &mut [T]) -> Option<()>;

/// The operands of a loop; `None` of numbers of another width.
pub fn inputs<'a, T: LaneFloat>(flat: &'a [Flat]) -> Option<Vec<LaneInput<'a, T>>> {
    let input = |flat: &'a Flat| match flat {
        &Number::Constant(x) => Some(Number::Constant(x)),
        Number::Varying(column) => column.values().map(Number::Varying),
    };
    flat.iter().map(input).collect()
}

/// Lanes that are computed at once: they stay in the fastest cache.
pub const BLOCK: usize = 1024;

/// The results of so many lanes, which `block` computes from the inputs of a range of them.
pub fn in_blocks<T: LaneFloat>(
    lanes: usize,
    inputs: &[LaneInput<T>],
    mut block: impl FnMut(Range<usize>, &[LaneInput<T>], &mut [T]) -> Option<()>,
) -> Option<Vec<T>> {
    let (mut out, mut all) = ([T::default(); BLOCK], Vec::with_capacity(lanes));
    for start in (0..lanes).step_by(BLOCK) {
        let range = start..lanes.min(start + BLOCK);
        let out = &mut out[..range.len()];
        let here: Vec<LaneInput<T>> = inputs.iter().map(|x| x.map(|xs| &xs[range.clone()])).collect();
        block(range, &here, out)?;
        all.extend_from_slice(out);
    }
    Some(all)
}

/// The log-density of each lane's value.
pub fn logpdf<D: Distribution, T: LaneFloat>(x: LaneInput<T>, params: &[LaneInput<T>], out: &mut [T]) -> Option<()> {
    run(
        x,
        params,
        out,
        #[inline(always)]
        |x, params| D::logpdf(x, params).lane(),
    )
}

/// A draw of each lane from its uniform number, within the support at the width of `T`.
pub fn from_uniform<D: Distribution, T: LaneFloat>(
    u: LaneInput<T>,
    params: &[LaneInput<T>],
    out: &mut [T],
) -> Option<()> {
    let (least, most) = T::bounds(D::SUPPORT);
    run(
        u,
        params,
        out,
        #[inline(always)]
        move |u, params| match D::from_uniform(u, params) {
            Some(x) => within(x.lane(), least, most),
            None => least,
        },
    )
}

/// The nearest number between two.
#[inline(always)]
pub fn within<T: PartialOrd>(x: T, least: T, most: T) -> T {
    // NaN stays: a parameter was wrong, and the score says so.
    let x = if x < least { least } else { x };
    if x > most { most } else { x }
}

/// Where the numbers of a loop over one block come from.
trait BlockNumbers<T>: Copy {
    /// Those of the first lanes.
    fn first(self, n: usize) -> Self;
    fn at(self, lane: usize) -> Number<T>;
}

#[derive(Clone, Copy)]
struct Constant(f64);

#[derive(Clone, Copy)]
struct Each<'a, T>(&'a [T]);

impl<T> BlockNumbers<T> for Constant {
    #[inline(always)]
    fn first(self, _: usize) -> Constant {
        self
    }
    #[inline(always)]
    fn at(self, _: usize) -> Number<T> {
        Number::Constant(self.0)
    }
}

impl<T: Copy> BlockNumbers<T> for Each<'_, T> {
    #[inline(always)]
    fn first(self, n: usize) -> Self {
        Each(&self.0[..n])
    }
    #[inline(always)]
    fn at(self, lane: usize) -> Number<T> {
        Number::Varying(self.0[lane])
    }
}

/// One loop, for each way in which its operands are the same in all lanes or not.
struct Loop<'a, X, A, B, T, F> {
    x: X,
    a: A,
    b: B,
    out: &'a mut [T],
    f: F,
}

impl<X, A, B, T, F> NullaryFnOnce for Loop<'_, X, A, B, T, F>
where
    X: BlockNumbers<T>,
    A: BlockNumbers<T>,
    B: BlockNumbers<T>,
    F: Fn(Number<T>, Number<T>, Number<T>) -> T,
{
    type Output = ();

    #[inline(always)]
    fn call(self) {
        // Copies of its own: what the loop reads through a pointer might be what it writes.
        let Loop { x, a, b, out, f } = self;
        let n = out.len();
        let (x, a, b) = (x.first(n), a.first(n), b.first(n));
        for (lane, out) in out.iter_mut().enumerate() {
            *out = f(x.at(lane), a.at(lane), b.at(lane));
        }
    }
}

/// `$body` with the operand as a source of its own type.
macro_rules! with {
    ($input:expr, $name:ident => $body:expr) => {
        match $input {
            Number::Constant(x) => {
                let $name = Constant(x);
                $body
            }
            Number::Varying(xs) => {
                let $name = Each(xs);
                $body
            }
        }
    };
}

#[inline(always)]
fn run<T: LaneFloat>(
    x: LaneInput<T>,
    params: &[LaneInput<T>],
    out: &mut [T],
    f: impl Fn(Number<T>, &[Number<T>]) -> T + Copy,
) -> Option<()> {
    let n = out.len();
    let fits = |input: &LaneInput<T>| if let Number::Varying(xs) = input { xs.len() >= n } else { true };
    if !fits(&x) || !params.iter().all(fits) {
        return None;
    }
    match *params {
        [a] => with!(x, x => with!(a, a => looped(
            x, a, Constant(0.0), out,
            #[inline(always)]
            move |x, a, _| f(x, &[a]),
        ))),
        [a, b] => with!(x, x => with!(a, a => with!(b, b => looped(
            x, a, b, out,
            #[inline(always)]
            move |x, a, b| f(x, &[a, b]),
        )))),
        _ => return None,
    }
    Some(())
}

fn looped<T: LaneFloat, X: BlockNumbers<T>, A: BlockNumbers<T>, B: BlockNumbers<T>>(
    x: X,
    a: A,
    b: B,
    out: &mut [T],
    f: impl Fn(Number<T>, Number<T>, Number<T>) -> T,
) {
    Arch::new().dispatch(Loop { x, a, b, out, f });
}

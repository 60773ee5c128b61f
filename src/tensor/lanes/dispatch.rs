//! Loops that run with the widest vectors of the machine: the compiler makes each for several instruction sets,
//! and the choice falls once a call.
//!
//! The function of an element must be `#[inline(always)]`, for what is not inlined here is compiled for the least
//! machine. So results are written to places of a new vector: `collect` calls a function of its own (1.2 instead of
//! 0.4 ns for a logarithm).
use super::uninit::filled;
use pulp::{Arch, NullaryFnOnce};
use std::mem::MaybeUninit;

/// A value per lane or one for all.
#[derive(Clone, Copy, Debug)]
pub enum Side<'a, T> {
    Lanes(&'a [T]),
    One(T),
}

impl<T: Copy> Side<'_, T> {
    /// The value of a lane.
    pub fn at(self, lane: usize) -> Option<T> {
        match self {
            Side::Lanes(values) => values.get(lane).copied(),
            Side::One(x) => Some(x),
        }
    }
}

struct MapKernel<'a, T, U, F> {
    input: &'a [T],
    output: &'a mut [MaybeUninit<U>],
    f: F,
}

impl<T: Copy, U, F: Fn(T) -> U> NullaryFnOnce for MapKernel<'_, T, U, F> {
    /// Places written to.
    type Output = usize;

    #[inline(always)]
    fn call(self) -> usize {
        let count = self.output.len().min(self.input.len());
        for (out, x) in self.output.iter_mut().zip(self.input) {
            out.write((self.f)(*x));
        }
        count
    }
}

/// `f` of every element.
#[inline(never)]
pub fn map<T: Copy, U: Copy, F: Fn(T) -> U>(input: &[T], f: F) -> Vec<U> {
    filled(input.len(), |output| Arch::new().dispatch(MapKernel { input, output, f }))
}

struct Fill<'a, T, F> {
    values: &'a mut [T],
    f: F,
}

impl<T: Copy, F: Fn(T) -> T> NullaryFnOnce for Fill<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for x in self.values {
            *x = (self.f)(*x);
        }
    }
}

/// Replaces every element by `f` of it.
#[inline(never)]
pub fn fill<T: Copy, F: Fn(T) -> T>(values: &mut [T], f: F) {
    Arch::new().dispatch(Fill { values, f });
}

struct Zip<'a, T, U, F> {
    a: &'a [T],
    b: &'a [T],
    output: &'a mut [MaybeUninit<U>],
    f: F,
}

impl<T: Copy, U, F: Fn(T, T) -> U> NullaryFnOnce for Zip<'_, T, U, F> {
    /// Places written to.
    type Output = usize;

    #[inline(always)]
    fn call(self) -> usize {
        let count = self.output.len().min(self.a.len()).min(self.b.len());
        for ((out, x), y) in self.output.iter_mut().zip(self.a).zip(self.b) {
            out.write((self.f)(*x, *y));
        }
        count
    }
}

/// `f` of every pair, in as many lanes as `n` says; a side has that many or is one value.
#[inline(always)]
pub fn zip<T: Copy, U: Copy, F: Fn(T, T) -> U>(n: usize, a: Side<T>, b: Side<T>, f: F) -> Vec<U> {
    match (a, b) {
        (Side::Lanes(a), Side::Lanes(b)) => filled(n, |output| Arch::new().dispatch(Zip { a, b, output, f })),
        (Side::Lanes(a), Side::One(y)) => map(
            a,
            #[inline(always)]
            move |x| f(x, y),
        ),
        (Side::One(x), Side::Lanes(b)) => map(
            b,
            #[inline(always)]
            move |y| f(x, y),
        ),
        (Side::One(x), Side::One(y)) => vec![f(x, y); n],
    }
}

struct FillWith<'a, T, U, F> {
    values: &'a mut [T],
    others: &'a [U],
    f: F,
}

impl<T: Copy, U: Copy, F: Fn(T, U) -> T> NullaryFnOnce for FillWith<'_, T, U, F> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (x, y) in self.values.iter_mut().zip(self.others) {
            *x = (self.f)(*x, *y);
        }
    }
}

/// Replaces every element by `f` of it and its partner.
#[inline(never)]
pub fn fill_with<T: Copy, U: Copy, F: Fn(T, U) -> T>(values: &mut [T], others: &[U], f: F) {
    Arch::new().dispatch(FillWith { values, others, f });
}

struct Choose<'a, T> {
    mask: &'a [bool],
    values: &'a mut [T],
    others: &'a [T],
}

impl<T: Copy> NullaryFnOnce for Choose<'_, T> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for ((x, y), m) in self.values.iter_mut().zip(self.others).zip(self.mask) {
            *x = if *m { *x } else { *y };
        }
    }
}

/// Replaces the elements where the mask does not hold by their partners.
#[inline(never)]
pub fn choose<T: Copy>(mask: &[bool], values: &mut [T], others: &[T]) {
    Arch::new().dispatch(Choose { mask, values, others });
}

struct AllKernel<'a, T, F> {
    values: &'a [T],
    f: F,
}

impl<T: Copy, F: Fn(T) -> bool> NullaryFnOnce for AllKernel<'_, T, F> {
    type Output = bool;

    #[inline(always)]
    fn call(self) -> bool {
        self.values.iter().fold(true, |all, x| all & (self.f)(*x))
    }
}

/// Does `f` hold of every element? All are looked at, many at once.
#[inline(never)]
pub fn all<T: Copy, F: Fn(T) -> bool>(values: &[T], f: F) -> bool {
    Arch::new().dispatch(AllKernel { values, f })
}

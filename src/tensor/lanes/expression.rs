//! Arithmetic on columns of floats in single precision that waits until somebody reads its result. Then all steps run
//! over one block of lanes after the other, so that what comes between them stays in the fastest cache.
//!
//! Each step gives the bits that it gives at once. What is used a second time is computed and kept.

use super::broadcast::same_shape;
use super::column::{Column, Operand};
use super::dispatch::{self, Side};
use super::single;
use super::unary::single_function;
use crate::tensor::DType;
use crate::tensor::buffer::{Buffer, Element};
use crate::tensor::ops::{BinaryOp, UnaryOp};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// Lanes that are computed at once: they stay in the fastest cache.
pub const BLOCK: usize = 1024;
/// The blocks of `n` elements.
pub fn blocks(n: usize) -> impl Iterator<Item = Range<usize>> {
    (0..n).step_by(BLOCK).map(move |start| start..n.min(start + BLOCK))
}

/// An expression has no more steps: a longer one is computed in parts.
const LONGEST: usize = 16;
/// No more of its results wait for another at once.
const WIDEST: usize = 4;

/// Steps in the order of their execution, each on the results of those before that are not used yet.
#[derive(Debug)]
pub struct Expression {
    steps: Vec<ExpressionStep>,
    /// Elements of the result.
    len: usize,
    /// Results that wait at once.
    blocks: usize,
    used: AtomicBool,
    result: OnceLock<Buffer>,
}

#[derive(Clone, Debug)]
enum ExpressionStep {
    Lanes(Arc<Vec<f32>>),
    One(f32),
    Unary(UnaryOp),
    Binary(BinaryOp),
}

/// As [`super::unary`], later; `None` of what is done at once.
pub fn unary(op: UnaryOp, a: &Column) -> Option<Column> {
    let has_loop = single_function!(op, _f => true, else false);
    if !has_loop || !waits(a) {
        return None;
    }
    let mut steps = Vec::with_capacity(4);
    push(&mut steps, a);
    steps.push(ExpressionStep::Unary(op));
    Expression::of(steps, a)
}

/// As [`super::binary`], later; `None` of what is done at once.
pub fn binary(op: BinaryOp, a: Operand, b: Operand) -> Option<Column> {
    if !matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div) {
        return None;
    }
    let column = match (a, b) {
        (Operand::Column(a), Operand::Column(b)) if a.len() == b.len() && same_shape(a.event(), b.event()) => a,
        (Operand::Column(column), Operand::Float(_) | Operand::Int(_)) => column,
        (Operand::Float(_) | Operand::Int(_), Operand::Column(column)) => column,
        _ => return None,
    };
    let mut steps = Vec::with_capacity(8);
    for operand in [a, b] {
        match operand {
            Operand::Column(column) if waits(column) => push(&mut steps, column),
            Operand::Float(x) => steps.push(ExpressionStep::One(x as f32)),
            Operand::Int(n) => steps.push(ExpressionStep::One(n as f32)),
            _ => return None,
        }
    }
    steps.push(ExpressionStep::Binary(op));
    Expression::of(steps, column)
}

/// Is there something to gain with a column? Not with one that is a block itself.
fn waits(column: &Column) -> bool {
    column.dtype() == DType::Float32 && column.array().is_none() && column.len() * column.width() > BLOCK
}

/// The steps of an expression that is used for the first time, or what was computed.
fn push(steps: &mut Vec<ExpressionStep>, column: &Column) {
    match column.expression() {
        Some(expression) if steps.len() + expression.steps.len() + 2 < LONGEST => {
            steps.extend_from_slice(&expression.steps)
        }
        _ => steps.extend(f32::of(column.data()).cloned().map(ExpressionStep::Lanes)),
    }
}

/// Where an operand of a step is.
#[derive(Clone, Copy)]
enum OperandPlace<'a> {
    Lanes(&'a [f32]),
    One(f32),
    /// In the block of this number: those of results that wait are numbered from the bottom.
    Block(usize),
}

impl Expression {
    /// In the shape of a column; `None` if too much of it would wait.
    fn of(steps: Vec<ExpressionStep>, column: &Column) -> Option<Column> {
        // What waits: results, which take a block, and columns and numbers, which do not.
        let (mut waiting, mut blocks) = ([false; LONGEST], 1);
        let mut depth = 0;
        for step in &steps {
            let operands = match step {
                ExpressionStep::Lanes(_) | ExpressionStep::One(_) => 0,
                ExpressionStep::Unary(_) => 1,
                ExpressionStep::Binary(_) => 2,
            };
            depth -= operands;
            waiting[depth] = operands > 0;
            depth += 1;
            blocks = blocks.max(waiting[..depth].iter().filter(|is_block| **is_block).count());
        }
        let len = column.len() * column.width();
        let new = Expression { steps, len, blocks, used: AtomicBool::new(false), result: OnceLock::new() };
        (blocks <= WIDEST).then(|| column.later(new))
    }

    /// Has nobody read or used it yet? From now on somebody has.
    pub(super) fn take_unused(&self) -> bool {
        self.result.get().is_none() && !self.used.swap(true, Ordering::Relaxed)
    }

    /// All elements, computed by the first who asks.
    pub(super) fn data(&self) -> &Buffer {
        self.result.get_or_init(|| {
            let (mut memory, mut values) = (Vec::new(), Vec::with_capacity(self.len));
            for range in blocks(self.len) {
                values.extend_from_slice(self.block(range, &mut memory));
            }
            f32::data(values)
        })
    }

    /// The elements of a range, which is no longer than a block; `memory` is for this and for later ones.
    pub fn block<'m>(&self, range: Range<usize>, memory: &'m mut Vec<f32>) -> &'m [f32] {
        if memory.len() < BLOCK * self.blocks {
            memory.resize(BLOCK * self.blocks, 0.0);
        }
        let n = range.len();
        let mut blocks = memory.chunks_exact_mut(BLOCK).map(|block| &mut block[..n]);
        let mut blocks: [&mut [f32]; WIDEST] = std::array::from_fn(|_| blocks.next().unwrap_or_default());
        let mut waiting = [OperandPlace::One(0.0); LONGEST];
        let mut depth = 0;
        for step in &self.steps {
            let used = waiting[..depth].iter().filter(|place| matches!(place, OperandPlace::Block(_))).count();
            let (from, place) = match step {
                ExpressionStep::Lanes(values) => (depth, OperandPlace::Lanes(&values[range.clone()])),
                ExpressionStep::One(x) => (depth, OperandPlace::One(*x)),
                ExpressionStep::Unary(op) => (depth - 1, unary_step(*op, waiting[depth - 1], &mut blocks, used)),
                ExpressionStep::Binary(op) => {
                    let (a, b) = (waiting[depth - 2], waiting[depth - 1]);
                    (depth - 2, binary_step(*op, a, b, &mut blocks, used))
                }
            };
            waiting[from] = place;
            depth = from + 1;
        }
        &memory[..n]
    }
}

/// `$body` with the function of an operation.
macro_rules! function {
    ($op:expr, $f:ident => $body:expr) => {{
        macro_rules! with {
            ($x:ident, $y:ident => $value:expr) => {{
                #[inline(always)]
                fn function($x: f32, $y: f32) -> f32 {
                    $value
                }
                let $f = function;
                $body
            }};
        }
        match $op {
            BinaryOp::Add => with!(x, y => x + y),
            BinaryOp::Sub => with!(x, y => x - y),
            BinaryOp::Mul => with!(x, y => x * y),
            _ => with!(x, y => x / y),
        }
    }};
}

fn unary_step<'a>(
    op: UnaryOp,
    x: OperandPlace<'a>,
    blocks: &mut [&mut [f32]; WIDEST],
    used: usize,
) -> OperandPlace<'a> {
    match x {
        OperandPlace::Block(at) => {
            single_function!(op, f => dispatch::fill(blocks[at], f), else ());
            x
        }
        OperandPlace::Lanes(values) => {
            single_function!(op, f => dispatch::map_into(values, blocks[used], f), else ());
            OperandPlace::Block(used)
        }
        OperandPlace::One(x) => OperandPlace::One(single_function!(op, f => f(x), else x)),
    }
}

fn binary_step<'a>(
    op: BinaryOp,
    a: OperandPlace<'a>,
    b: OperandPlace<'a>,
    blocks: &mut [&mut [f32]; WIDEST],
    used: usize,
) -> OperandPlace<'a> {
    match (a, b) {
        (OperandPlace::Block(i), OperandPlace::Block(j)) => {
            let (low, high) = blocks.split_at_mut(j);
            function!(op, f => dispatch::fill_with(low[i], high[0], f));
            a
        }
        (OperandPlace::Block(i), OperandPlace::Lanes(values)) => {
            function!(op, f => dispatch::fill_with(blocks[i], values, f));
            a
        }
        (OperandPlace::Block(i), OperandPlace::One(y)) => {
            function!(op, f => dispatch::fill(blocks[i], #[inline(always)] move |x| f(x, y)));
            a
        }
        (OperandPlace::Lanes(values), OperandPlace::Block(i)) => {
            function!(op, f => dispatch::fill_with(blocks[i], values, #[inline(always)] move |y, x| f(x, y)));
            b
        }
        (OperandPlace::One(x), OperandPlace::Block(i)) => {
            function!(op, f => dispatch::fill(blocks[i], #[inline(always)] move |y| f(x, y)));
            b
        }
        (OperandPlace::One(x), OperandPlace::One(y)) => OperandPlace::One(function!(op, f => f(x, y))),
        (a, b) => {
            let side = |place| match place {
                OperandPlace::Lanes(values) => Side::Lanes(values),
                OperandPlace::One(x) => Side::One(x),
                OperandPlace::Block(_) => Side::One(0.0),
            };
            function!(op, f => dispatch::zip_into(side(a), side(b), blocks[used], f));
            OperandPlace::Block(used)
        }
    }
}

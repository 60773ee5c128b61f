//! Arithmetic that waits gives the bits of arithmetic at once, which columns of one block have.
use crate::tensor::DType;
use crate::tensor::lanes::expression::BLOCK;
use crate::tensor::lanes::*;
use crate::tensor::ops::{BinaryOp, UnaryOp};

const LANES: usize = 2 * BLOCK + 300;

/// Numbers below a bound, by Knuth's linear congruential generator (MMIX).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn column(&mut self) -> Column {
        Column::new((0..LANES).map(|_| self.below(6000) as f32 / 1000.0 - 3.0).collect::<Vec<f32>>())
    }
}

/// Steps that each take earlier results, applied to columns of the same lanes.
fn results(leaves: &[Column], steps: &[(usize, usize, usize)]) -> Vec<Column> {
    let binary_ops = [BinaryOp::Add, BinaryOp::Sub, BinaryOp::Mul, BinaryOp::Div];
    let unary_ops = [UnaryOp::Neg, UnaryOp::Exp, UnaryOp::Sqrt, UnaryOp::Tanh];
    let mut all = leaves.to_vec();
    for &(op, a, b) in steps {
        let (x, y) = (Operand::Column(&all[a % all.len()]), Operand::Column(&all[b % all.len()]));
        let column = match op {
            0..4 => binary(binary_ops[op], x, y, DType::Float32),
            4..8 => binary(binary_ops[op - 4], x, Operand::Float(1.25), DType::Float32),
            8..12 => binary(binary_ops[op - 8], Operand::Int(3), y, DType::Float32),
            _ => unary(unary_ops[op - 12], &all[a % all.len()], DType::Float32),
        };
        all.push(column.expect("floats"));
    }
    all
}

#[test]
fn the_same_bits_as_at_once() {
    let mut numbers = Numbers(7);
    let bits = |column: &Column| column.values::<f32>().map(|xs| xs.iter().map(|x| x.to_bits()).collect::<Vec<u32>>());
    for _ in 0..200 {
        let leaves: Vec<Column> = (0..3).map(|_| numbers.column()).collect();
        let count = 1 + numbers.below(29);
        // Mostly the latest results: long chains, and such that wait for one another.
        let steps: Vec<_> = (0..count)
            .map(|i: usize| {
                let recent = |n: usize| if n.is_multiple_of(4) { n % (i + 3) } else { i + 2 - n % (i + 3).min(3) };
                (numbers.below(16), recent(numbers.below(1000)), recent(numbers.below(1000)))
            })
            .collect();
        let whole = results(&leaves, &steps);
        let parts: Vec<Vec<Column>> = (0..LANES)
            .step_by(BLOCK)
            .map(|start| {
                let slices: Vec<Column> = leaves.iter().map(|leaf| leaf.slice(start..start + BLOCK)).collect();
                results(&slices, &steps)
            })
            .collect();
        // The last first: those before it may never have been computed.
        for (i, column) in whole.iter().enumerate().rev() {
            let part: Vec<Column> = parts.iter().map(|all| all[i].clone()).collect();
            let expected = Column::concat(&part).expect("parts of one type");
            assert_eq!(bits(column), bits(&expected), "result {i} of {steps:?}");
        }
    }
}

#[test]
fn what_is_used_twice_is_computed_once() {
    let mut numbers = Numbers(8);
    let leaf = numbers.column();
    let column = unary(UnaryOp::Exp, &leaf, DType::Float32).expect("floats");
    assert!(column.expression().is_some(), "nobody has used it");
    assert!(column.expression().is_none(), "somebody has");
    assert!(column.values::<f32>().is_some_and(|xs| xs.len() == LANES));
}

#[test]
fn integers_and_short_columns_are_computed_at_once() {
    let short = Column::new(vec![1.0_f32; BLOCK]);
    let integers = Column::new(vec![1_i64; LANES]);
    for column in [short, integers] {
        let double = binary(BinaryOp::Add, Operand::Column(&column), Operand::Column(&column), DType::Float32);
        assert!(double.expect("numbers").expression().is_none());
    }
}

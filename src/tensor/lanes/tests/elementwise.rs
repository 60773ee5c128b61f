//! Every elementwise operation, lane by lane against the operation on single numbers.
use crate::tensor::DType;
use crate::tensor::lanes::*;
use crate::tensor::ops::{BinaryOp, UnaryOp};

const NUMBERS: [f64; 14] =
    [-3.5, -2.0, -1.0, -0.3, -0.0, 0.0, 0.4, 0.7, 1.0, 2.5, 30.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];

/// Equal but for rounding to the width.
fn close(found: ScalarItem, exact: f64, single: bool) -> bool {
    let exact = if single { f64::from(exact as f32) } else { exact };
    let (found, slack) = (found.as_f64(), if single { 1e-6 } else { 0.0 });
    found == exact || found.is_nan() && exact.is_nan() || (found - exact).abs() <= slack * exact.abs()
}

#[test]
fn one_operand() {
    for &op in UnaryOp::ALL.iter().filter(|op| **op != UnaryOp::Not) {
        for dtype in [DType::Float32, DType::Float64] {
            let column = Column::new(NUMBERS.to_vec()).cast(dtype);
            let found = unary(op, &column, dtype).expect("floats");
            for (lane, x) in column.to_f64().into_iter().enumerate() {
                let y = found.get(lane).expect("a lane");
                assert!(close(y, op.of(x), dtype == DType::Float32), "{} {x} gives {y:?}", op.name());
            }
            assert_eq!(found.dtype(), if op.is_question() { DType::Bool } else { dtype });
        }
    }
}

#[test]
fn two_operands_in_every_layout() {
    for &op in BinaryOp::ALL.iter().filter(|op| !matches!(op, BinaryOp::And | BinaryOp::Or)) {
        for dtype in [DType::Float32, DType::Float64] {
            let column = Column::new(NUMBERS.to_vec()).cast(dtype);
            for y in column.to_f64() {
                // A remainder by 0 is no number.
                if matches!(op, BinaryOp::Rem | BinaryOp::Mod) && y == 0.0 {
                    continue;
                }
                let (other, xs) = (Column::new(vec![y; NUMBERS.len()]).cast(dtype), Operand::Column(&column));
                for side in [Operand::Column(&other), Operand::Float(y)] {
                    let found = binary(op, xs, side, dtype).expect("floats");
                    for (lane, x) in column.to_f64().into_iter().enumerate() {
                        let z = found.get(lane).expect("a lane");
                        assert!(close(z, op.of(x, y), dtype == DType::Float32), "{x} {} {y}: {z:?}", op.name());
                    }
                }
                if !matches!(op, BinaryOp::Rem | BinaryOp::Mod) {
                    let found = binary(op, Operand::Float(y), xs, dtype).expect("floats");
                    let x = column.get(3).expect("a lane").as_f64();
                    assert!(close(found.get(3).expect("a lane"), op.of(y, x), dtype == DType::Float32));
                }
            }
        }
    }
}

fn on_ints(op: BinaryOp, a: &[i64], b: &[i64]) -> Result<Vec<ScalarItem>, Fault> {
    let (a, b) = (Column::new(a.to_vec()), Column::new(b.to_vec()));
    binary(op, Operand::Column(&a), Operand::Column(&b), DType::Float32).map(|c| items(&c))
}

fn items(column: &Column) -> Vec<ScalarItem> {
    (0..column.len()).filter_map(|lane| column.get(lane)).collect()
}

#[test]
fn integers_stay_integers() {
    use BinaryOp::*;
    let ints = |values: &[i64]| -> Vec<ScalarItem> { values.iter().map(|x| ScalarItem::Int(*x)).collect() };
    assert_eq!(on_ints(Add, &[1, 2], &[3, -4]), Ok(ints(&[4, -2])));
    assert_eq!(on_ints(Div, &[6, -9], &[3, 3]), Ok(ints(&[2, -3])));
    assert_eq!(on_ints(Div, &[6, 1], &[3, 2]), Ok(vec![ScalarItem::Float(2.0), ScalarItem::Float(0.5)]));
    assert_eq!(on_ints(Mod, &[-1, 7], &[5, -4]), Ok(ints(&[4, -1])));
    assert_eq!(on_ints(Rem, &[-7, i64::MIN], &[2, -1]), Ok(ints(&[-1, 0])));
    assert_eq!(on_ints(FloorDiv, &[-7, 7], &[2, 2]), Ok(ints(&[-4, 3])));
    assert_eq!(on_ints(Pow, &[2, -1], &[10, 1 << 40]), Ok(ints(&[1024, 1])));
    assert_eq!(on_ints(Pow, &[2, 4], &[-1, 1]), Ok(vec![ScalarItem::Float(0.5), ScalarItem::Float(4.0)]));
    assert_eq!(on_ints(Max, &[2, 4], &[-1, 9]), Ok(ints(&[2, 9])));
    assert_eq!(on_ints(Lt, &[2, 4], &[3, 3]), Ok(vec![ScalarItem::Bool(true), ScalarItem::Bool(false)]));
    assert_eq!(on_ints(Eq, &[i64::MAX], &[i64::MAX - 1]), Ok(vec![ScalarItem::Bool(false)]));
}

#[test]
fn the_first_lane_at_fault() {
    let fault = |lane, kind| Err(Fault { lane, kind });
    let (max, min) = (i64::MAX, i64::MIN);
    assert_eq!(on_ints(BinaryOp::Add, &[1, max, max], &[1, 1, 2]), fault(1, FaultKind::Overflow(max, Some(1))));
    assert_eq!(on_ints(BinaryOp::Mul, &[1, 2, max], &[1, 1, 2]), fault(2, FaultKind::Overflow(max, Some(2))));
    assert_eq!(on_ints(BinaryOp::Div, &[1, min], &[1, -1]), fault(1, FaultKind::Overflow(min, Some(-1))));
    assert_eq!(on_ints(BinaryOp::Div, &[4, 5], &[2, 0]), fault(1, FaultKind::DivisionByZero(ScalarItem::Int(5))));
    assert_eq!(on_ints(BinaryOp::Pow, &[10], &[19]), fault(0, FaultKind::Overflow(10, Some(19))));
    let found = unary(UnaryOp::Abs, &Column::new(vec![-3, min]), DType::Float32).map(|c| items(&c));
    assert_eq!(found, fault(1, FaultKind::Overflow(min, None)));
    let truths = Column::new(vec![true]);
    let found = binary(BinaryOp::Add, Operand::Int(1), Operand::Column(&truths), DType::Float32).map(|c| items(&c));
    assert_eq!(found, fault(0, FaultKind::NotANumber(1)));
    let floats = Column::new(vec![2.0_f32, 0.0]);
    let found = binary(BinaryOp::Rem, Operand::Float(3.0), Operand::Column(&floats), DType::Float32).map(|c| items(&c));
    assert_eq!(found, fault(1, FaultKind::DivisionByZero(ScalarItem::Float(3.0))));
}

#[test]
fn booleans_and_their_operations() {
    let (a, b) = (Column::new(vec![true, true, false, false]), Column::new(vec![true, false, true, false]));
    for &op in BinaryOp::ALL.iter().filter(|op| op.is_question()) {
        let found = binary(op, Operand::Column(&a), Operand::Column(&b), DType::Float32).expect("booleans");
        let exact: Vec<f64> = a.to_f64().into_iter().zip(b.to_f64()).map(|(x, y)| op.of(x, y)).collect();
        assert_eq!(found.to_f64(), exact, "{}", op.name());
    }
    assert_eq!(unary(UnaryOp::Not, &a, DType::Float32).expect("booleans").to_f64(), [0.0, 0.0, 1.0, 1.0]);
}

#[test]
fn widths_and_shapes() {
    let numbers = Column::new(vec![1.0_f32, 2.0]);
    let rows = Column::of_shape(vec![1.0_f64, 2.0, 3.0, 4.0, 5.0, 6.0], 2, &[3]).expect("two lanes");
    let whole = Column::new(vec![10, 20]);
    let add = |a, b| binary(BinaryOp::Add, a, b, DType::Float32).expect("numbers");
    let sum = add(Operand::Column(&numbers), Operand::Column(&rows));
    assert_eq!((sum.event(), sum.dtype()), (&[3][..], DType::Float64));
    assert_eq!(sum.to_f64(), [2.0, 3.0, 4.0, 6.0, 7.0, 8.0]);
    let sum = add(Operand::Column(&whole), Operand::Float(0.5));
    assert_eq!((sum.dtype(), sum.to_f64()), (DType::Float32, vec![10.5, 20.5]));
    assert_eq!(add(Operand::Column(&numbers), Operand::Int(1)).dtype(), DType::Float32);
    let column = Operand::Array { values: &[100.0, 200.0], shape: &[2, 1] };
    let sum = add(Operand::Column(&rows), column);
    assert_eq!(sum.event(), [2, 3]);
    assert_eq!(sum.to_f64()[6..], [104.0, 105.0, 106.0, 204.0, 205.0, 206.0]);
    let two = Operand::Array { values: &[1.0, 2.0], shape: &[2] };
    let fault = binary(BinaryOp::Add, Operand::Column(&rows), two, DType::Float32).expect_err("shapes");
    assert_eq!(fault.kind, FaultKind::Shapes);
}

#[test]
fn roundings_become_integers_where_they_fit() {
    let floors = |values: Vec<f32>| rounded(UnaryOp::Floor, &Column::new(values), DType::Float32).expect("floats");
    assert_eq!(floors(vec![1.5, -1.5]).get(1), Some(ScalarItem::Int(-2)));
    assert_eq!(floors(vec![1.5, 1e30]).dtype(), DType::Float32);
}

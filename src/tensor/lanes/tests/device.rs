//! Kernels on columns with MLX against the same on the host.
use super::super::*;
use crate::tensor::ops::{BinaryOp, Reduction, UnaryOp};
use crate::tensor::{Backend, DType};
use DType::Float32;

/// Numbers of either sign, zeros and what is not finite among them.
fn numbers(n: usize, seed: f32) -> Column {
    let strange = [0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, 1.0];
    Column::new((0..n).map(|i| *strange.get(i % 11).unwrap_or(&((i as f32 + seed) * 0.7).sin())).collect())
}

fn arrays(n: usize, event: &[usize], seed: f32) -> Column {
    let width: usize = event.iter().product();
    let values = (0..n * width).map(|i| ((i as f32 + seed) * 0.3).cos()).collect::<Vec<f32>>();
    Column::of_shape(values, n, event).unwrap()
}

fn flags(n: usize) -> Column {
    Column::new((0..n).map(|i| i % 3 == 1).collect::<Vec<bool>>())
}

fn with_mlx(column: &Column) -> Column {
    let placed = device::placed(column).unwrap();
    assert_eq!(placed.backend(), Backend::Mlx);
    placed
}

/// The same to some roundings, and still with MLX.
#[track_caller]
fn same(host: &Column, mlx: &Column, what: &dyn std::fmt::Debug) {
    assert_eq!((host.dtype(), host.len(), host.event()), (mlx.dtype(), mlx.len(), mlx.event()), "{what:?}");
    assert_eq!(mlx.backend(), Backend::Mlx, "{what:?}");
    for (x, y) in host.to_f64().into_iter().zip(mlx.to_f64()) {
        let close = x == y || x.is_nan() && y.is_nan() || (x - y).abs() <= 3e-6 * x.abs().max(1.0);
        assert!(close, "{what:?}: {x} and {y}");
    }
}

#[test]
fn operations_of_one_column() {
    for (op, column) in UnaryOp::ALL.iter().flat_map(|op| [(op, numbers(40, 0.5)), (op, arrays(7, &[2, 3], 0.5))]) {
        if *op != UnaryOp::Not {
            same(&unary(*op, &column, Float32).unwrap(), &unary(*op, &with_mlx(&column), Float32).unwrap(), op);
        }
    }
    same(
        &unary(UnaryOp::Not, &flags(9), Float32).unwrap(),
        &unary(UnaryOp::Not, &with_mlx(&flags(9)), Float32).unwrap(),
        &"not",
    );
}

#[test]
fn operations_of_two_operands() {
    use BinaryOp::{Add, And, Atan2, Div, Eq, Ge, Gt, Le, Lt, Max, Min, Mul, Ne, Or, Sub, Xlogy};
    let (x, y, wide) = (numbers(40, 0.5), numbers(40, 20.0), arrays(40, &[3], 1.0));
    let table = Operand::Array { values: &[1.0, 2.5, -3.0], shape: &[3] };
    for op in [Add, Sub, Mul, Div, Max, Min, Atan2, Lt, Le, Gt, Ge, Eq, Ne, Xlogy] {
        for other in [Operand::Column(&y), Operand::Column(&wide), Operand::Float(0.3), Operand::Int(2), table] {
            let host = binary(op, Operand::Column(&x), other, Float32).unwrap();
            same(&host, &binary(op, Operand::Column(&with_mlx(&x)), other, Float32).unwrap(), &(op, other));
            let host = binary(op, other, Operand::Column(&x), Float32).unwrap();
            same(&host, &binary(op, other, Operand::Column(&with_mlx(&x)), Float32).unwrap(), &(other, op));
        }
    }
    let (p, q) = (flags(40), Column::new((0..40).map(|i| i % 2 == 0).collect::<Vec<bool>>()));
    for op in [And, Or, Eq, Ne] {
        let host = binary(op, Operand::Column(&p), Operand::Column(&q), Float32).unwrap();
        same(&host, &binary(op, Operand::Column(&with_mlx(&p)), Operand::Column(&q), Float32).unwrap(), &op);
    }
}

/// What the host finds wrong is found wrong.
#[test]
fn faults_are_the_hosts() {
    let (x, p) = (with_mlx(&numbers(12, 0.5)), with_mlx(&flags(12)));
    let fails = |op, a, b| binary(op, a, b, Float32).unwrap_err().kind;
    let (cx, cp) = (Operand::Column(&x), Operand::Column(&p));
    assert_eq!(fails(BinaryOp::Add, cx, cp), FaultKind::NotANumber(1));
    assert_eq!(fails(BinaryOp::And, cp, cx), FaultKind::NotABoolean(1));
    assert!(matches!(fails(BinaryOp::Mod, cx, Operand::Int(0)), FaultKind::DivisionByZero(_)));
    assert_eq!(fails(BinaryOp::Add, cx, Operand::Column(&numbers(3, 0.5))), FaultKind::Shapes);
    assert_eq!(unary(UnaryOp::Not, &x, Float32).unwrap_err().kind, FaultKind::NotABoolean(0));
    assert_eq!(unary(UnaryOp::Exp, &p, Float32).unwrap_err().kind, FaultKind::NotANumber(0));
    // Not every integer is a float.
    let large = Operand::Int((1 << 53) + 1);
    assert_eq!(binary(BinaryOp::Lt, cx, large, Float32).unwrap().backend(), Backend::Host);
}

#[test]
fn lanes_are_chosen_and_moved() {
    let (x, y, wide, mask) = (numbers(40, 0.5), numbers(40, 9.0), arrays(40, &[2, 2], 1.0), flags(40));
    let whole = Column::new((0..40).collect::<Vec<i64>>());
    for other in [Operand::Column(&y), Operand::Column(&wide), Operand::Column(&whole), Operand::Float(0.5)] {
        let host = select(&mask, Operand::Column(&x), other, Float32).unwrap();
        same(&host, &select(&with_mlx(&mask), Operand::Column(&with_mlx(&x)), other, Float32).unwrap(), &other);
        same(&host, &select(&mask, Operand::Column(&with_mlx(&x)), other, Float32).unwrap(), &other);
    }
    let (yes, no) = partition(mask.values::<bool>().unwrap());
    for column in [&x, &wide, &mask] {
        let placed = with_mlx(column);
        let (a, b) = (gather(&placed, &yes), gather(column, &no));
        same(&gather(column, &yes), &a, &"gather");
        let parts: [(&[u32], Operand); 2] = [(&yes, Operand::Column(&a)), (&no, Operand::Column(&b))];
        same(column, &merge(40, &parts, Float32).unwrap(), &"merge");
        same(&column.slice(3..17), &placed.slice(3..17), &"slice");
        same(column, &Column::concat(&[placed.slice(0..11), column.slice(11..40)]).unwrap(), &"concat");
        assert_eq!(placed.hosted().backend(), Backend::Host);
    }
    let numbers: [(&[u32], Operand); 2] =
        [(&yes, Operand::Int(3)), (&no, Operand::Column(&gather(&with_mlx(&x), &no)))];
    let host: [(&[u32], Operand); 2] = [(&yes, Operand::Int(3)), (&no, Operand::Column(&gather(&x, &no)))];
    same(&merge(40, &host, Float32).unwrap(), &merge(40, &numbers, Float32).unwrap(), &"merge of numbers");
}

#[test]
fn values_are_reduced() {
    let x = arrays(30, &[2, 3], 1.0);
    for op in [Reduction::Sum, Reduction::Prod, Reduction::Mean, Reduction::Max, Reduction::Min] {
        let host = reduce_event(op, &x, Float32).unwrap().unwrap();
        same(&host, &reduce_event(op, &with_mlx(&x), Float32).unwrap().unwrap(), &op);
    }
    assert_eq!(with_mlx(&flags(5)).cast(Float32).values::<f32>(), Some(&[0.0, 1.0, 0.0, 0.0, 1.0][..]));
}

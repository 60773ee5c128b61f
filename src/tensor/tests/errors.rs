//! What is refused, when, and in which words.
use super::*;
use crate::error::Code;

#[test]
fn shape_errors_name_both_shapes() {
    on_both(|| {
        let (a, c) = (m(&[[1.0, 2.0, 3.0]; 2]), v(&[1.0, 2.0]));
        let error = binary(BinaryOp::Add, &a, &c).unwrap_err().into_error();
        assert_eq!((error.code, error.message.as_str()), (Code::Shape, "add: shapes [2, 3] and [2] do not broadcast"));
        assert!(error.help.is_some());
        let refused = [
            matmul(&a, &c),
            matmul(&a, &Array::scalar(1.0).unwrap()),
            outer(&a, &c),
            diag(&Array::scalar(1.0).unwrap()),
            cholesky(&a),
            solve(&m(&[[1.0, 0.0], [0.0, 1.0]]), &v(&[1.0, 2.0, 3.0])),
            concat(&[&a, &c], 0),
            concat(&[], 0),
            stack(&[&a, &c], 0),
            reshape(&a, &[4]),
            reshape(&a, &[-1, -1]),
            reshape(&a, &[-2, 3]),
            reshape(&a, &[-1, 0]),
            transpose(&a, Some(&[0, 0])),
            squeeze(&a, Some(0)),
            broadcast_to(&a, &[3]),
            broadcast_to(&a, &[1, 3]),
            take_along_axis(&a, &i(&[0]), 0),
            slice(&c, &[AxisRange { begin: 0, end: 1, step: 1 }; 2]),
            index(&Array::scalar(1.0).unwrap(), 0),
            Array::from_f64(vec![1.0], &[2]),
            reduce(Reduction::Max, &v(&[]), None),
            reduce(Reduction::Argmin, &v(&[]), Some(0)),
        ];
        for (k, found) in refused.into_iter().enumerate() {
            assert_eq!(found.unwrap_err().into_error().code, Code::Shape, "case {k}");
        }
    });
}

#[test]
fn indices_and_axes_are_checked_before_anything_runs() {
    on_both(|| {
        let a = m(&[[1.0, 2.0], [3.0, 4.0]]);
        let refused = [
            index(&a, 2),
            index(&a, -1),
            index(&a, i64::MAX),
            gather(&a, &i(&[0, 2])),
            gather(&a, &i(&[-1])),
            take_along_axis(&a, &Array::from_i64(vec![0, 5], &[1, 2]).unwrap(), 0),
            slice(&a, &[AxisRange { begin: 0, end: 3, step: 1 }]),
            slice(&a, &[AxisRange { begin: 0, end: 1, step: 0 }]),
            slice(&a, &[AxisRange { begin: i64::MIN, end: i64::MAX, step: 1 }]),
            reduce(Reduction::Sum, &a, Some(2)),
            reduce(Reduction::Sum, &a, Some(i64::MIN)),
            scan(Scan::Sort, &Array::scalar(1.0).unwrap(), Some(0)),
            flip(&a, 2),
            expand_dims(&a, 4),
        ];
        for (k, found) in refused.into_iter().enumerate() {
            assert_eq!(found.unwrap_err().into_error().code, Code::Index, "case {k}");
        }
    });
}

#[test]
fn dtypes_are_checked() {
    on_both(|| {
        let x = v(&[1.0]);
        let refused = [
            unary(UnaryOp::Not, &x),
            binary(BinaryOp::And, &x, &b(&[true])),
            select(&x, &x, &x),
            reduce(Reduction::Any, &x, None),
            gather(&x, &x),
            Array::full(&[1], 0.5, DType::Int64),
        ];
        for (k, found) in refused.into_iter().enumerate() {
            assert_eq!(found.unwrap_err().into_error().code, Code::Dtype, "case {k}");
        }
    });
}

#[test]
fn large_arrays_are_refused() {
    on_both(|| {
        let side = Array::ones(&[1 << 15], DType::Float64).unwrap();
        let refused = [
            Array::zeros(&[MAX_LEN + 1], DType::Bool),
            Array::zeros(&[usize::MAX, usize::MAX], DType::Bool),
            Array::zeros(&[usize::MAX, 0], DType::Bool),
            Array::zeros(&[1; 33], DType::Bool),
            Array::eye(usize::MAX),
            Array::linspace(0.0, 1.0, usize::MAX),
            Array::arange(0.0, 1e300, 1.0),
            Array::arange_i64(i64::MIN, i64::MAX, 1),
            outer(&side, &side),
            broadcast_to(&side, &[1 << 40, 1 << 15]),
            matmul(&expand_dims(&side, 1).unwrap(), &expand_dims(&side, 0).unwrap()),
            diag(&side),
        ];
        for (k, found) in refused.into_iter().enumerate() {
            assert_eq!(found.unwrap_err().into_error().code, Code::TooLarge, "case {k}");
        }
        assert_eq!(Array::arange(0.0, 1.0, 0.0).unwrap_err().into_error().code, Code::Array);
        assert_eq!(Array::arange_i64(0, 1, 0).unwrap_err().into_error().code, Code::Array);
    });
}

/// What fails on the host fails where it is called.
#[test]
fn early_errors() {
    with(Backend::Host, || {
        let error = inv(&m(&[[1.0, 2.0], [2.0, 4.0]])).unwrap_err().into_error();
        assert_eq!((error.code, error.message.as_str()), (Code::Array, "the matrix is singular (pivot 1 is 0)"));
        assert_eq!(binary(BinaryOp::Add, &i(&[i64::MAX]), &i(&[1])).unwrap_err().into_error().code, Code::Overflow);
    });
}

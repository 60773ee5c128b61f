//! Reductions and scans.
use super::*;
use crate::error::Code;
use DType::*;
use Reduction::*;
use Scan::*;

#[test]
fn reductions_of_floats() {
    on_both(|| {
        let a = m(&[[1.0, 2.0, 6.0], [4.0, 4.0, 1.0]]);
        let lse = |x: &[f64]| x.iter().map(|x| x.exp()).sum::<f64>().ln();
        for (op, all, rows) in [
            (Sum, 18.0, [9.0, 9.0]),
            (Prod, 192.0, [12.0, 16.0]),
            (Mean, 3.0, [3.0, 3.0]),
            (Var, 20.0 / 6.0, [14.0 / 3.0, 2.0]),
            (Std, (20.0f64 / 6.0).sqrt(), [(14.0f64 / 3.0).sqrt(), 2f64.sqrt()]),
            (Max, 6.0, [6.0, 4.0]),
            (Min, 1.0, [1.0, 1.0]),
            (LogSumExp, lse(&[1.0, 2.0, 6.0, 4.0, 4.0, 1.0]), [lse(&[1.0, 2.0, 6.0]), lse(&[4.0, 4.0, 1.0])]),
        ] {
            is(reduce(op, &a, None), Float64, &[], &[all]);
            is(reduce(op, &a, Some(1)), Float64, &[2], &rows);
            is(reduce(op, &transpose(&a, None).unwrap(), Some(-2)), Float64, &[2], &rows);
        }
        is(reduce(Argmax, &a, None), Int64, &[], &[2.0]);
        is(reduce(Argmax, &a, Some(1)), Int64, &[2], &[2.0, 0.0]);
        is(reduce(Argmin, &a, Some(0)), Int64, &[3], &[0.0, 0.0, 1.0]);
    });
}

#[test]
fn reductions_of_integers_and_booleans() {
    on_both(|| {
        let a = Array::from_i64(vec![1, 2, 3, 4, 5, 6], &[2, 3]).unwrap();
        is(reduce(Sum, &a, Some(0)), Int64, &[3], &[5.0, 7.0, 9.0]);
        is(reduce(Sum, &a, Some(1)), Int64, &[2], &[6.0, 15.0]);
        is(reduce(Prod, &a, None), Int64, &[], &[720.0]);
        is(reduce(Max, &a, Some(1)), Int64, &[2], &[3.0, 6.0]);
        is(reduce(Mean, &a, None), Float64, &[], &[3.5]);
        assert_eq!(reduce(Sum, &i(&[i64::MAX, -1]), None).unwrap().to_i64().unwrap(), [i64::MAX - 1]);
        assert_eq!(code(reduce(Sum, &i(&[i64::MAX, 1]), None)), Code::Overflow);
        assert_eq!(code(scan(Cumprod, &i(&[i64::MAX, 2]), None)), Code::Overflow);
        let p = b(&[true, false]);
        is(reduce(Sum, &p, None), Int64, &[], &[1.0]);
        is(reduce(Any, &p, None), Bool, &[], &[1.0]);
        is(reduce(All, &p, Some(0)), Bool, &[], &[0.0]);
        is(reduce(Argmax, &p, None), Int64, &[], &[0.0]);
    });
}

#[test]
fn edges() {
    on_both(|| {
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        is(reduce(LogSumExp, &v(&[-inf, -inf]), None), Float64, &[], &[-inf]);
        is(reduce(LogSumExp, &v(&[inf, 1.0]), None), Float64, &[], &[inf]);
        is(reduce(LogSumExp, &v(&[1000.0, 1000.0]), None), Float64, &[], &[1000.0 + 2f64.ln()]);
        is(reduce(Max, &v(&[1.0, nan]), None), Float64, &[], &[nan]);
        let none = Array::zeros(&[2, 0], Float64).unwrap();
        for (op, expected) in [(Sum, 0.0), (Prod, 1.0), (Mean, nan), (Var, nan), (LogSumExp, -inf)] {
            is(reduce(op, &none, Some(1)), Float64, &[2], &[expected; 2]);
            is(reduce(op, &none, Some(0)), Float64, &[0], &[]);
        }
        is(reduce(All, &b(&[]), None), Bool, &[], &[1.0]);
        is(scan(Sort, &none, Some(1)), Float64, &[2, 0], &[]);
        is(reduce(Sum, &Array::scalar(3.0).unwrap(), None), Float64, &[], &[3.0]);
    });
}

#[test]
fn scans() {
    on_both(|| {
        let a = m(&[[3.0, 1.0, 2.0], [4.0, 6.0, 5.0]]);
        is(scan(Cumsum, &a, Some(1)), Float64, &[2, 3], &[3.0, 4.0, 6.0, 4.0, 10.0, 15.0]);
        is(scan(Cumsum, &a, None), Float64, &[2, 3], &[3.0, 4.0, 6.0, 10.0, 16.0, 21.0]);
        is(scan(Cumprod, &a, Some(0)), Float64, &[2, 3], &[3.0, 1.0, 2.0, 12.0, 6.0, 10.0]);
        is(scan(Sort, &a, Some(-1)), Float64, &[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        is(scan(Argsort, &a, Some(1)), Int64, &[2, 3], &[1.0, 2.0, 0.0, 0.0, 2.0, 1.0]);
        is(scan(Sort, &v(&[f64::NAN, 2.0, 1.0]), None), Float64, &[3], &[1.0, 2.0, f64::NAN]);
        is(scan(Cumsum, &a.cast(Int64).unwrap(), Some(0)), Int64, &[2, 3], &[3.0, 1.0, 2.0, 7.0, 7.0, 7.0]);
        is(scan(Cumsum, &a.cast(Int64).unwrap(), Some(1)), Int64, &[2, 3], &[3.0, 4.0, 6.0, 4.0, 10.0, 15.0]);
        let total: f64 = [1f64, 2.0, 3.0].iter().map(|x| x.exp()).sum();
        let expected: Vec<f64> = [3f64, 1.0, 2.0].iter().map(|x| x.exp() / total).collect();
        is(scan(Softmax, &index(&a, 0).unwrap(), Some(0)), Float64, &[3], &expected);
        is(scan(Softmax, &v(&[1e4, 1e4]), None), Float64, &[2], &[0.5, 0.5]);
    });
}

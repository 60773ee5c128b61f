//! Construction, shapes and parts.
use super::*;
use DType::*;

#[test]
fn constructors() {
    on_both(|| {
        is(Array::zeros(&[2], Int64), Int64, &[2], &[0.0, 0.0]);
        is(Array::ones(&[1, 2], Float32), Float32, &[1, 2], &[1.0, 1.0]);
        is(Array::full(&[2], 2.5, Float64), Float64, &[2], &[2.5, 2.5]);
        is(Array::full(&[], 1.0, Bool), Bool, &[], &[1.0]);
        is(Array::arange(0.0, 1.0, 0.25), Float64, &[4], &[0.0, 0.25, 0.5, 0.75]);
        is(Array::arange(1.0, 0.0, 0.5), Float64, &[0], &[]);
        is(Array::arange_i64(5, 0, -2), Int64, &[3], &[5.0, 3.0, 1.0]);
        is(Array::arange_i64(0, 5, 2), Int64, &[3], &[0.0, 2.0, 4.0]);
        is(Array::linspace(0.0, 1.0, 5), Float64, &[5], &[0.0, 0.25, 0.5, 0.75, 1.0]);
        is(Array::linspace(3.0, 4.0, 1), Float64, &[1], &[3.0]);
        is(Array::eye(2), Float64, &[2, 2], &[1.0, 0.0, 0.0, 1.0]);
        is(Array::eye(0), Float64, &[0, 0], &[]);
        assert_eq!(Array::scalar(2.0).unwrap().item(), Ok(2.0));
        assert_eq!(v(&[1.0, 0.0]).to_bool().unwrap(), [true, false]);
        assert_eq!(b(&[true, false]).to_i64().unwrap(), [1, 0]);
        assert_eq!(format!("{:?}", v(&[1.0])), "Array(float64, [1])");
    });
}

#[test]
fn shapes_change() {
    on_both(|| {
        let a = reshape(&Array::arange_i64(0, 6, 1).unwrap(), &[2, -1]).unwrap();
        is(Ok(a.clone()), Int64, &[2, 3], &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        is(transpose(&a, None), Int64, &[3, 2], &[0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
        is(transpose(&a, Some(&[0, 1])), Int64, &[2, 3], &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        is(flip(&a, -1), Int64, &[2, 3], &[2.0, 1.0, 0.0, 5.0, 4.0, 3.0]);
        assert_eq!(expand_dims(&a, -1).unwrap().shape(), [2, 3, 1]);
        assert_eq!(squeeze(&expand_dims(&a, 0).unwrap(), None).unwrap().shape(), [2, 3]);
        assert_eq!(squeeze(&expand_dims(&a, 0).unwrap(), Some(0)).unwrap().shape(), [2, 3]);
        is(broadcast_to(&i(&[1, 2]), &[2, 2]), Int64, &[2, 2], &[1.0, 2.0, 1.0, 2.0]);
        is(concat(&[&i(&[1]), &v(&[]), &v(&[2.5])], 0), Float64, &[2], &[1.0, 2.5]);
        is(concat(&[&a, &a], 1), Int64, &[2, 6], &[0.0, 1.0, 2.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 3.0, 4.0, 5.0]);
        is(stack(&[&i(&[1, 2]), &i(&[3, 4])], -1), Int64, &[2, 2], &[1.0, 3.0, 2.0, 4.0]);
    });
}

#[test]
fn parts() {
    on_both(|| {
        let a = reshape(&Array::arange_i64(0, 12, 1).unwrap(), &[3, 4]).unwrap();
        let span = |begin, end, step| AxisRange { begin, end, step };
        is(slice(&a, &[span(1, 3, 1), span(0, 4, 3)]), Int64, &[2, 2], &[4.0, 7.0, 8.0, 11.0]);
        is(slice(&a, &[span(2, -1, -2)]), Int64, &[2, 4], &[8.0, 9.0, 10.0, 11.0, 0.0, 1.0, 2.0, 3.0]);
        is(slice(&transpose(&a, None).unwrap(), &[span(3, 0, -1), span(1, 2, 9)]), Int64, &[3, 1], &[7.0, 6.0, 5.0]);
        is(slice(&a, &[span(2, 2, 1)]), Int64, &[0, 4], &[]);
        is(index(&a, 2), Int64, &[4], &[8.0, 9.0, 10.0, 11.0]);
        is(index(&v(&[5.0, 6.0]), 1), Float64, &[], &[6.0]);
        is(gather(&a, &i(&[2, 0])), Int64, &[2, 4], &[8.0, 9.0, 10.0, 11.0, 0.0, 1.0, 2.0, 3.0]);
        is(gather(&v(&[5.0, 6.0]), &Array::scalar_i64(1).unwrap()), Float64, &[], &[6.0]);
        is(gather(&v(&[5.0]), &i(&[])), Float64, &[0], &[]);
        let by = Array::from_i64(vec![3, 0, 1], &[3, 1]).unwrap();
        is(take_along_axis(&a, &by, 1), Int64, &[3, 1], &[3.0, 4.0, 9.0]);
    });
}

//! Products, diagonals and linear algebra.
use super::*;
use crate::error::Code;
use DType::*;

#[test]
fn products() {
    on_both(|| {
        let (a, x) = (m(&[[1.0, 2.0], [3.0, 4.0]]), v(&[5.0, 6.0]));
        is(matmul(&a, &a), Float64, &[2, 2], &[7.0, 10.0, 15.0, 22.0]);
        is(matmul(&a, &x), Float64, &[2], &[17.0, 39.0]);
        is(matmul(&x, &a), Float64, &[2], &[23.0, 34.0]);
        is(dot(&x, &x), Float64, &[], &[61.0]);
        is(dot(&i(&[1, 2]), &i(&[3, 4])), Float64, &[], &[11.0]);
        is(outer(&i(&[1, 2]), &i(&[3, 4])), Int64, &[2, 2], &[3.0, 4.0, 6.0, 8.0]);
        let batch = stack(&[&a, &a, &a], 0).unwrap();
        assert_eq!(matmul(&batch, &a).unwrap().shape(), [3, 2, 2]);
        assert_eq!(matmul(&batch, &x).unwrap().shape(), [3, 2]);
        let (none, nothing) = (Array::zeros(&[2, 0], Float64).unwrap(), Array::zeros(&[0, 3], Float64).unwrap());
        is(matmul(&none, &nothing), Float64, &[2, 3], &[0.0; 6]);
        is(diag(&x), Float64, &[2, 2], &[5.0, 0.0, 0.0, 6.0]);
        is(diag(&a), Float64, &[2], &[1.0, 4.0]);
    });
}

#[test]
fn linear_algebra() {
    on_both(|| {
        let a = m(&[[4.0, 2.0, 0.0], [2.0, 5.0, 2.0], [0.0, 2.0, 5.0]]);
        is(cholesky(&a), Float64, &[3, 3], &[2.0, 0.0, 0.0, 1.0, 2.0, 0.0, 0.0, 1.0, 2.0]);
        is(det(&a), Float64, &[], &[64.0]);
        is(logdet(&a), Float64, &[], &[64f64.ln()]);
        is(solve(&a, &v(&[8.0, 18.0, 19.0])), Float64, &[3], &[1.0, 2.0, 3.0]);
        let l = cholesky(&a).unwrap();
        is(triangular_solve(&l, &v(&[2.0, 5.0, 8.0]), true), Float64, &[3], &[1.0, 2.0, 3.0]);
        let u = transpose(&l, None).unwrap();
        is(triangular_solve(&u, &v(&[4.0, 7.0, 6.0]), false), Float64, &[3], &[1.0, 2.0, 3.0]);
        let swap = m(&[[0.0, 2.0], [1.0, 0.0]]);
        is(inv(&swap), Float64, &[2, 2], &[0.0, 1.0, 0.5, 0.0]);
        is(det(&swap), Float64, &[], &[-2.0]);
        is(logdet(&swap), Float64, &[], &[f64::NAN]);
        is(solve(&swap, &swap), Float64, &[2, 2], &[1.0, 0.0, 0.0, 1.0]);
        let batch = stack(&[&swap, &Array::eye(2).unwrap()], 0).unwrap();
        is(det(&batch), Float64, &[2], &[-2.0, 1.0]);
        is(solve(&batch, &m(&[[2.0, 3.0], [2.0, 3.0]])), Float64, &[2, 2], &[3.0, 1.0, 2.0, 3.0]);
        is(cholesky(&a.cast(Float32).unwrap()), Float32, &[3, 3], &[2.0, 0.0, 0.0, 1.0, 2.0, 0.0, 0.0, 1.0, 2.0]);
    });
}

#[test]
fn matrices_without_solution() {
    on_both(|| {
        let (zero, indefinite) = (m(&[[0.0, 0.0], [0.0, 0.0]]), m(&[[1.0, 2.0], [2.0, 1.0]]));
        is(det(&zero), Float64, &[], &[0.0]);
        is(logdet(&zero), Float64, &[], &[f64::NEG_INFINITY]);
        let refused = [
            inv(&zero),
            solve(&zero, &v(&[1.0, 2.0])),
            cholesky(&indefinite),
            cholesky(&zero),
            triangular_solve(&zero, &zero, true),
        ];
        for (k, found) in refused.into_iter().enumerate() {
            assert_eq!(code(found), Code::Array, "case {k}");
        }
        assert_eq!(code(cholesky(&m(&[[f64::NAN]]))), Code::Array);
        let none = Array::zeros(&[0, 0], Float64).unwrap();
        is(det(&none), Float64, &[], &[1.0]);
        is(logdet(&none), Float64, &[], &[0.0]);
        is(inv(&none), Float64, &[0, 0], &[]);
    });
}

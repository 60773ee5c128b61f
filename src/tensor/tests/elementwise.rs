//! Elementwise operations, dtypes and broadcasting.
use super::*;
use crate::error::Code;
use BinaryOp::*;
use DType::*;

/// Every unary operation against the standard library or the special functions, to double precision.
#[test]
fn unary_operations_have_double_precision() {
    on_both(|| {
        type Function = fn(f64) -> f64;
        let functions: &[(UnaryOp, Function)] = &[
            (UnaryOp::Neg, |x| -x),
            (UnaryOp::Abs, f64::abs),
            (UnaryOp::Sign, f64::signum),
            (UnaryOp::Square, |x| x * x),
            (UnaryOp::Floor, f64::floor),
            (UnaryOp::Ceil, f64::ceil),
            (UnaryOp::Round, f64::round_ties_even),
            (UnaryOp::Exp, f64::exp),
            (UnaryOp::Expm1, f64::exp_m1),
            (UnaryOp::Log, f64::ln),
            (UnaryOp::Log1p, f64::ln_1p),
            (UnaryOp::Log2, f64::log2),
            (UnaryOp::Log10, f64::log10),
            (UnaryOp::Sqrt, f64::sqrt),
            (UnaryOp::Sin, f64::sin),
            (UnaryOp::Cos, f64::cos),
            (UnaryOp::Tan, f64::tan),
            (UnaryOp::Asin, f64::asin),
            (UnaryOp::Acos, f64::acos),
            (UnaryOp::Atan, f64::atan),
            (UnaryOp::Sinh, f64::sinh),
            (UnaryOp::Cosh, f64::cosh),
            (UnaryOp::Tanh, f64::tanh),
            (UnaryOp::Asinh, libm::asinh),
            (UnaryOp::Acosh, libm::acosh),
            (UnaryOp::Atanh, libm::atanh),
            (UnaryOp::Sigmoid, special::sigmoid),
            (UnaryOp::Logit, special::logit),
            (UnaryOp::Softplus, special::softplus),
            (UnaryOp::Erf, special::erf),
            (UnaryOp::Erfc, special::erfc),
            (UnaryOp::Erfinv, special::erfinv),
            (UnaryOp::NormalCdf, special::normal_cdf),
            (UnaryOp::NormalIcdf, special::normal_icdf),
            (UnaryOp::Lgamma, special::lgamma),
            (UnaryOp::Digamma, special::digamma),
            (UnaryOp::Trigamma, special::trigamma),
            (UnaryOp::StirlingExcess, special::stirling_excess),
            (UnaryOp::Log1pSquare, special::log1p_square),
            (UnaryOp::LogI0e, special::log_i0e),
            (UnaryOp::BesselRatio, special::bessel_ratio),
        ];
        assert_eq!(functions.len() + 2, UnaryOp::ALL.len()); // and the two that give bool
        let xs: Vec<f64> =
            (0..37).map(|k| 0.013 + f64::from(k) * 0.0267).chain([1.5, -0.5, -3.25, 7.5, 20.0]).collect();
        for &(op, f) in functions {
            let expected: Vec<f64> = xs.iter().map(|&x| f(x)).collect();
            is(unary(op, &v(&xs)), Float64, &[xs.len()], &expected);
            let single = unary(op, &v(&xs).cast(Float32).unwrap()).unwrap();
            assert_eq!(single.dtype(), Float32);
            for (x, (found, y)) in xs.iter().zip(single.to_f64().unwrap().into_iter().zip(&expected)) {
                let error = (found - y).abs() / (1.0 + y.abs());
                assert!(error < 2e-5 || (found.is_nan() && y.is_nan()), "{op:?}({x}) = {found}, expected {y}");
            }
        }
    });
}

#[test]
fn tests_and_nan() {
    on_both(|| {
        let x = v(&[1.0, f64::NAN, f64::INFINITY]);
        is(unary(UnaryOp::IsNan, &x), Bool, &[3], &[0.0, 1.0, 0.0]);
        is(unary(UnaryOp::Not, &b(&[true, false])), Bool, &[2], &[0.0, 1.0]);
        is(unary(UnaryOp::Sign, &x), Float64, &[3], &[1.0, f64::NAN, 1.0]);
        is(unary(UnaryOp::IsNan, &i(&[1])), Bool, &[1], &[0.0]);
    });
}

#[test]
fn integers_stay_integers_where_they_can() {
    on_both(|| {
        is(unary(UnaryOp::Neg, &i(&[3, -4])), Int64, &[2], &[-3.0, 4.0]);
        is(unary(UnaryOp::Floor, &i(&[3])), Int64, &[1], &[3.0]);
        is(unary(UnaryOp::Exp, &i(&[0, 1])), Float64, &[2], &[1.0, std::f64::consts::E]);
        is(unary(UnaryOp::Abs, &b(&[true])), Int64, &[1], &[1.0]);
        let (x, y) = (i(&[7, -7, 7, -7]), i(&[2, 2, -2, -2]));
        is(binary(Rem, &x, &y), Int64, &[4], &[1.0, -1.0, 1.0, -1.0]);
        is(binary(Mod, &x, &y), Int64, &[4], &[1.0, 1.0, -1.0, -1.0]);
        is(binary(FloorDiv, &x, &y), Int64, &[4], &[3.0, -4.0, -4.0, 3.0]);
        is(binary(Div, &x, &y), Float64, &[4], &[3.5, -3.5, -3.5, 3.5]);
        is(binary(Pow, &x, &i(&[2])), Int64, &[4], &[49.0; 4]);
        is(binary(Pow, &x, &i(&[-1])), Float64, &[4], &[1.0 / 7.0, -1.0 / 7.0, 1.0 / 7.0, -1.0 / 7.0]);
        let large = i64::MAX - 1;
        assert_eq!(binary(Add, &i(&[large]), &i(&[1])).unwrap().to_i64().unwrap(), [i64::MAX]);
        assert_eq!(binary(Max, &i(&[large]), &i(&[3])).unwrap().to_i64().unwrap(), [large]);
    });
}

#[test]
fn integer_arithmetic_that_has_no_result_is_an_error() {
    on_both(|| {
        let (max, min) = (i(&[i64::MAX]), i(&[i64::MIN]));
        for (op, x, y) in [(Add, &max, 1), (Sub, &min, 1), (Mul, &max, 2), (Pow, &max, 2), (FloorDiv, &min, -1)] {
            assert_eq!(code(binary(op, x, &i(&[y]))), Code::Overflow, "{op:?}");
        }
        for op in [Rem, Mod, FloorDiv] {
            assert_eq!(code(binary(op, &max, &i(&[0]))), Code::DivisionByZero, "{op:?}");
        }
        for op in [Rem, Mod] {
            is(binary(op, &min, &i(&[-1])), Int64, &[1], &[0.0]);
        }
        for op in [UnaryOp::Neg, UnaryOp::Abs, UnaryOp::Square] {
            assert_eq!(code(unary(op, &min)), Code::Overflow, "{op:?}");
        }
    });
}

#[test]
fn binary_operations_of_floats() {
    on_both(|| {
        let (x, y) = (v(&[7.5, -7.5]), v(&[2.0, 2.0]));
        let cases: [(BinaryOp, [f64; 2]); 13] = [
            (Add, [9.5, -5.5]),
            (Sub, [5.5, -9.5]),
            (Mul, [15.0, -15.0]),
            (Div, [3.75, -3.75]),
            (Pow, [56.25, 56.25]),
            (Max, [7.5, 2.0]),
            (Min, [2.0, -7.5]),
            (Rem, [1.5, -1.5]),
            (Mod, [1.5, 0.5]),
            (FloorDiv, [3.0, -4.0]),
            (Atan2, [7.5f64.atan2(2.0), (-7.5f64).atan2(2.0)]),
            (Xlogy, [7.5 * 2f64.ln(), -7.5 * 2f64.ln()]),
            (Lbeta, [special::lbeta(7.5, 2.0), f64::NAN]),
        ];
        for (op, expected) in cases {
            is(binary(op, &x, &y), Float64, &[2], &expected);
        }
        is(binary(Div, &v(&[1.0, -1.0]), &v(&[0.0])), Float64, &[2], &[f64::INFINITY, f64::NEG_INFINITY]);
    });
}

#[test]
fn comparisons_and_logic() {
    on_both(|| {
        let (x, y) = (i(&[1, 2, 3]), v(&[2.0, 2.0, 2.0]));
        for (op, expected) in [
            (Lt, [1.0, 0.0, 0.0]),
            (Le, [1.0, 1.0, 0.0]),
            (Gt, [0.0, 0.0, 1.0]),
            (Ge, [0.0, 1.0, 1.0]),
            (Eq, [0.0, 1.0, 0.0]),
            (Ne, [1.0, 0.0, 1.0]),
        ] {
            is(binary(op, &x, &y), Bool, &[3], &expected);
        }
        let (p, q) = (b(&[true, true, false]), b(&[true, false, false]));
        is(binary(And, &p, &q), Bool, &[3], &[1.0, 0.0, 0.0]);
        is(binary(Or, &p, &q), Bool, &[3], &[1.0, 1.0, 0.0]);
        is(select(&p, &x, &y), Float64, &[3], &[1.0, 2.0, 2.0]);
        is(select(&p, &Array::scalar(5.0).unwrap(), &x), Float64, &[3], &[5.0, 5.0, 3.0]);
    });
}

#[test]
fn dtypes_are_promoted() {
    on_both(|| {
        let f = v(&[0.5]).cast(Float32).unwrap();
        is(binary(Add, &b(&[true]), &b(&[true])), Int64, &[1], &[2.0]);
        is(binary(Add, &b(&[true]), &i(&[1])), Int64, &[1], &[2.0]);
        is(binary(Add, &i(&[1]), &f), Float32, &[1], &[1.5]);
        is(binary(Add, &f, &v(&[1.0])), Float64, &[1], &[1.5]);
        is(v(&[1.9, -1.9, 0.0]).cast(Int64), Int64, &[3], &[1.0, -1.0, 0.0]);
        is(v(&[1.9, 0.0]).cast(Bool), Bool, &[2], &[1.0, 0.0]);
        assert_eq!(code(v(&[f64::NAN]).cast(Int64)), Code::Dtype);
        assert_eq!(v(&[2.5]).to_i64().unwrap_err().into_error().code, Code::Dtype);
        assert_eq!(DType::from_name("float32"), Some(Float32));
    });
}

#[test]
fn shapes_broadcast() {
    on_both(|| {
        let rows = m(&[[1.0, 2.0], [3.0, 4.0]]);
        is(binary(Add, &rows, &v(&[10.0, 20.0])), Float64, &[2, 2], &[11.0, 22.0, 13.0, 24.0]);
        is(
            binary(Mul, &expand_dims(&v(&[1.0, 2.0]), 1).unwrap(), &v(&[1.0, 10.0, 100.0])),
            Float64,
            &[2, 3],
            &[1.0, 10.0, 100.0, 2.0, 20.0, 200.0],
        );
        is(binary(Add, &i(&[1, 2]), &Array::scalar_i64(5).unwrap()), Int64, &[2], &[6.0, 7.0]);
        is(binary(Add, &Array::zeros(&[0, 2], Float64).unwrap(), &v(&[1.0, 2.0])), Float64, &[0, 2], &[]);
    });
}

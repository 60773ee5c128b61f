//! Both storages give the same results: every operation on random arrays, NaN and infinities among their elements.
use super::*;
use proptest::{collection::vec, prelude::*};

fn shape() -> impl Strategy<Value = Vec<usize>> {
    vec(1..5usize, 0..4)
}

/// Numbers of all kinds, with ties.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => -4.0..4.0,
        2 => (-3..4i32).prop_map(f64::from),
        1 => prop_oneof![Just(f64::INFINITY), Just(f64::NEG_INFINITY), Just(f64::NAN), Just(30.0)]
    ]
}

fn dtype() -> impl Strategy<Value = DType> {
    prop_oneof![Just(DType::Bool), Just(DType::Int64), Just(DType::Float32), Just(DType::Float64)]
}

/// An array of this shape, with both storages.
fn array(shape: Vec<usize>) -> impl Strategy<Value = [Array; 2]> {
    (vec(number(), shape.iter().product::<usize>()), dtype()).prop_map(move |(values, dtype)| {
        let values = match dtype {
            DType::Bool | DType::Int64 => values.iter().map(|x| if x.is_finite() { x.trunc() } else { 5.0 }).collect(),
            _ => values,
        };
        Backend::ALL.map(|backend| with(backend, || Array::from_f64(values.clone(), &shape)?.cast(dtype)).unwrap())
    })
}

fn any_array() -> impl Strategy<Value = [Array; 2]> {
    shape().prop_flat_map(array)
}

/// Of a shape that broadcasts with others of its kind.
fn partner(mut shape: Vec<usize>, ones: Vec<bool>, from: usize) -> impl Strategy<Value = [Array; 2]> {
    shape.iter_mut().zip(ones).filter(|(_, one)| *one).for_each(|(n, _)| *n = 1);
    array(shape.split_off(from.min(shape.len())))
}

fn pair() -> impl Strategy<Value = ([Array; 2], [Array; 2])> {
    let one = || (vec(any::<bool>(), 4), 0..2usize);
    (shape(), one(), one())
        .prop_flat_map(|(shape, (p, i), (q, j))| (partner(shape.clone(), p, i), partner(shape, q, j)))
}

/// The same values, to 1e-12 of doubles and 1e-4 of singles, or the same error.
#[track_caller]
fn agree<const N: usize>(what: &str, inputs: [&[Array; 2]; N], f: impl Fn([&Array; N]) -> Result<Array>) {
    let read = |a: Array| a.to_f64().map(|values| (a.shape().to_vec(), a.dtype(), values));
    let run = |i: usize| {
        let found = with(Backend::ALL[i], || f(std::array::from_fn(|k| &inputs[k][i])));
        assert!(found.as_ref().is_ok_and(|a| a.backend() == Backend::ALL[i]) || found.is_err(), "{what}: storage");
        found
    };
    let mixed = N > 1 && run(0).is_ok();
    let found = [run(0).and_then(read), run(1).and_then(read)];
    let given = || inputs.map(|[a, _]| (a.dtype(), a.shape().to_vec(), a.to_f64()));
    assert!(close(&found[0], &found[1]), "{what}: host {:?}, mlx {:?} of {:?}", found[0], found[1], given());
    if mixed {
        let both = f(std::array::from_fn(|k| &inputs[k][usize::from(k == 0)])).and_then(read);
        assert!(close(&both, &found[1]), "{what} of both storages: {both:?}, mlx {:?} of {:?}", found[1], given());
    }
}

type Found = Result<(Vec<usize>, DType, Vec<f64>)>;

fn close(a: &Found, b: &Found) -> bool {
    let ((shape, dtype, x), (other_shape, other_dtype, y)) = match (a, b) {
        (Ok(a), Ok(b)) => (a, b),
        (Err(a), Err(b)) => return a == b,
        _ => return false,
    };
    let tolerance = [0.0, 0.0, 1e-4, 1e-12][*dtype as usize];
    let near =
        |(x, y): (&f64, &f64)| x == y || x.is_nan() && y.is_nan() || (x - y).abs() <= tolerance * (1.0 + y.abs());
    shape == other_shape && dtype == other_dtype && x.iter().zip(y).all(near)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn elementwise(a in any_array()) {
        for &op in UnaryOp::ALL {
            agree(op.name(), [&a], |[a]| unary(op, a));
        }
        for dtype in DType::ALL {
            agree("cast", [&a], |[a]| a.cast(dtype));
        }
    }

    #[test]
    fn pairs((a, b) in pair()) {
        for &op in BinaryOp::ALL {
            agree(op.name(), [&a, &b], |[a, b]| binary(op, a, b));
        }
        agree("where", [&a, &b], |[a, b]| select(&a.cast(DType::Bool)?, a, b));
    }

    #[test]
    fn axes(a in any_array(), axis in prop::option::of(-3..3i64)) {
        for &op in Reduction::ALL {
            agree(op.name(), [&a], |[a]| reduce(op, a, axis));
        }
        for &op in Scan::ALL {
            agree(op.name(), [&a], |[a]| scan(op, a, axis));
        }
        let axis = axis.unwrap_or(0);
        agree("flip", [&a], |[a]| flip(a, axis));
        agree("concat", [&a, &a], |[a, b]| concat(&[a, b, a], axis));
        agree("stack", [&a, &a], |[a, b]| stack(&[a, b], axis));
        agree("argsort taken along", [&a], |[a]| take_along_axis(a, &scan(Scan::Argsort, a, Some(axis))?, axis));
    }

    #[test]
    fn arrangement(a in any_array(), places in vec(0..4i64, 0..4), cut in vec((0..4i64, -1..4i64, 1..3i64), 0..3)) {
        agree("transpose", [&a], |[a]| transpose(a, None));
        agree("reshape", [&a], |[a]| reshape(a, &[-1, 1]));
        agree("diag", [&a], |[a]| diag(a));
        agree("broadcast", [&a], |[a]| broadcast_to(a, &[&[2], a.shape()].concat()));
        agree("index", [&a], |[a]| index(a, places.first().copied().unwrap_or(0)));
        agree("gather", [&a], |[a]| gather(a, &i(&places)));
        let span = |&(begin, end, step): &(i64, i64, i64)| AxisRange { begin, end, step: if end < begin { -step } else { step } };
        let spans: Vec<AxisRange> = cut.iter().map(span).collect();
        agree("slice", [&a], |[a]| slice(a, &spans));
    }

    #[test]
    fn products((left, n, right) in (prop::option::of(1..4usize), 1..7usize, prop::option::of(1..4usize)),
                batch in prop::option::of(1..3usize), seed in vec(-3.0..3.0f64, 64)) {
        let of = |shape: Vec<usize>| {
            let values: Vec<f64> = (0..shape.iter().product()).map(|i| seed[i * 7 % 64]).collect();
            Backend::ALL.map(|backend| with(backend, || Array::from_f64(values.clone(), &shape)).unwrap())
        };
        let a = of(batch.into_iter().chain(left).chain([n]).collect());
        let b = of([n].into_iter().chain(right).collect());
        agree("matmul", [&a, &b], |[a, b]| matmul(a, b));
        agree("outer", [&a, &b], |[a, b]| outer(a, b));
        let (m, side) = (of(vec![n, n]), of(vec![n]));
        agree("solve", [&m, &side], |[m, side]| solve(m, side));
        agree("det", [&m], |[m]| det(m));
        agree("cholesky", [&m], |[m]| {
            // Products are rounded differently: far from a singular matrix that stays small.
            cholesky(&binary(BinaryOp::Add, &matmul(m, &transpose(m, None)?)?, &Array::eye(n)?)?)
        });
    }
}

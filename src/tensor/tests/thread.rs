//! The MLX thread: MLX itself, handles across threads, errors and thread counts.
use super::*;
use crate::error::Code;
use crate::tensor::mlx_rs::{self, Array as Mlx, linalg, ops as mlx_ops, random, transforms};

#[test]
fn mlx_multiplies_draws_sorts_factors_and_differentiates() {
    let found = on_mlx_thread(|| {
        let a = Mlx::from_slice_f64(&[4.0, 2.0, 2.0, 5.0], &[2, 2]);
        let product = a.matmul(&a)?.to_vec_exact::<f64>().unwrap();
        let factor = linalg::cholesky(&a, None)?.contiguous()?.to_vec_exact::<f64>().unwrap();
        let key = random::key(1)?;
        let draw = || random::normal::<f32>(&[100], None, None, &key);
        let (first, second) = (draw()?.to_vec_exact::<f32>().unwrap(), draw()?.to_vec_exact::<f32>().unwrap());
        let sorted = mlx_ops::sort(draw()?)?.to_vec_exact::<f32>().unwrap();
        let mut grad = transforms::grad(|x: &Mlx| -> mlx_rs::error::Result<Mlx> { x.square()?.sum(None) });
        let gradient = grad(&Mlx::from_slice_f64(&[1.0, 3.0], &[2]))?.to_vec_exact::<f64>().unwrap();
        Ok((product, factor, first == second, sorted, gradient))
    });
    let (product, factor, same, sorted, gradient) = found.unwrap();
    assert_eq!(product, [20.0, 18.0, 18.0, 29.0]);
    assert_eq!(factor, [2.0, 0.0, 1.0, 2.0]);
    assert!(same && sorted.is_sorted());
    assert_eq!(gradient, [2.0, 6.0]);
}

#[test]
fn arrays_cross_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Array>();
    let built = std::thread::spawn(|| {
        let x = on_mlx(|| Array::linspace(0.0, 1.0, 1000).unwrap());
        binary(BinaryOp::Mul, &x, &x).unwrap()
    });
    let built = built.join().unwrap();
    let sum = reduce(Reduction::Sum, &built, None).unwrap();
    drop(built);
    let read = std::thread::spawn(move || sum.item().unwrap());
    assert!((read.join().unwrap() - 333.5001668335).abs() < 1e-9);
}

#[test]
fn errors_and_panics_on_the_thread_are_values() {
    let error =
        on_mlx_thread(|| Ok(Mlx::from_slice(&[1i32, 2], &[2]).reshape(&[3])?)).map(drop).unwrap_err().into_error();
    assert_eq!(error.code, Code::Array);
    let error = on_mlx_thread::<()>(|| panic!("a test panic")).unwrap_err().into_error();
    assert_eq!(error.message, "internal: a test panic");
    let error = on_mlx_thread(|| twice(&on_mlx(|| v(&[1.0]))).to_f64()).unwrap_err().into_error();
    assert!(error.message.contains("wait for itself"), "{error}");
    on_mlx(|| is(Ok(v(&[1.0])), DType::Float64, &[1], &[1.0]));
}

/// A chain that is never read neither grows without bound nor overflows a stack.
#[test]
fn long_chains_are_cut() {
    let (one, zero) = on_mlx(|| (v(&[1.0]), v(&[0.0])));
    let sum = (0..100_000).fold(zero, |sum, _| binary(BinaryOp::Add, &sum, &one).unwrap());
    assert_eq!(sum.item(), Ok(1e5));
    finish();
}

#[cfg(target_os = "linux")]
#[test]
fn short_lived_threads_leave_no_threads_behind() {
    let threads = || {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("Threads:")).unwrap();
        line.trim().parse::<usize>().unwrap()
    };
    let work = || {
        let x = on_mlx(|| v(&[1.0, 2.0, 3.0]));
        assert_eq!(reduce(Reduction::Sum, &binary(BinaryOp::Mul, &x, &x).unwrap(), None).unwrap().item(), Ok(14.0));
    };
    work();
    // Other tests run beside this one: it tells tens of threads from thousands.
    let before = threads();
    (0..10_000).for_each(|_| std::thread::spawn(work).join().unwrap());
    assert!(threads() < before + 50, "{before} threads became {}", threads());
}

/// An error on the MLX thread stays with the array and with all that depend on it.
#[test]
fn late_errors_are_reported_by_every_reader() {
    let singular = twice(&on_mlx(|| m(&[[1.0, 2.0], [2.0, 4.0]])));
    let x = inv(&singular).unwrap();
    let sum = reduce(Reduction::Sum, &binary(BinaryOp::Add, &x, &x).unwrap(), None).unwrap();
    for error in
        [x.to_f64().unwrap_err(), sum.to_i64().unwrap_err(), sum.to_bool().unwrap_err(), sum.evaluate().unwrap_err()]
    {
        assert_eq!(
            (error.code().unwrap(), error.to_string().as_str()),
            (Code::Array, "the matrix is singular (pivot 1 is 0)")
        );
    }
    let none = slice(&x, &[AxisRange { begin: 0, end: 0, step: 1 }]).unwrap();
    assert!(none.to_f64().is_err());
    assert_eq!(reduce(Reduction::Sum, &singular, None).unwrap().item(), Ok(18.0));
}

/// What MLX computes, lazily.
fn twice(a: &Array) -> Array {
    binary(BinaryOp::Add, a, a).unwrap()
}

/// Elements that are read stay: the thread is asked once, and not at all for those that came from the host.
#[test]
fn elements_go_where_they_are_asked_for_once() {
    let x = on_mlx(|| v(&[1.0, 2.0, 3.0]));
    let sum = twice(&x);
    for i in [2, 0, 1] {
        let (known, computed) = (index(&x, i).unwrap(), index(&sum, i).unwrap());
        assert_eq!((known.backend(), computed.backend()), (Backend::Mlx, Backend::Mlx));
        assert_eq!((known.item(), computed.item()), (Ok(i as f64 + 1.0), Ok(2.0 * (i as f64 + 1.0))));
    }
    // Errors stay as well, and what is read computes on.
    assert_eq!(twice(&sum).to_f64(), Ok(vec![4.0, 8.0, 12.0]));
    let singular = inv(&twice(&on_mlx(|| m(&[[1.0, 2.0], [2.0, 4.0]])))).unwrap();
    assert_eq!(singular.to_f64(), singular.to_f64());
    assert!(singular.to_f64().is_err());
}

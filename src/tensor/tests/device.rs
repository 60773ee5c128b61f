//! The device: what is said of one that is not there, and where operations go on a GPU's run.
use super::super::device::{found, is_for_gpu};
use super::*;
use crate::error::Code;
use crate::tensor::backend::choose_once;
use crate::tensor::mlx_rs::Dtype;
use std::sync::OnceLock;

/// Runs `f` as with a GPU: arrays get its types. MLX computes them on whatever device its thread has.
fn as_on_gpu(f: impl FnOnce()) {
    FORCED_DEVICE.set(Some(Device::Gpu));
    on_mlx(f);
    FORCED_DEVICE.set(None);
}

#[test]
fn a_gpu_that_is_not_there_is_refused_with_the_reason() {
    assert_eq!((found(Some(1)), found(Some(8))), (Ok(()), Ok(())));
    let [none, unbuilt] = [Some(0), None].map(|gpus| found(gpus).unwrap_err().into_error());
    assert_eq!([none.code, unbuilt.code], [Code::Device; 2]);
    assert!(none.message.contains("finds none") && none.help.unwrap().contains("driver"));
    assert!(unbuilt.message.contains("CPU alone") && unbuilt.help.unwrap().contains("build with"));
    assert_eq!(Device::Gpu.check(), found(mlx_sys::gpus()));
    assert_eq!(Device::Cpu.check(), Ok(()));
}

#[test]
fn the_choice_is_made_once() {
    let cell = OnceLock::new();
    let choose = |device| choose_once(&cell, device, (Code::Device, "device"), Device::name);
    assert_eq!((choose(Device::Gpu), choose(Device::Gpu)), (Ok(()), Ok(())));
    let error = choose(Device::Cpu).unwrap_err().into_error();
    assert_eq!((error.code, &*error.message), (Code::Device, "the device of this process is `gpu` already, not `cpu`"));
    assert_eq!(cell.get(), Some(&Device::Gpu));
    // A choice that contradicts itself decides nothing.
    assert_eq!(choose_both(Device::Gpu, Backend::Host), Code::Device);
    assert_eq!(Device::ALL.map(|device| Device::from_name(device.name())), Device::ALL.map(Some));
}

fn choose_both(device: Device, backend: Backend) -> Code {
    choose(Some(device), Some(backend)).unwrap_err().into_error().code
}

#[test]
fn single_precision_and_booleans_are_for_a_gpu() {
    use Dtype::{Bool, Float32, Float64, Int64, Uint32};
    for types in [vec![], vec![Bool], vec![Float32], vec![Float32, Int64], vec![Uint32, Float32], vec![Int64, Float32]]
    {
        assert!(is_for_gpu(types.iter().copied()), "{types:?}");
    }
    for types in [vec![Float64], vec![Float32, Float64], vec![Float64, Bool], vec![Int64], vec![Int64, Bool]] {
        assert!(!is_for_gpu(types.iter().copied()), "{types:?}");
    }
}

/// Fractions are of single precision there, from wherever they come; what is asked to be double is.
#[test]
fn fractions_are_single_on_a_gpu() {
    as_on_gpu(|| {
        let third = 1.0 / 3.0;
        let thirds = || Array::floats(vec![third, -third], &[2]).unwrap();
        is(thirds().cast(DType::Float64), DType::Float64, &[2], &[third as f32 as f64, -third as f32 as f64]);
        for made in [
            thirds(),
            Array::eye(2).unwrap(),
            Array::linspace(0.0, 1.0, 5).unwrap(),
            Array::arange(0.0, 1.0, 0.5).unwrap(),
        ] {
            assert_eq!(made.dtype(), DType::Float32);
        }
        is(Ok(v(&[third])), DType::Float64, &[1], &[third]);
        is(binary(BinaryOp::Div, &i(&[1, 3]), &i(&[2, 4])), DType::Float32, &[2], &[0.5, 0.75]);
        is(binary(BinaryOp::Mul, &i(&[1, 3]), &thirds().cast(DType::Int64).unwrap()), DType::Int64, &[2], &[0.0, 0.0]);
        is(reduce(Reduction::Mean, &i(&[1, 2]), None), DType::Float32, &[], &[1.5]);
        is(matmul(&i(&[1, 2]), &i(&[3, 4])), DType::Float32, &[], &[11.0]);
        is(inv(&Array::from_i64(vec![2, 0, 0, 4], &[2, 2]).unwrap()), DType::Float32, &[2, 2], &[0.5, 0.0, 0.0, 0.25]);
    });
}

/// Every operation gives single precision for what has no doubles in it, and nearly what it gives on the CPU.
#[test]
fn every_operation_has_a_single_form() {
    let number = |dtype| Array::from_f64(vec![0.0, 1.0], &[2]).unwrap().cast(dtype).unwrap();
    for dtype in [DType::Bool, DType::Int64, DType::Float32] {
        for &op in UnaryOp::ALL {
            let wanted = unary(op, &number(dtype)).and_then(|a| a.to_f64());
            as_on_gpu(|| {
                let found = unary(op, &number(dtype));
                assert!(found.as_ref().is_ok_and(|a| a.dtype() != DType::Float64) || wanted.is_err(), "{}", op.name());
                close(op.name(), found.and_then(|a| a.to_f64()), &wanted);
            });
        }
        for &op in BinaryOp::ALL {
            let wanted = binary(op, &number(dtype), &number(dtype)).and_then(|a| a.to_f64());
            as_on_gpu(|| {
                let found = binary(op, &number(dtype), &number(dtype));
                assert!(found.as_ref().is_ok_and(|a| a.dtype() != DType::Float64) || wanted.is_err(), "{}", op.name());
                close(op.name(), found.and_then(|a| a.to_f64()), &wanted);
            });
        }
    }
}

#[track_caller]
fn close(name: &str, found: Result<Vec<f64>>, wanted: &Result<Vec<f64>>) {
    let near = |(x, y): (&f64, &f64)| x == y || (x.is_nan() && y.is_nan()) || (x - y).abs() <= 1e-5 * y.abs().max(1.0);
    match (&found, wanted) {
        (Ok(found), Ok(wanted)) => assert!(found.iter().zip(wanted).all(near), "{name}: {found:?} is not {wanted:?}"),
        (Err(found), Err(wanted)) => assert_eq!(found.code(), wanted.code(), "{name}"),
        _ => panic!("{name}: {found:?} is not {wanted:?}"),
    }
}

//! A build without MLX says so wherever MLX is asked for.
use super::*;
use crate::error::Code;
use crate::tensor::loading::loaded;

#[test]
fn what_is_missing_is_said() {
    let error = loaded().unwrap_err().into_error();
    assert_eq!(
        (error.code, &*error.message),
        (Code::Backend, "this program was built without MLX: its feature `mlx` was off")
    );
    assert!(error.help.as_ref().is_some_and(|help| help.contains("--features mlx")));
    for refused in
        [Backend::Mlx.choose(), Device::Gpu.check(), on_mlx_thread(|| Ok(())), v(&[1.0]).with_mlx().map(drop)]
    {
        assert_eq!(refused.unwrap_err().code(), Some(Code::Backend));
    }
    assert_eq!(evaluations(), 0);
    finish();
}

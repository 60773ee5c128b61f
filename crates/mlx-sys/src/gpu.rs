//! What MLX can compute with besides the CPU.
use super::{mlx_cuda_is_available, mlx_device_count, mlx_device_type__MLX_GPU, mlx_metal_is_available};
use std::os::raw::c_int;

/// The number of GPUs that MLX finds; `None` if it was built to compute on the CPU alone.
///
/// mlx-c ends the process on an error unless its handler was replaced before, as any fallible call of `mlx-rs` does.
pub fn gpus() -> Option<usize> {
    let backends = [mlx_cuda_is_available, mlx_metal_is_available];
    if !backends.into_iter().any(is_there) {
        return None;
    }
    let mut count: c_int = 0;
    // SAFETY: `count` is valid for the write, and the call keeps no pointer to it.
    let status = unsafe { mlx_device_count(&mut count, mlx_device_type__MLX_GPU) };
    Some(if status == 0 { usize::try_from(count).unwrap_or(0) } else { 0 })
}

fn is_there(backend: unsafe extern "C" fn(*mut bool) -> c_int) -> bool {
    let mut answer = false;
    // SAFETY: `answer` is valid for the write, and the call keeps no pointer to it.
    let status = unsafe { backend(&mut answer) };
    status == 0 && answer
}

#[cfg(test)]
mod tests {
    /// What the build chose is what the library says of itself; of an `MLX_ROOT` nobody knows before.
    #[test]
    fn the_back_end_is_that_of_the_library() {
        let gpus = super::gpus();
        match option_env!("MLX_ROOT").or(option_env!("MLX_WHEEL")).unwrap_or("mlx-cpu") {
            "mlx-cuda-12" | "mlx-cuda-13" => assert!(gpus.is_some()),
            "mlx-cpu" => assert_eq!(gpus.is_some(), cfg!(all(target_os = "macos", feature = "metal"))),
            _ => assert!(gpus.is_none_or(|n| n < 1000)),
        }
    }
}

//! The half-precision accessors that mlx-c compiles only where C has such types.
//!
//! `mlx-rs` wants them everywhere. Both types are 16 plain bits here, and MLX's `uint16` accessors
//! hand out the buffer as it is, so they serve for the two half types as well.
use super::{mlx_array, mlx_array_data_uint16, mlx_array_item_uint16};
use std::os::raw::c_int;

/// IEEE half precision, as its bits.
#[repr(transparent)]
#[derive(Debug, Default, Copy, Clone)]
pub struct float16_t(pub u16);

/// Brain floating point, as its bits.
pub type bfloat16_t = u16;

/// The buffer of an evaluated float16 array.
pub unsafe fn mlx_array_data_float16(arr: mlx_array) -> *const float16_t {
    mlx_array_data_uint16(arr).cast()
}

/// The buffer of an evaluated bfloat16 array.
pub unsafe fn mlx_array_data_bfloat16(arr: mlx_array) -> *const bfloat16_t {
    mlx_array_data_uint16(arr)
}

/// The only element of a float16 array.
pub unsafe fn mlx_array_item_float16(res: *mut float16_t, arr: mlx_array) -> c_int {
    mlx_array_item_uint16(res.cast(), arr)
}

/// The only element of a bfloat16 array.
pub unsafe fn mlx_array_item_bfloat16(res: *mut bfloat16_t, arr: mlx_array) -> c_int {
    mlx_array_item_uint16(res, arr)
}

//! A function of macOS that `mlx-rs` seeds its default random state with.
use std::time::{SystemTime, UNIX_EPOCH};

/// A number of ticks that grows with time; of nanoseconds here.
#[no_mangle]
pub extern "C" fn mach_approximate_time() -> u64 {
    // The lower bits are the ones that vary.
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos() as u64)
}

//! Where the stack that the system gave a thread ends.

/// So much is believed to be left where the system does not say it.
const GUESS: usize = 128 * 1024;

/// The lowest address of this thread's stack, of which `here` is one.
pub fn limit(here: usize) -> usize {
    ask().filter(|limit| *limit < here).unwrap_or(here.saturating_sub(GUESS))
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn ask() -> Option<usize> {
    use std::{mem::MaybeUninit, ptr::null_mut};
    let mut attributes = MaybeUninit::<libc::pthread_attr_t>::uninit();
    let (mut lowest, mut size) = (null_mut(), 0);
    // SAFETY: the first call fills `attributes` or fails; the others read it after it was filled, and write to
    // variables that outlive them.
    unsafe {
        if libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) != 0 {
            return None;
        }
        let told = libc::pthread_attr_getstack(attributes.as_ptr(), &mut lowest, &mut size) == 0;
        libc::pthread_attr_destroy(attributes.as_mut_ptr());
        told.then_some(lowest as usize)
    }
}

#[cfg(target_os = "macos")]
fn ask() -> Option<usize> {
    // SAFETY: both calls only read what the system keeps of this thread.
    let (highest, size) = unsafe {
        let thread = libc::pthread_self();
        (libc::pthread_get_stackaddr_np(thread) as usize, libc::pthread_get_stacksize_np(thread))
    };
    highest.checked_sub(size)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "macos")))]
fn ask() -> Option<usize> {
    None
}

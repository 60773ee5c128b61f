//! Faults on purpose: copies of the code with one line changed, which calibration must notice. They are there in builds
//! with `--cfg broken` alone, one at a time.

use std::sync::{PoisonError, RwLock};

/// Is this copy of the code broken here?
macro_rules! broken {
    ($name:literal) => {
        cfg!(broken) && $crate::broken::is($name)
    };
}
pub(crate) use broken;

/// One for the process: a test breaks the code, calibrates it and mends it again.
static BROKEN: RwLock<Option<String>> = RwLock::new(None);

pub(crate) fn is(name: &str) -> bool {
    BROKEN.read().unwrap_or_else(PoisonError::into_inner).as_deref() == Some(name)
}

/// Breaks the code at the places of this name, and nowhere else.
pub fn break_at(name: Option<&str>) {
    *BROKEN.write().unwrap_or_else(PoisonError::into_inner) = name.map(str::to_owned);
}

//! Which mutant is on; put into the mutated copy of the crate, where `COUNT` is the number of its mutants plus one.
//!
//! The file `mutant-on` in the copy holds the number of the mutant, or 0: then every number that is asked for is added
//! to `mutants-seen` once. Files, since some tests start programs with an empty environment.

use std::fs::{OpenOptions, read_to_string};
use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

static SEEN: [AtomicBool; COUNT] = [const { AtomicBool::new(false) }; COUNT];
static ON: AtomicUsize = AtomicUsize::new(0);

#[inline(always)]
pub fn on(mutant: usize) -> bool {
    if !SEEN[mutant].load(Relaxed) {
        first(mutant);
    }
    ON.load(Relaxed) == mutant
}

#[cold]
#[inline(never)]
fn first(mutant: usize) {
    let on = read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/mutant-on")).unwrap_or_default();
    ON.store(on.trim().parse().unwrap_or(0), Relaxed);
    if SEEN[mutant].swap(true, Relaxed) || ON.load(Relaxed) != 0 {
        return;
    }
    let seen = concat!(env!("CARGO_MANIFEST_DIR"), "/mutants-seen");
    if let Ok(mut file) = OpenOptions::new().append(true).create(true).open(seen) {
        let _ = file.write_all(format!("{mutant}\n").as_bytes());
    }
}

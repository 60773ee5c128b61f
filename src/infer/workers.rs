//! Tasks beside each other: on the shared pool, where the code that they run does nothing but draw. Each has a context and
//! an equal share of the steps left, so that they give what they would give one after another.

use crate::error::Result;
use crate::eval::Cx;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Runs a task for each place, in a context of its own, on so many threads at most. Threads take the next that nobody has
/// taken; the error is that of the first task that has one.
pub fn beside<T: Send>(
    cx: &mut Cx,
    threads: Option<usize>,
    places: &mut [T],
    task: impl Fn(&mut Cx, usize, &mut T) -> Result<()> + Sync,
) -> Result<()> {
    let (next, tasks) = (AtomicUsize::new(0), places.len());
    type Work<'a, T> = Mutex<(Cx, &'a mut T, Result<()>)>;
    let work = |place| Mutex::new((cx.beside(tasks as u64), place, Ok(())));
    let all: Vec<Work<'_, T>> = places.iter_mut().map(work).collect();
    let run = || {
        while let Some((number, work)) = all.iter().enumerate().nth(next.fetch_add(1, Ordering::Relaxed)) {
            let mut work = work.lock().unwrap_or_else(PoisonError::into_inner);
            let (worker, place, done) = &mut *work;
            *done = task(worker, number, place);
            if done.is_err() {
                // Nobody needs the tasks after this one; those before it are being run.
                next.store(tasks, Ordering::Relaxed);
            }
        }
    };
    let threads = threads.unwrap_or(usize::MAX).min(rayon::current_num_threads()).min(tasks);
    rayon::in_place_scope(|scope| {
        (1..threads).for_each(|_| scope.spawn(|_| run()));
        run();
    });
    let mut first = Ok(());
    for work in all {
        let (mut worker, _, done) = work.into_inner().unwrap_or_else(PoisonError::into_inner);
        cx.take_back(&mut worker)?;
        first = first.and(done);
    }
    first
}

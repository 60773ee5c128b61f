//! The one thread of a process that touches MLX: others send it operations and hold handles.
//!
//! MLX's streams belong to the thread that made them, and every thread that evaluates leaves a worker
//! behind, so there is one, started on first use. A handle is a number; the thread keeps the array
//! under it. One channel carries everything in order, so an operation finds its inputs even if their
//! handles are dropped right after it was sent, and the thread itself never drops a handle's owner.
use super::{
    device::{Device, is_for_gpu},
    loading::loaded,
};
use crate::error::{Error, Result, Stop};
use crate::tensor::mlx_rs::{Array as Mlx, Device as MlxDevice, Dtype, Stream, transforms::eval, with_stream};
use std::{
    any::Any,
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        OnceLock,
        atomic::{AtomicU64, AtomicUsize, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread::{self, ThreadId},
};

/// The only global of the module.
static SERVICE: OnceLock<Option<Service>> = OnceLock::new();
/// So many operations may be under way before a sender waits for them.
const MAX_PENDING: usize = 1 << 14;
/// A chain of so many unevaluated operations is evaluated, lest it keep its whole history.
const MAX_DEPTH: u32 = 256;

type Build = Box<dyn FnOnce(&[&Mlx]) -> Result<Mlx> + Send>;
type Job = Box<dyn FnOnce(&mut Arrays) + Send>;

struct Service {
    jobs: Sender<Job>,
    thread: ThreadId,
    pending: AtomicUsize,
    next: AtomicU64,
}

/// What the thread holds for each live handle.
#[derive(Default)]
struct Arrays {
    slots: HashMap<u64, ResultSlot>,
    /// How often something was computed.
    evaluations: u64,
    /// Where a GPU is the default, the stream of what it does not compute.
    cpu: Option<Stream>,
}

struct ResultSlot {
    value: Result<Mlx>,
    depth: u32,
}

/// What the caller knows of a result: MLX must agree.
pub(super) struct ExpectedResult {
    pub shape: Vec<i32>,
    pub dtype: Dtype,
}

/// Owns an array on the MLX thread, which forgets it when this is dropped.
#[derive(Debug)]
pub(super) struct Handle(u64);

impl Drop for Handle {
    fn drop(&mut self) {
        let id = self.0;
        if let Some(service) = started() {
            service.send(move |arrays| drop(arrays.slots.remove(&id)));
        }
    }
}

impl Handle {
    /// Sends an operation without waiting; its errors, and those of `inputs`, stay with the handle.
    pub fn operation(inputs: &[&Handle], expected: ExpectedResult, build: Build) -> Result<Handle> {
        let service = service()?;
        let id = service.next.fetch_add(1, Ordering::Relaxed);
        let inputs: Vec<u64> = inputs.iter().map(|handle| handle.0).collect();
        service.limit_pending();
        service.pending.fetch_add(1, Ordering::Relaxed);
        service.send(move |arrays| {
            arrays.operate(id, &inputs, &expected, build);
            if let Some(service) = started() {
                service.pending.fetch_sub(1, Ordering::Relaxed);
            }
        });
        Ok(Handle(id))
    }

    /// Computes arrays, all at once, and waits for it; nothing happens if all are computed already.
    pub fn evaluate<'a>(handles: impl Iterator<Item = &'a Handle>) -> Result<()> {
        let ids: Vec<u64> = handles.map(|handle| handle.0).collect();
        if ids.is_empty() {
            return Ok(());
        }
        service()?.ask(move |arrays| arrays.evaluate(&ids))
    }

    /// Waits for the array's value and reads it with `reader`, on the MLX thread.
    pub fn read<T: Send + 'static>(&self, reader: impl FnOnce(&Mlx) -> Result<T> + Send + 'static) -> Result<T> {
        let id = self.0;
        service()?.ask(move |arrays| {
            arrays.evaluate(&[id])?;
            arrays.on_cpu(|| reader(arrays.value(id)?))
        })
    }
}

/// Runs `task` on the MLX thread and waits for its result.
#[cfg(test)]
pub(super) fn on_mlx_thread<T: Send + 'static>(task: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    service()?.ask(move |_| task())
}

/// How often MLX was asked to compute what was sent to it, since the process began: a measure of how lazily a program
/// runs. What the host does for an operation that MLX lacks is not counted.
pub fn evaluations() -> u64 {
    started().map_or(Ok(0), |service| service.ask(|arrays| Ok(arrays.evaluations))).unwrap_or(0)
}

/// Waits until everything sent so far is done, so that a process may end without cutting it off.
pub fn finish() {
    if let Some(service) = started() {
        let _ = service.ask(|_| Ok(()));
    }
}

fn no_thread() -> Stop {
    Error::array("the thread that runs MLX is not there").help("the system refused to start a thread")
}

/// The thread, if there is any by now.
fn started() -> Option<&'static Service> {
    SERVICE.get()?.as_ref()
}

/// The thread, which is started if it was not. Errors: those of [`loaded`], and that of a system without threads.
fn service() -> Result<&'static Service> {
    if SERVICE.get().is_none() {
        loaded()?;
    }
    SERVICE
        .get_or_init(|| {
            let ((jobs, queue), device) = (channel(), Device::of_thread());
            let thread = thread::Builder::new().name("mlx".into()).spawn(move || work(&queue, device)).ok()?;
            let thread = thread.thread().id();
            Some(Service { jobs, thread, pending: AtomicUsize::new(0), next: AtomicU64::new(0) })
        })
        .as_ref()
        .ok_or_else(no_thread)
}

impl Service {
    /// Sending fails only if the thread is gone; whoever waits for an answer then learns of it.
    fn send(&self, job: impl FnOnce(&mut Arrays) + Send + 'static) {
        let _ = self.jobs.send(Box::new(job));
    }

    /// Sends a job and waits for what it returns.
    fn ask<T: Send + 'static>(&self, job: impl FnOnce(&mut Arrays) -> Result<T> + Send + 'static) -> Result<T> {
        if self.is_here() {
            return Err(Error::array("internal: the MLX thread would wait for itself"));
        }
        let (reply, answer) = channel();
        self.send(move |arrays| {
            let result = guarded(|| job(arrays));
            let _ = reply.send(result);
        });
        answer.recv().unwrap_or_else(|_| Err(no_thread()))
    }

    /// Lets a sender that is far ahead wait, so that the queue stays bounded.
    fn limit_pending(&self) {
        if self.pending.load(Ordering::Relaxed) >= MAX_PENDING && !self.is_here() {
            let _ = self.ask(|_| Ok(()));
        }
    }

    fn is_here(&self) -> bool {
        thread::current().id() == self.thread
    }
}

/// The thread's life: it ends with the process, since the service's sender is never dropped.
fn work(queue: &Receiver<Job>, device: Device) {
    // The first fallible call makes mlx-rs take over MLX's errors, which would otherwise end the process.
    let _ = MlxDevice::try_default();
    MlxDevice::set_default(&device.mlx());
    let mut arrays = Arrays { cpu: (device == Device::Gpu).then(Stream::cpu), ..Arrays::default() };
    while let Ok(job) = queue.recv() {
        let _ = catch_unwind(AssertUnwindSafe(|| job(&mut arrays)));
    }
}

impl Arrays {
    fn value(&self, id: u64) -> Result<&Mlx> {
        let slot = self.slots.get(&id).ok_or_else(|| Error::array("internal: an array is lost"))?;
        slot.value.as_ref().map_err(Clone::clone)
    }

    /// Runs what builds an array that the CPU computes.
    fn on_cpu<T>(&self, build: impl FnOnce() -> T) -> T {
        match &self.cpu {
            Some(cpu) => with_stream(cpu, build),
            None => build(),
        }
    }

    fn operate(&mut self, id: u64, inputs: &[u64], expected: &ExpectedResult, build: Build) {
        let depth = |id: &u64| self.slots.get(id).map_or(0, |slot| slot.depth);
        let depth = 1 + inputs.iter().map(depth).max().unwrap_or(0);
        let value = guarded(|| {
            let values = inputs.iter().map(|id| self.value(*id)).collect::<Result<Vec<&Mlx>>>()?;
            let built = || expected.check(build(&values)?);
            let dtypes = values.iter().map(|value| value.dtype()).chain([expected.dtype]);
            if is_for_gpu(dtypes) { built() } else { self.on_cpu(built) }
        });
        self.slots.insert(id, ResultSlot { value, depth });
        if depth > MAX_DEPTH {
            // What went wrong is kept with the array.
            let _ = self.evaluate(&[id]);
        }
    }

    /// Computes what of these is not computed yet, all at once; an array that fails keeps its error.
    fn evaluate(&mut self, ids: &[u64]) -> Result<()> {
        let lazy = |slot: &&ResultSlot| slot.depth > 0;
        let lazy =
            ids.iter().filter_map(|id| self.slots.get(id)).filter(lazy).filter_map(|slot| slot.value.as_ref().ok());
        let lazy: Vec<&Mlx> = lazy.collect();
        if !lazy.is_empty() {
            self.evaluations += 1;
            match (guarded(|| Ok(eval(lazy)?)), ids) {
                (Ok(()), _) => {}
                (Err(error), [id]) => drop(self.slots.get_mut(id).map(|slot| slot.value = Err(error))),
                // Which of them was it?
                (Err(_), _) => ids.iter().try_for_each(|id| self.evaluate(&[*id]))?,
            }
        }
        for id in ids {
            if let Some(slot) = self.slots.get_mut(id) {
                slot.depth = 0;
            }
        }
        ids.iter().try_for_each(|id| self.value(*id).map(drop))
    }
}

impl ExpectedResult {
    /// Converts the result to the dtype promised to the caller and compares the shape.
    fn check(&self, result: Mlx) -> Result<Mlx> {
        if result.shape() != self.shape {
            let message = format!("internal: MLX returned shape {:?} for {:?}", result.shape(), self.shape);
            return Err(Error::array(message));
        }
        Ok(if result.dtype() == self.dtype { result } else { result.as_dtype(self.dtype)? })
    }
}

/// Turns a panic into an error.
fn guarded<T>(task: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(task))
        .unwrap_or_else(|panic| Err(Error::array(format!("internal: {}", panic_message(panic.as_ref())))))
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic")
}

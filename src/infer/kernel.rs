//! Kernels: moves of a trace that leave the posterior as it is, as values that can be called and put together.

use super::start::current;
use super::tally::Tally;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::{described, wrong_type};
use crate::eval::collections::Vector;
use crate::eval::condition::holds;
use crate::eval::error_value::ErrorValue;
use crate::eval::key::{Key, Stream};
use crate::eval::name::hash_text;
use crate::eval::print::{Printer, brief};
use crate::eval::run::arity_error;
use crate::eval::{Cx, HostObject, Value, keys};
use crate::gfi::{BadPoints, Trace, TraceObject, of_value, result, same_function, trace_value};
use std::any::Any;
use std::sync::Arc;

/// One kind of move.
pub trait Kernel: Send + Sync {
    /// The name of its constructor, for reports.
    fn name(&self) -> &str;

    /// The arguments of its constructor that make it again.
    fn parts(&self) -> Vec<Value>;

    /// Do its moves hang on how many it has made?
    fn counts(&self) -> bool {
        false
    }

    /// The plain function that counts as a kernel, if it is one.
    fn function(&self) -> Option<&Value> {
        None
    }

    /// Moves a trace of positive density; all randomness comes from the key.
    fn apply(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Move>;

    /// The kernel that makes its moves backwards; `None` where that is the kernel itself, since it is in detailed
    /// balance.
    fn reverse(&self) -> Result<Option<Arc<dyn Kernel>>> {
        Ok(None)
    }

    /// Levels of nesting of the values inside.
    fn depth(&self) -> u32 {
        0
    }
}

/// What one move did.
pub struct Move {
    pub trace: Arc<Trace>,
    pub accepted: bool,
    /// The logarithm of what is compared with a uniform number; NaN where the move could not be weighed.
    pub log_alpha: f64,
    /// What the algorithm tells besides.
    pub stats: Vec<(&'static str, Value)>,
}

impl Move {
    /// The trace stays.
    pub fn rejected(trace: &Arc<Trace>, log_alpha: f64) -> Move {
        Move { trace: trace.clone(), accepted: false, log_alpha, stats: Vec::new() }
    }

    /// Says of the points that the move came to on its way that some were bad.
    pub fn with_errors(mut self, bad: BadPoints) -> Move {
        self.stats.extend(bad.first.map(error_stat));
        self
    }

    /// The bad points that the move tells of, those of its parts included.
    pub fn errors(&self) -> BadPoints {
        let mut tally = Tally::default();
        tally.add(self, false);
        tally.bad()
    }

    pub fn with(mut self, name: &'static str, value: Value) -> Move {
        self.stats.push((name, value));
        self
    }

    pub fn stat(&self, name: &str) -> Option<&Value> {
        self.stats.iter().find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    /// What it reports: whether it was accepted, log α, and the stats.
    pub fn report(&self) -> Vec<(&'static str, Value)> {
        let own = [("accepted", Value::bool(self.accepted)), ("log-alpha", Value::float(self.log_alpha))];
        own.into_iter().chain(self.stats.iter().cloned()).collect()
    }

    /// The same as a map.
    pub fn info(&self) -> Result<Value> {
        result(self.report())
    }
}

/// The stat of a kernel made of others that holds the infos of their moves.
pub const STEPS: &str = "steps";
/// The stat of a move of one choice: its address.
pub const ADDRESS: &str = "address";
/// The stat of a move that came to a bad point: the first error of the model.
pub const ERROR: &str = "error";

/// What a move tells, by name.
pub type Stats = Vec<(&'static str, Value)>;

/// An error as `catch` would bind it.
fn error_stat(error: Box<Error>) -> (&'static str, Value) {
    (ERROR, Value::host(ErrorValue::new(error)))
}

/// Kernels may be made of kernels so deeply.
const MAX_LEVELS: u32 = 500;

/// A kernel as a value.
pub struct KernelObject(pub Arc<dyn Kernel>);

impl KernelObject {
    pub fn value(kernel: impl Kernel + 'static) -> Value {
        Value::host(KernelObject(Arc::new(Measured { depth: kernel.depth(), kernel })))
    }
}

/// A kernel with its depth, which is that of its parts: asked anew at every level, it would be asked of a part twice
/// for each of its uses.
struct Measured<K> {
    kernel: K,
    depth: u32,
}

impl<K: Kernel> Kernel for Measured<K> {
    fn name(&self) -> &str {
        self.kernel.name()
    }

    fn parts(&self) -> Vec<Value> {
        self.kernel.parts()
    }

    fn counts(&self) -> bool {
        self.kernel.counts()
    }

    fn function(&self) -> Option<&Value> {
        self.kernel.function()
    }

    fn apply(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Move> {
        self.kernel.apply(cx, trace, key)
    }

    fn reverse(&self) -> Result<Option<Arc<dyn Kernel>>> {
        self.kernel.reverse()
    }

    fn depth(&self) -> u32 {
        self.depth
    }
}

/// A kernel as the value that it was made of.
pub fn value_of(kernel: &Arc<dyn Kernel>) -> Value {
    kernel.function().cloned().unwrap_or_else(|| Value::host(KernelObject(kernel.clone())))
}

/// Values as a vector.
pub fn vector_of(values: Vec<Value>) -> Value {
    Vector::from_vec(values).map(Value::Vector).unwrap_or_default()
}

impl HostObject for KernelObject {
    fn kind(&self) -> &'static str {
        "a kernel"
    }

    fn print(&self, out: &mut Printer<'_>) {
        match self.0.function() {
            Some(function) => out.value(function),
            None => out.call(self.0.name(), &self.0.parts()),
        }
    }

    /// Kernels made alike are equal.
    fn equals(&self, other: &dyn HostObject) -> bool {
        let Some(KernelObject(other)) = (other as &dyn Any).downcast_ref() else { return false };
        Arc::ptr_eq(&self.0, other) || self.0.name() == other.name() && self.0.parts() == other.parts()
    }

    fn hash_code(&self) -> u64 {
        hash_text(self.0.name())
    }

    /// A kernel that counts its moves does another one each time.
    fn code(&self) -> Option<Vec<Value>> {
        (!self.0.counts()).then(|| self.0.parts())
    }

    fn depth(&self) -> u32 {
        self.0.depth()
    }

    /// `(kernel trace)` gives `{:trace :info}`.
    fn call(&self, _this: &Value, cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
        let [trace] = args else {
            return Err(arity_error(self.0.name(), "[trace]", args.len()));
        };
        let trace = of_value(self.0.name(), trace, 0)?;
        let key = cx.next_key(self.0.name())?;
        let trace = current(cx, &trace, key.fold(u64::MAX))?;
        let moved = self.0.apply(cx, &trace, key)?;
        let info = moved.info()?;
        result([("trace", trace_value(moved.trace)), ("info", info)])
    }
}

/// The kernel inside a value; a plain function of the trace counts as one.
pub fn kernel_of(function: &str, value: &Value, index: usize) -> Result<Arc<dyn Kernel>> {
    if value.depth() > MAX_LEVELS {
        let message = format!("a kernel made of kernels more than {MAX_LEVELS} levels deep");
        return Err(Error::raise(Code::TooNested, message)
            .arg(index)
            .help("write `(repeat-kernel n k)` or a flat `(chain …)`"));
    }
    match value {
        Value::Fn(_) | Value::Native(_) => Ok(Arc::new(FunctionKernel(value.clone()))),
        other => match other.as_host::<KernelObject>() {
            Some(kernel) => Ok(kernel.0.clone()),
            None => Err(wrong_type(function, "a kernel", other, index)
                .help("make one, such as `(mh-kernel :x)`, or write a function from a trace to a trace")),
        },
    }
}

/// A plain function: trace → trace, or trace → `{:trace :info}`, whose info stands under `:info`.
struct FunctionKernel(Value);

impl Kernel for FunctionKernel {
    fn name(&self) -> &str {
        "a plain function as a kernel"
    }

    fn parts(&self) -> Vec<Value> {
        vec![self.0.clone()]
    }

    fn function(&self) -> Option<&Value> {
        Some(&self.0)
    }

    /// The function draws from the move's key, so that the move follows from it.
    fn apply(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Move> {
        let given = trace_value(trace.clone());
        let answer = cx.outside_model(Stream::new(key), |cx| cx.call1(&self.0, given))?;
        let (new, info) = match &answer {
            Value::Map(map) => {
                keys::check(&format!("what the kernel `{}` returns", brief(&self.0)), "key", map, "trace info")?;
                (map.get_keyword("trace").cloned().unwrap_or_default(), map.get_keyword("info").cloned())
            }
            other => (other.clone(), None),
        };
        let Some(new) = new.as_host::<TraceObject>() else {
            return Err(no_trace(&self.0, &answer));
        };
        let new = new.trace()?;
        if !same_function(&new.function, &trace.function) {
            return Err(another_model(&self.0, trace, &new));
        }
        let told = |name: &str| match &info {
            Some(Value::Map(info)) => info.get_keyword(name).cloned(),
            _ => None,
        };
        let accepted = told("accepted").map_or(Ok(true), |v| holds(&v))?;
        let log_alpha = told("log-alpha").and_then(|v| v.as_f64()).unwrap_or(0.0);
        let error = told(ERROR).map(|error| (ERROR, error));
        let stats = info.map(|info| ("info", info)).into_iter().chain(error).collect();
        Ok(Move { trace: new, accepted, log_alpha, stats })
    }

    fn reverse(&self) -> Result<Option<Arc<dyn Kernel>>> {
        let message = format!("the reverse of the plain function `{}` is not known", brief(&self.0));
        Err(Error::raise(Code::Kernel, message).help("say what it is: `(declare-reverse k reverse-of-k)`"))
    }

    fn depth(&self) -> u32 {
        self.0.depth()
    }
}

#[cold]
fn no_trace(function: &Value, answer: &Value) -> Stop {
    let message = format!("the kernel `{}` returned {}, not a trace", brief(function), described(answer));
    Error::raise(Code::Type, message)
        .help("a plain function is a kernel when it returns a trace, or `{:trace t :info i}`")
}

#[cold]
fn another_model(function: &Value, old: &Trace, new: &Trace) -> Stop {
    let (kernel, old, new) = (brief(function), brief(&old.function), brief(&new.function));
    Error::raise(Code::Kernel, format!("the kernel `{kernel}` returned a trace of `{new}`, given one of `{old}`"))
        .help("a kernel moves a trace of one model; `translate` makes a trace of another")
}

//! The interpreter as other programs embed it: build, evaluate, call, limit, interrupt.

use crate::convert::{Answer, IntoArgs};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::program::{CORE, VarMeta};
use crate::eval::stdlib::{load_source, run_top};
use crate::eval::{Capabilities, Cx, Effect, HostFunction, Limits, Output, Program, Value, builtins};
use crate::host::Function;
use crate::lexer::Source;
use crate::module::Module;
use crate::output::Silent;
use crate::parser;
use crate::tensor::{Backend, DType, Device};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A program and the context that runs it. It can move between threads.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use genlisp::Interpreter;
/// let mut lisp = Interpreter::builder().seed(42).build()?;
/// assert_eq!(i64::try_from(lisp.eval("(reduce + (range 5))")?)?, 10);
/// # Ok(())
/// # }
/// ```
pub struct Interpreter {
    cx: Cx,
}

/// Options of a new interpreter. Everything outside the program is off unless asked for.
pub struct Builder {
    seed: Option<u64>,
    limits: Limits,
    capabilities: Capabilities,
    output: Box<dyn Output>,
    backend: Option<Backend>,
    device: Option<Device>,
    dtype: Option<DType>,
}

/// Stops a running evaluation from another thread.
#[derive(Clone)]
pub struct InterruptHandle(Arc<AtomicBool>);

impl InterruptHandle {
    /// Stops the evaluation that is under way; one that is not begins as if nothing were.
    pub fn interrupt(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Default for Builder {
    fn default() -> Self {
        Builder {
            seed: None,
            limits: Limits::default(),
            capabilities: Capabilities::default(),
            output: Box::new(Silent),
            backend: None,
            device: None,
            dtype: None,
        }
    }
}

impl Builder {
    /// Fixes the random stream; without it the system chooses.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Most steps (calls and `recur`s) of one evaluation.
    pub fn steps(mut self, steps: u64) -> Self {
        self.limits.steps = steps;
        self
    }

    /// Most nested calls.
    pub fn depth(mut self, depth: u32) -> Self {
        self.limits.depth = depth;
        self
    }

    /// Longest time of one evaluation.
    pub fn time(mut self, time: Duration) -> Self {
        self.limits.time = Some(time);
        self
    }

    /// What programs may reach of the world outside; nothing unless this says so.
    pub fn capabilities(mut self, capabilities: Capabilities) -> Self {
        self.capabilities = capabilities;
        self
    }

    /// Where printed text and warnings go; nowhere by default.
    pub fn output(mut self, output: impl Output + 'static) -> Self {
        self.output = Box::new(output);
        self
    }

    /// Who stores and computes arrays. The choice holds for the process: building an interpreter with another one
    /// fails. Without one, the environment variable `GEN_BACKEND` chooses, else arrays lie in buffers on the host.
    pub fn backend(mut self, backend: Backend) -> Self {
        self.backend = Some(backend);
        self
    }

    /// What computes arrays. The choice holds for the process, as that of the backend, which it makes MLX for a GPU.
    /// Without one it is the CPU. [`Device::check`] tells whether there is a GPU.
    pub fn device(mut self, device: Device) -> Self {
        self.device = Some(device);
        self
    }

    /// What numbers batched runs compute with unless a call says otherwise by `:dtype`: [`DType::Float64`], the default
    /// on a CPU, where a batched run then answers as one by one, or [`DType::Float32`], the default on a GPU.
    /// Errors at `build`: `gen::dtype` for a type without fractions.
    pub fn dtype(mut self, dtype: DType) -> Self {
        self.dtype = Some(dtype);
        self
    }

    /// Errors: `gen::device` for a GPU that is not there; `gen::backend` for a backend that the environment names
    /// wrongly; either, if another one is in use.
    pub fn build(self) -> Answer<Interpreter> {
        crate::tensor::choose(self.device, self.backend).map_err(Stop::into_error)?;
        bound_threads();
        let seed = self.seed.unwrap_or_else(random_seed);
        if let Some(odd) = self.dtype.filter(|dtype| !dtype.is_float()) {
            return Err(Error::new(Code::Dtype, format!("lanes compute with `float32` or `float64`, not `{odd}`")));
        }
        let mut cx = Cx::new(base_program(), seed, self.output);
        cx.library = Arc::new(crate::library::library());
        cx.dtype = self.dtype;
        cx.limits = self.limits;
        cx.capabilities = self.capabilities;
        Ok(Interpreter { cx })
    }
}

/// Most threads of a process.
pub const MAX_THREADS: usize = 1024;

/// More threads than that are not started, whatever the environment says; where the pool exists it stays as it is.
fn bound_threads() {
    let wanted = std::env::var("RAYON_NUM_THREADS").ok().and_then(|n| n.parse::<usize>().ok());
    if wanted.is_some_and(|n| n > MAX_THREADS) {
        let _ = rayon::ThreadPoolBuilder::new().num_threads(MAX_THREADS).build_global();
    }
}

/// A seed from the operating system's randomness, by way of the standard library's hash keys.
pub fn random_seed() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    std::collections::hash_map::RandomState::new().build_hasher().finish()
}

/// The program before any code of the user: builtins, and what makes models.
fn base_program() -> Program {
    let mut program = Program::new();
    for table in builtins::TABLES {
        program.add_rows(table);
    }
    crate::distributions::TABLES.iter().for_each(|table| program.add_rows(table));
    crate::gfi::TABLES.iter().for_each(|table| program.add_rows(table));
    crate::infer::TABLES.iter().for_each(|table| program.add_rows(table));
    program.add_constants(crate::distributions::constants());
    program.add_constants(crate::gfi::constants());
    program.models = Some(&crate::gfi::MODEL);
    program
}

impl Interpreter {
    /// Begins an interpreter: settings first, then [`Builder::build`].
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Evaluates every form of a text; the value is that of the last.
    pub fn eval(&mut self, text: &str) -> Answer<Value> {
        self.eval_named("<eval>", text)
    }

    /// Like [`Interpreter::eval`]; reports show `name`.
    pub fn eval_named(&mut self, name: &str, text: &str) -> Answer<Value> {
        self.cx.begin();
        let result = self.run(name, text);
        self.ended(result)
    }

    /// One evaluation of the host's own: a halt ends it alone, and is an error to report.
    pub fn evaluation<T>(&mut self, run: impl FnOnce(&mut Cx) -> Result<T>) -> Answer<T> {
        self.cx.begin();
        let result = run(&mut self.cx);
        self.ended(result)
    }

    fn ended<T>(&mut self, result: Result<T>) -> Answer<T> {
        self.cx.finish(result).map_err(|stop| stop.into_error().with_sources(&self.cx.program.sources))
    }

    fn run(&mut self, name: &str, text: &str) -> Result<Value> {
        parser::check_size(text.len(), name)?;
        let source = self.add_source(name, text);
        load_source(&source, &mut self.cx)
    }

    fn add_source(&mut self, name: &str, text: &str) -> Arc<Source> {
        self.cx.program_mut().sources.add(name, text)
    }

    /// Runs a program file; relative paths in it start at its directory. What it defines is found in the result:
    /// `lisp.load_file("model.gen")?.get("regression")?`. Afterwards the interpreter is in the namespace it was in.
    pub fn load_file(&mut self, path: impl AsRef<Path>) -> Answer<Module> {
        let outer = self.cx.namespace.clone();
        let result = self.run_file(path);
        let namespace = std::mem::replace(&mut self.cx.namespace, outer);
        Ok(Module::new(&self.cx.program, namespace, result?))
    }

    /// Runs a program file and stays in its namespace; the value is that of its last form.
    pub fn run_file(&mut self, path: impl AsRef<Path>) -> Answer<Value> {
        let path = path.as_ref();
        let text = crate::eval::files::read_program(path).map_err(Stop::into_error)?;
        self.cx.base = path.parent().map(Path::to_path_buf).unwrap_or_default();
        self.eval_named(&path.display().to_string(), &text)
    }

    /// Evaluates one already read form.
    pub fn eval_form(&mut self, form: &parser::Form) -> Answer<Value> {
        self.evaluation(|cx| run_top(form, cx))
    }

    /// The value of a global name.
    pub fn get(&mut self, name: &str) -> Answer<Value> {
        match crate::eval::analyze::global_value(&mut self.cx, name).map_err(Stop::into_error)? {
            Some(value) => Ok(value),
            None => Err(Error::new(Code::UnknownName, format!("unknown name `{name}`"))),
        }
    }

    /// Calls a function by name: `lisp.call("hypot", (3.0, 4.0))`.
    pub fn call(&mut self, name: &str, args: impl IntoArgs) -> Answer<Value> {
        let f = self.get(name)?;
        self.call_value(&f, args)
    }

    /// Calls a function value.
    pub fn call_value(&mut self, f: &Value, args: impl IntoArgs) -> Answer<Value> {
        let mut args = args.into_args()?;
        self.evaluation(|cx| cx.call(f, &mut args))
    }

    /// Makes a value known under a name in every namespace.
    pub fn define(&mut self, name: &str, value: impl Into<Value>) {
        let program = self.cx.program_mut();
        let global = program.intern(&CORE.into(), name);
        let meta = VarMeta { is_declared: false, ..(*program.vars[global as usize]).clone() };
        program.define(global, value.into(), Arc::new(meta));
    }

    /// Makes a Rust function known in every namespace: `lisp.register("double", |x: f64| 2.0 * x)`. It counts as one
    /// that may touch the world outside; see [`Interpreter::register_pure`].
    pub fn register<Args>(&mut self, name: &str, function: impl Function<Args>) {
        self.register_typed(name, Effect::Io, function);
    }

    /// Like [`Interpreter::register`], for a function whose result depends on nothing but its arguments, so that a
    /// run may repeat its calls or make them on several threads.
    pub fn register_pure<Args>(&mut self, name: &str, function: impl Function<Args>) {
        self.register_typed(name, Effect::Pure, function);
    }

    fn register_typed<Args, F: Function<Args>>(&mut self, name: &str, effect: Effect, function: F) {
        let code = Box::new(move |_: &mut Cx, args: &mut [Value]| Ok(function.apply(args)?));
        self.add_function(HostFunction { name: name.into(), arity: Some(F::ARITY), effect, code });
    }

    /// Makes a function of any number of values known, which may call functions of the language through the context.
    pub fn register_raw(
        &mut self,
        name: &str,
        code: impl Fn(&mut Cx, &mut [Value]) -> Result<Value> + Send + Sync + 'static,
    ) {
        self.add_function(HostFunction { name: name.into(), arity: None, effect: Effect::Io, code: Box::new(code) });
    }

    fn add_function(&mut self, function: HostFunction) {
        let name = function.name.clone();
        self.define(&name, Value::host(function));
    }

    /// What stops evaluations of this interpreter from another thread.
    pub fn interrupt_handle(&self) -> InterruptHandle {
        InterruptHandle(self.cx.interrupt_flag())
    }

    /// The context of evaluation, for what takes one.
    pub fn cx(&mut self) -> &mut Cx {
        &mut self.cx
    }
}

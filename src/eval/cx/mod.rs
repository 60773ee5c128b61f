//! The context of one worker: what changes while a program runs.

mod halt;

use super::closure_cache::ClosureCache;
use super::effect::Handler;
use super::fixed::Fixed;
use super::gradient::Tape;
use super::key::{Key, Stream};
use super::lanes::Group;
use super::lanes::deferred::Deferred;
use super::lanes::output::LaneOutput;
use super::library::Library;
use super::limits::Nowhere;
pub use super::limits::{Capabilities, Limits, Output};
use super::node::Place;
use super::program::{Program, USER};
use super::value::Value;
use super::watch::StateWatch;
use crate::error::{Code, Error, Result, Stop};
use crate::lexer::Span;
use crate::tensor::{DType, Device};
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Mutable state of one worker: program, fuel, depth, handler, random stream, output.
pub struct Cx {
    /// The definitions in force.
    pub program: Arc<Program>,
    /// Definitions that are read when they are first needed.
    pub(crate) library: Arc<Library>,
    /// The namespace in which names are defined and looked up.
    pub namespace: Arc<str>,
    fuel: u32,
    steps: u64,
    /// What an evaluation may take.
    pub limits: Limits,
    /// When the time limit of this run ends.
    deadline: Option<Instant>,
    /// Nested calls now.
    pub depth: u32,
    /// Below this address the stack is grown; 0 until the first call.
    pub(super) stack_limit: usize,
    interrupt: Arc<AtomicBool>,
    /// Why the run must end, once it must: code that took a halt for an error of its own meets it again at its next step.
    halted: Option<Stop>,
    /// Checks since then: none, unless something took the halt for an error of its own.
    resumed: u32,
    pub(super) closures: ClosureCache,
    handler: Option<Box<dyn Handler>>,
    /// Effects so far, so that one can tell whether some code had any.
    effects: u64,
    /// Running a model's body, where randomness must go through `trace`.
    in_model: bool,
    /// Where random numbers come from.
    pub stream: Stream,
    /// The values of trainable parameters in force: a map by name, or nil.
    pub params: Value,
    /// What prints and warns.
    pub output: Box<dyn Output>,
    /// What the lanes in force print, where that is kept lane by lane.
    pub(crate) captured: Option<LaneOutput>,
    /// What the program may reach of the world outside.
    pub capabilities: Capabilities,
    /// Where relative paths of files start: the directory of the program.
    pub base: PathBuf,
    /// Directories searched for namespaces after `base`.
    pub search: Vec<PathBuf>,
    /// The run has reported something of what it drew: a warning or a summary.
    pub reported: bool,
    /// Places already warned about.
    warned: HashSet<Span>,
    /// Codes of warnings that are given once.
    warned_of: HashSet<Code>,
    /// Warnings of workers, on their way to who can tell them.
    unsaid: Arc<Mutex<Vec<Error>>>,
    /// Namespaces being loaded, outermost first.
    pub(crate) loading: Vec<Arc<str>>,
    /// Tapes made so far: a later one is an inner one.
    tapes: u64,
    /// The type of numbers that new lanes compute with, where the program was given one.
    pub dtype: Option<DType>,
    pub(crate) watch: StateWatch,
    /// The lanes that are run, in a batched run.
    pub(crate) group: Option<Arc<Group>>,
    /// The lanes are some of several chunks: nothing may happen but choices.
    pub(crate) chunked: bool,
    /// What interventions fix.
    pub(crate) fixed: Option<Arc<Fixed>>,
    /// Checks of this run that are put off.
    pub(crate) deferred: Deferred,
    /// A condition that is lanes, on its way from a test to its branches.
    pub(super) condition: Value,
}

impl Cx {
    /// A context of its own, with a seed for its random numbers.
    pub fn new(program: Program, seed: u64, output: Box<dyn Output>) -> Cx {
        Cx {
            program: Arc::new(program),
            library: Arc::default(),
            namespace: USER.into(),
            fuel: Limits::default().check_every,
            steps: 0,
            limits: Limits::default(),
            deadline: None,
            depth: 0,
            stack_limit: 0,
            interrupt: Arc::new(AtomicBool::new(false)),
            halted: None,
            resumed: 0,
            closures: ClosureCache::default(),
            handler: None,
            effects: 0,
            in_model: false,
            stream: Stream::new(Key::from_seed(seed)),
            params: Value::Nil,
            output,
            captured: None,
            capabilities: Capabilities::default(),
            base: PathBuf::from("."),
            search: Vec::new(),
            reported: false,
            warned: HashSet::new(),
            warned_of: HashSet::new(),
            unsaid: Arc::default(),
            loading: Vec::new(),
            tapes: 0,
            dtype: None,
            watch: StateWatch::default(),
            group: None,
            fixed: None,
            chunked: false,
            deferred: Deferred::Never,
            condition: Value::Nil,
        }
    }

    /// The program to change: copied first if a worker shares it.
    pub fn program_mut(&mut self) -> &mut Program {
        Arc::make_mut(&mut self.program)
    }

    /// Where a place of the code is in its source.
    pub fn span(&self, place: Place) -> Span {
        self.program.span(place)
    }

    /// Setting the flag stops a run at its next check, from any thread.
    pub fn interrupt_flag(&self) -> Arc<AtomicBool> {
        self.interrupt.clone()
    }

    /// Prepares for a run from the outermost level. An interrupt that came before it was meant for no run.
    pub(crate) fn begin(&mut self) {
        self.forget_halt();
        self.resumed = 0;
        self.steps = 0;
        self.deadline = self.limits.time.and_then(|time| Instant::now().checked_add(time));
        self.depth = 0;
        self.stack_limit = 0;
        self.closures = ClosureCache::default();
        self.handler = None;
        self.in_model = false;
        self.params = Value::Nil;
        self.watch = self.watch.restarted();
        self.group = None;
        self.chunked = false;
        self.deferred = Deferred::Never;
        self.condition = Value::Nil;
    }

    /// Steps counted so far in this run.
    pub fn steps(&self) -> u64 {
        self.steps + u64::from(self.limits.check_every.saturating_sub(self.fuel))
    }

    /// Takes one step. Errors: the halt at a limit or an interrupt.
    #[inline(always)]
    pub fn step(&mut self) -> Result<()> {
        self.fuel -= 1;
        if self.fuel == 0 { self.refuel() } else { Ok(()) }
    }

    /// Runs `f` for the lanes of a group.
    pub(crate) fn under<R>(&mut self, group: Arc<Group>, f: impl FnOnce(&mut Cx) -> R) -> R {
        let outer = self.group.replace(group);
        let result = f(self);
        self.group = outer;
        result
    }

    /// The type of numbers that new lanes compute with: doubles on a CPU unless something else was asked for.
    pub fn width(&self) -> DType {
        self.dtype.unwrap_or_else(|| Device::current().float())
    }

    /// A context for another thread, where nothing happens but choices.
    pub(crate) fn worker(&self) -> Cx {
        Cx {
            program: self.program.clone(),
            library: self.library.clone(),
            namespace: self.namespace.clone(),
            fuel: self.limits.check_every.max(1),
            steps: 0,
            resumed: 0,
            deadline: self.deadline,
            interrupt: self.interrupt.clone(),
            halted: self.halted.clone(),
            closures: ClosureCache::default(),
            handler: None,
            params: self.params.clone(),
            output: Box::new(Nowhere),
            base: self.base.clone(),
            search: Vec::new(),
            warned: self.warned.clone(),
            warned_of: self.warned_of.clone(),
            unsaid: self.unsaid.clone(),
            loading: Vec::new(),
            watch: self.watch.restarted(),
            group: None,
            fixed: self.fixed.clone(),
            chunked: true,
            deferred: Deferred::Never,
            condition: Value::Nil,
            stack_limit: 0,
            captured: None,
            ..*self
        }
    }

    /// A context that looks at the program before it runs, and has it until then: nobody hears of what it does.
    pub(crate) fn onlooker(&mut self) -> Cx {
        let worker = self.worker();
        let program = std::mem::take(&mut self.program);
        Cx { program, in_model: false, chunked: false, unsaid: Arc::default(), ..worker }
    }

    /// A context for one of some computations beside each other: it has an equal share of the steps left, and what it warns
    /// of waits for [`Cx::take_back`].
    pub(crate) fn beside(&self, parts: u64) -> Cx {
        let steps = match self.limits.steps {
            u64::MAX => u64::MAX,
            steps => (steps.saturating_sub(self.steps()) / parts.max(1)).max(1),
        };
        Cx { limits: Limits { steps, ..self.limits }, unsaid: Arc::default(), ..self.worker() }
    }

    /// Counts what a computation beside this one has done, and says what it warned of.
    pub(crate) fn take_back(&mut self, other: &mut Cx) -> Result<()> {
        for warning in std::mem::take(&mut *other.unsaid.lock().unwrap_or_else(PoisonError::into_inner)) {
            match other.warned_of.contains(&warning.code) {
                true => self.warn_once(Box::new(warning)),
                false => self.warn(Box::new(warning)),
            }
        }
        self.reported |= other.reported;
        self.charge(other.steps() as usize)
    }

    /// A context in which something can be run again later, as now: nobody hears of it, and no limit of this run is its.
    pub(crate) fn snapshot(&self) -> Cx {
        let limits = Limits { steps: u64::MAX, time: None, ..self.limits };
        let worker = self.worker();
        Cx { limits, deadline: None, halted: None, chunked: false, in_model: false, unsaid: Arc::default(), ..worker }
    }

    /// A tape inside all those made before.
    pub(crate) fn new_tape(&mut self) -> Tape {
        self.tapes += 1;
        Tape::new(self.tapes)
    }

    /// Tapes made so far.
    pub(crate) fn tapes(&self) -> u64 {
        self.tapes
    }

    /// True while a handler runs the program: an effect may happen here.
    pub(crate) fn in_model(&self) -> bool {
        self.in_model
    }

    /// Effects so far.
    pub(crate) fn effects(&self) -> u64 {
        self.effects
    }

    /// Takes the handler out for one effect; [`Cx::put_handler`] puts it back, also on error.
    pub(super) fn take_handler(&mut self) -> Option<Box<dyn Handler>> {
        self.effects += 1;
        self.handler.take()
    }

    pub(super) fn put_handler(&mut self, handler: Box<dyn Handler>) {
        self.handler = Some(handler);
    }

    /// Runs `f` with `handler` on top and gives it back with what it has seen.
    pub(crate) fn with_handler<H: Handler, R>(&mut self, handler: H, f: impl FnOnce(&mut Cx) -> R) -> (H, R) {
        let outer = self.handler.replace(Box::new(handler));
        let outer_model = std::mem::replace(&mut self.in_model, true);
        let result = f(self);
        self.in_model = outer_model;
        let handler = std::mem::replace(&mut self.handler, outer);
        let handler: Box<dyn std::any::Any> = handler.expect("every effect puts its handler back");
        (*handler.downcast().expect("handlers nest"), result)
    }

    /// Puts another handler on top, or none, and gives back what was there: for handlers that pass effects on.
    pub(crate) fn swap_handler(
        &mut self,
        handler: Option<Box<dyn Handler>>,
        in_model: bool,
    ) -> (Option<Box<dyn Handler>>, bool) {
        (std::mem::replace(&mut self.handler, handler), std::mem::replace(&mut self.in_model, in_model))
    }

    /// Runs `f` as if outside every model, with its own random stream: for inference calls inside `with-seed`.
    pub(crate) fn outside_model<R>(&mut self, stream: Stream, f: impl FnOnce(&mut Cx) -> R) -> R {
        let outer = std::mem::replace(&mut self.stream, stream);
        let result = self.isolated(f);
        self.stream = outer;
        result
    }

    /// Runs `f` without what it would print.
    pub(crate) fn silently<R>(&mut self, f: impl FnOnce(&mut Cx) -> R) -> R {
        let output = std::mem::replace(&mut self.output, Box::new(Nowhere));
        let result = f(self);
        self.output = output;
        result
    }

    /// Runs `f` as if outside every model, on the same stream: for reading code.
    pub(crate) fn isolated<R>(&mut self, f: impl FnOnce(&mut Cx) -> R) -> R {
        let handler = self.handler.take();
        let in_model = std::mem::replace(&mut self.in_model, false);
        let run = self.watch.leave();
        let result = f(self);
        self.watch.enter(run);
        self.in_model = in_model;
        self.handler = handler;
        result
    }

    /// The next key of the program's random stream; an error inside a model, where choices must be traced.
    pub fn next_key(&mut self, what: &str) -> Result<Key> {
        if self.in_model {
            let message = format!("`{what}` draws a random number inside a model, outside any trace");
            return Err(Error::raise(Code::RandomInModel, message)
                .help("make it a choice: `(trace :addr (uniform 0 1))`, or `(splice …)` for a call of a model"));
        }
        Ok(self.stream.next_key())
    }

    /// Tells what workers have warned of.
    pub(crate) fn say_unsaid(&mut self) {
        let unsaid = std::mem::take(&mut *self.unsaid.lock().unwrap_or_else(PoisonError::into_inner));
        unsaid.into_iter().for_each(|warning| self.warn(Box::new(warning)));
    }

    /// Warns once of what has this code.
    pub(crate) fn warn_once(&mut self, warning: Box<Error>) {
        if self.warned_of.insert(warning.code) {
            self.warn(warning);
        }
    }

    /// Warns once per place.
    pub fn warn(&mut self, warning: Box<Error>) {
        if !warning.span().is_none_or(|span| self.warned.insert(span)) {
            return;
        }
        self.reported = true;
        if self.chunked {
            self.unsaid.lock().unwrap_or_else(PoisonError::into_inner).push(*warning);
        } else {
            let warning = warning.with_sources(&self.program.sources);
            self.output.warn(&warning);
        }
    }
}

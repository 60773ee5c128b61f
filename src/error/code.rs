//! The codes of errors: what programs decide by, and what `catch` names.

use std::fmt;

macro_rules! codes {
    ($(#[doc = $doc:literal] $code:ident = $name:literal,)+) => {
        /// What kind of error it is. The names are stable, the sentences are not.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $doc] $code,)+
        }

        impl Code {
            /// Every code that an error may have.
            pub const ALL: &[Code] = &[$(Code::$code),+];

            /// The name in reports, in `ex-data` and after `catch`: `gen::arity`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Code::$code => $name,)+
                }
            }

            /// What an error of this code says, in general.
            pub fn sentence(self) -> &'static str {
                let text = match self {
                    $(Code::$code => $doc,)+
                };
                text.trim()
            }
        }
    };
}

codes! {
    /// An address that is not there, or no address.
    Address = "gen::address",
    /// One address lies below another that is a choice.
    AddressPrefix = "gen::address-prefix",
    /// A run makes two choices at one address.
    AddressVisitedTwice = "gen::address-visited-twice",
    /// Every particle, start or point that was tried has density zero.
    AllImpossible = "gen::all-impossible",
    /// A function does not take that many arguments.
    Arity = "gen::arity",
    /// An operation on arrays that has no answer.
    Array = "gen::array",
    /// What `assert` was to hold does not.
    Assert = "gen::assert",
    /// No such backend, or another one is in use.
    Backend = "gen::backend",
    /// The interpreter may not do that: its host decides.
    Capability = "gen::capability",
    /// A gradient would have to flow into a closed-over number.
    CapturedVariable = "gen::captured-variable",
    /// `try` in a batched run cannot catch what not all lanes raise.
    CaughtInSomeLanes = "gen::caught-in-some-lanes",
    /// A function no longer does what it did when the trace was made.
    Changed = "gen::changed",
    /// No such character literal.
    Character = "gen::character",
    /// A lazy value made a choice after its run had ended.
    ChoiceAfterRun = "gen::choice-after-run",
    /// A choice that must be given is not.
    ChoiceMissing = "gen::choice-missing",
    /// What stands as a condition is neither true nor false.
    Condition = "gen::condition",
    /// A run did not make a choice that is given.
    ConstraintNotVisited = "gen::constraint-not-visited",
    /// A model's run would define a name for later ones.
    DefInModel = "gen::def-in-model",
    /// A check that a batched run put off did not hold.
    DeferredCheck = "gen::deferred-check",
    /// A bracket is not closed, or closes nothing.
    Delimiter = "gen::delimiter",
    /// No such device, or another one is in use.
    Device = "gen::device",
    /// Change hints that do not fit the arguments.
    Diff = "gen::diff",
    /// An integer is divided by zero.
    DivisionByZero = "gen::division-by-zero",
    /// An array of another element type is wanted.
    Dtype = "gen::dtype",
    /// A map or set literal has a key twice.
    DuplicateKey = "gen::duplicate-key",
    /// A custom edit does not return what an edit must.
    Edit = "gen::edit",
    /// A batched run met an effect that must happen once.
    EffectInChunk = "gen::effect-in-chunk",
    /// `trace`, `splice` or `param` outside a run of a model.
    EffectOutsideModel = "gen::effect-outside-model",
    /// Elements of an array that cannot be given or drawn by themselves.
    Elements = "gen::elements",
    /// A text that is not UTF-8.
    Encoding = "gen::encoding",
    /// A differentiated number was kept beyond its gradient.
    EscapedVariable = "gen::escaped-variable",
    /// A model that `exact` cannot solve.
    Exact = "gen::exact",
    /// The program asked to end.
    Exit = "gen::exit",
    /// A file that cannot be read or written.
    File = "gen::file",
    /// A function of another interpreter.
    ForeignFunction = "gen::foreign-function",
    /// A format string and its arguments do not fit.
    Format = "gen::format",
    /// A guide that does not fit the model.
    Guide = "gen::guide",
    /// An error of the embedding program.
    Host = "gen::host",
    /// A kept choice fell off its support, and the run failed for it.
    ImpossibleRun = "gen::impossible-run",
    /// An index outside its sequence.
    Index = "gen::index",
    /// A fault of the interpreter itself.
    Internal = "gen::internal",
    /// The run was interrupted.
    Interrupted = "gen::interrupted",
    /// An intervention at an address that no run has visited.
    Intervention = "gen::intervention",
    /// Reading or writing a stream failed.
    Io = "gen::io",
    /// Text that is no JSON, or a value that JSON cannot say.
    Json = "gen::json",
    /// A kernel that cannot move this trace.
    Kernel = "gen::kernel",
    /// An invalid keyword.
    Keyword = "gen::keyword",
    /// What lanes cannot do together.
    Lanes = "gen::lanes",
    /// A lazy value that needs itself.
    Lazy = "gen::lazy",
    /// A macro stands where a value must.
    MacroAsValue = "gen::macro-as-value",
    /// A map literal with an odd number of forms.
    MapLiteral = "gen::map-literal",
    /// A move between densities and probabilities, which have no ratio.
    Measure = "gen::measure",
    /// Metadata where none may be.
    Metadata = "gen::metadata",
    /// A kernel moves what is observed.
    MovesData = "gen::moves-data",
    /// A namespace that cannot be loaded or used so.
    Namespace = "gen::namespace",
    /// A number that is no number.
    Nan = "gen::nan",
    /// A quantity that is not known in closed form.
    NoClosedForm = "gen::no-closed-form",
    /// A table has no such column.
    NoColumn = "gen::no-column",
    /// An observation that observes nothing.
    NoData = "gen::no-data",
    /// A derivative that does not exist or is not known.
    NoGradient = "gen::no-gradient",
    /// No clause of a `case` matches.
    NoMatchingCase = "gen::no-matching-case",
    /// A multimethod has no method for a value.
    NoMethod = "gen::no-method",
    /// What a distribution tells has no derivative there.
    NoSlope = "gen::no-slope",
    /// A distribution without unconstrained coordinates.
    NoTransform = "gen::no-transform",
    /// What is called is no function.
    NotAFunction = "gen::not-a-function",
    /// An invalid number literal.
    Number = "gen::number",
    /// A number stands as a condition, and every number is true.
    NumberAsCondition = "gen::number-as-condition",
    /// A generative function without this operation.
    Operation = "gen::operation",
    /// No such option, or a value that it does not take.
    Option = "gen::option",
    /// A run makes other choices than the one before.
    OtherChoices = "gen::other-choices",
    /// An integer beyond 64 bits.
    Overflow = "gen::overflow",
    /// A parameter that cannot be what it is set to.
    Param = "gen::param",
    /// A parameter of a distribution outside what it may be.
    Parameter = "gen::parameter",
    /// A name that is private to its namespace.
    Private = "gen::private",
    /// A proposal that does not fit the model.
    Proposal = "gen::proposal",
    /// A random number in a model's body that is no choice.
    RandomInModel = "gen::random-in-model",
    /// No such reader macro.
    ReaderMacro = "gen::reader-macro",
    /// `recur` where it cannot be.
    Recur = "gen::recur",
    /// An invalid regular expression.
    Regex = "gen::regex",
    /// A selection that names nothing, or no selection.
    Selection = "gen::selection",
    /// Arrays whose shapes do not fit.
    Shape = "gen::shape",
    /// What `splice` cannot run at its parent's addresses.
    Splice = "gen::splice",
    /// The run took more steps than it may.
    StepLimit = "gen::step-limit",
    /// An optimization ended before it had converged.
    StillRising = "gen::still-rising",
    /// An invalid string literal.
    String = "gen::string",
    /// A run whose choices are others than the algorithm can follow.
    Structure = "gen::structure",
    /// A support that is not known or not finite.
    Support = "gen::support",
    /// The function of `swap!` changes the atom itself.
    Swap = "gen::swap",
    /// An invalid symbol.
    Symbol = "gen::symbol",
    /// A special form that is not written so.
    Syntax = "gen::syntax",
    /// A value that the program threw.
    Thrown = "gen::thrown",
    /// The run took longer than it may.
    TimeLimit = "gen::time-limit",
    /// Calls nest deeper than the limit.
    TooDeep = "gen::too-deep",
    /// More than fits in memory or a limit allows.
    TooLarge = "gen::too-large",
    /// Collections nest deeper than the limit.
    TooNested = "gen::too-nested",
    /// A saved trace that does not fit.
    Trace = "gen::trace",
    /// A value of another kind is wanted.
    Type = "gen::type",
    /// A name that is not defined.
    UnknownName = "gen::unknown-name",
    /// A number that was computed, and that cannot be trusted.
    Untrusted = "gen::untrusted",
    /// The command line is not used so.
    Usage = "gen::usage",
    /// A value that is not one of those wanted.
    Value = "gen::value",
    /// Weights that are no probabilities.
    Weights = "gen::weights",
}

impl Code {
    /// The code of this name, `gen::arity` or, as a keyword of the language writes it, `gen/arity`.
    pub fn of_name(name: &str) -> Option<Code> {
        let name = name.replace('/', "::");
        Code::ALL.iter().copied().find(|code| code.name() == name)
    }
}

/// What is left without a code is a fault of ours.
impl Default for Code {
    fn default() -> Code {
        Code::Internal
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

//! Functions: rows of builtins, and closures over analysed code.

use super::cx::Cx;
use super::node::Node;
use super::options::OptionRow;
use super::value::Value;
use crate::docs;
use crate::error::Result;
use crate::lexer::Span;
use std::sync::Arc;

/// What a builtin may do besides computing its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    Pure,
    /// Draws from the stream of its worker, and does nothing else.
    Draws,
    /// Changes or reads something that changes: atoms, definitions, random streams.
    State,
    /// Reads or writes outside the program.
    Io,
}

/// What a builtin makes of gradient variables among its arguments.
#[derive(Clone, Copy, Debug, Default)]
pub enum GradientSupport {
    /// An error: it computes with numbers, and its result has no derivative.
    #[default]
    None,
    /// It moves values or shows them, whatever they are.
    Moves,
    /// It only moves the elements of its first argument: it is run on their positions.
    Elements,
    /// It answers a question, and is asked of the numbers and arrays themselves.
    Primal,
    /// Its function has rules for them.
    Smooth,
    /// This function is called instead.
    Rule(NativeFn),
}

/// What a builtin makes of lanes among its arguments.
#[derive(Clone, Copy, Debug, Default)]
pub enum LaneRule {
    /// It looks at values: it is called once for each combination of values that lanes have, collections included.
    #[default]
    PerValue,
    /// It computes with all lanes at once.
    Numbers,
    /// It moves numbers, whatever they are, but for the arguments at these bits, at which it looks.
    Carries(u32),
    /// It puts the arguments at the second bits into something as they are, and looks at those at the first.
    Puts(u32, u32),
    /// It asks of what kind its arguments are, which numbers in lanes share.
    Kind,
    /// It takes lanes as they are.
    Whole,
    /// So it does outside batched runs; in one it looks at values, as if it ran for each lane.
    PerValueInRuns,
}

/// The signature of host code. It may take values out of `args`: what nobody else holds is changed in place.
pub type NativeFn = fn(&mut Cx, &mut [Value]) -> Result<Value>;

/// One row of a table of builtins.
pub struct Builtin {
    pub name: &'static str,
    /// As `doc` shows them: `[x] [x y] [x y & more]`.
    pub arglists: &'static str,
    pub effect: Effect,
    pub min: u16,
    /// `u16::MAX` when there is no limit.
    pub max: u16,
    pub call: NativeFn,
    pub gradient: GradientSupport,
    pub lanes: LaneRule,
    /// The argument from which on there are options, and their declarations.
    pub options: Option<(u16, &'static [OptionRow])>,
}

impl Builtin {
    pub const fn new(name: &'static str, arglists: &'static str, call: NativeFn) -> Builtin {
        let (min, max) = arity_of(arglists);
        Builtin {
            name,
            arglists,
            effect: Effect::Pure,
            min,
            max,
            call,
            gradient: GradientSupport::None,
            lanes: LaneRule::PerValue,
            options: None,
        }
    }

    /// A row that does not compute with the numbers it is given: it moves them, or calls functions on them.
    pub const fn generic(name: &'static str, arglists: &'static str, call: NativeFn) -> Builtin {
        Builtin { gradient: GradientSupport::Moves, lanes: LaneRule::Carries(0), ..Builtin::new(name, arglists, call) }
    }

    pub const fn draws(self) -> Builtin {
        Builtin { effect: Effect::Draws, ..self }
    }

    pub const fn state(self) -> Builtin {
        Builtin { effect: Effect::State, ..self }
    }

    /// The arguments from `from` on are these options.
    pub const fn options(self, from: u16, rows: &'static [OptionRow]) -> Builtin {
        Builtin { options: Some((from, rows)), ..self }
    }

    pub const fn io(self) -> Builtin {
        Builtin { effect: Effect::Io, ..self }
    }

    /// The function has gradient rules of its own.
    pub const fn smooth(self) -> Builtin {
        Builtin { gradient: GradientSupport::Smooth, ..self }
    }

    /// The function only moves the elements of its first argument, an array, and may add zeros.
    pub const fn elements(self) -> Builtin {
        Builtin { gradient: GradientSupport::Elements, ..self }
    }

    /// The function asks something of numbers that has no gradient because it is no number.
    pub const fn primal(self) -> Builtin {
        Builtin { gradient: GradientSupport::Primal, ..self }
    }

    /// The function to call instead when an argument is a gradient variable.
    pub const fn gradient(self, rule: NativeFn) -> Builtin {
        Builtin { gradient: GradientSupport::Rule(rule), ..self }
    }

    /// The function computes with lanes as with numbers.
    pub const fn lanes(self) -> Builtin {
        Builtin { lanes: LaneRule::Numbers, ..self }
    }

    /// The function takes any lanes as they are.
    pub const fn takes_lanes(self) -> Builtin {
        Builtin { lanes: LaneRule::Whole, ..self }
    }

    /// The function takes any lanes as they are outside batched runs, and looks at values in one.
    pub const fn per_value_in_runs(self) -> Builtin {
        Builtin { lanes: LaneRule::PerValueInRuns, ..self }
    }

    /// The function only moves its arguments, but for those at these bits: `0b10` is the second.
    pub const fn looks_at(self, arguments: u32) -> Builtin {
        Builtin { lanes: LaneRule::Carries(arguments), ..self }
    }

    /// The function keeps what the arguments at these bits are, also where lanes differ in kind.
    pub const fn puts(self, arguments: u32) -> Builtin {
        let looked = match self.lanes {
            LaneRule::Carries(bits) => bits,
            _ => 0,
        };
        Builtin { lanes: LaneRule::Puts(looked, arguments), ..self }
    }

    /// The function asks of what kind a value is.
    pub const fn asks_kind(self) -> Builtin {
        Builtin { lanes: LaneRule::Kind, ..self }
    }

    /// The function looks at values, also at those inside its arguments.
    pub const fn per_value(self) -> Builtin {
        Builtin { lanes: LaneRule::PerValue, ..self }
    }

    /// A sentence and examples, from `src/docs`.
    pub fn doc(&self) -> &'static str {
        docs::of(self.name).unwrap_or_default()
    }

    /// True when `n` arguments fit one of the arglists; arglists of a row have no gaps.
    pub fn accepts(&self, n: usize) -> bool {
        n >= self.min as usize && (self.max == u16::MAX || n <= self.max as usize)
    }
}

/// Smallest and largest number of arguments that `[x] [x y & more]` takes.
const fn arity_of(arglists: &str) -> (u16, u16) {
    let text = arglists.as_bytes();
    let (mut min, mut max) = (u16::MAX, 0u16);
    let (mut i, mut depth, mut count, mut rest, mut in_name) = (0, 0, 0u16, false, false);
    while i < text.len() {
        let c = text[i];
        let name_char = !matches!(c, b' ' | b'[' | b']' | b'{' | b'}' | b'\n');
        if name_char && !in_name && depth == 1 && !rest {
            if c == b'&' { rest = true } else { count += 1 }
        }
        in_name = name_char;
        if c == b'{' && depth == 1 && !rest {
            count += 1;
        }
        if c == b'[' || c == b'{' {
            depth += 1;
        } else if c == b']' || c == b'}' {
            depth -= 1;
            if depth == 0 {
                if count < min {
                    min = count;
                }
                if rest {
                    max = u16::MAX;
                } else if count > max {
                    max = count;
                }
                count = 0;
                rest = false;
            }
        }
        i += 1;
    }
    (min, max)
}

/// A function value: code and the values it closes over.
pub struct Closure {
    pub code: Arc<FunctionCode>,
    pub captures: Box<[Value]>,
    pub depth: u32,
}

impl Drop for Closure {
    fn drop(&mut self) {
        if self.depth >= 32 {
            let captures = std::mem::take(&mut self.captures);
            super::value::with_stack(self.depth, || drop(captures));
        }
    }
}

impl Closure {
    /// The same code over the same captured values: a function made anew at each pass is the same one.
    pub fn same(&self, other: &Closure) -> bool {
        std::ptr::eq(self, other)
            || Arc::ptr_eq(&self.code, &other.code)
                && self.captures.iter().zip(&other.captures).all(|(x, y)| same_capture(x, y))
    }
}

/// Captured values that nobody can tell apart: the same one, the same function, or equal data.
fn same_capture(x: &Value, y: &Value) -> bool {
    match (x, y) {
        _ if super::equality::identical(x, y) => true,
        (Value::Fn(f), Value::Fn(g)) => f.same(g),
        (Value::Vector(_) | Value::Map(_) | Value::Set(_) | Value::List(_) | Value::Str(_), _) => {
            x == y && !super::gradient::holds_var(x) && !super::gradient::holds_var(y)
        }
        _ => false,
    }
}

/// Analysed code of a function, shared by its closures.
pub struct FunctionCode {
    pub name: Arc<str>,
    /// Fixed arities, fewest arguments first, then at most one with a rest argument.
    pub arities: Box<[Arity]>,
    /// The parameter vectors as written, for reports and `doc`.
    pub arglists: Arc<str>,
    pub span: Span,
    /// True when the body traces, splices or reads parameters.
    pub traces: bool,
}

/// One arity: how a frame is laid out and what runs in it.
pub struct Arity {
    pub fixed: u16,
    /// The parameter after the fixed ones collects the rest.
    pub rest: bool,
    pub slots: u16,
    /// Frame slots that receive the closure's captures: `(slot, index of capture)`.
    pub captures: Box<[(u16, u16)]>,
    /// The slot that receives the closure itself, when the body names it.
    pub own: Option<u16>,
    pub body: Node,
}

impl FunctionCode {
    /// The arity that takes `n` arguments.
    #[inline]
    pub fn arity(&self, n: usize) -> Option<&Arity> {
        self.arities.iter().find(|a| if a.rest { n >= a.fixed as usize } else { n == a.fixed as usize })
    }

    /// The fixed arguments of the arity with a rest argument, if there is one.
    pub fn variadic(&self) -> Option<usize> {
        self.arities.last().filter(|arity| arity.rest).map(|arity| arity.fixed as usize)
    }
}

//! Random models as syntax trees that print to a valid program however they are shrunk.

/// A number computed from the variables in scope.
#[derive(Clone, Debug)]
pub enum Expr {
    /// In tenths.
    Constant(i8),
    /// Counted from the newest variable, modulo their number.
    Variable(u8),
    Sum(Box<Expr>, Box<Expr>),
    Negative(Box<Expr>),
}

/// What a choice is drawn from; every parameter is kept valid by the printed code.
#[derive(Clone, Debug)]
pub enum Dist {
    Normal(Expr),
    /// A narrow interval, so that kept values fall off it.
    Uniform(Expr),
    Flip(Expr),
    Bernoulli(Expr),
    Exponential(Expr),
    Gamma(Expr),
    Beta(Expr),
    Categorical(Expr),
    Poisson(Expr),
    /// Two elements.
    Array(Expr, Expr),
    /// As many elements as the second says.
    Resized(Expr, Expr),
    Flips(Expr),
    /// Distributions of the language itself, see `tools.gen`: numbers, and finitely many.
    Defined(Expr),
    Die(Expr),
    Mixture(Expr),
    Truncated(Expr),
    /// Two elements that add up to one.
    Simplex(Expr),
    Iid(Expr),
}

/// State of a body's own, and what may be done with it.
#[derive(Clone, Debug)]
pub enum Own {
    Atom(Expr),
    /// Adds to the newest atom.
    Change(Expr),
    /// A choice that is made when something reads it, if at all.
    Delay(Dist),
    Lazy(Dist),
    /// A function that chooses once for each argument.
    Memo(Dist),
    /// Calls the newest function.
    Ask(Expr),
    /// A function over choices.
    Closure(Expr),
}

/// Inference inside a model, whose answer hangs on a choice.
#[derive(Clone, Debug)]
pub enum Inner {
    Enumerate(Expr),
    /// Over a model that closes over the choice.
    Closed(Expr),
    Importance(Expr),
}

#[derive(Clone, Debug)]
pub enum Statement {
    Choice(Dist),
    /// One choice at each of `[:x 0] … [:x n−1]`; `chained` ones hang on those before.
    Loop {
        dist: Dist,
        count: Expr,
        chained: bool,
    },
    /// Both sides use the same addresses unless `apart`.
    Branch {
        condition: Expr,
        yes: Block,
        no: Block,
        apart: bool,
    },
    Call {
        callee: Native,
        args: [Expr; 3],
        inline: bool,
    },
    Param,
    Own(Own),
    Inner(Inner),
    /// The address is computed: its last part, or all of it.
    Computed {
        dist: Dist,
        key: Expr,
        whole: bool,
    },
    /// An array that is taken apart.
    Apart(Expr),
}

#[derive(Clone, Debug)]
pub struct Block {
    pub statements: Vec<Statement>,
    pub result: Expr,
}

/// A generative function of one number (and perhaps an optional second) that returns a number or a collection.
#[derive(Clone, Debug)]
pub enum Gf {
    /// One of the models before, modulo their number.
    Model(u8),
    /// A custom function of two choices, see `tools.gen`.
    Custom,
    Contramap(Box<Gf>),
    MapRetval(Box<Gf>),
    Dimap(Box<Gf>),
    Mix(Vec<Gf>, bool),
    /// A combinator whose arguments are computed from the number.
    Lift(Box<Native>),
}

/// A generative function with the argument list of its combinator.
#[derive(Clone, Debug)]
pub enum Native {
    Plain(Gf),
    Map(Gf),
    /// `addressed`: the kernel calls its function under an address, else inline.
    Unfold {
        kernel: Gf,
        addressed: bool,
    },
    Scan {
        kernel: Gf,
        addressed: bool,
    },
    Switch(Vec<Gf>),
    Mask(Gf),
    Recurse(Gf),
    CallAt(Gf),
    /// Components that are distributions.
    MixDists,
    /// One site that holds the choices of several runs.
    Repeat,
    Vmap,
}

/// A generative function by name, `(gen mK [a (b …)] …)`.
#[derive(Clone, Debug)]
pub struct Model {
    /// Models of one letter share their addresses.
    pub letter: u8,
    pub optional: bool,
    pub recursive: bool,
    pub body: Block,
}

/// Literal arguments; each root takes those of its own list.
#[derive(Clone, Debug)]
pub struct Args {
    pub a: f64,
    pub b: Option<f64>,
    pub n: usize,
    pub index: usize,
    pub active: bool,
    pub xs: Vec<f64>,
}

/// A program: models, each of which may call those before it, and the function that is tested.
#[derive(Clone, Debug)]
pub struct Module {
    pub models: Vec<Model>,
    pub root: Native,
    /// Combinators are defined once, outside the bodies that use them.
    pub hoist: bool,
    /// Every choice has few values, and no function calls itself.
    pub finite: bool,
    pub before: Args,
    pub after: Args,
    pub seed: u64,
}

//! Array parameters mean independent elements: of every family and of all that is built of them, however deep, the
//! density is the sum over the elements, and what is told, drawn, given and run in lanes is that of each.

use genlisp::Interpreter;
use proptest::prelude::*;

const CHECK: &str = include_str!("elements.gen");

/// A parameter: one number, or one for each element along some axes of two rows and three columns.
#[derive(Clone, Debug)]
struct Param {
    along: Along,
    values: Vec<f64>,
    /// Is a small number added to it, which the density may be derived by?
    moves: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Along {
    Nothing,
    Columns,
    Rows,
    Both,
}

impl Param {
    fn at(&self, (row, column): (usize, usize)) -> f64 {
        match self.along {
            Along::Nothing => self.values[0],
            Along::Columns => self.values[column],
            Along::Rows => self.values[row],
            Along::Both => self.values[3 * row + column],
        }
    }

    /// As text, of the whole or of one element; `each` writes a number.
    fn text(&self, element: Option<(usize, usize)>, each: impl Fn(String) -> String) -> String {
        let number = |at| {
            let x = self.at(at);
            each(if self.moves { format!("(+ z {x:?})") } else { format!("{x:?}") })
        };
        let row = |i, n| (0..n).map(|j| number((i, j))).collect::<Vec<_>>().join(" ");
        match (element, self.along) {
            (Some(at), _) => number(at),
            (None, Along::Nothing) => number((0, 0)),
            (None, Along::Columns) => format!("(array [{}])", row(0, 3)),
            (None, Along::Rows) => format!("(array [[{}] [{}]])", row(0, 1), row(1, 1)),
            (None, Along::Both) => format!("(array [[{}] [{}]])", row(0, 3), row(1, 3)),
        }
    }

    fn plain(&self, element: Option<(usize, usize)>) -> String {
        self.text(element, |x| x)
    }

    fn weights(&self, element: Option<(usize, usize)>) -> String {
        self.text(element, |p| format!("[{p} (- 1 {p})]"))
    }
}

#[derive(Clone)]
enum Made {
    Family(&'static str, Vec<Param>),
    Mixture(Param, Box<Made>, Box<Made>),
    ZeroInflated(Param, Box<Made>),
    /// Truncated or censored.
    Cut(&'static str, Box<Made>, Param, Param),
    Transformed(&'static str, Box<Made>),
}

impl std::fmt::Debug for Made {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text(None))
    }
}

impl Made {
    fn text(&self, element: Option<(usize, usize)>) -> String {
        match self {
            Made::Family(name, params) => {
                let params: Vec<_> = params.iter().map(|param| param.plain(element)).collect();
                format!("({name} {})", params.join(" "))
            }
            Made::Mixture(share, a, b) => {
                format!("(mixture {} [{} {}])", share.weights(element), a.text(element), b.text(element))
            }
            Made::ZeroInflated(gate, base) => format!("(zero-inflated {} {})", gate.plain(element), base.text(element)),
            Made::Cut(name, base, lo, hi) => {
                format!("({name} {} {} {})", base.text(element), lo.plain(element), hi.plain(element))
            }
            Made::Transformed(by, base) => format!("(transformed {} {by})", base.text(element)),
        }
    }

    fn params(&self) -> Vec<&Param> {
        match self {
            Made::Family(_, params) => params.iter().collect(),
            Made::Mixture(share, a, b) => [vec![share], a.params(), b.params()].concat(),
            Made::ZeroInflated(gate, base) => [vec![gate], base.params()].concat(),
            Made::Cut(_, base, lo, hi) => [base.params(), vec![lo, hi]].concat(),
            Made::Transformed(_, base) => base.params(),
        }
    }

    /// The axes to which all parameters broadcast.
    fn axes(&self) -> Vec<usize> {
        let has = |along: [Along; 2]| self.params().iter().any(|param| along.contains(&param.along));
        match (has([Along::Rows, Along::Both]), has([Along::Columns, Along::Both])) {
            (false, false) => vec![],
            (false, true) => vec![3],
            (true, false) => vec![2, 1],
            (true, true) => vec![2, 3],
        }
    }
}

fn param(lo: f64, hi: f64) -> impl Strategy<Value = Param> {
    let along = prop_oneof![3 => Just(Along::Nothing), 3 => Just(Along::Columns), 1 => Just(Along::Rows), 1 => Just(Along::Both)];
    // Few digits, so that what fails can be read.
    let number = (0..=20).prop_map(move |i| lo + (hi - lo) * f64::from(i) / 20.0);
    (along, prop::collection::vec(number, 6)).prop_map(|(along, values)| Param { along, values, moves: true })
}

/// An integer, or what no density is derived by.
fn fixed(lo: f64, hi: f64) -> impl Strategy<Value = Param> {
    param(lo, hi).prop_map(|param| Param {
        moves: false,
        values: param.values.iter().map(|x| x.round()).collect(),
        ..param
    })
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Real,
    Positive,
    Count,
    Flag,
}

fn family(kind: Kind) -> BoxedStrategy<Made> {
    let (place, size, share) = (|| param(-1.0, 1.5), || param(0.5, 2.5), || param(0.1, 0.9));
    let two = |name, a: BoxedStrategy<Param>, b: BoxedStrategy<Param>| {
        (a, b).prop_map(move |(a, b)| Made::Family(name, vec![a, b])).boxed()
    };
    let one = |name, a: BoxedStrategy<Param>| a.prop_map(move |a| Made::Family(name, vec![a])).boxed();
    match kind {
        Kind::Real => prop_oneof![
            prop::sample::select(vec!["normal", "laplace", "logistic", "gumbel", "cauchy"])
                .prop_flat_map(move |name| two(name, place().boxed(), size().boxed())),
            two("student-t 4", place().boxed(), size().boxed()),
            two("uniform", param(-3.0, -1.0).boxed(), param(1.0, 9.0).boxed()),
            // An array is a point of its own, unless others say that its elements stand apart.
            one("delta", place().prop_map(|param| Param { along: Along::Nothing, ..param }).boxed()),
            one("bell", place().boxed()),
        ]
        .boxed(),
        Kind::Positive => prop_oneof![
            prop::sample::select(vec!["gamma", "inverse-gamma", "weibull", "beta", "inverse-gaussian"])
                .prop_flat_map(move |name| two(name, size().boxed(), size().boxed())),
            two("log-normal", place().boxed(), size().boxed()),
            prop::sample::select(vec!["exponential", "half-normal", "half-cauchy", "triangle", "shifted"])
                .prop_flat_map(move |name| one(name, size().boxed())),
        ]
        .boxed(),
        Kind::Count => prop_oneof![
            one("poisson", size().boxed()),
            prop::sample::select(vec!["geometric", "bernoulli"]).prop_flat_map(move |name| one(name, share().boxed())),
            two("binomial", fixed(0.0, 6.0).boxed(), share().boxed()),
            two("negative-binomial", size().boxed(), share().boxed()),
        ]
        .boxed(),
        Kind::Flag => one("flip", share().boxed()),
    }
}

fn made(kind: Kind, depth: u32) -> BoxedStrategy<Made> {
    if depth == 0 {
        return family(kind);
    }
    let below = move |kind| made(kind, depth - 1).prop_map(Box::new);
    let mixture = (param(0.1, 0.9), below(kind), below(kind)).prop_map(|(p, a, b)| Made::Mixture(p, a, b));
    let cut = |kind, lo: (f64, f64), hi: (f64, f64)| {
        (prop::sample::select(vec!["truncated", "censored"]), below(kind), param(lo.0, lo.1), param(hi.0, hi.1))
            .prop_map(|(name, base, lo, hi)| Made::Cut(name, base, lo, hi))
    };
    match kind {
        Kind::Real => prop_oneof![
            family(kind),
            mixture,
            cut(kind, (-3.0, -1.5), (2.0, 4.0)),
            below(kind).prop_map(|base| Made::Transformed("(fn [x] (* 2 x)) (fn [y] (/ y 2))", base)),
        ]
        .boxed(),
        Kind::Positive => prop_oneof![
            family(kind),
            mixture,
            cut(kind, (0.05, 0.2), (3.0, 5.0)),
            below(Kind::Real).prop_map(|base| Made::Transformed("exp log {:support :positive}", base)),
        ]
        .boxed(),
        Kind::Count => prop_oneof![
            family(kind),
            mixture,
            cut(kind, (0.0, 0.4), (3.6, 5.0)),
            (param(0.1, 0.9), below(kind)).prop_map(|(p, base)| Made::ZeroInflated(p, base)),
        ]
        .boxed(),
        Kind::Flag => prop_oneof![family(kind), mixture].boxed(),
    }
}

fn any() -> impl Strategy<Value = Made> {
    prop::sample::select(vec![Kind::Real, Kind::Positive, Kind::Count, Kind::Flag])
        .prop_flat_map(|kind| made(kind, 2))
        .prop_filter("of several elements", |made| !made.axes().is_empty())
}

thread_local! {
    static LISP: std::cell::RefCell<Interpreter> = std::cell::RefCell::new({
        let mut lisp = Interpreter::builder().seed(1).build().expect("an interpreter");
        lisp.eval(crate::draws::DEFINITIONS).expect("the definitions");
        lisp.eval("(defdist bell [m] {:sample (fn [m] (+ m (sample (normal 0 1)))) :logpdf (fn [x m] (- (- (/ (square (- x m)) 2)) 0.9189385332046727))})").expect("a bell");
        lisp.eval(CHECK).expect("the check itself");
        lisp
    });
}

fn problems(made: &Made, odd: u8) -> String {
    let axes = made.axes();
    let places: Vec<(usize, usize)> = match axes[..] {
        [n] => (0..n).map(|j| (0, j)).collect(),
        _ => (0..axes[0]).flat_map(|i| (0..axes[1]).map(move |j| (i, j))).collect(),
    };
    let parts: Vec<String> = places.iter().map(|at| format!("(fn [z] {})", made.text(Some(*at)))).collect();
    let odd: Vec<String> = (0..6).filter(|i| odd >> i & 1 == 1).map(|i| i.to_string()).collect();
    let call = format!("(check (fn [z] {}) [{}] {axes:?} #{{{}}})", made.text(None), parts.join(" "), odd.join(" "))
        .replace(',', "");
    LISP.with_borrow_mut(|lisp| match lisp.eval(&call) {
        Ok(found) if found.is_nil() || found.as_str() == Some("") => String::new(),
        Ok(found) => format!("{call}\n{}", found.as_str().unwrap_or("no text")),
        Err(error) => format!("{call}\n{error}"),
    })
}

proptest! {
    #![proptest_config(crate::config(400))]

    #[test]
    fn of_arrays_are_those_of_each(made in any(), odd in prop_oneof![3 => Just(0u8), 1 => 0u8..64]) {
        let found = problems(&made, odd);
        prop_assert!(found.is_empty(), "{}", found);
    }
}

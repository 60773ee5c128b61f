//! The text of one statement's parts: numbers, distributions, state and inference.

use super::model::{Dist, Expr, Inner, Own};

/// One model in progress.
pub struct Scope {
    /// How many models may be called.
    pub before: usize,
    pub used: u32,
    pub variables: Vec<String>,
    /// Those of the variables that hold an atom, or a function.
    atoms: Vec<String>,
    functions: Vec<String>,
    pub address: usize,
    pub finite: bool,
}

impl Scope {
    pub fn new(before: usize, used: u32, finite: bool) -> Scope {
        let variables = vec!["a".into()];
        Scope { before, used, variables, atoms: Vec::new(), functions: Vec::new(), address: 0, finite }
    }

    /// The name that the value of the statement in progress will have.
    pub fn next(&self) -> String {
        format!("v{}", self.variables.len())
    }

    /// Forgets the variables of a block.
    pub fn leave(&mut self, outer: usize) {
        let gone: Vec<String> = self.variables.split_off(outer);
        self.atoms.retain(|name| !gone.contains(name));
        self.functions.retain(|name| !gone.contains(name));
    }
}

/// State as a value, or what comes of using it; without an atom or a function to use it makes one.
pub fn state(own: &Own, address: &str, scope: &mut Scope) -> String {
    let e = |x: &Expr| expr(x, &scope.variables);
    let choice = |d: &Dist| dist(d, scope);
    match own {
        Own::Change(x) if !scope.atoms.is_empty() => {
            format!("(swap! {} + (squash {}))", scope.atoms[scope.atoms.len() - 1], e(x))
        }
        Own::Ask(x) if !scope.functions.is_empty() => {
            format!("({} (count-of {}))", scope.functions[scope.functions.len() - 1], e(x))
        }
        Own::Atom(x) | Own::Change(x) => {
            let text = format!("(atom (squash {}))", e(x));
            scope.atoms.push(scope.next());
            text
        }
        Own::Delay(d) => format!("(delay (trace {address} {}))", choice(d)),
        Own::Lazy(d) => format!("(lazy-seq (list (trace {address} {})))", choice(d)),
        Own::Memo(d) => {
            let text = format!("(memoize (fn [k] (trace [{address}m k] {})))", choice(d));
            scope.functions.push(scope.next());
            text
        }
        Own::Ask(x) | Own::Closure(x) => {
            let text = format!("(fn [k] (+ k {}))", e(x));
            scope.functions.push(scope.next());
            text
        }
    }
}

/// The evidence of a small model, see `tools.gen`; what it hangs on is computed before.
pub fn inference(inner: &Inner, variables: &[String]) -> String {
    let (x, text) = match inner {
        Inner::Enumerate(x) => (x, "(enumerate coin [q] {:o true})"),
        Inner::Closed(x) => (x, "(enumerate (gen [] (trace :o (flip (chance q)))) [] {:o true})"),
        Inner::Importance(x) => (x, "(with-seed 3 (importance coin [q] {:o true} {:particles 2}))"),
    };
    format!("(let [q (squash {})] (log-ml {text}))", expr(x, variables))
}

pub fn expr(expr: &Expr, variables: &[String]) -> String {
    match expr {
        Expr::Constant(tenths) => format!("{:?}", f64::from(*tenths) / 10.0),
        Expr::Variable(i) => format!("(num {})", variables[variables.len() - 1 - *i as usize % variables.len()]),
        Expr::Sum(x, y) => format!("(+ {} {})", self::expr(x, variables), self::expr(y, variables)),
        Expr::Negative(x) => format!("(- {})", self::expr(x, variables)),
    }
}

pub fn dist(dist: &Dist, scope: &Scope) -> String {
    let e = |x: &Expr| expr(x, &scope.variables);
    match dist {
        Dist::Normal(x) | Dist::Uniform(x) | Dist::Exponential(x) | Dist::Gamma(x) | Dist::Beta(x) if scope.finite => {
            format!("(flip (chance {}))", e(x))
        }
        Dist::Poisson(x) | Dist::Defined(x) | Dist::Mixture(x) | Dist::Truncated(x) if scope.finite => {
            format!("(bernoulli (chance {}))", e(x))
        }
        Dist::Array(x, _) | Dist::Resized(x, _) | Dist::Flips(x) | Dist::Simplex(x) | Dist::Iid(x) if scope.finite => {
            format!("(categorical [(chance {}) 0.3 0.2])", e(x))
        }
        Dist::Normal(x) => format!("(normal (squash {}) 1.0)", e(x)),
        Dist::Uniform(x) => format!("(uniform (squash {0}) (+ 1.5 (squash {0})))", e(x)),
        Dist::Flip(x) => format!("(flip (chance {}))", e(x)),
        Dist::Bernoulli(x) => format!("(bernoulli (chance {}))", e(x)),
        Dist::Exponential(x) => format!("(exponential (scale {}))", e(x)),
        Dist::Gamma(x) => format!("(gamma 2.0 (scale {}))", e(x)),
        Dist::Beta(x) => format!("(beta (scale {}) 2.0)", e(x)),
        Dist::Categorical(x) => format!("(categorical [(chance {}) 0.3 0.2])", e(x)),
        Dist::Poisson(x) => format!("(poisson (scale {}))", e(x)),
        Dist::Array(x, y) => format!("(normal (array [(squash {}) (squash {})]) 1.0)", e(x), e(y)),
        Dist::Resized(x, n) => format!("(normal (* (squash {}) (ones [(size-of {})])) 1.0)", e(x), e(n)),
        Dist::Flips(x) => format!("(flip (array [(chance {}) 0.5]))", e(x)),
        Dist::Defined(x) => format!("(bell (squash {}))", e(x)),
        Dist::Die(x) => format!("(die (chance {}))", e(x)),
        Dist::Mixture(x) => format!("(mixture [0.3 0.7] [(normal (squash {}) 1.0) (normal 2.0 0.5)])", e(x)),
        Dist::Truncated(x) => format!("(truncated (normal (squash {}) 1.0) -1.0 2.0)", e(x)),
        Dist::Simplex(x) => format!("(dirichlet [(scale {}) 1.5])", e(x)),
        Dist::Iid(x) => format!("(iid (normal (squash {}) 1.0) 2)", e(x)),
    }
}

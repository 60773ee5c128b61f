//! Every distribution of the language, at ordinary and at extreme parameters.

/// A name, and distributions of that name as the language writes them.
pub type Row = (&'static str, &'static [&'static str]);

pub const SCALAR: &[Row] = &[
    ("normal", &["(normal 0 1)", "(normal 1e8 1e-3)", "(normal -3 1e-30)", "(normal 0 1e300)"]),
    ("log-normal", &["(log-normal 0 0.5)", "(log-normal -3 2)", "(log-normal 0 100)", "(log-normal 80 0.1)"]),
    ("half-normal", &["(half-normal 1)", "(half-normal 1e-30)", "(half-normal 1e30)"]),
    (
        "truncated-normal",
        &[
            "(truncated-normal 0 1 -1 2)",
            "(truncated-normal 0 1 8 9)",
            "(truncated-normal 0 1 30 ##Inf)",
            "(truncated-normal 2 0.5 ##-Inf -8)",
            "(truncated-normal 0 1 1000 1001)",
            "(truncated-normal 0 1e6 3 4)",
            "(truncated-normal 0 1 ##-Inf ##Inf)",
            "(truncated-normal 1e5 1 0 1)",
        ],
    ),
    ("uniform", &["(uniform 0 1)", "(uniform -1e300 1e300)", "(uniform 1 1.0000001)", "(uniform -1e-30 1e-30)"]),
    ("discrete-uniform", &["(discrete-uniform 1 6)", "(discrete-uniform -3 -3)", "(discrete-uniform 0 1000000000)"]),
    ("bernoulli", &["(bernoulli 0.3)", "(bernoulli 0)", "(bernoulli 1)", "(bernoulli 1e-9)"]),
    ("flip", &["(flip 0.3)", "(flip 0)", "(flip 1)"]),
    ("bernoulli-logits", &["(bernoulli-logits 0.5)", "(bernoulli-logits -800)", "(bernoulli-logits 1e300)"]),
    (
        "beta",
        &[
            "(beta 2 5)",
            "(beta 1 0.2)",
            "(beta 0.01 0.01)",
            "(beta 0.2 1)",
            "(beta 1e-3 1e3)",
            "(beta 1e6 2e6)",
            "(beta 0.5 0.05)",
            "(beta 1e10 1)",
        ],
    ),
    ("beta-uniform", &["(beta-uniform 0.4 10 2)", "(beta-uniform 1 1 0.1)", "(beta-uniform 0.5 0.01 0.01)"]),
    ("gamma", &["(gamma 3 2)", "(gamma 0.01 1)", "(gamma 1e6 1e3)", "(gamma 0.001 1e-30)", "(gamma 2 1e30)"]),
    ("exponential", &["(exponential 2)", "(exponential 1e-30)", "(exponential 1e30)"]),
    ("chi-squared", &["(chi-squared 4)", "(chi-squared 0.02)", "(chi-squared 1e6)"]),
    ("inverse-gamma", &["(inverse-gamma 9 2)", "(inverse-gamma 0.01 1)", "(inverse-gamma 1e5 1e5)"]),
    ("poisson", &["(poisson 3)", "(poisson 1e-8)", "(poisson 0)", "(poisson 1e6)", "(poisson 1e12)"]),
    ("poisson-log", &["(poisson-log 1.2)", "(poisson-log -700)", "(poisson-log 20)"]),
    ("laplace", &["(laplace 0 2)", "(laplace 1e6 1e-3)", "(laplace 0 1e30)"]),
    ("logistic", &["(logistic 0 1)", "(logistic 1e6 1e-3)", "(logistic 0 1e30)"]),
    ("gumbel", &["(gumbel 0 1)", "(gumbel -5 1e-3)", "(gumbel 0 1e30)"]),
    (
        "student-t",
        &[
            "(student-t 9 0 1)",
            "(student-t 0.01 0 1)",
            "(student-t 1 3 1e-3)",
            "(student-t 1e9 0 1)",
            "(student-t 3 0 1e30)",
        ],
    ),
    ("cauchy", &["(cauchy 0 1)", "(cauchy 1e6 1e-3)", "(cauchy 0 1e35)"]),
    ("half-cauchy", &["(half-cauchy 1)", "(half-cauchy 1e-30)", "(half-cauchy 1e35)"]),
    (
        "binomial",
        &[
            "(binomial 10 0.3)",
            "(binomial 0 0.5)",
            "(binomial 5 1)",
            "(binomial 1000000 1e-6)",
            "(binomial 1000000000 0.25)",
            "(binomial 3 0.999999999)",
        ],
    ),
    ("binomial-logits", &["(binomial-logits 10 0.4)", "(binomial-logits 20 800)", "(binomial-logits 1000 -7)"]),
    (
        "beta-binomial",
        &[
            "(beta-binomial 10 2 3)",
            "(beta-binomial 1000 0.01 0.02)",
            "(beta-binomial 50 1e6 1e6)",
            "(beta-binomial 0 1 1)",
        ],
    ),
    ("geometric", &["(geometric 0.3)", "(geometric 1)", "(geometric 1e-6)", "(geometric 1e-12)"]),
    (
        "negative-binomial",
        &[
            "(negative-binomial 5 0.3)",
            "(negative-binomial 0.01 0.5)",
            "(negative-binomial 1e6 0.5)",
            "(negative-binomial 2 1)",
        ],
    ),
    (
        "hypergeometric",
        &[
            "(hypergeometric 20 7 12)",
            "(hypergeometric 10 8 9)",
            "(hypergeometric 1000000000 400000000 1000)",
            "(hypergeometric 0 0 0)",
        ],
    ),
    ("weibull", &["(weibull 2 1.5)", "(weibull 0.05 1)", "(weibull 100 3)", "(weibull 1 1e30)"]),
    ("pareto", &["(pareto 9 1)", "(pareto 0.05 1)", "(pareto 1e6 3)", "(pareto 3 1e30)"]),
    (
        "inverse-gaussian",
        &[
            "(inverse-gaussian 1 2)",
            "(inverse-gaussian 1 1e8)",
            "(inverse-gaussian 1 0.01)",
            "(inverse-gaussian 1e-3 1)",
        ],
    ),
    (
        "von-mises",
        &["(von-mises 0 1)", "(von-mises 2 0)", "(von-mises 3 1e4)", "(von-mises -1 1e-9)", "(von-mises 3.14 20)"],
    ),
    ("wrapped-cauchy", &["(wrapped-cauchy 0 0.5)", "(wrapped-cauchy 3 0.999)", "(wrapped-cauchy 1 0)"]),
    ("wrapped-normal", &["(wrapped-normal 0 1)", "(wrapped-normal 3.1 0.01)", "(wrapped-normal 1 1e6)"]),
];

pub const STRUCTURED: &[Row] = &[
    ("categorical", &["(categorical [0.2 0.3 0.5])", "(categorical [1 0 1e-9])", "(categorical [1e308 1e308])"]),
    ("categorical-logits", &["(categorical-logits [-1 2 -1])", "(categorical-logits [1000 0 1000])"]),
    ("ordered-logistic", &["(ordered-logistic 0.4 [-1 0.5 3])", "(ordered-logistic -30 [0 1])"]),
    ("piecewise-uniform", &["(piecewise-uniform [0 1 3] [0.3 0.7])", "(piecewise-uniform [-1 0 1 2] [1e308 0 1e308])"]),
    (
        "dirichlet",
        &["(dirichlet [1 2 3])", "(dirichlet [0.02 0.02 0.02])", "(dirichlet [1e-3 1])", "(dirichlet [1e6 2e6 1])"],
    ),
    (
        "multivariate-normal",
        &[
            "(multivariate-normal [0 1] [[1 0.5] [0.5 2]])",
            "(multivariate-normal [0 0] [[1 0.999999] [0.999999 1]])",
            "(multivariate-normal [5] [[1e-6]])",
        ],
    ),
    ("mvn-chol", &["(mvn-chol [0 1] [[1 0] [0.5 2]])", "(mvn-chol [0 0] [[1e-8 0] [1 1e8]])"]),
    ("mvn-diag", &["(mvn-diag [0 1] [1 2])", "(mvn-diag [0 0 0] [1e-10 1 1e10])"]),
    (
        "multinomial",
        &["(multinomial 10 [0.2 0.5 0.3])", "(multinomial 2 [1 0])", "(multinomial 100000 [1e308 1e308 1e-3])"],
    ),
    (
        "dirichlet-multinomial",
        &[
            "(dirichlet-multinomial 4 [0.5 2 1.2])",
            "(dirichlet-multinomial 1000 [0.01 0.01])",
            "(dirichlet-multinomial 10 [1e9 1e9])",
        ],
    ),
    ("gaussian-random-walk", &["(gaussian-random-walk 3 0.7)", "(gaussian-random-walk 2 1e-6 1e3)"]),
    ("ar1", &["(ar1 3 0.6 0.8)", "(ar1 2 -0.999 1)"]),
    ("wishart", &["(wishart 5 [[1 0.2] [0.2 1]])", "(wishart 2 [[1 0] [0 1]])", "(wishart 1e6 [[1e-6 0] [0 1e-6]])"]),
    ("inverse-wishart", &["(inverse-wishart 9 [[1 0.2] [0.2 1]])", "(inverse-wishart 2 [[1 0] [0 1]])"]),
    ("lkj-cholesky", &["(lkj-cholesky 3 1.7)", "(lkj-cholesky 2 0.05)", "(lkj-cholesky 4 100)"]),
];

pub const BUILT: &[Row] = &[
    ("delta", &["(delta 2.5)", "(delta 1e-300)"]),
    (
        "mixture",
        &[
            "(mixture [1 3] [(normal 0 1) (normal 5 0.1)])",
            "(mixture [1e308 1e308] [(normal 0 1) (normal 5 1)])",
            "(mixture [0 1] [(normal 0 1) (beta 0.02 0.02)])",
            "(mixture [1 1] [(poisson 2) (geometric 0.01)])",
            "(mixture [1 1e-12] [(student-t 0.01 0 1) (normal 0 1)])",
        ],
    ),
    (
        "zero-inflated",
        &[
            "(zero-inflated 0.25 (poisson 4))",
            "(zero-inflated 1 (poisson 4))",
            "(zero-inflated 0.5 (negative-binomial 0.1 0.01))",
        ],
    ),
    (
        "iid",
        &[
            "(iid (normal 0 1) 3)",
            "(iid (beta 1 0.2) 2)",
            "(iid (student-t 0.01 0 1) 2)",
            "(iid (truncated (gamma 0.1 1) 1 2) 2)",
            "(iid (dirichlet [0.02 0.02]) 2)",
        ],
    ),
    (
        "product",
        &[
            "(product (normal 0 1) (exponential 1))",
            "(product {:a (flip 0.5) :b (poisson 3)})",
            "(product (poisson 3) (dirichlet [0.1 0.1]))",
        ],
    ),
    (
        "truncated",
        &[
            "(truncated (normal 0 1) 8 9)",
            "(truncated (normal 0 1) -1 ##Inf)",
            "(truncated (beta 0.5 0.05) 0.5 1)",
            "(truncated (beta 0.05 0.05) 0 0.5)",
            "(truncated (exponential 1) 1 4)",
            "(truncated (exponential 1) 50 ##Inf)",
            "(truncated (gamma 0.01 1) 0 1)",
            "(truncated (gamma 0.01 1) 1e-30 1e-20)",
            "(truncated (poisson 2) 1 ##Inf)",
            "(truncated (poisson 2) 40 60)",
            "(truncated (student-t 3 0 1) 1e3 ##Inf)",
            "(truncated (cauchy 0 1) -2 5)",
            "(truncated (uniform 0 4) 1 3)",
            "(truncated (log-normal 0 1) 100 200)",
            "(truncated (binomial 100 0.5) 90.5 99.5)",
            "(truncated (mixture [1 1] [(normal -3 1) (normal 3 1)]) 0 1)",
            "(truncated (laplace 0 1) 20 30)",
            "(truncated (gumbel 0 1) 20 30)",
            "(truncated (uniform 0 1) 0.9999999 1)",
            "(truncated (beta 1 0.2) 0.999999 1)",
        ],
    ),
    (
        "censored",
        &[
            "(censored (normal 0 1) -1 0.1)",
            "(censored (normal 0 1) 9 ##Inf)",
            "(censored (exponential 1) 0.3 ##Inf)",
            "(censored (poisson 4) 1 6)",
            "(censored (beta 0.02 0.02) 0.1 0.9)",
        ],
    ),
    (
        "transformed",
        &[
            "(transformed (normal 0 1) exp log {:support :positive})",
            "(transformed (exponential 1) sqrt (fn [y] (* y y)) {:support :positive})",
            "(transformed (normal 0 3) sigmoid (fn [y] (- (log y) (log1p (- y)))) {:support :unit-interval})",
            "(transformed (gamma 0.01 1) (fn [x] (* 3 x)) (fn [y] (/ y 3)) {:support :positive})",
        ],
    ),
    (
        "gaussian-process",
        &["(gaussian-process [0 1 2.5] {:kernel :rbf} 0.1)", "(gaussian-process [0 0 1] {:kernel :rbf} 1e-3)"],
    ),
    ("defdist", &["(triangle 2.0)", "(coin 0.25)", "(shifted 3.0)"]),
];

/// The distributions that programs define, for the rows of `defdist`.
pub const DEFINITIONS: &str = r#"
(defdist triangle [c] "A density that rises from 0 to c."
  {:sample (fn [c] (* c (sqrt (sample (uniform 0 1)))))
   :logpdf (fn [x c] (if (and (< 0 x) (<= x c)) (log (/ (* 2 x) (* c c))) ##-Inf))
   :support (fn [c] [0.0 c])
   :mean (fn [c] (/ (* 2 c) 3))
   :variance (fn [c] (/ (* c c) 18))
   :cdf (fn [x c] (cond (< x 0) 0.0 (> x c) 1.0 :else (/ (* x x) (* c c))))})
(defdist coin [p] "One or minus one."
  {:sample (fn [p] (if (< (sample (uniform 0 1)) p) 1 -1))
   :logpdf (fn [x p] (if (= x 1) (log p) (log (- 1 p))))
   :support #{-1 1}
   :mean (fn [p] (- (* 2 p) 1))
   :variance (fn [p] (* 4 p (- 1 p)))})
(defdist-transform shifted [m] {:base (exponential 1) :forward (fn [x] (+ x m)) :inverse (fn [y] (- y m))})
"#;

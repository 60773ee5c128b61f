"""Writes extremes.csv: log-densities at parameters and values from 1e-300 to 1e300, and how far they can be told.

    pip install mpmath==1.4.1 scipy==1.17.1 && python extremes.py > extremes.csv

The formulas are those of densities.py, at so many digits that the square of 1e-300 beside 1 loses none of 40. The last
column is what a change of the inputs by half a unit in the last place changes: no program can do better than that.
"""

import itertools
import math

import mpmath as mp

import densities
from densities import DENSITY, F, exact, text

mp.mp.dps = 700
densities.pi, densities.PI = +mp.pi, math.pi

SIZES = [1e-300, 1e-9, 0.3, 1.0, 7.5, 1e9, 1e300]
LOCATIONS = [0.0, -1e300, 1.5, 1e9]
SHARES = [0.0, 1e-300, 1e-9, 0.3, 1 - 1e-9, 1 - 2**-53, 1.0]
SOME_SHARES = SHARES[1:]
COUNTS = [0, 1, 3, 1000, 10**9, 2**53]
LOGITS = [-1e300, -800.0, -1e-300, 0.5, 40.0, 1e9]
UNIT = [1e-300, 1e-9, 0.3, 0.5, 1 - 1e-9, 1 - 2**-53]
POSITIVE = [1e-300, 1e-9, 0.3, 1.0, 30.0, 1e9, 1e300]
TIMES = [0.0, 1.0, -3.0, 40.0, 1e-300, 1e9, -1e160]
ANGLES = [0.0, 1e-300, -2.0, math.pi, 1e-9]


def placed(loc, scale):
    return [x for x in (loc + scale * t for t in TIMES) if math.isfinite(x)]


def near(*values):
    """Values in range, each once."""
    return sorted({float(v) for v in values if math.isfinite(v) and v > 0})


def whole(*values):
    return sorted({int(v) for v in values if 0 <= v <= 2**53})


def over(f, *args):
    try:
        return f(*args)
    except (OverflowError, ZeroDivisionError):
        return math.inf


counted = lambda *means: whole(*COUNTS, *means)

# For each family the choices of each parameter, and the values that go with them.
TABLE = {
    "normal": ([LOCATIONS, SIZES], placed),
    "log-normal": ([LOCATIONS[:1] + [-600.0, 1.5], SIZES], lambda m, s: POSITIVE),
    "half-normal": ([SIZES], lambda s: near(s, 3 * s, *POSITIVE)),
    "uniform": ([[-1e300, 0.0, 1.0], [1e-300, 1 + 2**-52, 1e300]], lambda a, b: [a, b, 0.5 * a + 0.5 * b]),
    "discrete-uniform": ([[-(2**53), 0, 3], [3, 2**53]], lambda a, b: [a, b, a + 1]),
    "bernoulli": ([SHARES], lambda p: [0, 1]),
    "flip": ([SHARES], lambda p: [True, False]),
    "bernoulli-logits": ([LOGITS], lambda t: [0, 1]),
    "beta": ([SIZES, SIZES], lambda a, b: sorted({*UNIT, min(max(1 / (1 + over(lambda: b / a)), 1e-300), 1 - 2**-53)})),
    "beta-uniform": ([SHARES, SIZES[::2], SIZES[::2]], lambda t, a, b: UNIT),
    "gamma": ([SIZES, SIZES], lambda a, b: near(a / b if a / b < math.inf else 1.0, *POSITIVE)),
    "exponential": ([SIZES], lambda r: near(1 / r, 30 / r, *POSITIVE)),
    "chi-squared": ([SIZES], lambda v: near(v, *POSITIVE)),
    "inverse-gamma": ([SIZES, SIZES], lambda a, b: near(b / a if b / a < math.inf else 1.0, *POSITIVE)),
    "poisson": ([[0.0] + SIZES], lambda r: counted(r)),
    "poisson-log": ([[-1e300, -800.0, -500.5, -499.5, 1e-300, 1.2, 36.0, 600.0]], lambda t: counted(over(math.exp, t))),
    "laplace": ([LOCATIONS, SIZES], placed),
    "logistic": ([LOCATIONS, SIZES], placed),
    "gumbel": ([LOCATIONS, SIZES], placed),
    "student-t": ([SIZES, LOCATIONS[::2], SIZES[::2]], lambda v, m, s: placed(m, s)),
    "cauchy": ([LOCATIONS, SIZES], placed),
    "half-cauchy": ([SIZES], lambda s: near(s, 3 * s, *POSITIVE)),
    "binomial": ([COUNTS, SHARES], lambda n, p: [k for k in counted(n * p, n, n - 1) if k <= n]),
    "binomial-logits": ([COUNTS, LOGITS], lambda n, t: [k for k in counted(n, n - 1) if k <= n]),
    "beta-binomial": ([COUNTS[:5], SIZES, SIZES], lambda n, a, b: [k for k in counted(n, n / (1 + over(lambda: b / a))) if k <= n]),
    "geometric": ([SOME_SHARES], lambda p: counted(1 / p)),
    "negative-binomial": ([SIZES, SOME_SHARES], lambda r, p: counted(over(lambda: r * (1 - p) / p))),
    "hypergeometric": ([[0, 7, 10**9, 2**53], [0, 5, 10**8, 2**52], [0, 3, 1000, 10**9]], lambda N, K, n: counted(n, n * K / max(N, 1))),
    "weibull": ([SIZES, SIZES], lambda k, s: near(s, 3 * s, *POSITIVE)),
    "pareto": ([SIZES, SIZES], lambda a, m: near(m, m * (1 + 2**-52), 3 * m, *POSITIVE)),
    "inverse-gaussian": ([SIZES, SIZES], lambda m, l: near(m, *POSITIVE)),
    "von-mises": ([[0.0, 2.5, 1e9], [0.0] + SIZES[:-1] + [1e15]], lambda m, k: ANGLES + [m] * (abs(m) < 3)),
    "wrapped-cauchy": ([[0.0, 2.5], SHARES[:-1]], lambda m, r: ANGLES + [m]),
    "wrapped-normal": ([[0.0, 2.5], SIZES], lambda m, s: ANGLES + [m]),
    "truncated-normal": (
        [[0.0, 1e9], [1e-300, 1e-9, 1.0, 1e9, 1e300], [-math.inf, -1.0, 30.0, 1e9], [2.0, 31.0, 1e300, math.inf]],
        lambda m, s, a, b: [x for x in {a, b, a + s, 0.5 * a + 0.5 * b, 1.0} if math.isfinite(x)],
    ),
    "ordered-logistic": ([LOGITS, [[-1.0, 0.5], [0.0, 1e-9], [-1e300, 1e300], [700.0, 800.0]]], lambda t, c: [0, 1, 2]),
    "categorical": ([[[1e308, 1e308, 1e-300], [1e-300, 1e-320, 0.0], [1.0, 1e-300, 1e300]]], lambda w: [0, 1, 2]),
    "categorical-logits": ([[[1e300, 0.0, -1e300], [-800.0, -801.0, -1e9], [1e-300, 0.0, 1.0]]], lambda l: [0, 1, 2]),
    "piecewise-uniform": ([[[-1e300, 0.0, 1e300], [0.0, 1e-300, 1.0]], [[1e308, 1e308], [1e-300, 1.0]]], lambda b, p: [b[0], b[1], 0.5 * b[1] + 0.5 * b[2]]),
    "dirichlet": ([[[s, t] for s in SIZES for t in SIZES]], lambda a: [[0.5, 0.5], [1e-300, 1.0], [1e-9, 1 - 1e-9]]),
    "multinomial": ([[3, 10**9], [[1e-300, 1.0], [1e308, 1e308], [1.0, 1e-9]]], lambda n, p: [[1, n - 1], [n, 0], [n // 2, n - n // 2]]),
    "dirichlet-multinomial": ([[3, 10**9], [[s, t] for s in SIZES for t in SIZES]], lambda n, a: [[1, n - 1], [n, 0], [n // 2, n - n // 2]]),
    "mvn-diag": ([[[0.0, 1e9]], [[1e-300, 1e300], [1e-150, 1.0]]], lambda m, s: [[0.0, 1e9], [s[0], 1e9 - s[1]]]),
    "gaussian-random-walk": ([[2], SIZES], lambda n, s: [[s, s], [0.0, 1.0]]),
    "ar1": ([[2], [0.0, 1e-300, -1 + 2**-53, 0.5], SIZES], lambda n, r, s: [[s, s], [0.0, -s]]),
    "lkj-cholesky": ([[2], SIZES], lambda k, e: [[[1.0, 0.0], [0.6, 0.8]], [[1.0, 0.0], [0.0, 1.0]]]),
}

WIDTHS = [1e-150, 1e-9, 1.0, 1e9, 1e150]
COVARIANCES = [[[s * s, r * s * t], [r * s * t, t * t]] for s in WIDTHS for t in WIDTHS for r in (0.0, 0.5, -0.9375)]
sides = lambda S: (math.sqrt(S[0][0]), math.sqrt(S[1][1]))
times = lambda c, S: [[c * v for v in row] for row in S]

TABLE |= {
    "multivariate-normal": ([[[0.0, 1e9]], COVARIANCES], lambda m, S: [m, [m[0] + sides(S)[0], m[1] - 3 * sides(S)[1]]]),
    "mvn-chol": ([[[0.0, -1.5]], [[[s, 0.0], [r, t]] for s in WIDTHS for t in WIDTHS for r in (0.0, 0.25, 1e9)]], lambda m, L: [m, [m[0] + L[0][0], m[1] + L[1][1]]]),
    "wishart": ([[1.5, 5.0, 1e6], COVARIANCES], lambda df, S: [times(df, S), S]),
    "inverse-wishart": ([[1.5, 5.0, 1e6], COVARIANCES], lambda df, S: [times(1 / df, S), S]),
}

# What is made of others: how it is written, the choices of each parameter, the values, and the density.
D = densities.DENSITY
MADE = [
    ("mixture", "[{} {}] [(normal 0.0 {}) (laplace 1.5 {})]", [SIZES, SIZES, SIZES[::2], SIZES[::3]], lambda *p: [0.0, 1.5, 3 * p[2], -1e9],
     lambda x, a, b, s, t: densities.mix([(a / (a + b), D["normal"](x, F(0), s)), (b / (a + b), D["laplace"](x, F(1.5), t))])),
    ("zero-inflated", "{} (poisson {})", [SHARES, [0.0] + SIZES], lambda p, r: counted(r),
     lambda k, p, r: densities.mix([(p, F(0) if k == 0 else -mp.inf), (1 - p, D["poisson"](k, r))])),
    ("truncated", "(normal {} {}) {} {}", *TABLE["truncated-normal"], D["truncated-normal"]),
    ("truncated", "(exponential {}) {} {}", [SIZES, [0.0, 1e-300, 0.3, 1e9], [1.5, 3e9, 1e300, math.inf]], lambda r, a, b: [] if r * a == math.inf else [a, a * (1 + 2**-52), b] if b < math.inf else [a, 2 * a],
     lambda x, r, a, b: mp.log(r) - r * (x - a) - (mp.log1p(-mp.exp(-r * (b - a))) if b < mp.inf else 0) if a <= x <= b else -mp.inf),
    ("censored", "(exponential {}) {} {}", [SIZES, [1e-300, 0.3], [1.5, 1e9, 1e300]], lambda r, a, b: [a, b, 0.5 * a + 0.5 * b],
     lambda x, r, a, b: mp.log(-mp.expm1(-r * a)) if x == a else -r * b if x == b else mp.log(r) - r * x),
    ("transformed", "(normal {} {}) exp log {{:support :positive}}", [LOCATIONS[:1] + [-600.0, 1.5], SIZES], lambda m, s: POSITIVE, D["log-normal"]),
    ("iid", "(cauchy {} {}) 2", [LOCATIONS, SIZES], lambda m, s: [[x, m] for x in placed(m, s)], lambda x, m, s: mp.fsum(D["cauchy"](v, m, s) for v in x)),
    ("product", "(normal {} {}) (exponential {})", [LOCATIONS, SIZES[::2], SIZES[::2]], lambda m, s, r: [[m + s, 1 / r]] if 1 / r < math.inf and math.isfinite(m + s) else [],
     lambda x, m, s, r: D["normal"](x[0], m, s) + D["exponential"](x[1], r)),
    ("gaussian-process", "[0.0 {}] {{:kernel :rbf}} {}", [[0.25, 1.0, 7.5, 1e9, 1e300], [1e-9, 1.0, 1e9, 1e150]], lambda t, n: [[0.0, 0.0], [n, -n], [1.0, 1.0]],
     lambda x, t, n: densities.mvn(x, [F(0), F(0)], densities.rbf([F(0), t], n))),
]

# Rows of one family: what is more is left out evenly.
MOST = 45


def ulp(v):
    return mp.mpf(2) ** (math.frexp(v)[1] - 54) if v else mp.mpf(2) ** -1075


def moved(v):
    """A number, or one of a vector, half a unit away."""
    if isinstance(v, float) and math.isfinite(v):
        yield exact(v) + ulp(v)
        yield exact(v) - ulp(v)
    elif isinstance(v, list):
        for i, item in enumerate(v):
            for other in moved(item):
                yield [other if j == i else exact(x) for j, x in enumerate(v)]


def conditioning(density, inputs, value):
    """How far the value moves when each input moves by half a unit, all together."""
    total = mp.mpf(0)
    for i, v in enumerate(inputs):
        worst = mp.mpf(0)
        for other in moved(v):
            try:
                there = mp.re(density(*[other if j == i else exact(x) for j, x in enumerate(inputs)]))
            except (ValueError, ZeroDivisionError, TypeError):
                continue
            apart = abs(there - value)
            worst = max(worst, apart) if mp.isfinite(apart) else worst
        total += worst
    return total


def admits(name, params):
    if name in ("uniform", "truncated-normal"):
        return params[-2] < params[-1]
    if name == "discrete-uniform":
        return params[0] <= params[1] and params[1] - params[0] < 2**53
    return name != "hypergeometric" or max(params[1:]) <= params[0]


def rows():
    plain = [(name, " ".join("{}" for _ in choices), choices, values, D[name]) for name, (choices, values) in TABLE.items()]
    for name, written, choices, values, density in plain + MADE:
        points = []
        for params in itertools.product(*choices):
            if name == "truncated" and params[-2] >= params[-1]:
                continue
            if admits(name, params) or name == "truncated":
                points += [(params, x) for x in values(*params)]
        # An odd step meets every choice of each parameter.
        for params, x in points[:: -(-len(points) // MOST) | 1]:
            value = mp.re(density(exact(x), *map(exact, params)))
            # What no double holds is infinite.
            held = float(value)
            slack = 0.0 if math.isinf(held) else float(conditioning(density, [x, *params], value))
            yield name, written.format(*map(text, params)), text(x), held, slack


if __name__ == "__main__":
    print("distribution,params,x,logpdf,conditioning")
    for name, params, x, value, slack in rows():
        print(f"{name},{params},{x},{value!r},{slack:.2e}", flush=True)

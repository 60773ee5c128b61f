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


def density(name, inputs):
    return mp.re(DENSITY[name](*inputs))


def conditioning(name, inputs, value):
    """How far the value moves when each input moves by half a unit, all together."""
    total = mp.mpf(0)
    for i, v in enumerate(inputs):
        worst = mp.mpf(0)
        for other in moved(v):
            try:
                apart = abs(density(name, [other if j == i else exact(x) for j, x in enumerate(inputs)]) - value)
            except (ValueError, ZeroDivisionError, TypeError):
                continue
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
    for name, (choices, values) in TABLE.items():
        points = []
        for params in itertools.product(*choices):
            if admits(name, params):
                points += [(params, x) for x in values(*params)]
        # An odd step meets every choice of each parameter.
        for params, x in points[:: -(-len(points) // MOST) | 1]:
            value = density(name, [exact(x), *map(exact, params)])
            # What no double holds is infinite.
            held = float(value)
            slack = 0.0 if math.isinf(held) else float(conditioning(name, [x, *params], value))
            yield name, " ".join(map(text, params)), text(x), held, slack


if __name__ == "__main__":
    print("distribution,params,x,logpdf,conditioning")
    for name, params, x, value, slack in rows():
        print(f"{name},{params},{x},{value!r},{slack:.2e}", flush=True)

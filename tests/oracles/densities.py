"""Writes densities.csv: log-densities of every distribution of the language, from formulas at 50 digits.

    pip install mpmath==1.4.1 scipy==1.17.1 && python densities.py > densities.csv

Every value is computed by mpmath from the textbook formula, which at 50 digits needs no care about cancellation; where
SciPy has the distribution too, a value in its comfortable range must agree with it, so that no parametrization is
mistaken. Parameters and values are written as data of the language; decimals stand for the doubles next to them.
"""

import math
import sys

import mpmath as mp
from scipy import stats

mp.mp.dps = 50
F = lambda x: mp.mpf(x)
lg, log, exp, pi, inf = mp.loggamma, mp.log, mp.exp, mp.pi, mp.inf
choose = lambda n, k: lg(n + 1) - lg(k + 1) - lg(n - k + 1)
lbeta = lambda a, b: lg(a) + lg(b) - lg(a + b)
xlog = lambda k, p: F(0) if k == 0 else (k * log(p) if p > 0 else -inf)
PI = math.pi


def phi(z):
    return exp(-z * z / 2) / mp.sqrt(2 * pi)


def mass(a, b):
    """P(a < Z < b) of a standard normal, by whichever tail does not cancel."""

    def upper(t):
        if t == inf:
            return mp.mpf(0)
        # So far out the next term of Mills' ratio is beyond every digit.
        return 1 - upper(-t) if t < -1e100 else phi(t) / t if t > 1e100 else mp.erfc(t / mp.sqrt(2)) / 2

    return upper(a) - upper(b) if a > 0 else upper(-b) - upper(-a)


# Scalar log-densities. Each is called with mpf arguments, the value first.
normal = lambda x, m, s: -((x - m) / s) ** 2 / 2 - log(s) - log(2 * pi) / 2
gamma = lambda x, a, b: a * log(b) + (a - 1) * log(x) - b * x - lg(a) if x > 0 else -inf
beta = lambda x, a, b: (a - 1) * log(x) + (b - 1) * log(1 - x) - lbeta(a, b) if 0 < x < 1 else -inf
integer = lambda k: k == mp.floor(k)
counts = lambda f: lambda k, *p: f(k, *p) if k >= 0 and integer(k) else -inf
sigmoid = lambda t: 1 / (1 + exp(-t))
poisson = counts(lambda k, r: xlog(k, r) - r - lg(k + 1))
binomial = counts(lambda k, n, p: choose(n, k) + xlog(k, p) + xlog(n - k, 1 - p) if k <= n else -inf)
negative = counts(lambda k, r, p: lg(k + r) - lg(r) - lg(k + 1) + r * log(p) + xlog(k, 1 - p))
student = lambda x, v, m, s: lg((v + 1) / 2) - lg(v / 2) - log(v * pi) / 2 - log(s) - (v + 1) / 2 * log(1 + ((x - m) / s) ** 2 / v)


def truncated(x, m, s, lo, hi):
    if not lo <= x <= hi:
        return -inf
    return normal(x, m, s) - log(mass((lo - m) / s, (hi - m) / s))


def wrapped_normal(x, m, s):
    d, reach = x - m, int(60 * s / 6 + 3)
    if s < 20:
        return log(mp.fsum(exp(normal(d + 2 * pi * k, 0, s)) for k in range(-reach, reach + 1)))
    return log(mp.fsum([1] + [2 * exp(-n * n * s * s / 2) * mp.cos(n * d) for n in range(1, 6)]) / (2 * pi))


def hypergeometric(k, N, K, n):
    if not (integer(k) and max(0, n - (N - K)) <= k <= min(n, K)):
        return -inf
    return choose(K, k) + choose(N - K, n - k) - choose(N, n)


def piecewise(x, bounds, probs):
    for lo, hi, p in zip(bounds, bounds[1:], probs):
        if lo <= x < hi:
            return log(p / sum(probs) / (hi - lo))
    return -inf


def mvn(x, mean, cov):
    d = mp.matrix(x) - mp.matrix(mean)
    S = mp.matrix(cov)
    return -((d.T * mp.lu_solve(S, d))[0] + log(mp.det(S)) + len(x) * log(2 * pi)) / 2


def mvn_chol(x, mean, L):
    L = mp.matrix(L)
    S = L * L.T
    return mvn(x, mean, S.tolist())


def dirichlet(x, alphas):
    if min(x) <= 0:
        return -inf
    total = mp.fsum(x)
    return lg(mp.fsum(alphas)) + mp.fsum((a - 1) * log(v / total) - lg(a) for v, a in zip(x, alphas))


def multinomial(x, n, probs):
    if mp.fsum(x) != n or min(x) < 0:
        return -inf
    total = mp.fsum(probs)
    return lg(n + 1) + mp.fsum(xlog(k, p / total) - lg(k + 1) for k, p in zip(x, probs))


def dirichlet_multinomial(x, n, alphas):
    if mp.fsum(x) != n or min(x) < 0:
        return -inf
    a = mp.fsum(alphas)
    return lg(n + 1) + lg(a) - lg(n + a) + mp.fsum(lg(k + b) - lg(b) - lg(k + 1) for k, b in zip(x, alphas))


def multigamma(a, d):
    return d * (d - 1) * log(pi) / 4 + mp.fsum(lg(a - F(j) / 2) for j in range(d))


def wishart(x, df, V):
    X, S, d = mp.matrix(x), mp.matrix(V), len(x)
    trace = mp.fsum((mp.inverse(S) * X)[i, i] for i in range(d))
    norm = df * d * log(2) / 2 + df * log(mp.det(S)) / 2 + multigamma(df / 2, d)
    return (df - d - 1) / 2 * log(mp.det(X)) - trace / 2 - norm


def inverse_wishart(x, df, Psi):
    X, S, d = mp.matrix(x), mp.matrix(Psi), len(x)
    trace = mp.fsum((S * mp.inverse(X))[i, i] for i in range(d))
    norm = df * d * log(2) / 2 - df * log(mp.det(S)) / 2 + multigamma(df / 2, d)
    return -(df + d + 1) / 2 * log(mp.det(X)) - trace / 2 - norm


def lkj(x, k, eta):
    """Of the elements below the diagonal of the factor (Lewandowski, Kurowicka & Joe 2009, by partial correlations)."""
    k = int(k)
    value = mp.fsum((k - i - 1 + 2 * eta - 2) * log(x[i][i]) for i in range(1, k))
    for i in range(1, k):
        alpha = eta + F(k - 1 - i) / 2
        value += -F(i) / 2 * log(pi) - lg(alpha) + lg(alpha + F(i) / 2)
    return value


def ordered(k, eta, cuts):
    if not (integer(k) and 0 <= k <= len(cuts)):
        return -inf
    k = int(k)
    below = lambda i: F(1) if i == len(cuts) else (F(0) if i < 0 else sigmoid(cuts[i] - eta))
    return log(below(k) - below(k - 1))


def walk(x, n, s, start=F(0)):
    return mp.fsum(normal(b, a, s) for a, b in zip([start] + x, x))


def ar1(x, n, rho, s):
    first = normal(x[0], F(0), s / mp.sqrt(1 - rho * rho))
    return first + mp.fsum(normal(b, rho * a, s) for a, b in zip(x, x[1:]))


def mix(parts):
    return log(mp.fsum(w * exp(l) for w, l in parts))


in_set = lambda inside, value: value if inside else -inf

DENSITY = {
    "normal": normal,
    "uniform": lambda x, a, b: in_set(a <= x <= b, -log(b - a)),
    "bernoulli": lambda x, p: binomial(x, F(1), p),
    "flip": lambda x, p: xlog(F(1), p if x else 1 - p),
    "beta": beta,
    "gamma": gamma,
    "exponential": lambda x, r: log(r) - r * x if x >= 0 else -inf,
    "categorical": lambda k, w: log(w[int(k)] / mp.fsum(w)) if integer(k) and 0 <= k < len(w) and w[int(k)] > 0 else -inf,
    "categorical-logits": lambda k, l: l[int(k)] - log(mp.fsum(map(exp, l))) if integer(k) and 0 <= k < len(l) else -inf,
    "poisson": poisson,
    "laplace": lambda x, m, s: -abs(x - m) / s - log(2 * s),
    "student-t": student,
    "log-normal": lambda x, m, s: normal(log(x), m, s) - log(x) if x > 0 else -inf,
    "dirichlet": dirichlet,
    "cauchy": lambda x, m, s: student(x, F(1), m, s),
    "inverse-gamma": lambda x, a, b: gamma(1 / x, a, b) - 2 * log(x) if x > 0 else -inf,
    "geometric": counts(lambda k, p: log(p) + xlog(k, 1 - p)),
    "negative-binomial": negative,
    "binomial": binomial,
    "discrete-uniform": lambda k, a, b: in_set(integer(k) and a <= k <= b, -log(b - a + 1)),
    "truncated-normal": truncated,
    "multivariate-normal": mvn,
    "mvn": mvn,
    "mvn-chol": mvn_chol,
    "mvn-diag": lambda x, m, s: mp.fsum(map(normal, x, m, s)),
    "piecewise-uniform": piecewise,
    "beta-uniform": lambda x, t, a, b: log(t * exp(beta(x, a, b)) + 1 - t) if 0 < x < 1 else -inf,
    "half-normal": lambda x, s: normal(x, F(0), s) + log(2) if x >= 0 else -inf,
    "half-cauchy": lambda x, s: student(x, F(1), F(0), s) + log(2) if x >= 0 else -inf,
    "chi-squared": lambda x, v: gamma(x, v / 2, F(1) / 2),
    "weibull": lambda x, k, s: log(k / s) + (k - 1) * log(x / s) - (x / s) ** k if x > 0 else -inf,
    "pareto": lambda x, a, m: log(a) + a * log(m) - (a + 1) * log(x) if x >= m else -inf,
    "logistic": lambda x, m, s: -(x - m) / s - log(s) - 2 * log(1 + exp(-(x - m) / s)),
    "gumbel": lambda x, m, s: -(x - m) / s - exp(-(x - m) / s) - log(s),
    "inverse-gaussian": lambda x, m, l: (log(l / (2 * pi * x**3)) - l * (x - m) ** 2 / (m * m * x)) / 2 if x > 0 else -inf,
    "von-mises": lambda x, m, k: in_set(abs(x) <= PI, k * mp.cos(x - m) - log(2 * pi * mp.besseli(0, k))),
    "wrapped-cauchy": lambda x, m, r: in_set(abs(x) <= PI, log((1 - r * r) / (2 * pi * (1 + r * r - 2 * r * mp.cos(x - m))))),
    "wrapped-normal": lambda x, m, s: in_set(abs(x) <= PI, wrapped_normal(x, m, s)),
    "multinomial": multinomial,
    "beta-binomial": counts(lambda k, n, a, b: choose(n, k) + lbeta(k + a, n - k + b) - lbeta(a, b) if k <= n else -inf),
    "dirichlet-multinomial": dirichlet_multinomial,
    "hypergeometric": hypergeometric,
    "bernoulli-logits": lambda x, l: binomial(x, F(1), sigmoid(l)) if abs(l) < 100 else xlog(F(1), sigmoid(l if x else -l)),
    "binomial-logits": counts(lambda k, n, l: choose(n, k) + k * log(sigmoid(l)) + (n - k) * log(sigmoid(-l)) if k <= n else -inf),
    "ordered-logistic": ordered,
    "poisson-log": counts(lambda k, l: k * l - exp(l) - lg(k + 1)),
    "wishart": wishart,
    "inverse-wishart": inverse_wishart,
    "lkj-cholesky": lkj,
    "gaussian-random-walk": walk,
    "ar1": ar1,
}

# Points: for each distribution, lists of parameters and the values at which it is scored.
REAL = [-30.0, -2.5, -0.1, 0.0, 0.7, 3.0, 11.5, 1e3, -1e8]
UP = [1e-12, 0.01, 0.4, 1.0, 2.5, 7.25, 30.0, 1e4, -1.0]
UNIT = [1e-200, 1e-8, 0.02, 0.3, 0.5, 0.999, 0.9999999, 1.5]
ANGLES = [0.0, 1.0, -2.0, 3.0, 1e-5, 2.2, math.pi, 3.5]

SCALAR = {
    "normal": [((0, 1), REAL), ((1.5, 2.5), REAL), ((0, 1e-5), [0.0, 1e-5, 1e-3, 1.0]), ((1e8, 1e3), [1e8, 99990000.0, 0.0])],
    "uniform": [((0, 1), [0, 0.5, 1, 1.5]), ((-3.5, 2.5), [0.25, -3.5, -4]), ((0, 1e-8), [1e-9, 1]), ((-1e300, 1e300), [0.0])],
    "bernoulli": [((0.3,), [0, 1, 2]), ((1e-12,), [0, 1]), ((1,), [0, 1])],
    "flip": [((0.3,), [True, False]), ((1e-12,), [True, False]), ((0,), [True, False])],
    "bernoulli-logits": [((0.5,), [0, 1, 2]), ((-40,), [0, 1]), ((800.5,), [0, 1])],
    "beta": [((2, 5), UNIT), ((40, 0.03), UNIT), ((0.5, 0.5), UNIT), ((1e-3, 1e-3), UNIT), ((3e5, 7e5), [0.3, 0.29, 0.5]), ((1, 0.001), [0.4, 0.99]), ((1e6, 2.5), [0.999999, 0.5])],
    "gamma": [((3, 2), UP), ((0.5, 1), UP), ((1e-3, 1), [1e-300, 1e-5, 1.0, 50.0]), ((1e6, 1e3), [1000.0, 1003.0, 900.0]), ((1, 1000), [0.4]), ((25.5, 1e-4), [1e5, 3e5])],
    "exponential": [((2,), [0, 0.1, 3.5, 200, -1]), ((1e-6,), [0, 1e6]), ((1e9,), [1e-9, 1])],
    "poisson": [((3,), [0, 1, 3, 40, 2.5, -1]), ((1e-10,), [0, 1, 2]), ((1e8,), [100000000, 100010000, 99000000]), ((0,), [0, 1]), ((50,), [50, 10, 200])],
    "poisson-log": [((1.2,), [0, 3, 30]), ((18.4,), [97861000, 98000000]), ((-700,), [0, 1, 5]), ((0,), [-1, 0.5])],
    "laplace": [((0, 2), REAL), ((1.5, 0.1), REAL)],
    "logistic": [((0, 1), REAL), ((1e3, 30), [900, 1000.5, 3e4]), ((-2, 0.5), REAL)],
    "gumbel": [((0, 1), [-5.0, -1, 0, 2.5, 40, 800]), ((3, 2), [-10, 3, 50])],
    "student-t": [((3, 0, 1), REAL), ((1.5, -4, 0.01), REAL), ((2, 2.1, 2), [2, -50]), ((1e6, 0, 1), [0.0, 1, 10, 1e3]), ((0.01, 0, 1), [0.0, 5, 1e100]), ((30.5, 0, 1), [0.3, 1e200])],
    "cauchy": [((0, 1), REAL), ((2, 0.5), [0, 2, 1e200]), ((0, 1e-6), [1e-6, 1])],
    "half-cauchy": [((1,), [0, 0.5, 4, 1e150, -1]), ((25,), [3, 1e3])],
    "half-normal": [((1,), [0, 0.5, 4, 40, -1]), ((0.01,), [0.003, 1])],
    "log-normal": [((0, 1), UP), ((2, 0.3), UP), ((0, 2), [0.1, 1e-100])],
    "inverse-gamma": [((3, 2), UP), ((0.5, 1), UP), ((1e5, 1e5), [1.0, 1.01, 0.9])],
    "chi-squared": [((4,), UP), ((0.5,), UP), ((1e5,), [1e5, 99000])],
    "weibull": [((2, 1.5), UP[:-2]), ((1, 4), UP), ((0.5, 3), UP), ((40, 1), [0.9, 1.0, 1.05])],
    "pareto": [((2, 1), [0.5, 1, 1.5, 1e6, 1e200]), ((1e6, 3), [3.0, 3.000001, 3.1]), ((0.1, 0.2), [0.2, 7.5])],
    "inverse-gaussian": [((1, 2), UP), ((0.2, 0.05), UP), ((3, 20), [0.5, 3.0, 10.0]), ((1e3, 0.1), [1e-3, 1.0, 1e4]), ((1, 1e8), [1.0, 1.0001])],
    "geometric": [((0.3,), [0, 1, 3, 500, -1, 0.5]), ((1e-9,), [0, 1000000000]), ((1,), [0, 1])],
    "negative-binomial": [((10, 0.3), [0, 5, 23, 500, -1]), ((5, 0.6), [3, 0.5]), ((1, 0.01), [10]), ((0.01, 0.5), [0, 1, 7]), ((1e8, 0.5), [100000000, 100010000]), ((2.5, 1), [0, 3])],
    "binomial": [((10, 0.5), [0, 3, 10, 11, -1, 2.5]), ((10, 0.9), [10, 0]), ((1000000000, 1e-12), [0, 1, 3]), ((100000000, 0.3), [30000000, 30010000, 0]), ((5, 0), [0, 1]), ((0, 0.5), [0, 1])],
    "binomial-logits": [((10, 0.4), [0, 3, 10]), ((100000000, -0.8), [31000000, 30990000]), ((20, 800), [20, 19, 0]), ((20, -450), [0, 1, 20])],
    "beta-binomial": [((10, 2, 3), [0, 4, 10, 11, 0.5]), ((1000, 0.01, 0.02), [0, 500, 1000]), ((100000, 1e4, 3e4), [25000, 24000]), ((0, 1, 1), [0])],
    "hypergeometric": [((50, 5, 10), [0, 1, 5, 6]), ((7, 7, 3), [2, 3]), ((0, 0, 0), [0, 1]), ((100000, 30000, 500), [150, 100, 0]), ((1000000000, 400000000, 1000000), [400000, 401000]), ((10, 8, 9), [6, 7, 8])],
    "discrete-uniform": [((1, 6), [1, 3, 6, 7, 2.5]), ((0, 1000000), [500000]), ((-4, -4), [-4, 0])],
    "truncated-normal": [((0, 1, -1, 1), [0, -1, 0.999, 1.5]), ((5, 2, 0, 10), [5, 0.1]), ((0, 1, 3, 100), [3, 3.5, 50]), ((0, 1, 30, math.inf), [30, 30.1, 31]),
                         ((0, 1, -math.inf, -1e4), [-1e4, -10000.0001]), ((1, 2, -math.inf, math.inf), [1.5]), ((0, 1, -0.1, 0.1), [0]), ((2, 0.5, -8, -7), [-7, -7.5]), ((0, 1, 5, 5.125), [5.0625])],
    "beta-uniform": [((0.4, 10, 2), UNIT), ((0.5, 2, 3), UNIT), ((1e-10, 3, 3), [0.5]), ((0, 2, 2), [0.25])],
    "von-mises": [((0, 1), ANGLES), ((2, 10), ANGLES), ((0, 0), [1.0]), ((0.5, 1e4), [0.5, 0.51, -2.0]), ((0, 50), [math.pi]), ((100.0, 0.01), [1.0]), ((0, 19.9), [0.2]), ((0, 20.1), [0.2])],
    "wrapped-cauchy": [((0, 0.5), ANGLES), ((2, 0.999), ANGLES), ((1, 0), [0.5])],
    "wrapped-normal": [((0, 1), ANGLES), ((2, 0.2), ANGLES), ((-1, 1.99), ANGLES), ((-1, 2.01), ANGLES), ((0, 30), [1.0])],
    "categorical": [(([0.2, 0.3, 0.5],), [0, 1, 2, 3, -1, 0.5]), (([1, 0, 1e-9],), [0, 1, 2])],
    "categorical-logits": [(([-1, 2, -1],), [0, 1, 2, 3]), (([0.1, 0.6, 0.3],), [0, 1]), (([1000, 0, -1000],), [0, 1, 2])],
    "piecewise-uniform": [(([0, 1, 3], [0.3, 0.7]), [0.5, 2, 3.5, -1]), (([-1, 0, 1], [2, 6]), [-0.5, 0.5])],
    "ordered-logistic": [((0.4, [-1, 0.5, 3]), [0, 1, 2, 3, 4]), ((-30, [0, 1]), [0, 1, 2]), ((40, [-1, 1]), [0, 1, 2])],
}

STRUCTURED = {
    "dirichlet": [(([1, 1, 1],), [[0.2, 0.3, 0.5]]), (([2, 2],), [[0.01, 0.99]]), (([1, 2, 3],), [[0.1, 0.3, 0.6], [0.98, 0.01, 0.01]]),
                  (([0.001, 0.002, 0.003],), [[1e-9, 0.5, 0.499999999]]), (([1e5, 2e5, 3e5],), [[0.17, 0.33, 0.5]]), (([2, 2, 4],), [[0.2, 0.2, 0.6]])],
    "mvn": [(([0, 0], [[1, 0.5], [0.5, 1]]), [[1, 2], [0, 0], [-30, 25]]), (([0, 0], [[1, 0.9], [0.9, 1]]), [[0.5, 0.5]]),
            (([0, 1], [[1, 0.5], [0.5, 2]]), [[0.5, 1.5], [-0.5, 0.8], [1, 2]]), (([1, 2, 3], [[4, 1, 0.5], [1, 3, -1], [0.5, -1, 2]]), [[0, 0, 0], [1.5, 2.5, 3.5]]), (([5], [[1e-6]]), [[5.001]])],
    "multivariate-normal": [(([1, -1], [[2, 0.3], [0.3, 0.5]]), [[0, 0], [3, -2]])],
    "mvn-chol": [(([0, 0], [[1, 0], [0.5, 2]]), [[1, 2], [0, 0]]), (([1, 2, 3], [[2, 0, 0], [0.5, 1.5, 0], [-1, 0.25, 0.5]]), [[0, 0, 0], [4, 4, 4]])],
    "mvn-diag": [(([0, 1], [1, 2]), [[0.5, 0.5], [-3, 40]]), (([0, 0, 0], [1e-3, 1, 1e3]), [[1e-3, 1, 1e3]])],
    "multinomial": [((10, [0.2, 0.5, 0.3]), [[2, 5, 3], [1, 6, 3], [3, 4, 3], [10, 0, 0], [1, 1, 1]]), ((3000, [1, 2]), [[1000, 2000], [1200, 1800]]), ((2, [1, 0]), [[2, 0], [1, 1]])],
    "dirichlet-multinomial": [((4, [0.5, 2, 1.2]), [[1, 2, 1], [4, 0, 0], [1, 1, 1]]), ((1000, [1e-2, 10]), [[0, 1000], [300, 700]])],
    "wishart": [((5, [[1, 0], [0, 1]]), [[[2, 0.5], [0.5, 3]]]), ((50, [[1, 0], [0, 1]]), [[[50, 0], [0, 50]]]), ((3.5, [[2, 0.3], [0.3, 1]]), [[[1, 0.2], [0.2, 0.5]]]), ((4, [[2]]), [[[3]]]),
                ((6, [[1, 0.2, 0], [0.2, 1, 0.1], [0, 0.1, 2]]), [[[5, 1, 0.5], [1, 6, 0], [0.5, 0, 9]]])],
    "inverse-wishart": [((5, [[1, 0], [0, 1]]), [[[2, 0.5], [0.5, 3]]]), ((6, [[1, 0], [0, 1]]), [[[0.25, 0], [0, 0.25]]]), ((7.5, [[2, 0.3], [0.3, 1]]), [[[1, 0.2], [0.2, 0.5]]])],
    "lkj-cholesky": [((2, 1), [[[1, 0], [0, 1]], [[1, 0], [0.6, 0.8]]]), ((2, 4.5), [[[1, 0], [0.6, 0.8]]]), ((3, 1.7), [[[1, 0, 0], [0.6, 0.8, 0], [0, 0.6, 0.8]], [[1, 0, 0], [-0.28, 0.96, 0], [0.48, 0.64, 0.6]]]),
                     ((3, 0.5), [[[1, 0, 0], [0.6, 0.8, 0], [0.48, 0.64, 0.6]]])],
    "gaussian-random-walk": [((3, 0.7), [[0.5, 1, 0.2]]), ((2, 0.1, 5), [[5.05, 4.9], [0, 0]])],
    "ar1": [((3, 0.6, 0.8), [[0.5, 1, 0.2], [0, 0, 0]]), ((2, -0.9, 0.5), [[3, -2.5]])],
}

# Distributions made of others: their text, and the value at a point by the densities above.
D = lambda name, x, *p: DENSITY[name](F(x), *map(F, p))
DERIVED = [
    ("mixture", "[1 1] [(normal 0 1) (normal 5 1)]", [2.5, 0.0, -40.0, 300.0], lambda x: mix([(F(1) / 2, D("normal", x, 0, 1)), (F(1) / 2, D("normal", x, 5, 1))])),
    ("mixture", "[0.4 0.6] [(uniform 0 3.4) (beta 2.3 1)]", [0.123, 0.9, 2.0], lambda x: mix([(F(0.4) / (F(0.4) + F(0.6)), D("uniform", x, 0, 3.4)), (F(0.6) / (F(0.4) + F(0.6)), D("beta", x, 2.3, 1))])),
    ("mixture", "[3 1] [(poisson 2) (geometric 0.25)]", [0, 3, 40], lambda x: mix([(F(3) / 4, D("poisson", x, 2)), (F(1) / 4, D("geometric", x, 0.25))])),
    ("zero-inflated", "0.25 (poisson 4)", [0, 1, 9], lambda x: mix([(F(1) / 4, F(0) if x == 0 else -inf), (F(3) / 4, D("poisson", x, 4))])),
    ("zero-inflated", "0.5 (negative-binomial 2 0.5)", [0, 5], lambda x: mix([(F(1) / 2, F(0) if x == 0 else -inf), (F(1) / 2, D("negative-binomial", x, 2, 0.5))])),
    ("delta", "2.5", [2.5, 2.0], lambda x: F(0) if x == 2.5 else -inf),
    ("iid", "(normal 0 1) 3", [[0.5, -0.5, 1.0], [0, 0, 30]], lambda x: mp.fsum(D("normal", v, 0, 1) for v in x)),
    ("product", "(normal 0 1) (exponential 1)", [[0, 1], [2, 0.5]], lambda x: D("normal", x[0], 0, 1) + D("exponential", x[1], 1)),
    ("product", "(flip 0.5) (binomial 3 0.9)", [[True, 2], [False, 0]], lambda x: log(F(1) / 2) + D("binomial", x[1], 3, 0.9)),
    ("truncated", "(normal 0 1) 3 ##Inf", [3, 3.5, 2], lambda x: truncated(F(x), F(0), F(1), F(3), inf)),
    ("truncated", "(exponential 2) 1 4", [1, 2, 4, 5], lambda x: D("exponential", x, 2) - log(exp(F(-2)) - exp(F(-8))) if 1 <= x <= 4 else -inf),
    ("truncated", "(poisson 2) 1 ##Inf", [0, 1, 6], lambda x: D("poisson", x, 2) - log(1 - exp(F(-2))) if x >= 1 else -inf),
    ("truncated", "(gamma 2.5 1) 0.5 3", [0.5, 1, 3.5], lambda x: D("gamma", x, 2.5, 1) - log(mp.gammainc(F(2.5), F(0.5), F(3), regularized=True)) if 0.5 <= x <= 3 else -inf),
    ("censored", "(normal 0 1) -1 2", [-1, 0.5, 2], lambda x: log(mass(-inf, F(-1))) if x == -1 else log(mass(F(2), inf)) if x == 2 else D("normal", x, 0, 1)),
    ("transformed", "(normal 0 0.5) exp log", [1, 0.1, 5], lambda x: D("log-normal", x, 0, 0.5)),
    ("gaussian-process", "[0 1 2.5] {:kernel :rbf} 0.1", [[0.5, 0.2, -0.3], [0, 0, 0]], lambda x: mvn(list(map(F, x)), [F(0)] * 3, rbf([F(0), F(1), F(2.5)], F(0.1)))),
]


def rbf(points, noise):
    return [[exp(-((a - b) ** 2) / 2) + (noise**2 if i == j else 0) for j, b in enumerate(points)] for i, a in enumerate(points)]


# SciPy's name of what it has, to catch a parametrization that is mistaken.
S = stats
SCIPY = {
    "normal": lambda m, s: S.norm(m, s), "uniform": lambda a, b: S.uniform(a, b - a), "bernoulli": S.bernoulli, "beta": S.beta,
    "gamma": lambda a, b: S.gamma(a, scale=1 / b), "exponential": lambda r: S.expon(scale=1 / r), "poisson": S.poisson,
    "laplace": S.laplace, "logistic": S.logistic, "gumbel": S.gumbel_r, "student-t": S.t, "cauchy": S.cauchy,
    "half-cauchy": lambda s: S.halfcauchy(scale=s), "half-normal": lambda s: S.halfnorm(scale=s),
    "log-normal": lambda m, s: S.lognorm(s, scale=math.exp(m)), "inverse-gamma": lambda a, b: S.invgamma(a, scale=b),
    "chi-squared": S.chi2, "weibull": lambda k, s: S.weibull_min(k, scale=s), "pareto": lambda a, m: S.pareto(a, scale=m),
    "inverse-gaussian": lambda m, l: S.invgauss(m / l, scale=l), "geometric": lambda p: S.geom(p, loc=-1),
    "negative-binomial": S.nbinom, "binomial": S.binom, "beta-binomial": S.betabinom, "hypergeometric": S.hypergeom,
    "discrete-uniform": lambda a, b: S.randint(a, b + 1), "von-mises": lambda m, k: S.vonmises(k, loc=m),
    "truncated-normal": lambda m, s, a, b: S.truncnorm((a - m) / s, (b - m) / s, loc=m, scale=s),
    "dirichlet": S.dirichlet, "mvn": S.multivariate_normal, "multinomial": lambda n, p: S.multinomial(n, [v / sum(p) for v in p]),
    "dirichlet-multinomial": lambda n, a: S.dirichlet_multinomial(a, n), "wishart": S.wishart, "inverse-wishart": S.invwishart,
}


def agrees_with_scipy(name, params, x, value):
    if name not in SCIPY or abs(value) > 300 or (name == "von-mises" and params[1] == 0):
        return True
    frozen = SCIPY[name](*params)
    theirs = float(frozen.logpmf(x) if hasattr(frozen, "logpmf") else frozen.logpdf(x))
    return abs(theirs - value) < 1e-6 * (1 + abs(value))


def text(v):
    """As data of the language."""
    if isinstance(v, bool):
        return str(v).lower()
    if isinstance(v, (list, tuple)):
        return "[" + " ".join(map(text, v)) + "]"
    if isinstance(v, float) and math.isinf(v):
        return "##Inf" if v > 0 else "##-Inf"
    return repr(v).replace("e+", "e")


def exact(v):
    return [exact(e) for e in v] if isinstance(v, (list, tuple)) else inf * (1 if v > 0 else -1) if v in (math.inf, -math.inf) else F(v)


def rows():
    for table in (SCALAR, STRUCTURED):
        for name, cases in table.items():
            for i, (params, xs) in enumerate(cases):
                for x in xs:
                    value = float(DENSITY[name](exact(x), *map(exact, params)))
                    if i == 0 and not agrees_with_scipy(name, params, x, value):
                        sys.exit(f"SciPy disagrees: {name} {params} at {x}: {value}")
                    yield name, " ".join(map(text, params)), text(x), value
    for name, params, xs, density in DERIVED:
        for x in xs:
            yield name, params, text(x), float(density(x))


if __name__ == "__main__":
    print("distribution,params,x,logpdf")
    for name, params, x, value in rows():
        print(f"{name},{params},{x},{value!r}")

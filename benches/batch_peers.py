"""The workloads of the batched benchmark by hand: `batch_peers.py numpy|jax|mlx`.

Standard input holds the data and the runs as JSON. A line is printed for each run: seconds of its best call, seconds
of its first call with compilation, and the logarithm of the evidence that it estimates. All numbers are single
precision, every call draws anew, and the clock stops when the results are there.
"""

import json
import math
import sys
import time

BUDGET, LEAST = 1.0, 5  # seconds of a run, and how many calls are made even so


def log_normal(x, mean):
    return -0.5 * (x - mean) ** 2 - 0.5 * math.log(2 * math.pi)


def log_mean_exp(xp, log_weights):
    top = xp.max(log_weights)
    return top + xp.log(xp.mean(xp.exp(log_weights - top)))


def chain(xp, draws, n, data):
    """Five normals, each around the one before; the last is observed."""
    choices, score = [], 0.0
    mean = 0.0
    for _ in range(4):
        choice = mean + draws.normal(n)
        score = score + log_normal(choice, mean)
        choices.append(choice)
        mean = choice
    weight = log_normal(1.5, mean)
    return *choices, score + weight, weight


def line(xp, draws, n, data):
    """Importance sampling of a linear regression from its prior."""
    slope, intercept = 10 * draws.normal(n), 10 * draws.normal(n)
    weight = 0.0
    for x, y in data["points"]:  # a loop, so that compilers make one pass of it
        weight = weight + log_normal(y, slope * x + intercept)
    return slope, intercept, weight, log_mean_exp(xp, weight)


def advance(xp, draws, n, x, log_weights, y):
    """A step of the bootstrap filter up to the question whether to resample."""
    x = 0.95 * x + draws.normal(n)
    log_weights = log_weights + log_normal(y, x)
    top = xp.max(log_weights)
    weights = xp.exp(log_weights - top)
    total = xp.sum(weights)
    few = total * total < 0.5 * n * xp.sum(weights * weights)
    return x, log_weights, weights, top + xp.log(total / n), few


class NumPy:
    def __init__(self):
        import numpy

        self.xp, self.rng = numpy, numpy.random.default_rng(1)

    def normal(self, n):
        return self.rng.standard_normal(n, dtype=self.xp.float32)

    def compiled(self, function):
        return function

    def ready(self, result):
        return result

    def ancestors(self, weights):
        """Systematic resampling: a particle as often as grid points fall into its share."""
        n = len(weights)
        ends = self.xp.cumsum(weights, dtype=self.xp.float64)
        ends = self.xp.ceil(ends * (n / ends[-1]) - self.rng.random()).astype(self.xp.int32)
        return self.xp.repeat(self.xp.arange(n), self.xp.diff(ends, prepend=0))

    def workload(self, function, n, data):
        return self.compiled(lambda: function(self.xp, self, n, data))

    def filter(self, n, data):
        step = self.compiled(lambda x, log_weights, y: advance(self.xp, self, n, x, log_weights, y))
        zeros = self.xp.zeros(n, dtype=self.xp.float32)

        def run():
            x, log_weights, log_ml, since = zeros, zeros, 0.0, 0.0
            for y in data["ys"]:
                state = step(x, log_weights, self.xp.array(y, self.xp.float32))
                x, log_weights, weights, since, few = self.ready(state)
                if few:
                    x, log_weights = x[self.ancestors(weights)], zeros
                    log_ml, since = log_ml + float(since), 0.0
            return (log_ml + float(since),)

        return run


class Mlx(NumPy):
    def __init__(self):
        import mlx.core

        self.xp = mlx.core
        self.xp.random.seed(1)

    def normal(self, n):
        return self.xp.random.normal((n,))

    def compiled(self, function):
        state = self.xp.random.state
        return self.xp.compile(function, inputs=state, outputs=state)

    def ready(self, result):
        self.xp.eval(result)
        return result

    def ancestors(self, weights):
        n = weights.size
        ends = self.xp.cumsum(weights)
        ends = self.xp.ceil(ends * (n / ends[-1]) - self.xp.random.uniform())
        marks = self.xp.zeros((n + 1,), self.xp.int32).at[self.xp.clip(ends, 0, n).astype(self.xp.int32)].add(1)
        return self.xp.minimum(self.xp.cumsum(marks[:n]), n - 1)


class JaxDraws:
    """A stream of keys while a function is traced."""

    def __init__(self, jax, key):
        self.jax, self.key = jax, key

    def next(self):
        self.key, key = self.jax.random.split(self.key)
        return key

    def normal(self, n):
        return self.jax.random.normal(self.next(), (n,))

    def uniform(self):
        return self.jax.random.uniform(self.next())


class Jax:
    def __init__(self):
        import jax

        self.jax, self.xp, self.calls = jax, jax.numpy, 0

    def ready(self, result):
        return self.jax.block_until_ready(result)

    def keyed(self, function):
        """Compiled, with a key that is made anew inside for every call."""
        compiled = self.jax.jit(lambda call: function(JaxDraws(self.jax, self.jax.random.key(call))))

        def run():
            self.calls += 1
            return compiled(self.calls)

        return run

    def workload(self, function, n, data):
        return self.keyed(lambda draws: function(self.xp, draws, n, data))

    def ancestors(self, weights, u):
        """Binary search for few particles, for many a mark at the first slot of each: the faster one of both sizes."""
        n, xp = weights.size, self.xp
        ends = xp.cumsum(weights)
        if n < 5000:
            return xp.searchsorted(ends, (xp.arange(n) + u) * (ends[-1] / n)).clip(0, n - 1)
        starts = xp.ceil((ends - weights) * (n / ends[-1]) - u).astype(int).clip(0, n)
        return self.jax.lax.cummax(xp.zeros(n + 1, int).at[starts].max(xp.arange(n))[:n])

    def filter(self, n, data):
        xp, lax = self.xp, self.jax.lax
        ys = xp.array(data["ys"])

        def step(carry, y):
            key, x, log_weights, log_ml, _ = carry
            draws = JaxDraws(self.jax, key)
            x, log_weights, weights, since, few = advance(xp, draws, n, x, log_weights, y)
            u = draws.uniform()
            resampled = lambda: (x[self.ancestors(weights, u)], xp.zeros(n), log_ml + since, 0.0)
            return (draws.key, *lax.cond(few, resampled, lambda: (x, log_weights, log_ml, since))), None

        def run(draws):
            (_, _, _, log_ml, since), _ = lax.scan(step, (draws.key, xp.zeros(n), xp.zeros(n), 0.0, 0.0), ys)
            return (log_ml + since,)

        return self.keyed(run)


def measure(system, run):
    """Seconds of the best call and of the first, and a result."""
    begin = time.perf_counter()
    result = system.ready(run())
    first, best, calls = time.perf_counter() - begin, math.inf, 0
    begin = time.perf_counter()
    while calls < LEAST or time.perf_counter() - begin < BUDGET:
        start = time.perf_counter()
        result = system.ready(run())
        best = min(best, time.perf_counter() - start)
        calls += 1
    return best, first, result


def main():
    system = {"numpy": NumPy, "jax": Jax, "mlx": Mlx}[sys.argv[1]]()
    data = json.load(sys.stdin)
    for name, n in data["runs"]:
        if name == "filter":
            run = system.filter(n, data)
        else:
            run = system.workload({"chain": chain, "line": line}[name], n, data)
        best, first, result = measure(system, run)
        log_ml = log_mean_exp(system.xp, result[-1]) if name == "chain" else result[-1]
        print(best, first, float(log_ml), flush=True)


main()

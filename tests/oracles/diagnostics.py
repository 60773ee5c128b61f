"""Writes diagnostics.json: diagnostics of small sets of chains by ArviZ, weighted moments and quantiles by NumPy.

    pip install arviz==0.23.4 numpy==2.4.6 && python diagnostics.py > diagnostics.json

`summary` of ArviZ 1 prints the same columns; its ess_tail is that of the ends of the interval (eti89), its mcse_sd takes
the effective sample size of the draws instead of their squared deviations. Here both are as in Vehtari et al. (2021).
"""

import json

import arviz as az
import numpy as np


def ar1(seed, chains, draws, phi, shift=0.0):
    """Chains x[i] = phi x[i-1] + e[i], chain c moved by c * shift; rounded, so that the table stays small and exact."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(chains, draws))
    for i in range(1, draws):
        x[:, i] += phi * x[:, i - 1]
    return np.round(x + shift * np.arange(chains)[:, None], 4)


def coins(seed, chains, draws, p):
    return np.random.default_rng(seed).binomial(1, p, size=(chains, draws)).astype(float)


def diagnostics(x):
    method = lambda name, **more: float(az.ess(x, method=name, **more))
    return {
        "mean": float(x.mean()),
        "sd": float(x.std(ddof=1)),
        "eti89_lb": float(np.quantile(x, 0.055)),
        "eti89_ub": float(np.quantile(x, 0.945)),
        "ess_bulk": method("bulk"),
        "ess_tail": method("tail"),
        "r_hat": float(az.rhat(x)) if len(x) > 1 else None,
        "mcse_mean": float(az.mcse(x, method="mean")),
        "mcse_sd": float(az.mcse(x, method="sd")),
    }


CHAINS = {
    "independent": ar1(1, 4, 100, 0.0),
    "sticky": ar1(2, 4, 150, 0.9),
    "antithetic": ar1(3, 4, 100, -0.6),
    "apart": ar1(4, 3, 101, 0.5, shift=0.7),
    "one chain": ar1(5, 1, 200, 0.7),
    "random walk": ar1(6, 2, 200, 1.0),
    "coin": coins(7, 4, 80, 0.2),
    "counts": np.random.default_rng(8).poisson(2.0, size=(2, 75)).astype(float),
    "shortest": ar1(9, 2, 4, 0.2),
    "five draws": ar1(10, 3, 5, 0.2),
    "heavy tails": np.round(np.random.default_rng(11).standard_cauchy(size=(4, 90)), 3),
    "far from zero": ar1(12, 2, 120, 0.8) + 1e6,
}


def weighted(seed, n, scale):
    rng = np.random.default_rng(seed)
    x, logs = np.round(rng.normal(size=n), 4), np.round(rng.normal(scale=scale, size=n) - 700.0, 4)
    w = np.exp(logs - logs.max())
    w /= w.sum()
    mean = float(np.sum(w * x))
    quantile = lambda p: float(np.quantile(x, p, weights=w, method="inverted_cdf"))
    return {
        "draws": x.tolist(),
        "log_weights": logs.tolist(),
        "mean": mean,
        "sd": float(np.sqrt(np.sum(w * (x - mean) ** 2))),
        "eti89_lb": quantile(0.055),
        "eti89_ub": quantile(0.945),
        "ess": float(1 / np.sum(w**2)),
    }


table = {
    "arviz": az.__version__,
    "chains": [{"name": name, "draws": x.tolist(), **diagnostics(x)} for name, x in CHAINS.items()],
    "weighted": [weighted(20, 60, 0.5), weighted(21, 60, 3.0)],
}
rows = lambda key: ",\n".join(json.dumps(row, separators=(",", ":")) for row in table[key])
print(f'{{"arviz":"{table["arviz"]}","chains":[\n{rows("chains")}\n],"weighted":[\n{rows("weighted")}\n]}}')

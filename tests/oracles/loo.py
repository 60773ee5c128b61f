"""Writes loo.json: log likelihoods of small models, and what ArviZ says of them.

    pip install arviz==0.23.4 numpy==2.4.6 && python loo.py > loo.json
"""

import json
import warnings

import arviz as az
import numpy as np

warnings.filterwarnings("ignore")


def log_likelihood(seed, middle, spread, chains=2, draws=60):
    """The normal log density of each observation given draws of its mean and scale, rounded: the table is exact."""
    rng = np.random.default_rng(seed)
    y = np.array([-1.2, -0.9, 0.1, 0.4, 1.3, 1.9])
    mu = rng.normal(middle, spread, size=(chains, draws, 1))
    sd = np.exp(rng.normal(-0.3, spread, size=(chains, draws, 1)))
    return np.round(-0.5 * ((y - mu) / sd) ** 2 - np.log(sd) - 0.9189385, 4)


def data(table):
    return az.from_dict(posterior={"mu": np.zeros(table.shape[:2])}, log_likelihood={"y": table})


def report(table, reff):
    loo = az.loo(data(table), pointwise=True, reff=reff)
    waic = az.waic(data(table), pointwise=True)
    return {
        "log_likelihood": table.reshape(-1, table.shape[-1]).tolist(),
        "efficiency": reff,
        "loo": {"elpd": loo.elpd_loo, "se": loo.se, "p": loo.p_loo, "pointwise": loo.loo_i.values.tolist(),
                "pareto_k": loo.pareto_k.values.tolist(), "warning": bool(loo.warning)},
        "waic": {"elpd": waic.elpd_waic, "se": waic.se, "p": waic.p_waic, "pointwise": waic.waic_i.values.tolist(),
                 "warning": bool(waic.warning)},
    }


def smoothed(weights):
    found, k = az.psislw(weights)
    return {"weights": weights.tolist(), "smoothed": found.tolist(), "k": float(k)}


TABLES = {"low": log_likelihood(1, -0.8, 0.1), "high": log_likelihood(2, 1.0, 0.2), "wide": log_likelihood(3, 0.0, 0.4)}
RNG = np.random.default_rng(4)
COMPARED = az.compare({name: data(table) for name, table in TABLES.items()}, ic="loo", method="stacking")

print(json.dumps({
    "models": {name: report(table, reff) for (name, table), reff in zip(TABLES.items(), [1.0, 0.5, 0.2])},
    "psis": [
        smoothed(np.round(RNG.normal(size=100), 4)),
        smoothed(np.round(RNG.standard_cauchy(size=80), 4)),
        smoothed(np.round(RNG.exponential(size=20), 4)),
        smoothed(np.array([0.0, -1.0, -2.0, -3.0])),
    ],
    "compared": {name: {key: float(row[key]) for key in ["rank", "elpd_loo", "p_loo", "elpd_diff", "weight", "se", "dse"]}
                 for name, row in COMPARED.iterrows()},
}, indent=None).replace("Infinity", "null"))

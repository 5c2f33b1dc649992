"""Golden values of intervals and paired effects. Run once with SciPy: python make_statistics.py > statistics.json"""
import json
import numpy as np
import scipy
from scipy import stats

rng = np.random.default_rng(20261123)


def interval(values):
    low, high = stats.t.interval(0.95, len(values) - 1, loc=np.mean(values), scale=stats.sem(values))
    return [float(low), float(high)]


cases = []
for n in (2, 3, 5, 10):
    before = rng.lognormal(np.log(20000), 0.05, n)
    after = before * rng.lognormal(np.log(0.9), 0.03, n)
    logs = np.log(after / before)
    cases.append({
        "before": before.tolist(),
        "after": after.tolist(),
        "median": float(np.median(before)),
        "mean": float(np.mean(before)),
        "deviation": float(np.std(before, ddof=1)),
        "interval": interval(before),
        "effect": float(100 * np.expm1(np.mean(logs))),
        "effectInterval": [float(100 * np.expm1(end)) for end in interval(logs)],
        # The mean is known to be 0: n degrees of freedom.
        "noiseBand": float(100 * np.expm1(stats.t.ppf(0.975, n) * np.sqrt(np.sum(logs**2) / n) / np.sqrt(n))),
    })
print(json.dumps({"scipy": scipy.__version__, "numpy": np.__version__, "cases": cases}))

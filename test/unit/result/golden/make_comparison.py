"""Golden values of comparisons of independent runs. Run once with SciPy: python make_comparison.py > comparison.json"""
import json
import numpy as np
import scipy
from scipy import stats

rng = np.random.default_rng(20261125)
percent = lambda log: float(100 * np.expm1(log))


def welch(first, second):
    """SciPy's own Welch test gives its interval of the difference of means; here of logarithms, second against first."""
    result = stats.ttest_ind(np.log(second), np.log(first), equal_var=False)
    interval = result.confidence_interval(0.95)
    return {
        "percent": percent(np.mean(np.log(second)) - np.mean(np.log(first))),
        "interval": [percent(interval.low), percent(interval.high)],
        "freedom": float(result.df),
    }


cases = []
for n, m, spread in ((2, 2, 0.05), (3, 3, 0.02), (3, 5, 0.1), (5, 3, 0.3), (10, 10, 0.03)):
    first = rng.lognormal(np.log(20000), 0.04, n)
    second = rng.lognormal(np.log(18000), spread, m)
    cases.append({"first": first.tolist(), "second": second.tolist(), **welch(first, second)})

# The spread of k earlier runs of one setting, and of two settings with pasts of their own.
past = rng.lognormal(np.log(20000), 0.04, 5)
other = rng.lognormal(np.log(15000), 0.08, 4)
spread = lambda values: float(np.std(np.log(values), ddof=1))
one = stats.t.ppf(0.975, 4) * np.sqrt(2) * spread(past)
v1, v2 = spread(past) ** 2, spread(other) ** 2
freedom = (v1 + v2) ** 2 / (v1**2 / 4 + v2**2 / 3)
both = stats.t.ppf(0.975, freedom) * np.sqrt(v1 + v2)

# One more value against the mean of five: the prediction interval.
newest = 17000.0
logs = np.log(past)
half = stats.t.ppf(0.975, 4) * spread(past) * np.sqrt(1 + 1 / 5)
change = np.log(newest) - np.mean(logs)

print(json.dumps({
    "scipy": scipy.__version__,
    "numpy": np.__version__,
    "cases": cases,
    "past": past.tolist(),
    "otherPast": other.tolist(),
    "oneSettingBand": percent(one),
    "twoSettingsBand": percent(both),
    "newest": newest,
    "drift": {
        "percent": percent(change),
        "interval": [percent(change - half), percent(change + half)],
        "noise": percent(half),
    },
}))

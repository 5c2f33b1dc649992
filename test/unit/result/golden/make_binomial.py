"""Golden values of ranks that hold a quantile. Run once with SciPy: python make_binomial.py > binomial.json"""
import json
import scipy
from scipy.stats import binom

cases = [(n, p) for n in (5, 6, 35, 36, 100, 367, 368, 1000, 2976, 14976, 300000, 2000000) for p in (0.5, 0.9, 0.99)]


def ranks(n, p):
    low, high = int(binom.ppf(0.025, n, p)), int(binom.ppf(0.975, n, p)) + 1
    return [low, high] if low >= 1 and high <= n else None


print(json.dumps({"scipy": scipy.__version__, "ranks": [[n, p, ranks(n, p)] for n, p in cases]}))

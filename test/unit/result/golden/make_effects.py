"""Golden values of the tests and intervals beside an effect. Run once with SciPy: python make_effects.py > effects.json"""
import itertools
import json
import math
import numpy as np
import scipy
from scipy import stats

rng = np.random.default_rng(20261125)


def signed_rank(d):
    """SciPy's exact distribution knows no ties: all signs are tried instead, by SciPy's own permutation test where it fits."""
    d = np.asarray(d)
    d = d[d != 0]
    if len(d) == 0:
        return 1.0
    ranks = stats.rankdata(np.abs(d))
    if len(np.unique(np.abs(d))) == len(d):
        return float(stats.wilcoxon(d, method="exact").pvalue)
    statistic = lambda x: np.sum(ranks[x > 0])
    return float(stats.permutation_test((d,), statistic, permutation_type="samples", n_resamples=np.inf).pvalue)


def mann_whitney(a, b):
    if len(np.unique(np.concatenate([a, b]))) == len(a) + len(b):
        return float(stats.mannwhitneyu(a, b, method="exact").pvalue)
    ranks = lambda x, y: stats.mannwhitneyu(x, y, method="asymptotic").statistic
    return float(stats.permutation_test((a, b), ranks, permutation_type="independent", n_resamples=np.inf).pvalue)


def hodges_lehmann(d):
    return float(np.median([(x + y) / 2 for x, y in itertools.combinations_with_replacement(d, 2)]))


def exact_bootstrap(d):
    """Every multiset of n values with its multinomial weight: the distribution that resampling draws from, without chance."""
    n = len(d)
    tail = stats.norm.sf(math.sqrt(n / (n - 1)) * stats.t.ppf(0.975, n - 1))
    means, weights = [], []
    for chosen in itertools.combinations_with_replacement(range(n), n):
        counts = np.bincount(chosen, minlength=n)
        means.append(np.mean(np.asarray(d)[list(chosen)]))
        weights.append(math.factorial(n) / np.prod([math.factorial(c) for c in counts]) / n**n)
    order = np.argsort(means)
    means, cumulated = np.asarray(means)[order], np.cumsum(np.asarray(weights)[order])
    at = lambda share: float(means[min(np.searchsorted(cumulated, share), len(means) - 1)])
    # The ends, and how far they move where the share is off by what 4,999 draws leave open (four standard errors).
    off = 4 * math.sqrt(tail * (1 - tail) / 4999)
    return {
        "tail": float(tail),
        "low": [at(max(tail - off, 0)), at(tail), at(tail + off)],
        "high": [at(1 - tail - off), at(1 - tail), at(min(1 - tail + off, 1 - 1e-15))],
    }


paired = []
for n, spread in ((2, 0.05), (3, 0.02), (5, 0.1), (6, 0.03), (8, 0.05), (10, 0.04), (30, 0.05)):
    d = rng.normal(0.03, spread, n).tolist()
    paired.append(d)
paired.append([0.01, -0.01, 0.02, 0.02, 0.03, -0.04, 0.05, 0.0])  # ties and a zero
paired.append((rng.lognormal(0, 0.6, 9) - 0.7).tolist())  # skewed

groups = []
for n, m in ((2, 4), (3, 6), (5, 10), (10, 20), (20, 30)):
    groups.append((rng.normal(100, 4, n).tolist(), rng.normal(103, 5, m).tolist()))
groups.append(([1.0, 2.0, 2.0, 3.0, 5.0], [2.0, 3.0, 4.0, 6.0, 6.0, 7.0]))  # ties
groups.append(([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]))  # all shared

far = rng.normal(0.02, 0.05, 60).tolist()
wide = (rng.normal(100, 4, 40).round(0).tolist(), rng.normal(102, 4, 35).round(0).tolist())

p_values = [0.004, 0.03, 0.03, 0.9, 0.0002, 0.051]


def holm(p):
    order = np.argsort(p)
    running, out = 0.0, [0.0] * len(p)
    for rank, place in enumerate(order):
        running = max(running, min(1.0, (len(p) - rank) * p[place]))
        out[place] = running
    return out


def smallest_seen(d, band, m):
    n, error = len(d), stats.sem(d)
    return float(100 * np.expm1(
        max(np.log1p(band / 100), stats.t.ppf(1 - 0.025 / m, n - 1) * error) + stats.t.ppf(0.8, n - 1) * error))


print(json.dumps({
    "scipy": scipy.__version__,
    "numpy": np.__version__,
    "paired": [{
        "differences": d,
        "hodgesLehmann": hodges_lehmann(d),
        "signedRankP": signed_rank(d),
        "tP": float(stats.ttest_1samp(d, 0).pvalue),
        "smallestSeen": smallest_seen(d, 3, 4),
        **({"bootstrap": exact_bootstrap(d)} if 6 <= len(d) <= 10 else {}),
    } for d in paired],
    "groups": [{"first": a, "second": b, "mannWhitneyP": mann_whitney(a, b)} for a, b in groups],
    # Beyond the exact counts: the normal distribution, continuity corrected.
    "manyDifferences": {"differences": far, "p": float(stats.wilcoxon(far, method="approx", correction=True).pvalue)},
    "manyOfBoth": {
        "first": wide[0], "second": wide[1],
        "p": float(stats.mannwhitneyu(*wide, method="asymptotic", use_continuity=True).pvalue),
    },
    "holm": {"p": p_values, "corrected": holm(p_values)},
    "normalTail": [[z, float(stats.norm.sf(z))] for z in (-8.0, -2.5, -0.3, 0.0, 0.7, 1.96, 2.82, 2.999, 3.001, 4.5, 8.0, 30.0)],
    "tTwoSided": [[t, df, float(2 * stats.t.sf(t, df))] for t in (0.1, 1.0, 2.5, 12.0, 63.0) for df in (1, 2, 4, 9, 99)],
}, indent=1))

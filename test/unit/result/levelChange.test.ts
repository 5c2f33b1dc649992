import { describe, expect, it } from 'vitest';
import { levelChange } from '../../../src/core/result/levelChange';

describe('a change of level', () => {
  // R 4.4: y <- c(1, 5, 6, 5.5, 6.5, 5.2); summary(lm(y ~ I(1:6 <= 1)))$coefficients, two places tried.
  it('is the step of the regression that explains most, its p corrected for the places tried', () => {
    const found = levelChange([1, 5, 6, 5.5, 6.5, 5.2], { latest: 2, withTrend: false });
    expect(found?.after).toBe(1);
    expect(found?.size).toBeCloseTo(-4.64, 10);
    // t = −4.64 / (0.611 · √(1 + 1/5)), with 4 degrees of freedom.
    expect(found?.p).toBeGreaterThan(0.004);
    expect(found?.p).toBeLessThan(0.008);
  });

  it('is not a steady fall, where that is told apart', () => {
    const noise = [0.3, -0.2, 0.1, -0.3, 0.2, 0, -0.1, 0.25, -0.25, 0];
    const falling = noise.map((value, place) => value - place);
    expect(levelChange(falling, { latest: 3, withTrend: false })?.p).toBeLessThan(0.05);
    expect(levelChange(falling, { latest: 3, withTrend: true })?.p).toBeGreaterThan(0.3);
  });

  it('is not there in a series that does not vary, or is too short', () => {
    expect(levelChange([2, 2, 2, 2, 2], { latest: 2, withTrend: false })).toBeNull();
    expect(levelChange([1, 2], { latest: 1, withTrend: false })).toBeNull();
    expect(levelChange([], { latest: 3, withTrend: true })).toBeNull();
  });

  it('is certain where nothing else varies', () => {
    expect(levelChange([1, 2, 2, 2, 2], { latest: 1, withTrend: false })).toEqual({
      after: 1,
      size: -1,
      p: 0,
    });
  });
});

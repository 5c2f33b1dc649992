import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../src/core/result/run';
import { verdictCell, verdictWords } from '../../../src/core/words/effects';

const effect: Effect = {
  metric: 'rps',
  variant: 'l3l4',
  baseline: 'none',
  percent: 1,
  ci95: [-2, 4],
  verdict: 'within-noise',
  noisePercent: 4,
  n: 3,
};
const words = (more: Partial<Effect>): string =>
  verdictWords({ ...effect, ...more }).replaceAll('\u2009', ' ');

describe('what could have been seen', () => {
  it.each([
    ['the noise band', {}, 'within noise (a change of 4 % would have been seen)'],
    // 1.01 to 1.1211 is a rise of 11 %.
    ['the interval', { ci95: [-9, 12.11] }, 'within noise (a change of 11 % would have been seen)'],
    [
      'the floor without A/A pairs',
      { noisePercent: null, ci95: [-1, 3] },
      'within noise (a change of 3 % would have been seen)',
    ],
    // From 0.805 up to 3.333, which is ×4.1.
    ['a factor', { percent: -19.5, ci95: [-80.6, 233.3] }, 'within noise (less than ×4.1 could not be told)'],
    ['no absurd digits', { noisePercent: 165_079_698 }, 'within noise (even ×100 could not be told)'],
  ] as const)('is %s', (_, more, text) => {
    expect(words(more)).toBe(text);
  });
});

describe('a verdict in a table', () => {
  it.each([
    ['within-noise', {}, 'within noise (± 4 %)'],
    ['within-noise', { smallestSeenPercent: 6.2 }, 'within noise (± 6.2 %)'],
    ['within-noise', { noisePercent: 4000 }, 'within noise (over ± 100 %)'],
    ['worse', {}, 'worse'],
    ['inconclusive', {}, 'inconclusive'],
  ] as const)('of %s with %j is: %s', (verdict, more, text) => {
    expect(verdictCell({ ...effect, ...more, verdict }).replaceAll('\u2009', ' ')).toBe(text);
  });
});

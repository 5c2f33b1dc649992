import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../../src/core/words/compareRuns';
import type { Run } from '../../../src/core/result/run';
import { policyOverhead } from '../../../src/core/scenario/policyOverhead';
import { overheadValues, runOf } from './runs';

const overheadRun = runOf(policyOverhead, overheadValues);

const slower = (run: Run, factor: number): Run => ({
  ...run,
  id: 'slower',
  variants: run.variants.map((variant) => ({
    ...variant,
    metrics: Object.fromEntries(
      Object.entries(variant.metrics).map(([name, summary]) => [
        name,
        {
          ...summary,
          median: summary.median * factor,
          ci95: summary.ci95 && ([summary.ci95[0] * factor, summary.ci95[1] * factor] as const),
        },
      ]),
    ),
  })),
});

describe('two runs beside each other', () => {
  it('are apart where their intervals are', () => {
    const text = compareRuns(overheadRun, slower(overheadRun, 3));
    expect(text).toMatch(/\| apart \|/);
    expect(text).not.toMatch(/they overlap/);
    expect(text).toContain('Target and tools are the same');
  });

  it('overlap where they are the same', () => {
    const text = compareRuns(overheadRun, overheadRun);
    expect(text).toMatch(/\| they overlap \|/);
    expect(text).not.toMatch(/\| apart \|/);
  });

  it('name what differs in the place', () => {
    const elsewhere: Run = {
      ...overheadRun,
      target: { ...overheadRun.target, fingerprint: { ...overheadRun.target.fingerprint, kernel: '9.9' } },
    };
    expect(compareRuns(overheadRun, elsewhere)).toMatch(/kernel: .* → 9.9/);
  });
});

import { describe, expect, it } from 'vitest';
import type { CalibrationBench } from '../../../src/core/calibration/bench';
import { calibrate, expectedSeconds } from '../../../src/core/calibration/calibrate';
import type { CalibrationResult } from '../../../src/core/calibration/calibration';
import type { Truth } from '../../../src/core/calibration/truth';
import { Problem } from '../../../src/core/problem';
import { aTruth, fakeBench, never, taken } from './fakes';

async function resultsOf(
  truths: readonly Truth[],
  bench: CalibrationBench,
  signal = never,
): Promise<{ readonly results: readonly CalibrationResult[]; readonly left: readonly number[] }> {
  const left: number[] = [];
  const events = calibrate(truths, 3, bench, signal);
  for (;;) {
    const next = await events.next();
    if (next.done === true) return { results: next.value, left };
    if (next.value.kind === 'truth') left.push(next.value.secondsLeft);
  }
}

const reads = (rps: number) => fakeBench((sending) => taken(sending, { values: { rps } }));

describe('calibrate', () => {
  it('reads a truth in each round and tells whether it was covered', async () => {
    let value = 98;
    const bench = fakeBench((sending) => taken(sending, { values: { rps: (value += 1) } }));
    const { results } = await resultsOf([aTruth()], bench);
    expect(bench.asked.map(({ path, block }) => `${block} ${path}`)).toEqual([
      '1 /?delay=100us',
      '2 /?delay=100us',
      '3 /?delay=100us',
    ]);
    expect(results).toMatchObject([
      { id: 'a-truth', reading: 100, n: 3, truth: [100, 100], errorPercent: 0, covered: true, control: null },
    ]);
  });

  it('says that a reading beside the truth is not covered, and by how much it is off', async () => {
    const { results } = await resultsOf([aTruth()], reads(110));
    expect(results[0]).toMatchObject({ covered: false, reading: 110 });
    expect(results[0]?.errorPercent).toBeCloseTo(10);
  });

  it('takes the control beside each sample, in both orders, and hands its mean to the truth', async () => {
    const bench = fakeBench((sending) =>
      taken(sending, { values: { rps: sending.variant === 'control' ? 20 : 120 } }),
    );
    const truth = aTruth({
      control: { injection: { kind: 'none' }, path: '/', whyNot: () => null },
      expected: (control) => [100 + (control ?? 0), 100 + (control ?? 0)],
    });
    const { results } = await resultsOf([truth], bench);
    expect(bench.asked.map(({ variant }) => variant[0]).join('')).toBe('ciicci');
    expect(bench.asked[0]?.path).toBe('/');
    expect(results[0]).toMatchObject({ truth: [120, 120], control: 20, covered: true });
  });

  it('does not judge where the control shows that the truth cannot be read', async () => {
    const control = {
      injection: { kind: 'none' } as const,
      path: '/',
      whyNot: (value: number) => `it was ${value}`,
    };
    const { results } = await resultsOf([aTruth({ control })], reads(7));
    expect(results[0]).toMatchObject({ reason: 'it was 7', reading: null, covered: null, n: 0 });
  });

  it('goes on after what cannot be injected, a tool that is missing and a sample that says nothing', async () => {
    const bench = fakeBench((sending) => {
      if (sending.id.startsWith('first')) throw new Problem('target', 'No such qdisc.', 'Do.');
      if (sending.id.startsWith('third')) return taken(sending, { invalidReasons: ['the server is gone'] });
      return taken(sending, { values: { rps: 100 } });
    });
    const truths = [
      aTruth({ id: 'first' }),
      aTruth({ id: 'second', needs: ['envoy'] }),
      aTruth({ id: 'third' }),
      aTruth({ id: 'fourth' }),
    ];
    const { results, left } = await resultsOf(truths, bench);
    expect(results.map(({ reason, covered }) => reason ?? covered)).toEqual([
      'No such qdisc',
      'envoy is not there',
      'the server is gone',
      true,
    ]);
    expect(left).toEqual([...left].sort((a, b) => b - a));
    expect(left[0]).toBe(expectedSeconds(truths, 3));
  });

  it('ends with the reason of the signal, whatever the bench throws', async () => {
    const controller = new AbortController();
    const bench = fakeBench(() => {
      controller.abort(new Error('cancelled by the test'));
      throw new Problem('target', 'The lab is gone.', 'Do.');
    });
    await expect(resultsOf([aTruth()], bench, controller.signal)).rejects.toThrow('cancelled by the test');
  });

  it('does not take a defect for a truth that cannot be measured', async () => {
    const bench = fakeBench(() => {
      throw new TypeError('a defect');
    });
    await expect(resultsOf([aTruth()], bench)).rejects.toThrow('a defect');
  });
});

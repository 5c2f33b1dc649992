import { describe, expect, it } from 'vitest';
import type { RawOutput } from '../../../src/core/result/run';
import { createDistributions } from '../../../src/store/distributions';
import { storedRaw, storedRun } from '../result/storedRun';

/** Reads the stored run, and counts how often each sample is asked for. */
function counted(failing: (id: string) => boolean = () => false) {
  const asked: string[] = [];
  const read = (_: unknown, { id }: { readonly id: string }): Promise<RawOutput> => {
    asked.push(id);
    return failing(id) ? Promise.reject(new Error('gone')) : Promise.resolve(storedRaw(id));
  };
  return { asked, distributions: createDistributions(read) };
}

describe('the distributions of runs', () => {
  it('read the samples of the fixed-rate load once', async () => {
    const { asked, distributions } = counted();
    const chart = await distributions.chart(storedRun);
    expect(chart?.series.map(({ label }) => label)).toEqual(['no policy', 'L3/L4', 'L7 through Envoy']);
    expect(asked).toHaveLength(12);
    expect(asked.every((id) => id.includes('-fixed-rate-') && !id.startsWith('b0-'))).toBe(true);
    expect(await distributions.chart(storedRun)).toEqual(chart);
    expect(asked).toHaveLength(12);
  });

  it('read only what is new of a run that grows', async () => {
    const { asked, distributions } = counted();
    const early = { ...storedRun, samples: storedRun.samples.filter(({ block }) => block < 2) };
    await distributions.chart(early);
    const before = asked.length;
    await distributions.chart(storedRun);
    expect(before).toBeLessThan(12);
    expect(asked).toHaveLength(12);
    expect(new Set(asked).size).toBe(12);
  });

  it('say what cannot be read, and ask for it again', async () => {
    const { asked, distributions } = counted((id) => id === 'b1-l7-fixed-rate-1');
    const chart = await distributions.chart(storedRun);
    expect(chart?.notes?.join()).toContain('The raw output of 1 sample could not be read.');
    await distributions.chart(storedRun);
    expect(asked.filter((id) => id === 'b1-l7-fixed-rate-1')).toHaveLength(2);
  });

  it('are none of a run whose output cannot be read at all', async () => {
    expect(await counted(() => true).distributions.chart(storedRun)).toBeNull();
  });

  it('keep the newest runs alone', async () => {
    const { asked, distributions } = counted();
    for (const id of ['a', 'b', 'c', 'd', 'e', 'a']) await distributions.chart({ ...storedRun, id });
    expect(asked).toHaveLength(6 * 12);
    await distributions.chart({ ...storedRun, id: 'e' });
    expect(asked).toHaveLength(6 * 12);
  });
});

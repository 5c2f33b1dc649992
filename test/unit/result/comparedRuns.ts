/** Runs to compare: simulated readings, put together as the runner leaves them. */
import type { Run, Sample } from '../../../src/core/result/run';
import { summarise } from '../../../src/core/result/summarise';
import { pair, saturated, simulate } from './samples';

export function runFrom(id: string, samples: readonly Sample[], changes: Partial<Run> = {}): Run {
  return {
    schemaVersion: 1,
    id,
    scenario: 'policy-overhead',
    title: 'Policy overhead',
    profile: 'quick',
    target: { kind: 'lab', name: 'local lab', fingerprint: { kernel: '6.18', cpuModel: 'EPYC' } },
    startedAt: '2026-11-23T18:49:00.000Z',
    endedAt: '2026-11-23T18:51:00.000Z',
    state: 'complete',
    parameters: { connections: '16', rate: '1000', path: '', seed: '7', rounds: '3' },
    ...summarise(pair, samples),
    samples,
    notMeasured: [],
    changes: [],
    tools: [{ name: 'fortio', version: '1.68.0', source: 'cache' }],
    underLoadShare: 0.8,
    ...changes,
  };
}

export interface Level {
  /** What all readings of the run are multiplied by: what differs from one run to the next. */
  readonly level: number;
  readonly effectPercent?: number;
  readonly noise?: number;
  readonly rounds?: number;
}

function leveledSamples(
  { level, effectPercent = -60, noise = 0.02, rounds = 3 }: Level,
  normal: () => number,
): readonly Sample[] {
  return simulate({ rounds, noise, drift: 0.01, effectPercent }, normal).map((sample) => ({
    ...sample,
    values: { rps: (sample.values.rps ?? 0) * level },
  }));
}

export function simulatedRun(
  id: string,
  level: Level,
  normal: () => number,
  changes: Partial<Run> = {},
): Run {
  return runFrom(id, leveledSamples(level, normal), changes);
}

/** The same without its summary: what is read of samples alone costs no intervals, of which a simulation would make thousands. */
export function unsummarisedRun(
  id: string,
  level: Level,
  normal: () => number,
  changes: Partial<Run> = {},
): Run {
  const rps = { unit: 'requests/s', n: 0, median: 1, mean: 1, ci95: null, samples: [] };
  return {
    ...runFrom(id, [], changes),
    samples: leveledSamples(level, normal),
    variants: pair.map(({ id: variant, label }) => ({
      id: variant,
      label,
      baseline: null,
      metrics: { rps: variant === 'none' ? { ...rps, load: saturated } : rps },
    })),
    effects: [],
  };
}

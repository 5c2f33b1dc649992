import { describe, expect, it } from 'vitest';
import { driftOf } from '../../../src/core/result/drift';
import type { Run } from '../../../src/core/result/run';
import { runFrom } from './comparedRuns';
import golden from './golden/comparison.json';
import { sample } from './samples';

const question = { scenario: 'policy-overhead', variant: 'none', metric: 'rps' } as const;

/** A run of two rounds whose geometric mean is `level`. */
const runAt = (day: number, level: number, changes: Partial<Run> = {}): Run =>
  runFrom(
    `run-${day}`,
    [sample('none', 1, { rps: level * 1.02 }), sample('none', 2, { rps: level / 1.02 })],
    { startedAt: `2026-11-${String(day).padStart(2, '0')}T10:00:00.000Z`, ...changes },
  );
const line = golden.past.map((level, at) => runAt(at + 1, level));

describe('a figure over time', () => {
  it('is held against a prediction interval of the runs before the last (SciPy)', () => {
    const change = driftOf(question, [runAt(9, golden.newest), ...line])?.change;
    expect(change?.percent).toBeCloseTo(golden.drift.percent, 8);
    expect(change?.ci95[0]).toBeCloseTo(golden.drift.interval[0] ?? Number.NaN, 7);
    expect(change?.ci95[1]).toBeCloseTo(golden.drift.interval[1] ?? Number.NaN, 7);
    expect(change?.noisePercent).toBeCloseTo(golden.drift.noise, 8);
    expect([change?.verdict, change?.earlierRuns]).toEqual(['worse', 5]);
  });

  it('has its points oldest first, with what changed since the one before', () => {
    const upgraded = runAt(8, 20_000, {
      target: { kind: 'lab', name: 'lab', fingerprint: { kernel: '6.19', cpuModel: 'EPYC' } },
      tools: [{ name: 'fortio', version: '1.69.0', source: 'cache' }],
    });
    const drift = driftOf(question, [upgraded, ...line]);
    expect(drift?.points.map(({ run }) => run)).toEqual([
      'run-1',
      'run-2',
      'run-3',
      'run-4',
      'run-5',
      'run-8',
    ]);
    expect(drift?.points.map(({ changes }) => changes.map(({ name }) => name))).toEqual([
      [],
      [],
      [],
      [],
      [],
      ['kernel', 'fortio'],
    ]);
    expect(drift?.change?.changedWithIt).toEqual(['kernel', 'fortio']);
    expect(drift?.points[0]).toMatchObject({ value: expect.closeTo(golden.past[0] ?? 0, 6) as number, n: 2 });
  });

  it('is not known to drift from three runs', () => {
    expect(driftOf(question, line.slice(0, 3))?.change).toBeNull();
    expect(driftOf(question, line.slice(0, 4))?.change).not.toBeNull();
  });

  it('leaves out runs of other parameters and states with the reason, and passes over other places', () => {
    const drift = driftOf(question, [
      ...line,
      runAt(6, 1, { parameters: { connections: '64', rate: '1000', path: '', seed: '1', rounds: '3' } }),
      runAt(7, 1, { state: 'cancelled' }),
      runAt(5, 1, { id: 'elsewhere', target: { kind: 'kube', name: 'prod', fingerprint: {} } }),
      runAt(4, 1, { id: 'other', scenario: 'rps' }),
    ]);
    // The newest that has the figure decides whose line it is.
    expect(drift?.points.map(({ run }) => run)).toEqual(['run-6']);
    expect(drift?.leftOut.map(({ run, reason }) => [run, reason])).toEqual([
      ['run-1', 'its connections is another one'],
      ['run-2', 'its connections is another one'],
      ['run-3', 'its connections is another one'],
      ['run-4', 'its connections is another one'],
      ['run-5', 'its connections is another one'],
      ['run-7', 'it is cancelled'],
    ]);
  });

  it('is none where no run has it', () => {
    expect(driftOf({ ...question, metric: 'latencyP99Us' }, line)).toBeNull();
    expect(driftOf(question, [])).toBeNull();
  });
});

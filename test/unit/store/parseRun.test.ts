import { describe, expect, it } from 'vitest';
import type { Load } from '../../../src/core/scenario/scenario';
import { parseRun } from '../../../src/store/parseRun';
import { aRun } from './aRun';

const http: Load = {
  kind: 'http',
  id: 'fixed-rate',
  via: 'pod',
  metrics: ['rps'],
  connections: 32,
  keepAlive: true,
  ratePerSecond: 1000,
};
const common = { via: 'service', metrics: ['latencyP50Us'] } as const;
const loads: readonly Load[] = [
  http,
  { ...http, ratePerSecond: 'max' },
  { kind: 'stream', id: 'stream', streams: 8, ...common },
  { kind: 'round-trip', id: 'round-trip', ...common },
  { kind: 'connect', id: 'connect', ...common },
];

/** The text of a run whose first figure was taken under this load, or under none that is told. */
function runUnder(load?: unknown): string {
  const run = aRun();
  const variants = run.variants.map((variant) => ({
    ...variant,
    metrics: { rps: { ...variant.metrics.rps, ...(load === undefined ? {} : { load }) } },
  }));
  return JSON.stringify({ ...run, variants });
}

describe('the load of a figure', () => {
  it.each(loads.map((load) => [load.kind, load] as const))('is read as it was written: %s', (_, load) => {
    const parsed = parseRun(runUnder(load));
    expect(parsed.ok && parsed.value.variants[0]?.metrics.rps?.load).toEqual(load);
  });

  it('may be missing, as in a figure that goes with a change', () => {
    expect(parseRun(runUnder()).ok).toBe(true);
  });

  it.each([
    [{ ...http, ratePerSecond: 'fast' }, 'variants[0].metrics.rps.load.ratePerSecond is not a number'],
    [{ ...http, connections: '32' }, 'variants[0].metrics.rps.load.connections is not a number'],
    [{ ...http, kind: 'toString' }, 'variants[0].metrics.rps.load.kind is not one of http, stream'],
    [{ ...http, metrics: ['luck'] }, 'variants[0].metrics.rps.load.metrics[0] is not one of rps'],
    ['saturated', 'variants[0].metrics.rps.load is not an object'],
  ])('is named when it is none: %j', (load, reason) => {
    const parsed = parseRun(runUnder(load));
    expect(parsed.ok ? '' : parsed.reason).toContain(reason);
  });
});

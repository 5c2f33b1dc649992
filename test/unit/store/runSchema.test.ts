import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { importResults } from '../../../src/core/result/import/importResults';
import { metricNames } from '../../../src/core/result/metrics';
import type { Run } from '../../../src/core/result/run';
import { parseRun } from '../../../src/store/parseRun';
import { folder, origin } from '../result/import/files';
import { aRun, aSample } from './aRun';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const schema = JSON.parse(readFileSync(path.join(root, 'media/schemas/run.schema.json'), 'utf8')) as Record<
  string,
  unknown
>;
const ajv = new Ajv2020({ allErrors: false, strictTypes: false });
ajv.addFormat('date-time', (text: string) => !Number.isNaN(Date.parse(text)));
const validate = ajv.compile(schema);

const http = {
  kind: 'http',
  id: 'saturated',
  via: 'pod',
  connections: 16,
  keepAlive: true,
  ratePerSecond: 'max',
  clients: 2,
  metrics: ['rps'],
} as const;
const summary = { unit: 'requests/s', n: 2, median: 2, mean: 2, ci95: [1, 3], samples: [1, 3] } as const;

/** Every field that a run can have: the compiler says so. */
const whole: Required<Run> = {
  ...aRun(),
  figureRules: 3,
  gatesNotJudged: ['throttled'],
  unsteady: [{ code: 'drift', metric: 'rps', load: 'saturated', percent: -12.5, n: 9 }],
  stateReason: 'One load failed.',
  policy: {
    file: 'a.yaml',
    name: 'a',
    textHash: '0',
    protocol: 'http',
    direction: 'ingress',
    ports: ['80'],
    httpRules: 1,
    line: 3,
  },
  imported: { format: 'fortio', source: 'f.json', importedAt: '2026-11-25T22:00:00.000Z', notes: ['so'] },
  calibration: { id: 'calibrate-1', date: '2026-11-25T22:00:00.000Z', covered: 9, of: 10 },
  variants: [
    {
      id: 'a',
      label: 'A',
      baseline: null,
      point: { series: 's', axis: 'Services', x: 0 },
      metrics: {
        rps: { ...summary, load: http },
        latencyP50Us: {
          ...summary,
          load: { ...http, ratePerSecond: 1000 },
          pooled: {
            percent: 50,
            value: 2,
            ci95: [1, 3],
            count: 900,
            samples: 2,
            resolution: 1,
            reason: 'so',
          },
          offered: { due: 1000, sent: 900, late: 96, ifLateWereSlowest: 2.5 },
        },
        throughputBitsPerSecond: {
          ...summary,
          load: { kind: 'stream', id: 's', via: 'host', streams: 8, metrics: [] },
        },
        latencyP99Us: {
          ...summary,
          ci95: null,
          load: { kind: 'connect', id: 'c', via: 'service', metrics: [] },
        },
      },
      parts: [{ part: 'agent', about: 'x', metrics: { componentCpuCores: summary } }],
    },
  ],
  effects: [
    {
      metric: 'rps',
      variant: 'a',
      baseline: 'b',
      percent: -3,
      ci95: [-4, -2],
      verdict: 'inconclusive',
      noisePercent: 2,
      n: 3,
      method: 'bootstrap',
      logError: 0.01,
      pValue: 0.02,
      correctedP: 0.04,
      comparisons: 2,
      hodgesLehmannPercent: -3,
      signedRankP: 0.25,
      mannWhitneyP: 0.1,
      smallestSeenPercent: 5,
      roundsNeeded: 4,
      reason: 'so',
    },
  ],
  differences: [{ metric: 'rps', variant: 'a', beside: 'b', unit: 'x', difference: 1, ci95: null, n: 1 }],
  samples: [
    aSample({
      latencies: { startUs: [1, 2], endUs: [2, 3], counts: [1, 2] },
      offered: { due: 4, sent: 3, late: 1 },
      parts: [{ part: 'agent', metric: 'componentCpuCores', value: 1, about: 'x' }],
      partsLeftOut: [{ what: 'a', reason: 'b' }],
    }),
  ],
  warmUp: { rounds: 1, metric: 'rps', percent: -20, p: 0.01 },
  precision: {
    rule: 'fixed-width',
    askedPercent: 3,
    budgetSeconds: 1800,
    mostRounds: 50,
    firstLook: 6,
    looks: [
      { rounds: 6, percent: null, effects: 1 },
      { rounds: 7, percent: 2.9, effects: 1 },
    ],
    secondsUsed: 300,
    ended: 'reached',
  },
  left: ['a namespace'],
};

type Path = readonly (string | number)[];

/** Every place in a value. */
function places(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [
    at,
    ...Object.entries(value).flatMap(([key, child]) =>
      places(child, [...at, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

/** A copy with something else at a place; without it where that is undefined. */
function changed(value: unknown, [key, ...rest]: Path, to: unknown): unknown {
  if (key === undefined) return to;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<
    string | number,
    unknown
  >;
  if (rest.length === 0 && to === undefined) Reflect.deleteProperty(copy, key);
  else copy[key] = changed(copy[key], rest, to);
  return copy;
}

describe('the published schema of run.json', () => {
  it('lists every metric', () => {
    const { metric } = schema['$defs'] as { readonly metric: { readonly enum: readonly string[] } };
    expect([...metric.enum].sort()).toEqual([...metricNames].sort());
  });

  it('takes a run with every field, stored ones and imported ones', () => {
    expect(validate(whole), JSON.stringify(validate.errors)).toBe(true);
    expect(validate(aRun()), JSON.stringify(validate.errors)).toBe(true);
    const stored = path.join(root, 'test/vscode/fixtures/runs');
    const texts = readdirSync(stored).map((id) => readFileSync(path.join(stored, id, 'run.json'), 'utf8'));
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).toBe(true);
    const { runs } = importResults(folder('article'), origin);
    for (const { run } of runs)
      expect(validate({ ...run, id: 'x' }), JSON.stringify(validate.errors)).toBe(true);
  });

  // Null and nothing are told apart by what may be absent; lists by what may be empty.
  const others = [undefined, null, 7, '../x', true, [], {}, [1, 2], [1], '2026-11-25T22:00:00.000Z'];
  it.each(Object.keys(whole))('says the same as what reads run.json, whatever stands in %s', (field) => {
    const told: string[] = [];
    let refused = 0;
    for (const place of places(whole).filter(([first]) => first === field)) {
      for (const other of others) {
        const text = JSON.stringify(changed(whole, place, other));
        const isRun = parseRun(text).ok;
        if (!isRun) refused += 1;
        if (validate(JSON.parse(text)) !== isRun)
          told.push(`${place.join('.')} = ${JSON.stringify(other)}: read ${isRun}`);
      }
    }
    expect(told).toEqual([]);
    expect(refused).toBeGreaterThan(2);
  });

  it('describes every field that a run has', () => {
    const told = JSON.stringify(schema);
    const names = new Set(places(whole).flatMap((place) => place.filter((key) => typeof key === 'string')));
    const free = new Set<string>([
      ...Object.keys(whole.parameters),
      ...Object.keys(whole.target.fingerprint),
      ...Object.keys(aSample().cpuUs),
    ]);
    expect([...names].filter((name) => !free.has(name) && !told.includes(`"${name}"`))).toEqual([]);
  });
});

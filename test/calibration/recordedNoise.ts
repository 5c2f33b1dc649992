/** Runs made of recorded noise: what the lab's own A/A samples did, one after the other, handed to runs whose truth is known. */
import { randomWords } from '../../src/core/result/bootstrap';
import { profiles } from '../../src/core/plan/profiles';
import { shuffled } from '../../src/core/plan/shuffle';
import { metrics, type MetricName } from '../../src/core/result/metrics';
import type { Sample } from '../../src/core/result/run';
import type { Load, Variant } from '../../src/core/scenario/scenario';
import recorded from './recorded/lab-2026-11-25.json';

export const recording = recorded;

/** `drift`: a fall by a fifth through the run on top; `two modes`: every other sample or so 15 % slower on top. */
export const noises = ['recorded', 'recorded and drift', 'recorded and two modes'] as const;
export type Noise = (typeof noises)[number];

const loads: readonly Load[] = [
  {
    kind: 'http',
    id: 'saturated',
    via: 'pod',
    connections: 16,
    keepAlive: true,
    ratePerSecond: 'max',
    metrics: ['rps', 'cpuUsPerRequest'],
  },
  {
    kind: 'http',
    id: 'fixed-rate',
    via: 'pod',
    connections: 16,
    keepAlive: true,
    ratePerSecond: 1000,
    metrics: ['latencyP50Us', 'latencyP99Us'],
  },
];
export const simulatedMetrics: readonly MetricName[] = loads.flatMap((load) => load.metrics);
export const variants: readonly Variant[] = [
  { id: 'a', label: 'A', setting: {}, loads },
  { id: 'b', label: 'B', setting: {}, loads, baseline: 'a' },
];

/** Chance that a stretch of the recording goes on with its next sample: stretches of 9 on average, three blocks. */
const goesOn = 1 - 1 / 9;

/** The logarithms of a metric in one recorded run, around their mean, in the order they were taken. */
function series(profile: string, metric: MetricName): readonly (readonly number[])[] {
  const load = loads.find((one) => one.metrics.includes(metric))?.id;
  return recorded.runs
    .filter((run) => run.profile === profile)
    .map(({ samples }) => {
      const logs = samples
        .filter((sample) => sample.load === load)
        .flatMap(({ values }) => {
          const value = (values as Readonly<Record<string, number | undefined>>)[metric];
          return value === undefined ? [] : [Math.log(value)];
        });
      const center = logs.reduce((sum, log) => sum + log, 0) / logs.length;
      return logs.map((log) => log - center);
    })
    .filter((logs) => logs.length > 1);
}

export const uniform = (seed: number): (() => number) => {
  const next = randomWords(seed);
  return () => next() / 2 ** 32;
};

/**
 * So many successive samples, by the stationary bootstrap (Politis and Romano 1994): stretches of the recording, whose lengths are
 * drawn, joined; what a stretch did in time (drift, modes, spikes) stays as it was.
 */
export function joinedStretches<Item>(
  recordedSeries: readonly (readonly Item[])[],
  length: number,
  random: () => number,
): Item[] {
  const taken: Item[] = [];
  let of: readonly Item[] = [];
  let at = 0;
  while (taken.length < length) {
    if (taken.length === 0 || at >= of.length || random() > goesOn) {
      of = recordedSeries[Math.floor(random() * recordedSeries.length)] ?? [];
      at = Math.floor(random() * of.length);
    }
    taken.push(...of.slice(at, at + 1));
    at += 1;
  }
  return taken;
}

function shaped(noise: Noise, logs: readonly number[], random: () => number): readonly number[] {
  switch (noise) {
    case 'recorded':
      return logs;
    case 'recorded and drift':
      return logs.map((log, place) => log + (Math.log(0.8) * place) / logs.length);
    case 'recorded and two modes':
      return logs.map((log) => log + (random() < 0.5 ? Math.log(0.85) : 0));
  }
}

/** Makes runs, of a profile's rounds unless said otherwise, whose variant is worse than its baseline by `effectPercent` in every metric. */
export function simulatedRuns(
  profile: string,
  noise: Noise,
  effectPercent: number,
  random: () => number,
  rounds: number = profiles.find(({ id }) => id === profile)?.rounds ?? 0,
): () => readonly Sample[] {
  const all = simulatedMetrics.map((metric) => ({ metric, recordedSeries: series(profile, metric) }));
  return () => {
    const visits = Array.from({ length: rounds }, (_, block) =>
      shuffled(
        [
          { variant: 'a', repeat: 1 },
          { variant: 'a', repeat: 2 },
          { variant: 'b', repeat: 1 },
        ],
        random,
      ).map((visit) => ({ ...visit, block: block + 1 })),
    ).flat();
    const values = new Map(
      all.map(({ metric, recordedSeries }) => [
        metric,
        shaped(noise, joinedStretches(recordedSeries, visits.length, random), random),
      ]),
    );
    return visits.flatMap(({ variant, repeat, block }, place) =>
      loads.map((load): Sample => {
        const id = `b${block}-${variant}-${load.id}-${repeat}`;
        const own = load.metrics.map((metric): [MetricName, number] => {
          const worse = metrics[metric].better === 'higher' ? -effectPercent : effectPercent;
          const truth = variant === 'b' ? Math.log1p(worse / 100) : 0;
          return [metric, 1000 * Math.exp((values.get(metric)?.[place] ?? Number.NaN) + truth)];
        });
        return {
          id,
          variant,
          load: load.id,
          block,
          repeat,
          tool: 'fortio',
          argv: [],
          startedAt: '2026-11-25T00:00:00.000Z',
          seconds: 1,
          raw: `samples/${id}.json`,
          valid: true,
          invalidReasons: [],
          values: Object.fromEntries(own),
          cpuUs: {},
        };
      }),
    );
  };
}

/** What came of many runs of one truth. Shares are of all runs, 0 to 1. */
export interface Outcome {
  readonly trials: number;
  /** Runs with at least one verdict `better` or `worse`. */
  readonly anyVerdict: number;
  readonly byMetric: ReadonlyMap<
    MetricName,
    {
      readonly worse: number;
      readonly better: number;
      /** Share of 95 % intervals that hold the truth. */
      readonly covered: number;
      /** Median of the smallest effects that the runs say they would have seen, in percent. */
      readonly smallestSeen: number;
    }
  >;
}

/** Makes stretches of so many successive recorded values of a metric, around 1. */
export function recordedValues(
  profile: string,
  metric: MetricName,
  length: number,
  random: () => number,
): () => readonly number[] {
  const own = series(profile, metric);
  return () => joinedStretches(own, length, random).map(Math.exp);
}

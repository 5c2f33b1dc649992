/** How often the design of a run errs: rounds that end a run once its intervals are narrow, and rounds that count as warm-up. */
import { firstLook, mostRoundsUntilPrecision } from '../../src/core/plan/untilPrecision';
import type { MetricName } from '../../src/core/result/metrics';
import { metrics } from '../../src/core/result/metrics';
import type { Sample } from '../../src/core/result/run';
import { mean, meanInterval95, median } from '../../src/core/result/statistics';
import { mostWarmUpSamples, steadySamples, stillWarmsUp } from '../../src/core/result/steady';
import { summarise } from '../../src/core/result/summarise';
import { warmUpRounds } from '../../src/core/result/warmUp';
import { precisionAfter, precisionAtStart } from '../../src/core/run/stopping';
import type { Variant } from '../../src/core/scenario/scenario';
import { recordedValues, simulatedRuns, uniform, variants, type Noise } from './recordedNoise';

export interface StoppingCell {
  readonly profile: string;
  /** `normal`: independent normal logarithms with a deviation of {@link normalDeviation}, beside the recorded ones. */
  readonly noise: Noise | 'normal';
  readonly metric: MetricName;
  readonly askedPercent: number;
}

export interface StoppingOutcome {
  readonly reached: number;
  readonly rounds: number;
  readonly covered: number;
  /** Of the plain 95 % t intervals of the same rounds, which do not make up for the looks. */
  readonly plainCovered: number;
  readonly falseVerdicts: number;
}

/** The same variants with one metric alone, so that it is the primary one. */
function onlyWith(metric: MetricName): readonly Variant[] {
  return variants.map((variant) => ({
    ...variant,
    loads: variant.loads
      .filter((load) => load.metrics.includes(metric))
      .map((load) => ({ ...load, metrics: [metric] })),
  }));
}

const normalDeviation = 0.05;

/** By Box and Muller. */
function normalised(sample: Sample, metric: MetricName, random: () => number): Sample {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return { ...sample, values: { [metric]: 1000 * Math.exp(normalDeviation * normal) } };
}

/** Runs without a difference, each ended by the rule, then judged as any run is. */
export function simulateStopping(
  { profile, noise, metric, askedPercent }: StoppingCell,
  trials: number,
  seed: number,
): StoppingOutcome {
  const rounds = mostRoundsUntilPrecision;
  const random = uniform(seed);
  const nextRun = simulatedRuns(profile, noise === 'normal' ? 'recorded' : noise, 0, random, rounds);
  const own = onlyWith(metric);
  const load = own[0]?.loads[0]?.id;
  const used: number[] = [];
  let [reached, covered, plain, verdicts] = [0, 0, 0, 0];
  for (let trial = 0; trial < trials; trial += 1) {
    const recorded = nextRun().filter((sample) => sample.load === load);
    const samples =
      noise === 'normal' ? recorded.map((sample) => normalised(sample, metric, random)) : recorded;
    let precision = precisionAtStart(
      { until: { percent: askedPercent, budgetSeconds: Infinity }, rounds },
      undefined,
    );
    let round = firstLook - 1;
    while (precision && precision.ended === undefined) {
      round += 1;
      precision = precisionAfter(round, own, samples, precision, 0);
    }
    const taken = samples.filter(({ block }) => block <= round);
    const [effect] = summarise(own, taken, { chosen: 'until-precision' }).effects;
    used.push(round);
    if (precision?.ended === 'reached') reached += 1;
    if (effect?.ci95 && effect.ci95[0] <= 0 && 0 <= effect.ci95[1]) covered += 1;
    if (effect?.verdict === 'better' || effect?.verdict === 'worse') verdicts += 1;
    const interval = meanInterval95(logRatios(taken, metric, round));
    if (interval && interval[0] <= 0 && 0 <= interval[1]) plain += 1;
  }
  return {
    reached: reached / trials,
    rounds: median(used),
    covered: covered / trials,
    plainCovered: plain / trials,
    falseVerdicts: verdicts / trials,
  };
}

function logRatios(samples: readonly Sample[], metric: MetricName, rounds: number): readonly number[] {
  const logs = new Map<string, number[]>();
  for (const { block, variant, values } of samples) {
    const key = `${variant} ${block}`;
    logs.set(key, [...(logs.get(key) ?? []), Math.log(values[metric] ?? Number.NaN)]);
  }
  const of = (variant: string, block: number): number => mean(logs.get(`${variant} ${block}`) ?? []);
  return Array.from({ length: rounds }, (_, place) => of('b', place + 1) - of('a', place + 1));
}

export interface WarmUpCell {
  readonly profile: string;
  readonly noise: Noise;
  readonly rounds: number;
  /** First rounds that are a fifth worse in every metric; 0 for a clean run. */
  readonly slowRounds: number;
}

/** Shares of runs: with rounds that count as warm-up, and with exactly the slow ones. */
export interface WarmUpOutcome {
  readonly discarded: number;
  readonly exact: number;
}

const slowBy = 0.2;

function slowed(sample: Sample, rounds: number): Sample {
  if (sample.block > rounds) return sample;
  const values = Object.entries(sample.values).map(([metric, value]) => [
    metric,
    value * (metrics[metric as MetricName].better === 'higher' ? 1 - slowBy : 1 + slowBy),
  ]);
  return { ...sample, values: Object.fromEntries(values) as Sample['values'] };
}

export function simulateWarmUp(
  { profile, noise, rounds, slowRounds }: WarmUpCell,
  trials: number,
  seed: number,
): WarmUpOutcome {
  const nextRun = simulatedRuns(profile, noise, 0, uniform(seed), rounds);
  let [discarded, exact] = [0, 0];
  for (let trial = 0; trial < trials; trial += 1) {
    const found = warmUpRounds(
      variants,
      nextRun().map((sample) => slowed(sample, slowRounds)),
    );
    if (found) discarded += 1;
    if (found && found.rounds === slowRounds) exact += 1;
  }
  return { discarded: discarded / trials, exact: exact / trials };
}

/** How many warm-up samples a variant takes before its first round, the first of them slower by a share: mean, and share at the limit. */
export function simulateSteady(
  profile: string,
  firstSlowerBy: number,
  trials: number,
  seed: number,
): { readonly goesOn: number; readonly samples: number; readonly atLimit: number } {
  const nextValues = recordedValues(profile, 'rps', mostWarmUpSamples, uniform(seed));
  const counts = Array.from({ length: trials }, () => {
    const [first = 1, ...rest] = nextValues();
    const values = [first * (1 - firstSlowerBy), ...rest];
    let taken = steadySamples;
    while (taken < mostWarmUpSamples && stillWarmsUp(values.slice(0, taken))) taken += 1;
    return { taken, atLimit: taken === mostWarmUpSamples && stillWarmsUp(values) };
  });
  return {
    goesOn: counts.filter(({ taken }) => taken > steadySamples).length / trials,
    samples: mean(counts.map(({ taken }) => taken)),
    atLimit: counts.filter(({ atLimit }) => atLimit).length / trials,
  };
}

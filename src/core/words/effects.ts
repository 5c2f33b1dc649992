import type { metrics } from '../result/metrics';
import type { Effect } from '../result/run';
import { mostRoundsNamed } from '../result/statistics';
import { detectablePercent } from '../result/verdict';
import {
  change,
  changeRange,
  counted,
  eitherWay,
  factor,
  farthestPercent,
  percentSize,
  tellingPercent,
} from './numbers';

/** How fine the run sees, for an effect that it does not: `a change of 4 % would have been seen`. */
export function detectableWords(
  effect: Pick<Effect, 'percent' | 'ci95' | 'noisePercent' | 'smallestSeenPercent'>,
): string {
  const percent = detectablePercent(effect);
  if (percent > farthestPercent) return `even ${factor(farthestPercent)} could not be told`;
  return percent > tellingPercent
    ? `less than ${factor(percent)} could not be told`
    : `a change of ${percentSize(percent)} would have been seen`;
}

/** `better`, `worse`, `within noise`, `inconclusive`, `not measured`: one or two words for a table. */
export const verdictNames = {
  better: 'better',
  worse: 'worse',
  'within-noise': 'within noise',
  inconclusive: 'inconclusive',
  'not-measured': 'not measured',
} as const satisfies Record<Effect['verdict'], string>;

/** A verdict as a table has room for it; within noise with the smallest change that would have been seen: `within noise (± 4 %)`. */
export function verdictCell(
  effect: Pick<Effect, 'verdict'> & Parameters<typeof detectablePercent>[0],
): string {
  const name = verdictNames[effect.verdict];
  return effect.verdict === 'within-noise' ? `${name} (${eitherWay(detectablePercent(effect))})` : name;
}

/** A verdict with what it means for this effect, e.g. `inconclusive (needs about 9 more rounds)`. */
export function verdictWords(effect: Effect): string {
  switch (effect.verdict) {
    case 'better':
    case 'worse':
      return effect.verdict;
    case 'within-noise':
      return `within noise (${detectableWords(effect)})`;
    case 'inconclusive':
      return `inconclusive (${effect.reason ?? roundsWords(effect.roundsNeeded)})`;
    case 'not-measured':
      return `not measured, because ${effect.reason ?? 'there is no valid sample of it'}`;
  }
}

export function roundsWords(rounds: number | undefined): string {
  if (rounds === undefined) return 'needs more rounds';
  if (rounds >= mostRoundsNamed) return `would need ${mostRoundsNamed} more rounds or over`;
  return `needs about ${counted(rounds, 'more round')}`;
}

/** A change and its 95 % interval: `−67 % (−69 to −65)`; null where it was not measured. */
export function changeWords({ percent, ci95 }: Pick<Effect, 'percent' | 'ci95'>): string | null {
  if (percent === null) return null;
  return ci95 === null ? change(percent) : `${change(percent, ci95)} (${changeRange(ci95)})`;
}

/** The change in a few words, for lists and lenses: `−67 % RPS`, `×2.9 p50`. */
export function shortChange({ metric, percent }: Pick<Effect, 'metric' | 'percent'>): string {
  return percent === null ? 'not measured' : `${change(percent)} ${shortMetricNames[metric]}`;
}

export const shortMetricNames = {
  rps: 'RPS',
  throughputBitsPerSecond: 'throughput',
  latencyP50Us: 'p50',
  latencyP90Us: 'p90',
  latencyP99Us: 'p99',
  cpuUsPerRequest: 'CPU a request',
  programmingSeconds: 'time to program',
  reachableSeconds: 'time until reachable',
  componentCpuCores: 'datapath CPU',
  componentMemoryBytes: 'datapath memory',
  bpfMemoryBytes: 'BPF memory',
  bpfMapMaxEntries: 'BPF map room',
} as const satisfies Record<keyof typeof metrics, string>;

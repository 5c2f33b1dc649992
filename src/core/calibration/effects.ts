/**
 * Effects of known size, for the proof that verdicts and intervals hold on the live lab: a variant against its baseline, both injected,
 * judged as a run's are.
 */
import { shuffled, seededNumbers } from '../plan/shuffle';
import type { Effect, Sample } from '../result/run';
import { mean } from '../result/statistics';
import { summarise } from '../result/summarise';
import type { MetricName } from '../result/metrics';
import type { Load, Variant } from '../scenario/scenario';
import { fortio } from '../tool/fortio';
import { iperf3 } from '../tool/iperf3';
import type { LoadTool } from '../tool/tool';
import { meets } from './compare';
import { closedLoop, oneStream } from './loads';
import type { Injection, TruthRange } from './truth';

export interface InjectedEffect {
  readonly id: string;
  readonly family: 'shaped' | 'delayed';
  readonly metric: MetricName;
  readonly load: Load;
  readonly tool: LoadTool;
  readonly seconds: number;
  readonly settings: Readonly<
    Record<'baseline' | 'variant', { readonly injection: Injection; readonly path: string }>
  >;
  /** The change in % that is the truth, by what is known of the injection and, for delays, by what the machine adds to each of them. */
  truth(samples: readonly Sample[]): TruthRange;
}

/** In %. Each comes in both directions: the variant is the slower one every other time. */
const sizes = [3, 5, 10, 20, 50] as const;
const shapedRates = [20e6, 50e6, 100e6] as const;
const delaysMs = [100, 200] as const;
const connections = 32;
/** In proportion to both rates, so that it leaves their ratio as it is. */
const bucketSeconds = 0.3;

/** The factor of the number-th effect of a family, and how often all factors have been gone through before it. */
function factorOf(number: number): { readonly factor: number; readonly turn: number } {
  const size = 1 + (sizes[number % sizes.length] ?? 0) / 100;
  const turn = Math.floor(number / sizes.length);
  return { factor: turn % 2 === 0 ? size : 1 / size, turn: Math.floor(turn / 2) };
}

function shapedEffect(number: number): InjectedEffect {
  const { factor, turn } = factorOf(number);
  const rate = shapedRates[turn % shapedRates.length] ?? 50e6;
  const percent = 100 * (factor - 1);
  const bitsPerSecond = Math.round(rate * (1 + percent / 100));
  const truth = 100 * (bitsPerSecond / rate - 1);
  const shaped = (bits: number) => ({
    injection: { kind: 'shaped', bitsPerSecond: bits, bucketSeconds } as const,
    path: '/',
  });
  return {
    id: `shaped-${number}-${rate / 1e6}m-${percent.toFixed(1)}`,
    family: 'shaped',
    metric: 'throughputBitsPerSecond',
    load: oneStream,
    tool: iperf3,
    seconds: 1,
    settings: { baseline: shaped(rate), variant: shaped(bitsPerSecond) },
    truth: () => [truth, truth],
  };
}

/** Change in % of the rate of a closed loop whose answers take `from` + `added` and then `to` + `added`. */
export function rateChangePercent(from: number, to: number, added: number): number {
  return 100 * ((from + added) / (to + added) - 1);
}

function delayedEffect(number: number): InjectedEffect {
  const { factor, turn } = factorOf(number);
  const from = delaysMs[turn % delaysMs.length] ?? 50;
  // Whole milliseconds: a Go program sleeps no finer where it is idle.
  const to = Math.round(from * factor);
  const delayed = (ms: number) => ({ injection: { kind: 'none' } as const, path: `/?delay=${ms}ms` });
  return {
    id: `delayed-${number}-${from}-${to}ms`,
    family: 'delayed',
    metric: 'rps',
    load: closedLoop(connections),
    tool: fortio,
    seconds: 1,
    settings: { baseline: delayed(from), variant: delayed(to) },
    truth(samples) {
      // What network, server and scheduler add to each answer: the same for both, and known by how long a round of the loop took.
      const added = samples.flatMap(({ variant, values }) =>
        values.rps === undefined
          ? []
          : [(1000 * connections) / values.rps - (variant === 'variant' ? to : from)],
      );
      const ends = (added.length === 0 ? [0] : [Math.min(...added), Math.max(...added)]).map((ms) =>
        rateChangePercent(from, to, Math.max(0, ms)),
      );
      return [Math.min(...ends), Math.max(...ends)];
    },
  };
}

/** So many effects: shaped and delayed in turn, of every size, level and sign. */
export function injectedEffects(count: number): readonly InjectedEffect[] {
  return Array.from({ length: count }, (_, number) =>
    number % 2 === 0 ? shapedEffect(number / 2) : delayedEffect((number - 1) / 2),
  );
}

/** One sample to be taken: which of the two settings, and where in the run. */
export interface EffectStep {
  readonly variant: 'baseline' | 'variant';
  readonly block: number;
  readonly repeat: number;
}

/** Blocks as a run has them: the variant once and the baseline twice, shuffled. */
export function effectSteps(rounds: number, seed: number): readonly EffectStep[] {
  const random = seededNumbers(seed);
  return Array.from({ length: rounds }, (_, round) => round + 1).flatMap((block) => {
    const order = shuffled(['baseline', 'variant', 'baseline'] as const, random);
    return order.map((variant, at) => ({
      variant,
      block,
      repeat: order.slice(0, at).filter((earlier) => earlier === variant).length + 1,
    }));
  });
}

/** How an injected effect was read back. */
export interface JudgedEffect {
  readonly truth: TruthRange;
  readonly effect: Effect;
  /** Whether the 95 % interval meets the truth; null where there is no interval. */
  readonly covered: boolean | null;
  /** The verdict says better where the truth is worse, or worse where it is better. */
  readonly wrongSign: boolean;
  readonly invalidSamples: number;
}

/** Judges an effect by the product's own summary; null where it has none of this metric. */
export function judgeInjected(injected: InjectedEffect, samples: readonly Sample[]): JudgedEffect | null {
  const { metric, load } = injected;
  const loads = [{ ...load, metrics: [metric] }];
  const variants: readonly Variant[] = [
    { id: 'baseline', label: 'baseline', setting: {}, loads },
    { id: 'variant', label: 'variant', setting: {}, loads, baseline: 'baseline' },
  ];
  const [effect] = summarise(variants, samples).effects;
  if (!effect) return null;
  const truth = injected.truth(samples.filter(({ valid }) => valid));
  const middle = mean(truth);
  const said = effect.verdict === 'better' ? 1 : effect.verdict === 'worse' ? -1 : 0;
  return {
    truth,
    effect,
    covered: effect.ci95 === null ? null : meets(effect.ci95, truth),
    wrongSign: said * middle < 0,
    invalidSamples: samples.filter(({ valid }) => !valid).length,
  };
}

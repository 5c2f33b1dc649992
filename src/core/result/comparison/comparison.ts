/** What comparing runs gives: data, in the order of the runs as they were given. Words are made of it elsewhere. */
import type { Load } from '../../scenario/scenario';
import type { MetricName } from '../metrics';
import type { Run, VariantSummary, Verdict } from '../run';
import type { DifferingFact } from './facts';
import type { PublishedComparison } from './publishedComparison';
import type { RunToRunNoise } from './runToRun';

export const fewestRuns = 2;
export const mostRuns = 6;

/** A run that is compared. Everywhere else it is its place in the list, from 0. */
export interface ComparedRun {
  readonly id: string;
  readonly scenario: string;
  readonly title: string;
  readonly target: Pick<Run['target'], 'kind' | 'name'> & { readonly policyEngine?: string };
  readonly profile: string;
  readonly rounds: number | null;
  readonly startedAt: string;
  readonly state: Run['state'];
  readonly validSamples: number;
  readonly invalidSamples: number;
  /** Whether its machines are others than those of the first run; null where that is not known. */
  readonly machineDiffers: boolean | null;
}

/** What a difference is held against. */
export interface ComparedNoise {
  /** The band that the verdict used, in percent: that between runs, else the one within them; null where neither is known. */
  readonly percent: number | null;
  /** What identical settings differed by within the runs (A/A pairs), the larger of both; null where neither knows. */
  readonly withinRunsPercent: number | null;
  /** What runs of one setting differ by; null where too few earlier runs tell it. */
  readonly betweenRuns: RunToRunNoise | null;
}

/** A run against the baseline: the two are independent, so the interval is Welch's. */
export interface ComparedChange {
  /** Place of the run that is held against the baseline. */
  readonly run: number;
  readonly percent: number;
  readonly ci95: readonly [number, number];
  /** Null where the metric is described and not judged: `notJudged` says why. */
  readonly verdict: Exclude<Verdict, 'not-measured'> | null;
  readonly notJudged?: string;
  readonly noise: ComparedNoise;
  /** The least change that would have been seen, in percent. */
  readonly detectablePercent: number;
  /** About how many more rounds of both would settle an inconclusive change. */
  readonly roundsNeeded?: number;
}

export interface ComparedLevel {
  readonly median: number;
  readonly mean: number;
  readonly ci95: readonly [number, number] | null;
  /** Rounds with a valid sample. */
  readonly n: number;
}

/** A metric of a variant in the baseline and in a run, under the same load. */
export interface ValueComparison extends ComparedChange {
  readonly variant: string;
  readonly metric: MetricName;
  readonly unit: string;
  readonly load?: Load;
  readonly baseline: ComparedLevel;
  readonly other: ComparedLevel;
}

export interface ComparedEffect {
  readonly percent: number;
  readonly ci95: readonly [number, number];
  readonly n: number;
}

/**
 * What a variant costs against its own baseline within its run, in the baseline run and in another one. `percent` is the ratio of
 * the two ratios: a fall to a third and a fall to a half are 50 % apart. How fast the machines are cancels out.
 */
export interface OverheadComparison extends ComparedChange {
  readonly variant: string;
  /** The variant that it is an overhead against. */
  readonly against: string;
  readonly metric: MetricName;
  readonly baseline: ComparedEffect;
  readonly other: ComparedEffect;
}

/** A difference that both runs describe, and how they differ in it, in the metric's unit. Not judged. */
export interface DifferenceComparison {
  readonly run: number;
  readonly variant: string;
  readonly beside: string;
  readonly metric: MetricName;
  readonly unit: string;
  readonly baseline: number;
  readonly other: number;
}

/** What stands in a run and cannot be compared, with the reason as it follows "because". */
export interface NotCompared {
  /** Place of the run that it could not be compared for. */
  readonly run: number;
  readonly what: 'run' | 'variant' | 'value' | 'overhead' | 'difference' | 'parts';
  readonly variant?: string;
  readonly metric?: MetricName;
  readonly reason: string;
}

/** The runs of one scenario against the first of them. */
export interface ScenarioComparison {
  readonly scenario: string;
  readonly title: string;
  /** Place of the run that the others are held against. */
  readonly baseline: number;
  /** Places of all its runs, the baseline first. */
  readonly runs: readonly number[];
  /** Differing profile, parameters, policy and tools; values in the order of `runs`. */
  readonly settings: readonly DifferingFact[];
  readonly variants: readonly Pick<VariantSummary, 'id' | 'label' | 'point'>[];
  readonly values: readonly ValueComparison[];
  readonly overheads: readonly OverheadComparison[];
  readonly differences: readonly DifferenceComparison[];
  readonly notCompared: readonly NotCompared[];
}

export interface Comparison {
  readonly runs: readonly ComparedRun[];
  /** Differing facts of the targets, those of the machines first; values in the order of `runs`. */
  readonly facts: readonly DifferingFact[];
  /** Whether machines of some run are others than those of the first. */
  readonly machineDiffers: boolean;
  readonly scenarios: readonly ScenarioComparison[];
  /** Beside published figures: no verdict, and never measured here. */
  readonly published: readonly PublishedComparison[];
}

/** Whether no figure at all could be held against another one. */
export function isEmpty({ scenarios, published }: Comparison): boolean {
  return (
    scenarios.every((one) => one.values.length + one.overheads.length + one.differences.length === 0) &&
    published.every((one) => one.values.length + one.effects.length === 0)
  );
}

/** Whether some run is worse than the baseline in something that is judged. */
export function isWorse({ scenarios }: Pick<Comparison, 'scenarios'>): boolean {
  return scenarios.some(({ values, overheads }) =>
    [...values, ...overheads].some(({ verdict }) => verdict === 'worse'),
  );
}

import type { Load } from '../scenario/scenario';
import { blockLogs, isSameLoad } from './comparison/levels';
import { differingSettings, differingTargetFacts, type DifferingFact } from './comparison/facts';
import { fewestEarlierRuns } from './comparison/runToRun';
import type { MetricName } from './metrics';
import type { Run, Verdict } from './run';
import { mean, meanInterval95, noiseFloorPercent, percentOfLog, standardDeviation } from './statistics';
import { studentTQuantile } from './studentT';
import { verdictOf } from './verdict';

/** What is followed over time: one metric of one variant, in one place, made with the same parameters. */
export interface DriftQuestion {
  readonly scenario: string;
  readonly variant: string;
  readonly metric: MetricName;
}

export interface DriftPoint {
  readonly run: string;
  readonly startedAt: string;
  /** Geometric mean of the rounds, in the metric's unit. */
  readonly value: number;
  /** Its 95 % t interval, made on logarithms; null where one round alone has a value. */
  readonly ci95: readonly [number, number] | null;
  /** Rounds with a valid sample. */
  readonly n: number;
  /** What differs from the point before it, in target, profile, policy and tools; two values each. Empty for the first. */
  readonly changes: readonly DifferingFact[];
}

/** The last point against all that were before it. */
export interface DriftChange {
  readonly percent: number;
  /** 95 % interval of the change: Student's t for one new value against the mean of k earlier ones. */
  readonly ci95: readonly [number, number];
  /** What runs differ by here: a single one stays this near to the mean of the earlier ones in 95 % of cases. */
  readonly noisePercent: number;
  readonly verdict: Exclude<Verdict, 'not-measured'>;
  readonly earlierRuns: number;
  /** Names of the facts that changed with the last run. */
  readonly changedWithIt: readonly string[];
}

export interface Drift extends DriftQuestion {
  readonly label: string;
  readonly title: string;
  readonly target: Run['target']['name'];
  readonly targetKind: Run['target']['kind'];
  readonly load?: Load;
  /** Oldest first. */
  readonly points: readonly DriftPoint[];
  /** Null where fewer than {@link fewestEarlierRuns} runs were before the last. */
  readonly change: DriftChange | null;
  /** Runs of the place and the scenario that are not on the line, with the reason as it follows "because". */
  readonly leftOut: readonly { readonly run: string; readonly reason: string }[];
}

const isSamePlace = (one: Run, other: Run): boolean =>
  one.target.kind === other.target.kind &&
  (one.target.kind === 'lab' || one.target.name === other.target.name);

/** Chance and effort, which move no number by themselves: a point of fewer rounds has a wider interval. */
const unfollowed: ReadonlySet<string> = new Set(['seed', 'rounds']);

function differingParameter(one: Run, other: Run): string | undefined {
  return [...new Set([...Object.keys(one.parameters), ...Object.keys(other.parameters)])].find(
    (name) => !unfollowed.has(name) && one.parameters[name] !== other.parameters[name],
  );
}

/** Why a run is not on the line of the newest one; null where it is. */
function whyLeftOut(run: Run, newest: Run, { variant, metric }: DriftQuestion): string | null {
  if (run.state !== 'complete') return `it is ${run.state}`;
  const parameter = differingParameter(run, newest);
  if (parameter !== undefined) return `its ${parameter} is another one`;
  const own = run.variants.find(({ id }) => id === variant);
  if (!own || blockLogs(run, own, metric).length === 0) return 'it has no valid sample of it';
  const theirs = newest.variants.find(({ id }) => id === variant)?.metrics[metric]?.load;
  return isSameLoad(own.metrics[metric]?.load, theirs) ? null : 'it was measured under another load';
}

function pointOf(run: Run, before: Run | undefined, logs: readonly number[]): DriftPoint {
  const interval = meanInterval95(logs);
  return {
    run: run.id,
    startedAt: run.startedAt,
    value: Math.exp(mean(logs)),
    ci95: interval ? [Math.exp(interval[0]), Math.exp(Math.min(interval[1], 700))] : null,
    n: logs.length,
    changes: before ? [...differingTargetFacts([before, run]), ...differingSettings([before, run])] : [],
  };
}

/**
 * Whether the last of several runs is farther from the others than those are from each other: with the mean m and the standard
 * deviation s of the k earlier runs' logarithms, x − m ± t(0.975, k−1) · s · √(1 + 1/k), the prediction interval of one more value.
 */
function changeOf(metric: MetricName, levels: readonly number[], last: DriftPoint): DriftChange | null {
  const earlier = levels.slice(0, -1);
  const newest = levels.at(-1);
  if (newest === undefined || earlier.length < fewestEarlierRuns) return null;
  const k = earlier.length;
  const half = studentTQuantile(0.975, k - 1) * standardDeviation(earlier) * Math.sqrt(1 + 1 / k);
  const log = newest - mean(earlier);
  const noisePercent = Math.max(noiseFloorPercent, percentOfLog(Math.min(half, 700)));
  const percent = percentOfLog(Math.min(log, 700));
  const ci95 = [percentOfLog(log - half), percentOfLog(Math.min(log + half, 700))] as const;
  return {
    percent,
    ci95,
    noisePercent,
    verdict: verdictOf(metric, { percent, ci95 }, noisePercent),
    earlierRuns: k,
    changedWithIt: last.changes.map(({ name }) => name),
  };
}

/**
 * The line of a metric over the runs of one place, with the parameters of the newest one. Null where no run is of the question.
 * `runs` may hold any: those of another scenario or place than the newest that has it are passed over.
 */
export function driftOf(question: DriftQuestion, runs: readonly Run[]): Drift | null {
  const inTime = runs
    .filter(({ scenario }) => scenario === question.scenario)
    .sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt) || (a.id < b.id ? -1 : 1));
  const newest = inTime.findLast((run) => whyLeftOut(run, run, question) === null);
  const label = newest?.variants.find(({ id }) => id === question.variant);
  if (!newest || !label) return null;
  const here = inTime.filter((run) => isSamePlace(run, newest));
  const leftOut = here.flatMap((run) => {
    const reason = whyLeftOut(run, newest, question);
    return reason === null ? [] : [{ run: run.id, reason }];
  });
  const out = new Set(leftOut.map(({ run }) => run));
  const kept = here
    .filter(({ id }) => !out.has(id))
    .flatMap((run) => {
      const variant = run.variants.find(({ id }) => id === question.variant);
      return variant ? [{ run, logs: blockLogs(run, variant, question.metric) }] : [];
    });
  const points = kept.map(({ run, logs }, place) => pointOf(run, kept[place - 1]?.run, logs));
  const last = points.at(-1);
  if (!last) return null;
  const load = label.metrics[question.metric]?.load;
  return {
    ...question,
    label: label.label,
    title: newest.title,
    target: newest.target.name,
    targetKind: newest.target.kind,
    ...(load ? { load } : {}),
    points,
    change: changeOf(
      question.metric,
      kept.map(({ logs }) => mean(logs)),
      last,
    ),
    leftOut,
  };
}

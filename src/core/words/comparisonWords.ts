/** What comparisons are said with: names of runs, verdicts, rows. */
import type { MetricName } from '../result/metrics';
import { metrics } from '../result/metrics';
import type {
  ComparedChange,
  ComparedRun,
  Comparison,
  DifferenceComparison,
  NotCompared,
  OverheadComparison,
  ScenarioComparison,
  ValueComparison,
} from '../result/comparison/comparison';
import type { FactValue } from '../result/comparison/facts';
import { dayAndTime } from './dates';
import { notJudged } from './differences';
import { changeWords, detectableWords, roundsWords, shortMetricNames, verdictCell } from './effects';
import { metricHeading } from './loads';
import { validityOf } from './notes';
import { counted, minus, quantity, shortNumber, shownUnit, thinSpace } from './numbers';
import { startOfSentence } from './phrases';
import { targetName } from './targets';

/** Runs are called by letters in tables and sentences, the first one `A`. */
export function runLetter(place: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + place);
}

export function comparedTarget({ target }: Pick<ComparedRun, 'target'>): string {
  const { policyEngine } = target;
  return targetName({ ...target, ...(policyEngine === undefined ? {} : { fingerprint: { policyEngine } }) });
}

/** `Policy overhead · local lab · quick (3 rounds) · 23 Nov 2026, 23:14`, and what speaks against it. */
export function runWords(run: ComparedRun, timeZone?: string): string {
  const rounds = run.rounds === null ? '' : ` (${counted(run.rounds, 'round')})`;
  const { validSamples, invalidSamples } = run;
  return [
    run.title,
    comparedTarget(run),
    `${run.profile}${rounds}`,
    dayAndTime(run.startedAt, timeZone),
    ...(run.state === 'complete' ? [] : [run.state]),
    ...(invalidSamples > 0 ? [validityOf(validSamples, validSamples + invalidSamples)] : []),
  ].join(' · ');
}

export function factWords(fact: FactValue): string {
  if ('absent' in fact) return 'not there';
  return fact.value === null ? 'not known' : fact.value === '' ? 'empty' : String(fact.value);
}

export function labelIn({ variants }: Pick<ScenarioComparison, 'variants'>, id: string): string {
  return variants.find((variant) => variant.id === id)?.label ?? id;
}

const effectLike = ({ percent, ci95, noise }: ComparedChange) => ({
  percent,
  ci95,
  noisePercent: noise.percent,
});

/** A verdict with what it means, e.g. `within noise (a change of 4 % would have been seen)`. */
export function comparedVerdict(change: ComparedChange): string {
  switch (change.verdict) {
    case 'better':
    case 'worse':
      return change.verdict;
    case 'within-noise':
      return `within noise (${detectableWords(effectLike(change))})`;
    case 'inconclusive':
      return `inconclusive (${roundsWords(change.roundsNeeded)})`;
    case null:
      return notJudged;
  }
}

/** The same in a few words for a narrow column: `within noise (± 4 %)`. */
export function shortVerdict(change: ComparedChange): string {
  const { verdict } = change;
  return verdict === null ? notJudged : verdictCell({ ...effectLike(change), verdict });
}

/** One line of a comparison, in the pieces that tables are laid out of. */
export interface ComparisonRow {
  readonly kind: 'value' | 'overhead' | 'difference';
  /** The variant's label, with what it is against. */
  readonly setting: string;
  readonly measured: string;
  readonly baseline: string;
  readonly other: string;
  /** `−12 % (−15 to −9)`; empty where nothing is computed. */
  readonly change: string;
  readonly changed: ComparedChange | null;
}

function valueRow(scenario: ScenarioComparison, value: ValueComparison): ComparisonRow {
  const { metric, baseline, other } = value;
  const beside = [baseline.median, other.median];
  return {
    kind: 'value',
    setting: startOfSentence(labelIn(scenario, value.variant)),
    measured: metricHeading(metric, value.load),
    baseline: quantity(metric, baseline.median, baseline.ci95, beside),
    other: quantity(metric, other.median, other.ci95, beside),
    change: changeWords(value) ?? '',
    changed: value,
  };
}

function overheadRow(scenario: ScenarioComparison, overhead: OverheadComparison): ComparisonRow {
  const load = scenario.values.find(
    ({ variant, metric }) => variant === overhead.variant && metric === overhead.metric,
  )?.load;
  return {
    kind: 'overhead',
    setting: `${startOfSentence(labelIn(scenario, overhead.variant))} against ${labelIn(scenario, overhead.against)}`,
    measured: metricHeading(overhead.metric, load),
    baseline: (changeWords({ ...overhead.baseline, ci95: null }) ?? '').trim(),
    other: (changeWords({ ...overhead.other, ci95: null }) ?? '').trim(),
    change: changeWords(overhead) ?? '',
    changed: overhead,
  };
}

function signed(metric: MetricName, value: number, beside: readonly number[]): string {
  const { unit, divisor } = shownUnit(metric, beside);
  const size = `${shortNumber(Math.abs(value) / divisor)}${thinSpace}${unit || metrics[metric].unit}`;
  return value === 0 ? size : `${value < 0 ? minus : '+'}${size}`;
}

function differenceRow(scenario: ScenarioComparison, described: DifferenceComparison): ComparisonRow {
  const { metric, baseline, other } = described;
  return {
    kind: 'difference',
    setting: `${startOfSentence(labelIn(scenario, described.variant))} beside ${labelIn(scenario, described.beside)}`,
    measured: shortMetricNames[metric],
    baseline: signed(metric, baseline, [baseline, other]),
    other: signed(metric, other, [baseline, other]),
    change: '',
    changed: null,
  };
}

/** The lines of one run against the baseline: values, then what settings cost, then what is described. */
export function rowsOf(scenario: ScenarioComparison, run: number): readonly ComparisonRow[] {
  const own = <One extends { readonly run: number }>(all: readonly One[]): readonly One[] =>
    all.filter((one) => one.run === run);
  return [
    ...own(scenario.values).map((value) => valueRow(scenario, value)),
    ...own(scenario.overheads).map((overhead) => overheadRow(scenario, overhead)),
    ...own(scenario.differences).map((described) => differenceRow(scenario, described)),
  ];
}

function nameOfMissing(scenario: ScenarioComparison, { what, variant, metric }: NotCompared): string {
  const setting = variant === undefined ? '' : labelIn(scenario, variant);
  const figure = metric === undefined ? '' : shortMetricNames[metric];
  switch (what) {
    case 'run':
      return 'the run';
    case 'parts':
      return 'single components and maps';
    case 'variant':
      return setting;
    case 'value':
    case 'difference':
      return `${figure} of ${setting}`;
    case 'overhead':
      return `the change in ${figure} of ${setting}`;
  }
}

/** What could not be compared, a line for each run and reason. */
export function notComparedLines(comparison: Comparison): readonly string[] {
  const groups = new Map<
    string,
    { readonly head: string; readonly reason: string; readonly names: string[] }
  >();
  for (const scenario of comparison.scenarios) {
    for (const one of scenario.notCompared) {
      const head =
        one.run === scenario.baseline
          ? `${runLetter(one.run)} (${scenario.title})`
          : `${runLetter(one.run)} with ${runLetter(scenario.baseline)}`;
      const key = `${head} ${scenario.scenario} ${one.reason}`;
      const group = groups.get(key) ?? { head, reason: one.reason, names: [] };
      group.names.push(nameOfMissing(scenario, one));
      groups.set(key, group);
    }
  }
  return [...groups.values()].map(({ head, reason, names }) => {
    const [first = '', ...rest] = [...new Set(names)];
    const what = first === 'the run' ? '' : `, ${[first, ...rest].join(', ')}`;
    return `Not compared: ${head}${what}, because ${reason}.`;
  });
}

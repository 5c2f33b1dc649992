/** What a comparison says in sentences, and how sure it is. */
import type { MetricName } from '../result/metrics';
import { metricNames } from '../result/metrics';
import type {
  ComparedChange,
  Comparison,
  OverheadComparison,
  ScenarioComparison,
  ValueComparison,
} from '../result/comparison/comparison';
import { fewestEarlierRuns } from '../result/comparison/runToRun';
import { factName } from './factNames';
import { comparedVerdict, labelIn, runLetter } from './comparisonWords';
import { changeWords } from './effects';
import { bandSize, change, changeRange, counted } from './numbers';
import { changePhrase, joined, metricNoun, startOfSentence } from './phrases';

/** Most changes that are told one by one; the table has them all. */
const mostTold = 4;

type Verdict = NonNullable<ComparedChange['verdict']>;

const isDecided = ({ verdict }: ComparedChange): boolean => verdict === 'better' || verdict === 'worse';

/** `worse in 3 of 15 figures, better in 1, within noise in 11`. */
function countWords(changes: readonly ComparedChange[]): string {
  const judged = changes.filter(({ verdict }) => verdict !== null);
  const parts = (
    [
      ['worse', 'worse in'],
      ['better', 'better in'],
      ['inconclusive', 'inconclusive in'],
      ['within-noise', 'within noise in'],
    ] as const satisfies readonly (readonly [Verdict, string])[]
  ).flatMap(([verdict, words]) => {
    const count = judged.filter((one) => one.verdict === verdict).length;
    return count === 0 ? [] : [{ words, count }];
  });
  const [first, ...rest] = parts;
  if (!first) return 'nothing is judged';
  if (rest.length === 0)
    return `${first.words} ${judged.length === 1 ? 'the one figure' : `all ${judged.length} figures`}`;
  return [
    `${first.words} ${first.count} of ${counted(judged.length, 'figure')}`,
    ...rest.map(({ words, count }) => `${words} ${count}`),
  ].join(', ');
}

function valueSentence(scenario: ScenarioComparison, value: ValueComparison): string {
  const name = startOfSentence(labelIn(scenario, value.variant));
  const phrase = changePhrase(value.metric, value.percent, value.ci95);
  return `${name}: ${phrase} (${changeRange(value.ci95)}), ${comparedVerdict(value)}.`;
}

function overheadSentence(scenario: ScenarioComparison, overhead: OverheadComparison): string {
  const { metric, baseline, other, run } = overhead;
  const [mine, theirs] = [runLetter(scenario.baseline), runLetter(run)];
  const name = startOfSentence(labelIn(scenario, overhead.variant));
  return `${name} against ${labelIn(scenario, overhead.against)}, ${metricNoun(metric)}: ${change(baseline.percent)} in ${mine}, ${change(other.percent)} in ${theirs}, ${comparedVerdict(overhead)}; between them lie ${changeWords(overhead) ?? ''}.`;
}

/** The metric that sentences speak of: the first that is compared. */
export function headlineOf({
  values,
  overheads,
}: Pick<ScenarioComparison, 'values' | 'overheads'>): MetricName | undefined {
  return metricNames.find((metric) => [...values, ...overheads].some((one) => one.metric === metric));
}

/** The largest first: a halving and a doubling are equally large. */
function bySize<One extends ComparedChange>(changes: readonly One[]): readonly One[] {
  const size = ({ percent }: ComparedChange): number => Math.abs(Math.log1p(percent / 100));
  return [...changes].sort((a, b) => size(b) - size(a));
}

function pairSentences(scenario: ScenarioComparison, run: number): readonly string[] {
  const values = scenario.values.filter((one) => one.run === run);
  const overheads = scenario.overheads.filter((one) => one.run === run);
  const names = `${runLetter(run)} against ${runLetter(scenario.baseline)}`;
  const all = [...values, ...overheads];
  if (all.length === 0) {
    const whole = scenario.notCompared.find((one) => one.run === run && one.what === 'run');
    const reason = whole?.reason ?? 'no figure stands in both';
    return [`${names}, ${scenario.title}: not compared, because ${reason}.`];
  }
  const metric = headlineOf({ values, overheads });
  const told = bySize(values.filter((one) => isDecided(one) && one.metric === metric)).slice(0, mostTold);
  const cost = bySize(overheads.filter((one) => isDecided(one) && one.metric === metric)).slice(0, mostTold);
  return [
    `${names}, ${scenario.title}: ${countWords(all)}.`,
    ...told.map((value) => valueSentence(scenario, value)),
    ...cost.map((overhead) => overheadSentence(scenario, overhead)),
  ];
}

/** The answer of a comparison. */
export function comparisonSentences(comparison: Comparison): readonly string[] {
  return [
    ...comparison.scenarios.flatMap((scenario) =>
      scenario.runs.slice(1).flatMap((run) => pairSentences(scenario, run)),
    ),
    ...machineSentences(comparison),
  ];
}

function machineSentences({ runs, facts }: Comparison): readonly string[] {
  const others = runs.flatMap(({ machineDiffers }, place) =>
    machineDiffers === true ? [runLetter(place)] : [],
  );
  const unknown = runs.flatMap(({ machineDiffers }, place) =>
    machineDiffers === null ? [runLetter(place)] : [],
  );
  const names = facts.filter(({ kind }) => kind === 'machine').map(({ name }) => factName(name));
  const facing = names.length === 0 ? 'lab and cluster' : joined(names);
  return [
    ...(others.length === 0
      ? []
      : [
          `${joined(others)} ran on other machines than A (${facing}): how fast they are is not the datapath’s doing. Changes against a setting’s own baseline cancel that out.`,
        ]),
    ...(unknown.length === 0
      ? []
      : [`Whether ${joined(unknown)} ran on machines like those of A is not known: no instance type is.`]),
  ];
}

/** What runs of one setting differ by, of the metrics that sentences speak of. */
function betweenRunsLines(scenario: ScenarioComparison): readonly string[] {
  const metric = headlineOf(scenario);
  const all = [...scenario.values, ...scenario.overheads];
  if (metric === undefined || all.length === 0) return [];
  const known = scenario.values.filter((one) => one.metric === metric && one.noise.betweenRuns !== null);
  const largest = Math.max(...known.map(({ noise }) => noise.betweenRuns?.percent ?? 0));
  const runs = Math.max(...known.map(({ noise }) => noise.betweenRuns?.runs ?? 0));
  const isBorrowed = known.some(({ noise }) => noise.betweenRuns?.of !== 'both');
  const isAnyUnknown = all.some(({ noise }) => noise.betweenRuns === null);
  const told =
    known.length === 0
      ? []
      : [
          `Two runs of one setting differ by up to ${bandSize(largest)} in ${metricNoun(metric)} here (${counted(runs, 'earlier run')}, 95 %)${isBorrowed ? '; only one of the two has such a past, and the other is taken to vary alike' : ''}.`,
        ];
  const unknown = isAnyUnknown
    ? [
        `${known.length === 0 ? 'Run-to-run noise is not known' : 'In some figures run-to-run noise is not known'} (${scenario.title}): ${fewestEarlierRuns} other complete runs of the same setting in the same place would tell it. Runs made at different times differ by more than noise within a run; these verdicts know the latter alone.`,
      ]
    : [];
  return [...told, ...unknown];
}

/** Above it, one in twenty by chance is likely to be among them. */
const manyFigures = 10;

/** How sure a comparison is and how to read it: a line each. */
export function comparisonNotes(comparison: Comparison): readonly string[] {
  const compared = comparison.scenarios.filter((one) => one.values.length + one.overheads.length > 0);
  if (compared.length === 0) return [];
  const figures = compared.flatMap((one) => [...one.values, ...one.overheads]).length;
  const notJudged = compared
    .flatMap(({ values }) => values)
    .find(({ notJudged: reason }) => reason !== undefined)?.notJudged;
  return [
    ...compared.flatMap(betweenRunsLines),
    ...(notJudged === undefined ? [] : [`Not judged: CPU of the datapath, because ${notJudged}.`]),
    ...(figures > manyFigures
      ? [
          `${figures} figures are judged, each so that up to 1 in 20 of unchanged ones may come out as a change: one that stands alone is weak.`,
        ]
      : []),
    'Values are medians; changes are ratios of geometric means over rounds, in parentheses their 95 % interval (Welch’s t, the runs being independent). A verdict asks for an interval without 0 and a change above the noise.',
  ];
}

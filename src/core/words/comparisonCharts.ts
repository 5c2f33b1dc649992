import type { ComparedChange, ScenarioComparison, ValueComparison } from '../result/comparison/comparison';
import type { MetricName } from '../result/metrics';
import { metrics } from '../result/metrics';
import type { ChartModel, ChartPoint, ChartSeries } from '../result/panelModel';
import { headlineOf } from './comparisonSentences';
import { comparedVerdict, labelIn, runLetter } from './comparisonWords';
import { changeWords } from './effects';
import { metricHeading } from './loads';
import { changeDecimals, shownUnit, tellingPercent } from './numbers';
import { metricNoun, startOfSentence } from './phrases';

const notCompared = 'not compared';

const missing = (label: string): ChartPoint => ({
  label,
  value: null,
  low: null,
  high: null,
  samples: [],
  note: notCompared,
});

/** An interval that reaches beyond a doubling, or a band that does, would leave no room for anything else. */
const isDrawable = (percent: number): boolean => percent <= tellingPercent;

function changePoint(label: string, change: ComparedChange | undefined): ChartPoint {
  if (!change) return missing(label);
  const { percent, ci95 } = change;
  const canDraw = isDrawable(ci95[1]) || ci95[1] <= 3 * Math.abs(percent);
  return {
    label,
    value: percent > tellingPercent ? percent : Number(percent.toFixed(changeDecimals(percent, ci95))),
    low: canDraw ? ci95[0] : null,
    high: canDraw ? ci95[1] : null,
    samples: [],
  };
}

/** Changes against the baseline, a series for each run. */
function changeChart(
  scenario: ScenarioComparison,
  metric: MetricName,
  all: readonly (ComparedChange & { readonly variant: string; readonly metric: MetricName })[],
  id: string,
  title: string,
): ChartModel[] {
  const own = all.filter((one) => one.metric === metric);
  if (own.length === 0) return [];
  const variants = [...new Set(own.map(({ variant }) => variant))];
  const bands = own.flatMap(({ noise }) => noise.percent ?? []);
  const noise = bands.length === 0 ? undefined : Math.max(...bands);
  return [
    {
      id: `${scenario.scenario}-${id}`,
      title,
      kind: 'effects',
      unit: '%',
      scale: 'linear',
      missing: notCompared,
      categories: variants.map((variant) => startOfSentence(labelIn(scenario, variant))),
      series: scenario.runs.slice(1).map((run) => ({
        label: runLetter(run),
        points: variants.map((variant) =>
          changePoint(
            `${runLetter(run)}, ${labelIn(scenario, variant)}`,
            own.find((one) => one.run === run && one.variant === variant),
          ),
        ),
      })),
      ...(noise !== undefined && isDrawable(noise) ? { noisePercent: Number(noise.toFixed(1)) } : {}),
      summary: own
        .map(
          (one) =>
            `${runLetter(one.run)}, ${labelIn(scenario, one.variant)}: ${changeWords(one) ?? ''}, ${comparedVerdict(one)}.`,
        )
        .join(' '),
    },
  ];
}

interface Level {
  readonly median: number;
  readonly ci95: readonly [number, number] | null;
}

function levelPoint(label: string, level: Level | undefined, divisor: number): ChartPoint {
  if (!level) return missing(label);
  return {
    label,
    value: level.median / divisor,
    low: level.ci95 ? Math.max(0, level.ci95[0]) / divisor : null,
    high: level.ci95 ? level.ci95[1] / divisor : null,
    samples: [],
  };
}

function levelOf(
  values: readonly ValueComparison[],
  baseline: number,
  run: number,
  variant: string,
): Level | undefined {
  const found = values.find((one) => one.variant === variant && (run === baseline || one.run === run));
  return run === baseline ? found?.baseline : found?.other;
}

/** The values themselves, a series for each run: curves where the variants stand on an axis. */
function valueChart(scenario: ScenarioComparison, metric: MetricName): ChartModel[] {
  const own = scenario.values.filter((one) => one.metric === metric);
  if (own.length === 0) return [];
  const { divisor, unit } = shownUnit(
    metric,
    own.flatMap(({ baseline, other }) => [baseline.median, other.median]),
  );
  const [{ load } = {}] = own;
  const shared = {
    id: `${scenario.scenario}-values`,
    title: startOfSentence(metricHeading(metric, load)),
    unit: metric === 'rps' ? metrics.rps.unit : unit,
    scale: 'linear' as const,
    missing: notCompared,
    summary: own
      .map((one) => `${runLetter(one.run)}, ${labelIn(scenario, one.variant)}: ${comparedVerdict(one)}.`)
      .join(' '),
  };
  const pointOf = (run: number, variant: string, label: string): ChartPoint =>
    levelPoint(label, levelOf(own, scenario.baseline, run, variant), divisor);
  const onAxis = scenario.variants.flatMap(({ id, point }) => (point ? [{ id, point }] : []));
  if (onAxis.length === 0) {
    const variants = [...new Set(own.map(({ variant }) => variant))];
    return [
      {
        ...shared,
        kind: 'bars',
        categories: variants.map((variant) => startOfSentence(labelIn(scenario, variant))),
        series: scenario.runs.map((run) => ({
          label: runLetter(run),
          points: variants.map((variant) =>
            pointOf(run, variant, `${runLetter(run)}, ${labelIn(scenario, variant)}`),
          ),
        })),
      },
    ];
  }
  const places = [...new Set(onAxis.map(({ point }) => point.x))].sort((a, b) => a - b);
  const names = [...new Set(onAxis.map(({ point }) => point.series))];
  return [
    {
      ...shared,
      kind: 'lines',
      categories: places.map(String),
      categoryTitle: onAxis[0]?.point.axis ?? '',
      series: scenario.runs.flatMap((run) =>
        names.map((series): ChartSeries => ({
          label: names.length === 1 ? runLetter(run) : `${runLetter(run)}, ${series}`,
          points: places.map((x) => {
            const id = onAxis.find(({ point }) => point.x === x && point.series === series)?.id;
            return id === undefined ? missing(String(x)) : pointOf(run, id, String(x));
          }),
        })),
      ),
    },
  ];
}

/** The charts of what a scenario is about: the values, their changes, and what settings cost. */
export function chartsOfComparison(scenario: ScenarioComparison): readonly ChartModel[] {
  const metric = headlineOf(scenario);
  if (metric === undefined) return [];
  const noun = startOfSentence(metricNoun(metric));
  const against = runLetter(scenario.baseline);
  return [
    ...valueChart(scenario, metric),
    ...changeChart(scenario, metric, scenario.values, 'changes', `${noun} against ${against}`),
    ...changeChart(
      scenario,
      metric,
      scenario.overheads,
      'overheads',
      `Cost of a setting in ${metricNoun(metric)}, against ${against}’s`,
    ),
  ];
}

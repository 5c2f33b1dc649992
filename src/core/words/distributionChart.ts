import type { DistributionPoint, LatencyDistribution } from '../result/latencyDistribution';
import type { ChartModel, PanelModel, TableModel } from '../result/panelModel';
import type { Run } from '../result/run';
import { variantMark } from './chartPoints';
import { loadOfMetric, loadWords } from './loads';
import { counted, grouped, quantity, shortNumber, shownUnit } from './numbers';
import { joined, startOfSentence } from './phrases';
import { variantOf } from './runParts';

export const distributionId = 'distribution';

type Runs = Pick<Run, 'variants' | 'policy'>;

/** Of what a reader looks up; others are on the line. */
const inTable = [50, 75, 90, 95, 99, 99.9, 99.99, 99.999];

function titleOf(run: Runs): string {
  const under = loadWords(loadOfMetric(run, 'latencyP50Us'));
  if (under === '') return 'All latencies';
  return under.startsWith('at ') ? `All latencies ${under}` : `All latencies, ${under}`;
}

/** `p99.9`. */
const percentileName = (percent: number): string => `p${percent}`;

function atPercent({ points }: LatencyDistribution, percent: number): DistributionPoint | undefined {
  return points.find((point) => point.percent === percent);
}

/** A row for each percentile, a column for each variant: the merged value, and the range of the single samples. */
function tableOf(distributions: readonly LatencyDistribution[], unit: string, divisor: number): TableModel {
  const rows = inTable.filter((percent) => distributions.some((one) => atPercent(one, percent)));
  return {
    columns: [
      { label: 'Percentile', numeric: false },
      ...distributions.map(({ label }) => ({ label: `${startOfSentence(label)}, ${unit}`, numeric: true })),
    ],
    rows: [
      ...rows.map((percent) => [
        percentileName(percent),
        ...distributions.map((one) => {
          const point = atPercent(one, percent);
          if (point === undefined) return 'too few requests';
          const { us, leastUs, mostUs } = point;
          const range =
            one.samples.length < 2
              ? ''
              : ` (${shortNumber(leastUs / divisor)} to ${shortNumber(mostUs / divisor)})`;
          return `${shortNumber(us / divisor)}${range}`;
        }),
      ]),
      ['Requests', ...distributions.map(({ requests }) => grouped(requests))],
    ],
  };
}

/** `p99.9: no policy 412 µs, L7 through Envoy 1 380 µs.`: the last percentile that all bear says how far the tails reach. */
function summaryOf(distributions: readonly LatencyDistribution[]): string {
  const told = (percent: number): string[] => {
    const all = distributions.flatMap((one) => {
      const point = atPercent(one, percent);
      return point === undefined ? [] : [{ label: one.label, us: point.us }];
    });
    if (all.length < distributions.length) return [];
    const beside = all.map(({ us }) => us);
    const values = all.map(({ label, us }) => `${label} ${quantity('latencyP99Us', us, null, beside)}`);
    return [`${percentileName(percent)}: ${joined(values)}.`];
  };
  const tails = inTable.flatMap((percent) => told(percent));
  return [...told(50), ...tails.slice(-1)].join(' ');
}

/**
 * All latencies of each variant on a logarithmic axis over the percentiles, drawn so that each further nine takes as much room as
 * the one before. Null where nothing can be read.
 */
export function distributionChart(
  run: Runs,
  distributions: readonly LatencyDistribution[],
  unread = 0,
): ChartModel | null {
  if (distributions.length === 0) return null;
  const most = distributions.map(({ points }) => points.at(-1)?.us ?? 0);
  const { unit, divisor } = shownUnit('latencyP99Us', most);
  return {
    id: distributionId,
    title: titleOf(run),
    kind: 'distribution',
    unit,
    scale: 'logarithmic',
    categories: [],
    categoryTitle: 'percentile',
    series: distributions.map((one) => {
      const variant = variantOf(run, one.variant);
      const alone = one.samples.length < 2;
      return {
        label: one.label,
        points: one.points.map(({ percent, us, leastUs, mostUs }) => ({
          label: `${one.label}, ${percentileName(percent)}`,
          value: us / divisor,
          low: alone ? null : leastUs / divisor,
          high: alone ? null : mostUs / divisor,
          samples: [],
          place: percent,
          ...(variant ? variantMark(run, variant) : {}),
        })),
      };
    }),
    interval: 'range of the samples’ own',
    summary: summaryOf(distributions),
    table: tableOf(distributions, unit, divisor),
    notes: [
      'The histograms of a setting’s samples are added up; a percentile is told where ten requests or more lie beyond it.',
      ...(unread > 0 ? [`The raw output of ${counted(unread, 'sample')} could not be read.`] : []),
    ],
  };
}

/** Without percentiles to stand beside, it comes after the curves, which are three at most. */
const placeWithoutPercentiles = 3;

/** The model with the distribution beside the percentiles; the same where there is none. */
export function withDistribution(model: PanelModel, chart: ChartModel | null): PanelModel {
  if (chart === null) return model;
  const percentiles = model.charts.findIndex(({ id }) => id === 'latency');
  const place = percentiles < 0 ? placeWithoutPercentiles : percentiles + 1;
  return { ...model, charts: model.charts.toSpliced(place, 0, chart) };
}

/** What stands in the place of the distribution until the raw output is read; null where there is none to come. */
export function pendingDistribution(run: Pick<Run, 'variants'>, samples: number): ChartModel | null {
  if (samples === 0) return null;
  return {
    id: distributionId,
    title: titleOf(run),
    kind: 'distribution',
    unit: 'µs',
    scale: 'logarithmic',
    categories: [],
    categoryTitle: 'percentile',
    series: [],
    summary: '',
    pending: `Reading the raw output of ${counted(samples, 'sample')}`,
  };
}

/** The percentiles of all requests of a setting together, beside the medians of its samples' own that the other tables have. */
import type { MetricName } from '../result/metrics';
import { percentOf } from '../result/metrics';
import type { MetricSummary, Run, VariantSummary } from '../result/run';
import { loadOfMetric, loadWords } from './loads';
import { grouped, percentSize, quantity, shortNumber, shownUnit } from './numbers';
import { partTables, type PartTable } from './partTables';
import { startOfSentence } from './phrases';

const latencies = ['latencyP50Us', 'latencyP90Us', 'latencyP99Us'] as const satisfies readonly MetricName[];

type Runs = Pick<Run, 'variants'>;

/** `152 µs (140 to 180)`; a dash where the variant has none. */
function cellOf(metric: MetricName, pooled: MetricSummary['pooled'], beside: readonly number[]): string {
  if (pooled === undefined) return '–';
  const { value, ci95 } = pooled;
  if (value === null) return 'too few requests';
  const text = quantity(metric, value, ci95, beside);
  if (ci95 === null) return text;
  const { divisor } = shownUnit(metric, beside);
  return `${text} (${ci95.map((end) => shortNumber(end / divisor)).join(' to ')})`;
}

/** Share of the requests due that a stall kept from being sent; empty where the load has no rate. */
function lateCell(offered: MetricSummary['offered']): string {
  return offered === undefined ? '' : percentSize((100 * offered.late) / offered.due);
}

function reasonsOf({ metrics }: VariantSummary): string {
  const reasons = latencies.flatMap((metric) => metrics[metric]?.pooled?.reason ?? []);
  return [...new Set(reasons)].join('; ');
}

function titleOf(run: Runs): string {
  const under = loadWords(loadOfMetric(run, 'latencyP50Us'));
  return `Latency of all requests of a setting together${under === '' ? '' : ` ${under}`}, with 95 % intervals`;
}

function pooledTables(run: Runs): readonly PartTable[] {
  const measured = latencies.filter((metric) => run.variants.some(({ metrics }) => metrics[metric]?.pooled));
  const variants = run.variants.filter(({ metrics }) => measured.some((metric) => metrics[metric]?.pooled));
  const [first] = measured;
  if (first === undefined) return [];
  const hasRate = variants.some(({ metrics }) => metrics[first]?.offered);
  const hasReason = variants.some((variant) => reasonsOf(variant) !== '');
  const valuesOf = (metric: MetricName): readonly number[] =>
    variants.flatMap(({ metrics }) => metrics[metric]?.pooled?.value ?? []);
  return [
    {
      title: titleOf(run),
      table: {
        columns: [
          { label: 'Setting', numeric: false },
          ...measured.map((metric) => ({ label: `p${percentOf(metric)}`, numeric: true })),
          { label: 'Requests', numeric: true },
          ...(hasRate ? [{ label: 'Not sent in time', numeric: true }] : []),
          ...(hasReason ? [{ label: 'No interval, because', numeric: false }] : []),
        ],
        rows: variants.map((variant) => [
          startOfSentence(variant.label),
          ...measured.map((metric) => cellOf(metric, variant.metrics[metric]?.pooled, valuesOf(metric))),
          grouped(variant.metrics[first]?.pooled?.count ?? 0),
          ...(hasRate ? [lateCell(variant.metrics[first]?.offered)] : []),
          ...(hasReason ? [reasonsOf(variant)] : []),
        ]),
      },
    },
  ];
}

/** The tables beside a run's results, for all faces: latencies of all requests together, then what figures are made of. */
export function furtherTables(run: Runs): readonly PartTable[] {
  return [...pooledTables(run), ...partTables(run)];
}

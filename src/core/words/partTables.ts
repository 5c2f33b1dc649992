/** What a run's figures are made of: the components of a datapath, the BPF maps of an agent. */
import type { MetricName } from '../result/metrics';
import { metricNames } from '../result/metrics';
import type { TableModel } from '../result/panelModel';
import type { MetricSummary, PartSummary, Run, VariantSummary } from '../result/run';
import { counted, grouped, quantity } from './numbers';
import { joined, metricNoun, startOfSentence } from './phrases';

export interface PartTable {
  readonly title: string;
  readonly table: TableModel;
}

type Runs = Pick<Run, 'variants'>;

/** A part in a table of its own: what it belongs to is in the title. */
const columnNames: Readonly<Partial<Record<MetricName, string>>> = {
  componentCpuCores: 'CPU',
  componentMemoryBytes: 'Memory',
  bpfMemoryBytes: 'Memory',
  bpfMapMaxEntries: 'Room',
};

function isOfMaps(metric: MetricName): boolean {
  return metric === 'bpfMemoryBytes' || metric === 'bpfMapMaxEntries';
}

function measuredVariants(run: Runs): readonly VariantSummary[] {
  return run.variants.filter(({ parts }) => parts !== undefined && parts.length > 0);
}

function partOf(variant: VariantSummary, name: string): PartSummary | undefined {
  return variant.parts?.find(({ part }) => part === name);
}

/** The metrics that some part has, in their fixed order. */
function partMetrics(run: Runs): readonly MetricName[] {
  return metricNames.filter((metric) =>
    measuredVariants(run).some(({ parts }) => parts?.some(({ metrics }) => metrics[metric] !== undefined)),
  );
}

/** Names of the parts: maps by their size, since there are many; components as they come. */
function partNames(run: Runs): readonly string[] {
  const parts = measuredVariants(run).flatMap((variant) => variant.parts ?? []);
  const names = [...new Set(parts.map(({ part }) => part))];
  const largest = (name: string): number =>
    Math.max(
      ...parts.filter(({ part }) => part === name).map(({ metrics }) => metrics.bpfMemoryBytes?.median ?? 0),
    );
  return names.sort((a, b) => largest(b) - largest(a));
}

/** A column of figures of one metric, all in one unit. */
interface Column {
  readonly label: string;
  readonly cells: readonly string[];
}

function columnOf(
  metric: MetricName,
  label: string,
  summaries: readonly (MetricSummary | undefined)[],
  beside: readonly number[],
): Column {
  return {
    label,
    cells: summaries.map((summary) => {
      if (summary === undefined) return '–';
      // A number of entries is exact.
      return metric === 'bpfMapMaxEntries'
        ? grouped(summary.median)
        : quantity(metric, summary.median, summary.ci95, beside);
    }),
  };
}

function tableOf(
  heading: string,
  names: readonly string[],
  columns: readonly Column[],
  about: Column[],
): TableModel {
  return {
    columns: [
      { label: heading, numeric: false },
      ...columns.map(({ label }) => ({ label, numeric: true })),
      ...about.map(({ label }) => ({ label, numeric: false })),
    ],
    rows: names.map((name, row) => [name, ...[...columns, ...about].map(({ cells }) => cells[row] ?? '')]),
  };
}

/** What each part is, where that is told of any. */
function aboutColumn(variants: readonly VariantSummary[], names: readonly string[]): Column[] {
  const cells = names.map(
    (name) => variants.flatMap((variant) => partOf(variant, name)?.about ?? [])[0] ?? '',
  );
  return cells.every((cell) => cell === '') ? [] : [{ label: 'Kind', cells }];
}

/**
 * Tables of a run's parts, a row for each: with one setting a column for each metric; with several a table for each metric, the
 * settings beside one another. Empty where nothing was measured in parts.
 */
export function partTables(run: Runs): readonly PartTable[] {
  const variants = measuredVariants(run);
  const names = partNames(run);
  const metrics = partMetrics(run);
  const [only, second] = variants;
  const [first] = metrics;
  if (only === undefined || first === undefined) return [];
  const heading = isOfMaps(first) ? 'BPF map' : 'Component';
  const medians = (metric: MetricName): readonly number[] =>
    variants.flatMap(({ parts }) => parts?.flatMap((part) => part.metrics[metric]?.median ?? []) ?? []);
  const summariesOf = (variant: VariantSummary, metric: MetricName) =>
    names.map((name) => partOf(variant, name)?.metrics[metric]);
  if (second === undefined) {
    const columns = metrics.map((metric) =>
      columnOf(
        metric,
        columnNames[metric] ?? startOfSentence(metricNoun(metric)),
        summariesOf(only, metric),
        medians(metric),
      ),
    );
    const title = isOfMaps(first) ? 'BPF maps' : 'Components of the datapath';
    return [{ title, table: tableOf(heading, names, columns, aboutColumn(variants, names)) }];
  }
  return metrics.map((metric) => {
    const columns = variants.map((variant) =>
      columnOf(metric, startOfSentence(variant.label), summariesOf(variant, metric), medians(metric)),
    );
    return { title: startOfSentence(metricNoun(metric)), table: tableOf(heading, names, columns, []) };
  });
}

const mostNamed = 3;

/** Where most of a sum lies, for the setting in which it is largest: `… 312 MiB, of which cilium_ct4_global 120 MiB`. */
export function partSentences(run: Runs): readonly string[] {
  const metric = partMetrics(run).find((one) => run.variants.some(({ metrics }) => metrics[one]));
  if (metric === undefined) return [];
  const total = (variant: VariantSummary): number => variant.metrics[metric]?.median ?? 0;
  const [most] = [...measuredVariants(run)].sort((a, b) => total(b) - total(a));
  const summary = most?.metrics[metric];
  if (most === undefined || summary === undefined) return [];
  const largest = (most.parts ?? [])
    .flatMap(({ part, metrics }) => {
      const value = metrics[metric]?.median;
      return value === undefined || value <= 0 ? [] : [{ part, value }];
    })
    .sort((a, b) => b.value - a.value)
    .slice(0, mostNamed)
    .map(({ part, value }) => `${part} ${quantity(metric, value)}`);
  const where = measuredVariants(run).length > 1 ? ` with “${most.label}”` : '';
  const of = largest.length === 0 ? '' : `, of which ${joined(largest)}`;
  return [
    `${startOfSentence(metricNoun(metric))}${where}: ${quantity(metric, summary.median, summary.ci95)}${of}.`,
  ];
}

/** What the samples lack of their parts, with the reason, and how sums are made. A line each. */
export function partNotes(run: Pick<Run, 'variants' | 'samples'>): readonly string[] {
  const taken = run.samples.filter(({ block }) => block > 0);
  const left = new Map<string, number>();
  for (const { what, reason } of taken.flatMap(({ partsLeftOut }) => partsLeftOut ?? [])) {
    const text = `${what}, because ${reason}`;
    left.set(text, (left.get(text) ?? 0) + 1);
  }
  const metrics = partMetrics(run);
  return [
    ...[...left].map(
      ([text, times]) => `Not measured in ${times} of ${counted(taken.length, 'sample')}: ${text}.`,
    ),
    ...(metrics.includes('bpfMemoryBytes')
      ? [
          'Memory of BPF maps is added up over the bench nodes, and over the maps that each endpoint has (named with *); room is that of one map.',
        ]
      : []),
    ...(metrics.includes('componentCpuCores')
      ? [
          'A component’s figures are added up over its pods on the bench nodes, or over all that serve the cluster.',
        ]
      : []),
  ];
}

/** Charts of what figures are made of: the BPF maps of the agents, the components of a datapath. */
import type { MetricName } from '../result/metrics';
import type { ChartModel, ChartPoint, ChartSample } from '../result/panelModel';
import type { MetricSummary, Run, VariantSummary } from '../result/run';
import { variantMark } from './chartPoints';
import { counted, quantity, shownUnit } from './numbers';
import { joined, metricNoun, startOfSentence } from './phrases';
import { measuredSamples } from './runParts';

/** More bars than these cannot be told apart; the rest is one of them. */
const mostParts = 10;

const titles: Readonly<Partial<Record<MetricName, string>>> = {
  bpfMemoryBytes: 'Memory of each BPF map',
  componentCpuCores: 'CPU of each component',
  componentMemoryBytes: 'Memory of each component',
};

const nouns: Readonly<Partial<Record<MetricName, string>>> = { bpfMemoryBytes: 'map' };

function summaryOf(variant: VariantSummary, part: string, metric: MetricName): MetricSummary | undefined {
  return variant.parts?.find((one) => one.part === part)?.metrics[metric];
}

/** Names of the parts that have the metric, those with the largest figure first. */
function namesBySize(run: Pick<Run, 'variants'>, metric: MetricName): readonly string[] {
  const largest = new Map<string, number>();
  for (const { part, metrics } of run.variants.flatMap(({ parts }) => parts ?? [])) {
    const median = metrics[metric]?.median;
    if (median !== undefined) largest.set(part, Math.max(median, largest.get(part) ?? 0));
  }
  return [...largest].sort((a, b) => b[1] - a[1]).map(([part]) => part);
}

function samplesOf(
  run: Run,
  variant: string,
  part: string,
  metric: MetricName,
  divisor: number,
): readonly ChartSample[] {
  return measuredSamples(run)
    .filter((sample) => sample.variant === variant)
    .flatMap(({ id, valid, parts = [] }) =>
      parts
        .filter((one) => one.part === part && one.metric === metric)
        .map(({ value }) => ({ id, valid, value: value / divisor })),
    );
}

/** The memory of each map, or the CPU or memory of each component: the largest parts, and the others as one. Null without parts. */
export function partChart(run: Run, metric: MetricName): ChartModel | null {
  const names = namesBySize(run, metric);
  const variants = run.variants.filter(({ parts }) => parts !== undefined && parts.length > 0);
  if (names.length === 0) return null;
  const shown = names.slice(0, mostParts);
  const rest = names.slice(mostParts);
  const medians = variants.flatMap((variant) =>
    names.flatMap((name) => summaryOf(variant, name, metric)?.median ?? []),
  );
  const { unit, divisor } = shownUnit(metric, medians);
  const noun = nouns[metric] ?? 'component';
  const pointOf = (variant: VariantSummary, part: string): ChartPoint => {
    const summary = summaryOf(variant, part, metric);
    const [low, high] = summary?.ci95 ?? [null, null];
    return {
      label: `${part}, ${variant.label}`,
      value: summary === undefined ? null : summary.median / divisor,
      low: low === null ? null : Math.max(0, low) / divisor,
      high: high === null ? null : high / divisor,
      samples: samplesOf(run, variant.id, part, metric, divisor),
      ...(summary === undefined ? { note: 'not measured' } : {}),
      ...variantMark(run, variant),
    };
  };
  const restPoint = (variant: VariantSummary): ChartPoint => ({
    label: `others, ${variant.label}`,
    // A sum of medians, which has no interval.
    value: rest.reduce((sum, name) => sum + (summaryOf(variant, name, metric)?.median ?? 0), 0) / divisor,
    low: null,
    high: null,
    samples: [],
    ...variantMark(run, variant),
  });
  const largest = shown.slice(0, 3).map((name) => {
    const most = Math.max(...variants.flatMap((variant) => summaryOf(variant, name, metric)?.median ?? []));
    return `${name} ${quantity(metric, most)}`;
  });
  return {
    id: `parts-${metric}`,
    title: titles[metric] ?? startOfSentence(metricNoun(metric)),
    kind: 'bars',
    unit,
    scale: 'linear',
    isLying: true,
    categories: [...shown, ...(rest.length > 0 ? [counted(rest.length, `other ${noun}`)] : [])],
    series: variants.map((variant) => ({
      label: variant.label,
      points: [
        ...shown.map((name) => pointOf(variant, name)),
        ...(rest.length > 0 ? [restPoint(variant)] : []),
      ],
    })),
    summary: `${counted(names.length, noun)}; the largest: ${joined(largest)}.`,
  };
}

/** What the datapath took while the run went on: a point for each load, where it stood in the run. */
import type { ChartModel, ChartPoint } from '../result/panelModel';
import type { Run, Sample, VariantSummary } from '../result/run';
import { shownUnit } from './numbers';
import { measuredSamples } from './runParts';
import { variantMark } from './chartPoints';

interface OverTime {
  readonly title: string;
  readonly metric: 'componentCpuCores' | 'componentMemoryBytes';
  /** What is drawn, as it begins the conclusion. */
  readonly what: string;
  readonly read: (sample: Sample) => number | undefined;
}

const microseconds = 1e6;

/** CPU of client, server and proxy over the load, where client and server could both be read: a part is not the whole. */
function labCores({ cpuUs, seconds }: Sample): number | undefined {
  const { client, server, proxy = 0 } = cpuUs;
  if (client === undefined || server === undefined || seconds <= 0) return undefined;
  return (client + server + proxy) / microseconds / seconds;
}

const kinds = {
  'components-over-time': {
    title: 'CPU of the datapath under load, over the run',
    metric: 'componentCpuCores',
    what: 'CPU of the datapath',
    read: ({ values }) => values.componentCpuCores,
  },
  'memory-over-time': {
    title: 'Memory of the datapath under load, over the run',
    metric: 'componentMemoryBytes',
    what: 'Memory of the datapath',
    read: ({ values }) => values.componentMemoryBytes,
  },
  'cpu-over-time': {
    title: 'CPU under load, over the run',
    metric: 'componentCpuCores',
    what: 'CPU of client, server and proxy',
    read: labCores,
  },
} as const satisfies Readonly<Record<string, OverTime>>;

const secondsBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1000;

/** The load whose samples are drawn: the one that saturates, for that is where the CPU goes; else the first that has readings. */
function loadDrawn(samples: readonly Sample[]): string | undefined {
  return (samples.find(({ values }) => values.rps !== undefined) ?? samples[0])?.load;
}

/** What stand on one axis share a line: as many colours as settings nobody can tell apart. */
const seriesOf = ({ point, label }: VariantSummary): string => point?.series ?? label;

function pointOf(run: Run, variant: VariantSummary, sample: Sample, value: number): ChartPoint {
  return {
    label: `${variant.label}, round ${sample.block}`,
    value,
    low: null,
    high: null,
    samples: [{ id: sample.id, value, valid: sample.valid }],
    // The middle of the load, which its mean stands for.
    place: secondsBetween(run.startedAt, sample.startedAt) + sample.seconds / 2,
    ...variantMark(run, variant),
  };
}

function chartOf(run: Run, id: OverTimeId, { title, metric, what, read }: OverTime): ChartModel | null {
  const readable = measuredSamples(run).filter((sample) => read(sample) !== undefined);
  const loads = new Map(
    run.variants.map((variant) => [
      variant.id,
      loadDrawn(readable.filter((sample) => sample.variant === variant.id)),
    ]),
  );
  const drawn = readable.filter(({ variant, load }) => loads.get(variant) === load);
  if (drawn.length === 0) return null;
  const { unit, divisor } = shownUnit(
    metric,
    drawn.flatMap((sample) => read(sample) ?? []),
  );
  const pointsOf = (variants: readonly VariantSummary[]): readonly ChartPoint[] =>
    drawn
      .flatMap((sample) => {
        const variant = variants.find(({ id: own }) => own === sample.variant);
        return variant ? [pointOf(run, variant, sample, (read(sample) ?? 0) / divisor)] : [];
      })
      .sort((a, b) => (a.place ?? 0) - (b.place ?? 0));
  const series = [...new Set(run.variants.map(seriesOf))].map((label) => ({
    label,
    points: pointsOf(run.variants.filter((variant) => seriesOf(variant) === label)),
  }));
  return {
    id,
    title,
    kind: 'lines',
    unit,
    scale: 'linear',
    categories: [],
    categoryTitle: 'seconds since the run began',
    series: series.filter(({ points }) => points.length > 0),
    summary: `${what} in each of ${drawn.length} loads, by when it ran.`,
    notes: ['A point is the mean over one load; what it was within a load is not recorded.'],
  };
}

/** What a sample carries that is drawn over the time of the run. */
export type OverTimeId = keyof typeof kinds;

/** Resources over the time of the run; null where no sample carries them. */
export function overTimeChart(run: Run, id: OverTimeId): ChartModel | null {
  return chartOf(run, id, kinds[id]);
}

import type { MetricName } from '../result/metrics';
import { metricNames } from '../result/metrics';
import type { Run, VariantSummary } from '../result/run';
import { measuredSamples } from './runParts';

type Labels = Readonly<Record<string, string>>;

interface Point {
  readonly labels: Labels;
  readonly value: number;
}

interface Family {
  readonly name: string;
  /** Ends the family's name, as the format asks; absent where the values have none. */
  readonly unit?: string;
  readonly help: string;
  readonly points: readonly Point[];
}

/** How a metric of `run.json` is told in base units: divided by `divisor`, so that it stays the nearest number. */
interface Gauge {
  readonly name: string;
  readonly unit: string;
  readonly divisor: number;
  readonly help: string;
  /** Not the label `quantile`, which is for summaries alone. */
  readonly percentile?: string;
}

const latency = {
  name: 'cilium_bench_latency_seconds',
  unit: 'seconds',
  divisor: 1e6,
  help: 'Time from a request to its answer: median over the samples of their own percentile.',
} as const;

const gauges: Readonly<Record<MetricName, Gauge>> = {
  rps: {
    name: 'cilium_bench_requests_per_second',
    unit: 'requests_per_second',
    divisor: 1,
    help: 'Requests answered a second: median over the samples.',
  },
  throughputBitsPerSecond: {
    name: 'cilium_bench_throughput_bytes_per_second',
    unit: 'bytes_per_second',
    divisor: 8,
    help: 'Bulk TCP throughput: median over the samples.',
  },
  latencyP50Us: { ...latency, percentile: '50' },
  latencyP90Us: { ...latency, percentile: '90' },
  latencyP99Us: { ...latency, percentile: '99' },
  cpuUsPerRequest: {
    name: 'cilium_bench_cpu_seconds_per_request',
    unit: 'seconds_per_request',
    divisor: 1e6,
    help: 'CPU time that a request costs: median over the samples.',
  },
  programmingSeconds: {
    name: 'cilium_bench_programming_seconds',
    unit: 'seconds',
    divisor: 1,
    help: 'Time to program a change: median over the samples.',
  },
  reachableSeconds: {
    name: 'cilium_bench_reachable_seconds',
    unit: 'seconds',
    divisor: 1,
    help: 'Time until reachable after a change: median over the samples.',
  },
  componentCpuCores: {
    name: 'cilium_bench_component_cpu_cores',
    unit: 'cores',
    divisor: 1,
    help: 'CPU cores that the components of the datapath use together: median over the samples.',
  },
  componentMemoryBytes: {
    name: 'cilium_bench_component_memory_bytes',
    unit: 'bytes',
    divisor: 1,
    help: 'Memory of the components of the datapath together: median over the samples.',
  },
  bpfMemoryBytes: {
    name: 'cilium_bench_bpf_memory_bytes',
    unit: 'bytes',
    divisor: 1,
    help: 'Memory of the BPF maps of the agents: median over the samples.',
  },
  bpfMapMaxEntries: {
    name: 'cilium_bench_bpf_map_max_entries',
    unit: 'entries',
    divisor: 1,
    help: 'Entries that the BPF maps of the agents have room for: median over the samples.',
  },
};

/** A gauge for each family: percentiles share one. */
const gaugeFamilies = metricNames
  .map((metric) => gauges[metric])
  .filter(({ name }, at, all) => all.findIndex((other) => other.name === name) === at);

/** The same for single parts: a component, a BPF map. */
const partGauges: Readonly<Partial<Record<MetricName, Gauge>>> = {
  componentCpuCores: {
    name: 'cilium_bench_part_cpu_cores',
    unit: 'cores',
    divisor: 1,
    help: 'CPU cores that one component of the datapath uses: median over the samples.',
  },
  componentMemoryBytes: {
    name: 'cilium_bench_part_memory_bytes',
    unit: 'bytes',
    divisor: 1,
    help: 'Memory of one component of the datapath: median over the samples.',
  },
  bpfMemoryBytes: {
    name: 'cilium_bench_part_bpf_memory_bytes',
    unit: 'bytes',
    divisor: 1,
    help: 'Memory of the BPF maps of one name on the bench nodes: median over the samples.',
  },
  bpfMapMaxEntries: {
    name: 'cilium_bench_part_bpf_map_max_entries',
    unit: 'entries',
    divisor: 1,
    help: 'Entries that a BPF map of this name has room for: median over the samples.',
  },
};

/** The label's value between its quotes, escaped as the format's `escaped-string`. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function pointLine(name: string, { labels, value }: Point): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}{${pairs.join(',')}} ${value}\n`;
}

function familyText({ name, unit, help, points }: Family): string {
  const known = points.filter(({ value }) => Number.isFinite(value));
  if (known.length === 0) return '';
  return [
    `# TYPE ${name} gauge\n`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}\n`]),
    `# HELP ${name} ${help}\n`,
    ...known.map((point) => pointLine(name, point)),
  ].join('');
}

/** The ends of 95 % intervals, as two families of their own: one family would mix them up in a sum or an average. */
function intervalFamilies(
  name: string,
  of: string,
  ends: readonly { readonly labels: Labels; readonly ci95: readonly [number, number] | null }[],
): readonly Family[] {
  return [['low', 'Lower', 0] as const, ['high', 'Upper', 1] as const].map(([end, word, index]) => ({
    name: `${name}_ci95_${end}`,
    help: `${word} end of the 95 % interval of ${of}, in the unit of ${name}.`,
    points: ends.flatMap(({ labels, ci95 }) => (ci95 ? [{ labels, value: ci95[index] }] : [])),
  }));
}

/** Where a variant stands on its curve, e.g. `curve="iptables",axis="Services",x="5000"`; nothing where it is on none. */
function curveLabels({ point }: VariantSummary): Labels {
  return point === undefined ? {} : { curve: point.series, axis: point.axis, x: String(point.x) };
}

function metricFamilies(run: Run, common: Labels): readonly Family[] {
  return gaugeFamilies.flatMap(({ name, unit, help }) => {
    const metricsOfName = metricNames.filter((metric) => gauges[metric].name === name);
    const summaries = run.variants.flatMap((variant) =>
      metricsOfName.flatMap((metric) => {
        const summary = variant.metrics[metric];
        if (summary === undefined) return [];
        const { divisor, percentile } = gauges[metric];
        const { median, ci95, load } = summary;
        return [
          {
            labels: {
              ...common,
              variant: variant.id,
              ...curveLabels(variant),
              ...(load ? { load: load.id } : {}),
              ...(percentile === undefined ? {} : { percentile }),
            },
            value: median / divisor,
            ci95: ci95 && ([ci95[0] / divisor, ci95[1] / divisor] as const),
          },
        ];
      }),
    );
    return [{ name, unit, help, points: summaries }, ...intervalFamilies(name, 'the mean', summaries)];
  });
}

/** Figures of single parts are families of their own: in one with the whole, a sum would count everything twice. */
function partFamilies(run: Run, common: Labels): readonly Family[] {
  return metricNames.flatMap((metric) => {
    const gauge = partGauges[metric];
    if (gauge === undefined) return [];
    const { name, unit, divisor, help } = gauge;
    const points = run.variants.flatMap(({ id, parts }) =>
      (parts ?? []).flatMap(({ part, metrics }) => {
        const summary = metrics[metric];
        return summary === undefined
          ? []
          : [{ labels: { ...common, variant: id, part }, value: summary.median / divisor }];
      }),
    );
    return [{ name, unit, help, points }];
  });
}

/**
 * Differences that are described and not judged, in base units: families of their own, since their units differ. The unit stays
 * at the end of the name, as the format asks.
 */
function differenceFamilies(run: Run, common: Labels): readonly Family[] {
  return gaugeFamilies.flatMap(({ name: whole, unit }) => {
    const points = (run.differences ?? [])
      .filter(({ metric }) => gauges[metric].name === whole)
      .map(({ metric, variant, beside, difference, ci95 }) => {
        const { divisor, percentile } = gauges[metric];
        return {
          labels: { ...common, variant, beside, ...(percentile === undefined ? {} : { percentile }) },
          value: difference / divisor,
          ci95: ci95 && ([ci95[0] / divisor, ci95[1] / divisor] as const),
        };
      });
    const name = `${whole.slice(0, -unit.length)}difference_${unit}`;
    const help = `How much more the variant has of ${whole} than the one beside it: mean over the rounds, not judged.`;
    return [{ name, unit, help, points }, ...intervalFamilies(name, 'the difference', points)];
  });
}

const ratioOf = (percent: number): number => (100 + percent) / 100;

function effectFamilies(run: Run, common: Labels): readonly Family[] {
  const effects = run.effects.flatMap(({ metric, variant, baseline, percent, ci95, verdict }) =>
    percent === null
      ? []
      : [
          {
            labels: { ...common, variant, baseline, metric, verdict },
            value: ratioOf(percent),
            ci95: ci95 && ([ratioOf(ci95[0]), ratioOf(ci95[1])] as const),
          },
        ],
  );
  const name = 'cilium_bench_effect_ratio';
  const help =
    'The variant against its baseline: geometric mean of the ratios of their rounds, 1 for no change.';
  return [{ name, unit: 'ratio', help, points: effects }, ...intervalFamilies(name, 'the ratio', effects)];
}

function samplesFamily(run: Run, common: Labels): Family {
  const taken = measuredSamples(run);
  return {
    name: 'cilium_bench_samples',
    help: 'Samples taken, warm-up not counted. Invalid ones are in no other figure.',
    points: run.variants.flatMap(({ id }) =>
      [true, false].map((valid) => ({
        labels: { ...common, variant: id, valid: String(valid) },
        value: taken.filter((sample) => sample.variant === id && sample.valid === valid).length,
      })),
    ),
  };
}

function runFamilies(run: Run, common: Labels): readonly Family[] {
  const { kernel } = run.target.fingerprint;
  return [
    {
      // A gauge of 1, not the type `info`: readers of the older Prometheus text format (node_exporter's textfile
      // collector) refuse a file with a type that they do not know, and to an OpenMetrics reader both are right.
      name: 'cilium_bench_run_info',
      help: 'What the run was; always 1.',
      points: [
        {
          labels: {
            ...common,
            title: run.title,
            target_kind: run.target.kind,
            state: run.state,
            ...(typeof kernel === 'string' ? { kernel } : {}),
          },
          value: 1,
        },
      ],
    },
    {
      name: 'cilium_bench_run_end_timestamp_seconds',
      unit: 'seconds',
      help: 'When the run ended, in Unix time.',
      points: [{ labels: common, value: Date.parse(run.endedAt) / 1000 }],
    },
  ];
}

/**
 * A run's summaries in the OpenMetrics 1.0 text format
 * (https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md), all of them gauges in base units
 * (seconds, bytes, ratios). A figure is the median over the valid samples; `<name>_ci95_low` and `<name>_ci95_high` beside
 * it are the 95 % interval of their mean. What was not measured has no line, and no line has a time stamp: whoever
 * scrapes or pushes the text sets the time.
 */
export function openMetricsReport(run: Run): string {
  const common = { run: run.id, scenario: run.scenario, target: run.target.name, profile: run.profile };
  const families = [
    ...runFamilies(run, common),
    ...metricFamilies(run, common),
    ...partFamilies(run, common),
    ...effectFamilies(run, common),
    ...differenceFamilies(run, common),
    samplesFamily(run, common),
  ];
  return `${families.map(familyText).join('')}# EOF\n`;
}

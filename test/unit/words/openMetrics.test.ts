import { describe, expect, it } from 'vitest';
import { scenarios } from '../../../src/core/scenario/registry';
import { serviceScale } from '../../../src/core/scenario/serviceScale';
import { openMetricsReport } from '../../../src/core/words/openMetricsReport';
import { anEffect, aRun, aSample } from '../store/aRun';
import { runOf } from './runs';

interface ReadPoint {
  readonly family: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

const number = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/.source;
const descriptor = /^# (TYPE|UNIT|HELP) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/;
const point = new RegExp(`^([a-zA-Z_:][a-zA-Z0-9_:]*)\\{(.*)\\} (${number})$`);
const pair = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y;

function readLabels(text: string): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  for (pair.lastIndex = 0; pair.lastIndex < text.length;) {
    const at = pair.lastIndex;
    const [, name, value] = pair.exec(text) ?? [];
    if (name === undefined || value === undefined) throw new Error(`not a label at ${at}: ${text}`);
    if (labels.has(name)) throw new Error(`label ${name} twice: ${text}`);
    labels.set(
      name,
      value.replace(/\\(.)/g, (_, escape: string) => (escape === 'n' ? '\n' : escape)),
    );
  }
  if (text.endsWith(',')) throw new Error(`comma at the end: ${text}`);
  return labels;
}

/** Reads gauges as the grammar of OpenMetrics 1.0 has them, and throws at whatever it does not allow. */
function read(text: string): readonly ReadPoint[] {
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.pop() !== '# EOF') throw new Error('does not end with # EOF and a newline');
  const points: ReadPoint[] = [];
  const series = new Set<string>();
  const families = new Map<string, Set<string>>();
  let current = '';
  for (const line of lines) {
    const [, word, name, rest] = descriptor.exec(line) ?? [];
    if (word !== undefined && name !== undefined && rest !== undefined) {
      if (word === 'TYPE') {
        if (families.has(name)) throw new Error(`family ${name} twice`);
        if (rest !== 'gauge') throw new Error(`not a gauge: ${line}`);
        families.set(name, new Set());
        current = name;
      }
      if (name !== current) throw new Error(`of another family than ${current}: ${line}`);
      if (families.get(name)?.has(word)) throw new Error(`${word} twice: ${line}`);
      families.get(name)?.add(word);
      if (points.at(-1)?.family === name) throw new Error(`after the family's points: ${line}`);
      if (word === 'UNIT' && !name.endsWith(`_${rest}`)) throw new Error(`unit is not the end: ${line}`);
      continue;
    }
    const [, family, labelText, value] = point.exec(line) ?? [];
    if (family === undefined || labelText === undefined) throw new Error(`not a line: ${line}`);
    if (family !== current) throw new Error(`of another family than ${current}: ${line}`);
    const labels = readLabels(labelText);
    const key = JSON.stringify([family, ...[...labels].sort(([a], [b]) => (a < b ? -1 : 1))]);
    if (series.has(key)) throw new Error(`series twice: ${line}`);
    series.add(key);
    points.push({ family, labels, value: Number(value) });
  }
  return points;
}

describe('the reader of these tests', () => {
  const fine = '# TYPE a_b gauge\n# UNIT a_b b\na_b{x="1"} 1\n';
  it.each([
    ['no end', fine],
    ['a blank line', `${fine}\n# EOF\n`],
    ['a unit that is not in the name', '# TYPE a gauge\n# UNIT a b\n# EOF\n'],
    ['a raw quote', '# TYPE a gauge\na{x="""} 1\n# EOF\n'],
    ['an unknown escape', '# TYPE a gauge\na{x="\\t"} 1\n# EOF\n'],
    ['NaN', '# TYPE a gauge\na{x=""} NaN\n# EOF\n'],
    ['a series twice', `${fine}a_b{x="1"} 2\n# EOF\n`],
    ['a point without its family', 'a{x=""} 1\n# EOF\n'],
  ])('refuses %s', (_, text) => {
    expect(() => read(text)).toThrow();
  });

  it('takes what is right', () => {
    expect(read(`${fine}# EOF\n`)).toHaveLength(1);
  });
});

const small = aRun({
  variants: [
    {
      id: 'none',
      label: 'no policy',
      baseline: null,
      metrics: {
        rps: {
          unit: 'requests/s',
          n: 3,
          median: 21_890,
          mean: 21_867,
          ci95: [21_767.5, 21_967],
          samples: [21_890, 21_700, 22_010],
        },
        throughputBitsPerSecond: {
          unit: 'bit/s',
          n: 1,
          median: 8e9,
          mean: 8e9,
          ci95: null,
          samples: [8e9],
        },
        latencyP50Us: {
          unit: 'µs',
          n: 1,
          median: 137,
          mean: 137,
          ci95: null,
          samples: [137],
          load: {
            kind: 'http',
            id: 'fixed',
            via: 'pod',
            connections: 16,
            keepAlive: true,
            ratePerSecond: 1000,
            metrics: ['latencyP50Us'],
          },
        },
        cpuUsPerRequest: { unit: 'µs', n: 1, median: 49, mean: 49, ci95: null, samples: [49] },
      },
    },
    { id: 'l7', label: 'L7 through Envoy', baseline: 'none', metrics: {} },
  ],
  effects: [anEffect('l7', -67), { ...anEffect('l7', null), metric: 'latencyP50Us' }],
  samples: [
    aSample(),
    aSample({ id: 'b0-none-saturated-1', block: 0 }),
    aSample({ id: 'b1-l7-saturated-1', variant: 'l7', valid: false, invalidReasons: ['too slow'] }),
  ],
});

const of =
  'run="2026-11-23-policy-overhead-x7",scenario="policy-overhead",target="local lab",profile="quick"';

describe('OpenMetrics', () => {
  it('of a small run', () => {
    expect(openMetricsReport(small)).toBe(`# TYPE cilium_bench_run_info gauge
# HELP cilium_bench_run_info What the run was; always 1.
cilium_bench_run_info{${of},title="Policy overhead",target_kind="lab",state="complete",kernel="6.18.5"} 1
# TYPE cilium_bench_run_end_timestamp_seconds gauge
# UNIT cilium_bench_run_end_timestamp_seconds seconds
# HELP cilium_bench_run_end_timestamp_seconds When the run ended, in Unix time.
cilium_bench_run_end_timestamp_seconds{${of}} 1795459820
# TYPE cilium_bench_requests_per_second gauge
# UNIT cilium_bench_requests_per_second requests_per_second
# HELP cilium_bench_requests_per_second Requests answered a second: median over the samples.
cilium_bench_requests_per_second{${of},variant="none"} 21890
# TYPE cilium_bench_requests_per_second_ci95_low gauge
# HELP cilium_bench_requests_per_second_ci95_low Lower end of the 95 % interval of the mean, in the unit of cilium_bench_requests_per_second.
cilium_bench_requests_per_second_ci95_low{${of},variant="none"} 21767.5
# TYPE cilium_bench_requests_per_second_ci95_high gauge
# HELP cilium_bench_requests_per_second_ci95_high Upper end of the 95 % interval of the mean, in the unit of cilium_bench_requests_per_second.
cilium_bench_requests_per_second_ci95_high{${of},variant="none"} 21967
# TYPE cilium_bench_throughput_bytes_per_second gauge
# UNIT cilium_bench_throughput_bytes_per_second bytes_per_second
# HELP cilium_bench_throughput_bytes_per_second Bulk TCP throughput: median over the samples.
cilium_bench_throughput_bytes_per_second{${of},variant="none"} 1000000000
# TYPE cilium_bench_latency_seconds gauge
# UNIT cilium_bench_latency_seconds seconds
# HELP cilium_bench_latency_seconds Time from a request to its answer: median over the samples of their own percentile.
cilium_bench_latency_seconds{${of},variant="none",load="fixed",percentile="50"} 0.000137
# TYPE cilium_bench_cpu_seconds_per_request gauge
# UNIT cilium_bench_cpu_seconds_per_request seconds_per_request
# HELP cilium_bench_cpu_seconds_per_request CPU time that a request costs: median over the samples.
cilium_bench_cpu_seconds_per_request{${of},variant="none"} 0.000049
# TYPE cilium_bench_effect_ratio gauge
# UNIT cilium_bench_effect_ratio ratio
# HELP cilium_bench_effect_ratio The variant against its baseline: geometric mean of the ratios of their rounds, 1 for no change.
cilium_bench_effect_ratio{${of},variant="l7",baseline="none",metric="rps",verdict="worse"} 0.33
# TYPE cilium_bench_effect_ratio_ci95_low gauge
# HELP cilium_bench_effect_ratio_ci95_low Lower end of the 95 % interval of the ratio, in the unit of cilium_bench_effect_ratio.
cilium_bench_effect_ratio_ci95_low{${of},variant="l7",baseline="none",metric="rps",verdict="worse"} 0.31
# TYPE cilium_bench_effect_ratio_ci95_high gauge
# HELP cilium_bench_effect_ratio_ci95_high Upper end of the 95 % interval of the ratio, in the unit of cilium_bench_effect_ratio.
cilium_bench_effect_ratio_ci95_high{${of},variant="l7",baseline="none",metric="rps",verdict="worse"} 0.35
# TYPE cilium_bench_samples gauge
# HELP cilium_bench_samples Samples taken, warm-up not counted. Invalid ones are in no other figure.
cilium_bench_samples{${of},variant="none",valid="true"} 1
cilium_bench_samples{${of},variant="none",valid="false"} 0
cilium_bench_samples{${of},variant="l7",valid="true"} 0
cilium_bench_samples{${of},variant="l7",valid="false"} 1
# EOF
`);
  });

  it.each(scenarios.map((scenario) => [scenario.id, scenario] as const))(
    'of %s is what the grammar allows',
    (_, scenario) => {
      const run = runOf(scenario, () => 1000);
      const points = read(openMetricsReport(run));
      const medians = run.variants.flatMap(({ metrics }) => Object.keys(metrics));
      const figures = points.filter(
        ({ family }) =>
          !/_(?:info|samples|effect_ratio|end_timestamp_seconds)$|_ci95_|_difference_/.test(family),
      );
      expect(figures).toHaveLength(medians.length);
      expect(points.filter(({ family }) => /_difference_(?!.*_ci95_)/.test(family))).toHaveLength(
        run.differences?.length ?? 0,
      );
      const effects = run.effects.filter(({ percent }) => percent !== null);
      expect(points.filter(({ family }) => family === 'cilium_bench_effect_ratio')).toHaveLength(
        effects.length,
      );
    },
  );

  it('has differences in base units, signed, beside what, with their interval and no verdict', () => {
    const text = openMetricsReport(
      aRun({
        differences: [
          {
            metric: 'componentCpuCores',
            variant: 'kept',
            beside: 'idle',
            unit: 'cores',
            difference: -0.25,
            ci95: [-0.3, -0.2],
            n: 3,
          },
          {
            metric: 'latencyP99Us',
            variant: 'kept',
            beside: 'idle',
            unit: 'µs',
            difference: 20,
            ci95: null,
            n: 1,
          },
        ],
      }),
    );
    expect(text).toContain(
      `# UNIT cilium_bench_component_cpu_difference_cores cores
# HELP cilium_bench_component_cpu_difference_cores How much more the variant has of cilium_bench_component_cpu_cores than the one beside it: mean over the rounds, not judged.
cilium_bench_component_cpu_difference_cores{${of},variant="kept",beside="idle"} -0.25
`,
    );
    expect(text).toContain(
      `cilium_bench_component_cpu_difference_cores_ci95_low{${of},variant="kept",beside="idle"} -0.3\n`,
    );
    expect(text).toContain(
      `cilium_bench_latency_difference_seconds{${of},variant="kept",beside="idle",percentile="99"} 0.00002\n`,
    );
    expect(text.match(/_difference_/g)?.length).toBeGreaterThan(0);
    expect(() => read(text)).not.toThrow();
    for (const line of text.split('\n').filter((one) => /_difference_/.test(one)))
      expect(line).not.toContain('verdict');
  });

  it('says where a variant stands on its curve', () => {
    const points = read(openMetricsReport(runOf(serviceScale, () => 1000)));
    const one = points.find(({ labels }) => labels.get('variant') === 'iptables-5000');
    expect([...(one?.labels ?? [])].slice(4, 8)).toEqual([
      ['variant', 'iptables-5000'],
      ['curve', 'iptables'],
      ['axis', 'Services'],
      ['x', '5000'],
    ]);
  });

  it('keeps hostile text inside its label', () => {
    const name = 'a\\n"} 1\n# EOF\n\\';
    const points = read(openMetricsReport({ ...small, target: { ...small.target, name } }));
    expect(points.length).toBeGreaterThan(0);
    for (const { labels } of points) expect(labels.get('target')).toBe(name);
  });

  it('of a run without a result has no figure', () => {
    const empty = aRun({ variants: [], effects: [], samples: [], endedAt: 'not yet' });
    expect(read(openMetricsReport(empty)).map(({ family }) => family)).toEqual(['cilium_bench_run_info']);
  });
});

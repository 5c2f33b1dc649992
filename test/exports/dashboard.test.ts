import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openMetricsReport } from '../../src/core/words/openMetricsReport';
import { dashboard, type Dashboard, type DashboardPanel } from './dashboard';
import { exportedRuns, targetName } from './exportedRuns';
import { loadGrafana, schemaFaults, transformed, type Frame, type GrafanaData } from './grafana';
import { startPrometheus, until, type RunningPrometheus, type Series } from './withPrometheus';

const { prometheus: provided, grafana } = inject('exports');
const programs = 'here' in provided ? provided.here : undefined;
const folder = 'here' in grafana ? grafana.here : undefined;

describe.skipIf(folder === undefined)('the dashboard and Grafana’s schema', { timeout: 120_000 }, () => {
  it('agree', () => {
    expect(schemaFaults(folder ?? '', dashboard)).toEqual([]);
  });

  it('would not with a key, a value or an option that Grafana does not know', () => {
    const [first, second, ...others] = dashboard.panels;
    if (first === undefined) throw new Error('The dashboard has no panel.');
    const [target] = first.targets;
    const wrong = {
      ...dashboard,
      refesh: '1m',
      panels: [
        {
          ...first,
          titel: 'Runs',
          targets: [{ ...target, format: 'tables' }],
          options: { ...first.options, showHead: true },
        },
        { ...second, options: { ...second?.options, colorMode: 'tiny' } },
        ...others,
      ],
    };
    const faults = schemaFaults(folder ?? '', wrong as unknown as Dashboard).join('\n');
    for (const word of ['refesh', 'titel', '"tables"', 'showHead', '"tiny"']) expect(faults).toContain(word);
  });
});

describe.skipIf(programs === undefined || folder === undefined)('the dashboard on a real Prometheus', () => {
  let prometheus: RunningPrometheus;
  let grafanaCode: GrafanaData;

  beforeAll(async () => {
    if (programs === undefined || folder === undefined) return;
    grafanaCode = loadGrafana(folder);
    const contentType = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
    prometheus = await startPrometheus(
      programs,
      Object.fromEntries(
        exportedRuns.map((run) => [run.scenario, { contentType, text: openMetricsReport(run) }]),
      ),
    );
    await until('every run', async () =>
      (await prometheus.query('cilium_bench_run_info')).length === exportedRuns.length ? true : undefined,
    );
  });
  afterAll(() => prometheus.stop());

  /** An expression as Grafana asks it, with the first target and all scenarios chosen. */
  const asked = (expression: string): string =>
    expression
      .replaceAll('$target', targetName.replaceAll('\\', '\\\\').replaceAll('"', '\\"'))
      .replaceAll('$scenario', '.*');
  const answersOf = async ({ targets }: DashboardPanel): Promise<ReadonlyMap<string, readonly Series[]>> => {
    // Grafana asks all queries of a panel at one moment: the end of its time range.
    const [info] = await prometheus.query('cilium_bench_run_info');
    const moment = info?.value[0];
    return new Map(
      await Promise.all(
        targets.map(async ({ refId, expr }) => [refId, await prometheus.query(asked(expr), moment)] as const),
      ),
    );
  };
  const panel = (title: string): DashboardPanel => {
    const found = dashboard.panels.find((one) => one.title === title);
    if (found === undefined) throw new Error(`There is no panel ${title}.`);
    return found;
  };
  const drawn = async (title: string): Promise<Frame> => {
    const one = panel(title);
    const [frame, ...more] = await transformed(grafanaCode, one, await answersOf(one));
    if (frame === undefined || more.length > 0) throw new Error(`${title} has ${more.length + 1} frames`);
    return frame;
  };
  const namesOf = ({ fields }: Frame): string[] =>
    fields.map(({ name, config }) => config.displayName ?? name);
  const rowsOf = ({ fields, length }: Frame): unknown[][] =>
    Array.from({ length }, (_, row) => fields.map(({ values }) => values[row]));

  it.each(dashboard.panels.map((one) => [one.title, one] as const))(
    '%s: every query finds something',
    async (_, one) => {
      for (const [refId, series] of await answersOf(one))
        expect([refId, series.length > 0]).toEqual([refId, true]);
    },
  );

  it('finds what its variables choose from', async () => {
    for (const { type, query } of dashboard.templating.list.filter((one) => one.type === 'query')) {
      const text = typeof query === 'string' ? query : query.query;
      const [, expression = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(text) ?? [];
      const found = await prometheus.query(asked(expression));
      expect([type, text, found.length > 0 && found.every(({ metric }) => label in metric)]).toEqual([
        type,
        text,
        true,
      ]);
    }
  });

  it('says the cost of each setting with its interval and verdict', async () => {
    const frame = await drawn('Cost against the baseline, with its verdict');
    expect(namesOf(frame)).toEqual([
      'Scenario',
      'Setting',
      'Baseline',
      'Metric',
      'Change',
      '95 % from',
      '95 % to',
      'Verdict',
    ]);
    const row = rowsOf(frame).find((cells) => cells[1] === 'l7' && cells[3] === 'rps');
    const effect = exportedRuns[0]?.effects.find(
      ({ variant, metric }) => variant === 'l7' && metric === 'rps',
    );
    expect(row?.slice(0, 4)).toEqual(['policy-overhead', 'l7', 'none', 'rps']);
    expect(row?.[7]).toBe(effect?.verdict);
    expect(Number(row?.[4]) * 100).toBeCloseTo(effect?.percent ?? NaN, 6);
    expect([Number(row?.[5]) * 100, Number(row?.[6]) * 100].map((end) => end.toFixed(3))).toEqual(
      effect?.ci95?.map((end) => end.toFixed(3)),
    );
    const measured = exportedRuns.flatMap(({ effects }) => effects).filter(({ percent }) => percent !== null);
    expect(frame.length).toBe(measured.length);
  });

  it('lists the runs, the newest of each scenario', async () => {
    const frame = await drawn('Runs');
    expect(namesOf(frame)).toEqual(['Title', 'Scenario', 'State', 'Ended', 'Profile', 'Kernel', 'Run']);
    expect(
      rowsOf(frame)
        .map((cells) => cells[6])
        .sort(),
    ).toEqual(exportedRuns.map(({ id }) => id).sort());
    expect(rowsOf(frame)[0]?.[3]).toBe(Date.parse('2026-11-23T18:51:00.000Z'));
  });

  it('draws a bar for each percentile of each setting', async () => {
    const frame = await drawn('Latency');
    expect(frame.fields.map(({ name }) => name)).toEqual(['setting\\percentile', '50', '90', '99']);
    expect(panel('Latency').options['xField']).toBe('setting\\percentile');
    const row = rowsOf(frame).find(([setting]) => setting === 'policy-overhead · l7');
    const summary = exportedRuns[0]?.variants.find(({ id }) => id === 'l7')?.metrics.latencyP99Us;
    expect(Number(row?.[3])).toBeCloseTo((summary?.median ?? NaN) / 1e6, 12);
  });

  it.each(['Service scale: requests a second', 'Service scale: p99 latency'])(
    '%s: a line for each kind of rules over growing numbers of Services',
    async (title) => {
      const frame = await drawn(title);
      const [services, ...curves] = frame.fields;
      expect(services?.name).toBe(panel(title).options['xField']);
      expect(services?.type).toBe('number');
      expect(curves.map(({ name }) => name).sort()).toEqual(['iptables', 'nftables']);
      const counts = (services?.values ?? []) as number[];
      expect(counts.length).toBeGreaterThan(2);
      expect(counts).toEqual([...counts].sort((a, b) => a - b));
      for (const { values } of curves) expect(values.every((value) => typeof value === 'number')).toBe(true);
    },
  );

  it('has CPU and memory beside what they differ by', async () => {
    const frame = await drawn('Datapath under load');
    expect(namesOf(frame)).toEqual(['Setting', 'CPU', 'CPU more', 'Memory', 'Memory more']);
    const row = rowsOf(frame).find(([setting]) => setting === 'resources · kept');
    expect(row?.map((cell) => (typeof cell === 'number' ? Number(cell.toFixed(6)) : cell))).toEqual([
      'resources · kept',
      0.3,
      0.28,
      200 * 2 ** 20,
      0,
    ]);
  });

  it('counts the valid samples', async () => {
    const [only] = panel('Valid samples').targets;
    const found = await prometheus.query(asked(only?.expr ?? ''));
    expect(found.find(({ metric }) => metric['scenario'] === 'policy-overhead')?.value[1]).toBe(
      String(23 / 24),
    );
  });

  it('names fields in its overrides that the panel has', async () => {
    for (const one of dashboard.panels.filter(({ fieldConfig }) => fieldConfig.overrides.length > 0)) {
      const frame = await drawn(one.title);
      for (const { matcher } of one.fieldConfig.overrides)
        expect([...namesOf(frame), ...frame.fields.map(({ name }) => name)]).toContain(matcher.options);
    }
  });
});

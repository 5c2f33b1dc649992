import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openMetricsReport } from '../../../src/core/words/openMetricsReport';
import { dashboard, dashboardText } from '../../exports/dashboard';
import { exportedRuns } from '../../exports/exportedRuns';

/** Names of metrics and their labels, as the export writes them. */
const written = new Map<string, Set<string>>();
for (const line of exportedRuns.flatMap((run) => openMetricsReport(run).split('\n'))) {
  const [, name, labels] = /^(\w+)\{(.*)\} /.exec(line) ?? [];
  if (name === undefined || labels === undefined) continue;
  const known = written.get(name) ?? new Set();
  for (const [, label] of labels.matchAll(/(?:^|,)(\w+)="/g)) known.add(label ?? '');
  written.set(name, known);
}

const queries = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ expr }) => ({ title, expr })),
);
const variables = dashboard.templating.list.map(({ query }) => ({
  title: 'variables',
  expr: typeof query === 'string' ? query : query.query,
}));

it('docs/export.md names every family that is written, and no other', () => {
  const docs = readFileSync(new URL('../../../docs/export.md', import.meta.url), 'utf8');
  const named = [...docs.matchAll(/cilium_bench_[a-z0-9_]*[a-z0-9]/g)].map(([name]) => name);
  const families = [...written.keys()].filter((name) => !/_ci95_|_difference_|_part_/.test(name));
  expect(families.filter((name) => !named.includes(name))).toEqual([]);
  const known = [...written.keys(), 'cilium_bench_programming_seconds', 'cilium_bench_reachable_seconds'];
  expect(named.filter((name) => !known.some((one) => one.startsWith(name)))).toEqual([]);
});

describe('the Grafana dashboard', () => {
  it.each([...queries, ...variables].filter(({ expr }) => expr !== 'prometheus'))(
    '$title reads what the export writes: $expr',
    ({ expr }) => {
      const names = [...expr.matchAll(/cilium_bench_\w+/g)].map(([name]) => name);
      expect(names.length).toBeGreaterThan(0);
      expect(names.filter((name) => !written.has(name))).toEqual([]);
      for (const [, name, matchers] of expr.matchAll(/(cilium_bench_\w+)\{([^}]*)\}/g))
        for (const [, label] of (matchers ?? '').matchAll(/(\w+)(?:=|!)/g))
          expect([name, label, written.get(name ?? '')?.has(label ?? '')]).toEqual([name, label, true]);
    },
  );

  it('takes its data source from a variable, which an import asks for', () => {
    expect(dashboard.__inputs).toEqual([
      expect.objectContaining({ name: 'DS_PROMETHEUS', type: 'datasource', pluginId: 'prometheus' }),
    ]);
    const [datasource, ...others] = dashboard.templating.list;
    expect(datasource).toMatchObject({
      name: 'datasource',
      type: 'datasource',
      query: 'prometheus',
      current: { value: '${DS_PROMETHEUS}' },
    });
    expect(others.map(({ name }) => name)).toEqual(['target', 'scenario']);
    const uids = [...dashboardText.matchAll(/"uid": "([^"]*)"/g)].map(([, uid]) => uid);
    expect(new Set(uids)).toEqual(new Set(['${datasource}', 'cilium-bench']));
    expect(uids.filter((uid) => uid === 'cilium-bench')).toHaveLength(1);
  });

  it('names the kinds of panels that it needs', () => {
    const needed = dashboard.__requires.filter(({ type }) => type === 'panel').map(({ id }) => id);
    expect(needed).toEqual([...new Set(dashboard.panels.map(({ type }) => type))].sort());
  });

  it('has panels for what is measured, each with a unit, a description and words for what is missing', () => {
    expect(dashboard.panels.map(({ title }) => title)).toEqual([
      'Runs',
      'Valid samples',
      'Cost against the baseline, with its verdict',
      'Requests a second',
      'Latency',
      'CPU a request',
      'Throughput',
      'Service scale: requests a second',
      'Service scale: p99 latency',
      'Memory of BPF maps',
      'Datapath under load',
    ]);
    for (const { title, description, fieldConfig } of dashboard.panels) {
      const overridden = fieldConfig.overrides.flatMap(({ properties }) => properties.map(({ id }) => id));
      expect([title, 'unit' in fieldConfig.defaults || overridden.includes('unit')]).toEqual([title, true]);
      expect([title, description.endsWith('.'), fieldConfig.defaults['noValue']]).toEqual([
        title,
        true,
        'not measured',
      ]);
    }
  });

  it('has a word and a colour for each verdict', () => {
    const verdicts = dashboard.panels
      .flatMap(({ fieldConfig }) => fieldConfig.overrides)
      .find(({ matcher }) => matcher.options === 'Verdict')
      ?.properties.find(({ id }) => id === 'mappings')?.value as readonly [{ options: object }];
    // What was not measured has no point, and so no verdict.
    expect(Object.keys(verdicts[0].options)).toEqual(['worse', 'better', 'within-noise', 'inconclusive']);
  });

  it('has panels that do not overlap, within the grid', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) => {
      expect(x + w).toBeLessThanOrEqual(24);
      return Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`);
    });
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });
});

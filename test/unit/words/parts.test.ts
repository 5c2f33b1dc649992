import { describe, expect, it } from 'vitest';
import type { PartValue, Run } from '../../../src/core/result/run';
import { summarise } from '../../../src/core/result/summarise';
import { bpfMemory } from '../../../src/core/scenario/bpfMemory';
import { resources } from '../../../src/core/scenario/resources';
import type { Scenario } from '../../../src/core/scenario/scenario';
import { csvReport } from '../../../src/core/words/csvReport';
import { htmlReport } from '../../../src/core/words/htmlReport';
import { markdownReport } from '../../../src/core/words/markdownReport';
import { ndjsonReport } from '../../../src/core/words/ndjsonReport';
import { openMetricsReport } from '../../../src/core/words/openMetricsReport';
import { panelModelOf } from '../../../src/core/words/panelModelOf';
import { partTables } from '../../../src/core/words/partTables';
import { resultTable } from '../../../src/core/words/terminalTable';
import { isPanelModel } from '../../../webview/messages';
import { runOf } from './runs';

/** The scenario's run with parts in each sample, the values of the whole made of them. */
function withParts(scenario: Scenario, partsOf: (variant: string) => readonly PartValue[]): Run {
  const run = runOf(scenario, () => 1, { target: { kind: 'kube', name: 'prod', fingerprint: {} } });
  const samples = run.samples.map((sample) => {
    const parts = partsOf(sample.variant);
    const values = { ...sample.values };
    for (const metric of ['componentCpuCores', 'componentMemoryBytes', 'bpfMemoryBytes'] as const) {
      const own = parts.filter((part) => part.metric === metric);
      if (own.length > 0) values[metric] = own.reduce((sum, { value }) => sum + value, 0);
    }
    return { ...sample, values, parts };
  });
  return { ...run, samples, ...summarise(scenario.variants(run.parameters, 'kube'), samples) };
}

const mebibyte = 2 ** 20;
const map = (part: string, mebibytes: number, room: number): PartValue[] => [
  { part, metric: 'bpfMemoryBytes', value: mebibytes * mebibyte, about: 'hash, grows with its entries' },
  { part, metric: 'bpfMapMaxEntries', value: room, about: 'hash, grows with its entries' },
];
const maps = withParts(bpfMemory, () => [
  ...map('cilium_lxc', 2, 65_535),
  ...map('cilium_ct4_global', 64, 524_288),
  ...Array.from({ length: 14 }, (_, index) => map(`cilium_other_${index}`, 1, 16)).flat(),
]);

const component = (part: string, cores: number, mebibytes: number): PartValue[] => [
  { part, metric: 'componentCpuCores', value: cores },
  { part, metric: 'componentMemoryBytes', value: mebibytes * mebibyte },
];
const usage = withParts(resources, (variant) => [
  ...component('Cilium agent', variant === 'idle' ? 0.02 : 0.3, 200),
  ...component('Cilium Envoy', variant === 'short' ? 0.9 : 0.01, 40),
  ...component('CoreDNS', 0, 20),
]);

const plain = (text: string): string => text.replaceAll('\u2009', ' ');
const terminal = (run: Run, width: number): string =>
  plain(resultTable(run, { width, colour: false }).join('\n'));

describe('a table of parts', () => {
  it('of BPF maps has a row for each, the largest first, in one unit', () => {
    const [only, ...more] = partTables(maps);
    expect(more).toEqual([]);
    expect(only?.title).toBe('BPF maps');
    expect(only?.table.columns.map(({ label }) => label)).toEqual(['BPF map', 'Memory', 'Room', 'Kind']);
    expect(only?.table.rows.slice(0, 2).map((row) => row.map(plain))).toEqual([
      ['cilium_ct4_global', '64.0 MiB', '524 288', 'hash, grows with its entries'],
      ['cilium_lxc', '2.00 MiB', '65 535', 'hash, grows with its entries'],
    ]);
  });

  it('of components has the settings beside one another, a table for each metric', () => {
    const tables = partTables(usage);
    expect(tables.map(({ title }) => title)).toEqual(['CPU of the datapath', 'Memory of the datapath']);
    expect(tables[0]?.table.columns.map(({ label }) => label)).toEqual([
      'Component',
      'Idle',
      '64 kept connections',
      'A connection a request, 64 at a time',
    ]);
    expect(tables[0]?.table.rows.map((row) => row[0])).toEqual(['Cilium agent', 'Cilium Envoy', 'CoreDNS']);
    expect(tables[0]?.table.rows[1]?.map(plain)).toEqual([
      'Cilium Envoy',
      '10.0 millicores',
      '10.0 millicores',
      '900 millicores',
    ]);
  });

  it('is not there where nothing was measured in parts', () => {
    expect(partTables(runOf(resources, () => 1))).toEqual([]);
    expect(panelModelOf(runOf(resources, () => 1))).not.toHaveProperty('parts');
  });
});

describe('parts', () => {
  it('are in the answer', () => {
    expect(panelModelOf(maps).sentences.map(plain)).toEqual([
      'Memory of BPF maps: 80.0 MiB, of which cilium_ct4_global 64.0 MiB, cilium_lxc 2.00 MiB and cilium_other_0 1.00 MiB.',
    ]);
    expect(panelModelOf(usage).sentences.map(plain).join(' ')).toContain(
      'CPU of the datapath with “a connection a request, 64 at a time”: 1.20 cores, of which Cilium Envoy 900 millicores and Cilium agent 300 millicores.',
    );
  });

  it.each([48, 60, 80, 120])('keep within %i columns of a terminal', (width) => {
    for (const run of [maps, usage])
      for (const line of resultTable(run, { width, colour: false }))
        expect(line.length).toBeLessThanOrEqual(width);
  });

  it('are in the terminal, as many as are worth it', () => {
    const text = terminal(maps, 100);
    expect(text).toMatch(/BPF map +Memory +Room +Kind/);
    expect(text).toMatch(/cilium_ct4_global +64\.0 MiB +524 288 +hash, grows with its entries/);
    expect(text).toContain('and 4 more, in the report');
    expect(terminal(usage, 120)).toMatch(/Cilium Envoy +10\.0 millicores +10\.0 millicores +900 millicores/);
    // No grid fits here; every figure is there all the same.
    expect(terminal(usage, 48)).toMatch(/Cilium Envoy: Idle 10\.0 millicores/);
  });

  it('are in the panel and in every report', () => {
    const model = panelModelOf(maps);
    expect(isPanelModel(model)).toBe(true);
    expect(isPanelModel({ ...model, parts: [{ title: 'x', table: { columns: [], rows: [[1]] } }] })).toBe(
      false,
    );
    const html = htmlReport(model, { script: '', style: '' });
    expect(html).toContain('<h2>BPF maps</h2>');
    expect(html).toContain('<td>cilium_ct4_global</td>');
    expect(plain(markdownReport(maps))).toContain(
      '| cilium\\_ct4\\_global | 64.0 MiB | 524 288 | hash, grows with its entries |',
    );
    const csv = csvReport(maps).split('\r\n');
    expect(csv[0]).toContain(',invalidReasons,part,metric,unit,value');
    expect(csv[1]).toMatch(/,,,bpfMemoryBytes,bytes,83886080$/);
    expect(csv).toContainEqual(expect.stringMatching(/,cilium_ct4_global,bpfMapMaxEntries,entries,524288$/));
    const [sample] = ndjsonReport(maps).split('\n');
    expect(JSON.parse(sample ?? '')).toMatchObject({
      cilium_bench: {
        sample: { parts: expect.arrayContaining([map('cilium_lxc', 2, 65_535)[0]]) as unknown },
      },
    });
    expect(openMetricsReport(usage)).toMatch(
      /\ncilium_bench_part_cpu_cores\{[^}]*variant="short",part="Cilium Envoy"\} 0\.9\n/,
    );
    expect(openMetricsReport(maps)).toContain('# UNIT cilium_bench_part_bpf_memory_bytes bytes\n');
  });

  it('that samples lack are told, with the reason', () => {
    const left = [{ what: 'CPU of Cilium agent on node-a', reason: 'it restarted' }];
    const samples = usage.samples.map((sample, index) =>
      index < 2 ? { ...sample, partsLeftOut: left } : sample,
    );
    expect(panelModelOf({ ...usage, samples }).notes).toContain(
      'Not measured in 2 of 9 samples: CPU of Cilium agent on node-a, because it restarted.',
    );
  });
});

describe('what is described and not judged', () => {
  it('has differences in its own unit, paired by round, and no effects', () => {
    expect(usage.effects).toEqual([]);
    const cpu = usage.differences?.filter(({ metric }) => metric === 'componentCpuCores');
    expect(cpu?.map(({ variant, beside, unit, n }) => [variant, beside, unit, n])).toEqual([
      ['kept', 'idle', 'cores', 3],
      ['short', 'idle', 'cores', 3],
    ]);
    expect(cpu?.[0]?.difference).toBeCloseTo(0.28, 9);
    expect(cpu?.[1]?.difference).toBeCloseTo(1.17, 9);
  });

  it('is neither better nor worse, in whatever form it is read', () => {
    const texts = [
      ...[48, 80, 120].map((width) => terminal(usage, width)),
      markdownReport(usage),
      JSON.stringify(panelModelOf(usage)),
      JSON.stringify(panelModelOf(usage, { text: '' })),
    ];
    for (const text of texts) {
      expect(text).not.toMatch(/\b(better|worse|within noise|inconclusive)\b/);
      expect(text).toContain('not judged');
    }
  });

  it('is said with its sign, its unit and its interval', () => {
    expect(panelModelOf(usage).sentences.map(plain)).toContain(
      'A connection a request, 64 at a time: CPU of the datapath +1.17 cores (1.17 to 1.17) and memory of the datapath 0 MiB (0 to 0), beside “idle”.',
    );
  });
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../../src/core/result/comparison/compareRuns';
import { earlierRun } from '../../../src/core/result/comparison/runToRun';
import { driftOf } from '../../../src/core/result/drift';
import { publishedReferences } from '../../../src/core/result/published/published';
import type { Run } from '../../../src/core/result/run';
import { policyOverhead } from '../../../src/core/scenario/policyOverhead';
import { serviceScale } from '../../../src/core/scenario/serviceScale';
import { comparisonMarkdown } from '../../../src/core/words/comparisonMarkdown';
import { comparedNames } from '../../../src/core/words/panelIds';
import { comparisonModel } from '../../../src/core/words/comparisonPanel';
import { comparisonText } from '../../../src/core/words/comparisonText';
import { driftModel } from '../../../src/core/words/driftPanel';
import { driftText } from '../../../src/core/words/driftText';
import { parseRun } from '../../../src/store/parseRun';
import { overheadValues, runOf, scaleValues, type ValueOf } from './runs';

const dearer: ValueOf = (variant, metric, load) =>
  overheadValues(variant, metric, load) * (variant.id === 'l7' && metric === 'rps' ? 0.5 : 1);
const a = runOf(policyOverhead, overheadValues, { id: 'a' });
const b = runOf(policyOverhead, dearer, { id: 'b' });
const narrow = { width: 80, colour: false };
const textOf = (runs: readonly Run[], more: Parameters<typeof compareRuns>[1] = []) =>
  comparisonText(compareRuns(runs, more, publishedReferences.slice(1, 2)), narrow).join('\n');

describe('a comparison in a terminal', () => {
  it('says the differing facts first, then the answer, then every figure', () => {
    const elsewhere: Run = {
      ...b,
      target: { ...b.target, fingerprint: { ...b.target.fingerprint, kernel: '9.9' } },
    };
    const text = textOf([a, elsewhere]);
    const order = [
      'Targets differ in',
      'kernel: A 6.18 · B 9.9',
      'B against A, Policy overhead: worse in',
      'RPS, saturated',
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places).toEqual([...places].sort((x, y) => x - y));
    expect(places).not.toContain(-1);
    expect(text).toMatch(
      /L7 through Envoy against no policy, requests\sa\ssecond:\s−67\s%\sin\sA,\s−83\s%\sin\sB,\s+worse/,
    );
    expect(text).toMatch(/B ran on other machines than A \(kernel\)/);
    expect(text).toMatch(/within noise \(± \d/);
  });

  it('says that run-to-run noise is not known, or how much it is', () => {
    expect(textOf([a, b])).toMatch(/Run-to-run noise is not known/);
    const past = [1, 2, 3, 4].flatMap((at) => earlierRun({ ...a, id: `past-${at}` }) ?? []);
    const text = textOf([a, b], past);
    expect(text).not.toMatch(/Run-to-run noise is not known/);
    expect(text).toMatch(
      /Two runs of one setting differ by up to\s3\s% in requests\sa\ssecond here \(4\searlier\s+runs/,
    );
  });

  it('quotes what is published as published, with its source', () => {
    expect(textOf([a])).toMatch(/published:tke-cilium-native: .*\(published, not\s+measured here\)/);
    expect(textOf([a])).toMatch(/99\s985\/s\s+22\s043\/s\s±.*×0\.22/);
    expect(textOf([a])).toMatch(/TKE guide/);
  });

  it('names what is not compared', () => {
    const text = textOf([a, { ...b, state: 'failed', variants: [] }]);
    expect(text).toMatch(/B against A, Policy overhead: not compared, because this run is failed\./);
  });

  it.each([60, 80, 120])('fits %i columns, with hostile names too', (width) => {
    const long = { ...b, title: 'x'.repeat(300), id: `b-${'y'.repeat(150)}` };
    const lines = comparisonText(compareRuns([a, long], [], [...publishedReferences]), {
      width,
      colour: false,
    });
    expect(lines.filter((line) => Array.from(line).length > width)).toEqual([]);
    const drift = driftOf({ scenario: a.scenario, variant: 'none', metric: 'rps' }, [a, long]);
    const drifts = driftText(drift ? [drift] : [], { width, colour: false });
    expect(drifts.filter((line) => Array.from(line).length > width)).toEqual([]);
  });
});

describe('a comparison as Markdown', () => {
  it('has its tables, and nothing of a run begins a markup', () => {
    const hostile: Run = {
      ...b,
      id: 'x](http://evil)',
      target: {
        ...b.target,
        fingerprint: { '<script>': '|</details><img src=x>', kernel: '`code`\n# heading' },
      },
    };
    const text = comparisonMarkdown(compareRuns([a, hostile]));
    expect(text).not.toMatch(/(^|[^\\])<(script|img)|(^|\n)# heading|[^\\]\]\(http/);
    expect(text.match(/<\/details>/g)?.length).toBe(text.match(/<details>/g)?.length);
    expect(text).toContain('\\</details\\>');
    expect(text).toMatch(/\| setting \| measured \| A \| B \| change \| verdict \|/);
  });

  it('fits a comment, however many figures there are', () => {
    const many = (id: string, factor: number): Run => {
      const one = runOf(policyOverhead, (...given) => overheadValues(...given) * factor, { id });
      const [first] = one.variants;
      if (!first) throw new Error('the scenario has no variant');
      const variants = Array.from({ length: 600 }, (_, at) => ({
        ...first,
        id: `v${at}`,
        label: `setting ${at} ${'long '.repeat(8)}`,
      }));
      return { ...one, variants, samples: [], effects: [] };
    };
    const text = comparisonMarkdown(compareRuns([many('a', 1), many('b', 1.001)]));
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain('left out');
  });
});

describe('a comparison as a panel', () => {
  it('draws values, changes and what settings cost, and can be made again from its id', () => {
    const model = comparisonModel(compareRuns([a, b], [], publishedReferences.slice(0, 1)), 'UTC');
    expect(model.charts.map(({ kind, categories }) => [kind, categories.length])).toEqual([
      ['bars', 3],
      ['effects', 3],
      ['effects', 2],
    ]);
    expect(new Set(model.charts.map(({ id }) => id)).size).toBe(3);
    const [values] = model.charts;
    expect(values?.series.map(({ points }) => points.map(({ value }) => value))).toEqual([
      a.variants.map(({ metrics }) => metrics.rps?.median),
      b.variants.map(({ metrics }) => metrics.rps?.median),
    ]);
    expect(comparedNames(model.runId)).toEqual(['a', 'b', 'published:tke-iptables']);
    expect(comparedNames('2026-11-23-rps-x7')).toBeUndefined();
    expect(model.table.rows.every((row) => row.length === model.table.columns.length)).toBe(true);
    for (const { table } of model.parts ?? [])
      expect(table.rows.every((row) => row.length === table.columns.length)).toBe(true);
  });

  it('names the runs and what differs apart from the answer, and what cannot be compared', () => {
    const stopped: Run = { ...b, id: 'c', state: 'cancelled' };
    const model = comparisonModel(compareRuns([a, stopped]), 'UTC', new Map([['a', 'Before the upgrade']]));
    const [runs] = model.facts ?? [];
    expect(runs?.table.rows.map(([letter, run, against]) => [letter, run, against])).toEqual([
      ['A', 'Before the upgrade (a)', 'is the baseline'],
      ['B', 'c', 'A'],
    ]);
    expect(model.notCompared).toEqual([
      expect.stringMatching(/^Not compared: B with A, because .* cancelled/),
    ]);
    expect(model.notes.join(' ')).not.toMatch(/Not compared/);
  });

  it('draws curves where variants stand on an axis', () => {
    const runs = ['a', 'b'].map((id) => runOf(serviceScale, scaleValues, { id }));
    const [chart] = comparisonModel(compareRuns(runs)).charts;
    expect(chart?.kind).toBe('lines');
    expect(chart?.categoryTitle).toBe('Services');
    expect(chart?.series.map(({ label }) => label)).toEqual([
      'A, iptables',
      'A, nftables',
      'B, iptables',
      'B, nftables',
    ]);
  });

  it('draws a figure over time with what changed', () => {
    const drift = driftOf({ scenario: a.scenario, variant: 'none', metric: 'rps' }, [
      { ...a, startedAt: '2026-11-20T10:00:00.000Z' },
      { ...b, target: { ...b.target, fingerprint: { kernel: '9.9' } } },
    ]);
    const model = driftModel('drift:x', drift ? [drift] : [], 'UTC');
    expect(model?.charts[0]?.series[0]?.points.map(({ note }) => note)).toEqual([
      undefined,
      'changed since the run before: kernel and irq time accounting',
    ]);
    expect(model?.charts[0]?.marks).toEqual([
      { place: 0.5, low: 0.5, high: 0.5, label: 'kernel, irq time accounting' },
    ]);
    expect(model?.sentences[0]).toMatch(/whether it drifts is not known, 2 more runs would tell/);
    expect(driftModel('drift:x', [])).toBeNull();
  });
});

it('compares a run that was really measured with itself as no change', () => {
  const file = path.join(__dirname, '../../vscode/fixtures/runs/2026-11-23-policy-overhead-2h/run.json');
  const parsed = parseRun(readFileSync(file, 'utf8'));
  if (!parsed.ok) throw new Error(parsed.reason);
  const { scenarios } = compareRuns([parsed.value, { ...parsed.value, id: 'again' }]);
  const [scenario] = scenarios;
  expect(scenario?.notCompared).toEqual([]);
  expect(scenario?.values.length).toBe(15);
  expect(scenario?.overheads.length).toBe(10);
  for (const { percent, verdict } of [...(scenario?.values ?? []), ...(scenario?.overheads ?? [])]) {
    expect(percent).toBeCloseTo(0, 9);
    expect(verdict).toBe('within-noise');
  }
  // Geometric mean of the six readings of three rounds, A/A pairs as one: no other than in the file.
  const none = scenario?.values.find(({ variant, metric }) => variant === 'none' && metric === 'rps');
  expect(none?.baseline).toMatchObject({ n: 3, median: 31_047.375135773822 });
});

import { describe, expect, it } from 'vitest';
import { aa } from '../../../src/core/scenario/aa';
import { serviceScale } from '../../../src/core/scenario/serviceScale';
import { policyOverhead } from '../../../src/core/scenario/policyOverhead';
import { scenarios } from '../../../src/core/scenario/registry';
import { csvReport } from '../../../src/core/words/csvReport';
import { htmlReport } from '../../../src/core/words/htmlReport';
import { markdownReport } from '../../../src/core/words/markdownReport';
import { panelModelOf } from '../../../src/core/words/panelModelOf';
import { resultTable } from '../../../src/core/words/terminalTable';
import { isPanelModel } from '../../../webview/messages';
import { measuredPolicy, overheadValues, runOf, scaleValues } from './runs';

const overhead = runOf(policyOverhead, overheadValues, { policy: measuredPolicy });
const hostile = '</script><script>alert(1)</script><!--|`*';

describe('the panel’s model', () => {
  it.each(scenarios.map((scenario) => [scenario.id, scenario] as const))(
    'of %s can be drawn',
    (_, scenario) => {
      const model = panelModelOf(
        runOf(scenario, () => 1000),
        undefined,
        'UTC',
      );
      expect(isPanelModel(model)).toBe(true);
      expect(model.charts.length).toBeGreaterThan(0);
      for (const chart of model.charts) {
        expect(chart.summary).toMatch(/\.$/);
        // Where each point has a place of its own there are none.
        if (chart.categories.length > 0)
          for (const series of chart.series) expect(series.points).toHaveLength(chart.categories.length);
      }
      expect(model.sentences.length).toBeGreaterThan(0);
    },
  );

  it('answers first and holds the noise band', () => {
    const model = panelModelOf(overhead, undefined, 'UTC');
    expect(model.subtitle).toBe('local lab · quick (3 rounds) · 23 Nov 2026, 18:49');
    expect(model.charts.map(({ id }) => id).filter((id) => !id.startsWith('effects-'))).toEqual([
      'rps',
      'latency',
      'effects',
      'cpuUsPerRequest',
    ]);
    expect(model.charts[2]?.noisePercent).toBeGreaterThanOrEqual(3);
    expect(model.sentences[0]).toContain('An L7 policy costs 67\u2009% of the requests a second here');
  });

  it('finds where two curves cross: 12000 / (1 + x / 15000) = 9000 at 5,000 Services', () => {
    const { sentences } = panelModelOf(runOf(serviceScale, scaleValues));
    expect(sentences.join(' ')).toContain(
      'cross at about 5\u2009000 Services (5\u2009000 to 5\u2009000; on straight lines between 0 and 10\u2009000): below it iptables is ahead',
    );
  });

  it('shows an invalid sample, with the reason, and says what became of the run', () => {
    const samples = overhead.samples.map((taken, index) =>
      index === 0 ? { ...taken, valid: false, invalidReasons: ['8 % of the requests failed'] } : taken,
    );
    const model = panelModelOf({
      ...overhead,
      samples,
      state: 'cancelled',
      stateReason: 'The run was cancelled.',
    });
    expect(model.notes.join('\n')).toMatch(
      /23 of 24 samples valid[\s\S]*Not used: Round 1, .*8 % of the requests failed/,
    );
    expect(model.charts[0]?.series[0]?.points[0]?.samples.some(({ valid }) => !valid)).toBe(true);
    expect(model.sentences[0]).toContain('cancelled');
  });

  it('of a run that has just begun draws nothing and says so', () => {
    const empty = { ...overhead, samples: [], effects: [], variants: [] };
    const model = panelModelOf(empty, { text: '0 of 24 samples' });
    expect(model).toMatchObject({ state: 'running', charts: [], sentences: ['Nothing is measured yet.'] });
  });
});

describe('the terminal', () => {
  it.each([48, 60, 80, 120])('keeps within %i columns', (width) => {
    for (const scenario of scenarios) {
      for (const line of resultTable(
        runOf(scenario, () => 1000),
        { width, colour: false },
      )) {
        expect(line.length).toBeLessThanOrEqual(width);
      }
    }
  });

  const shown = (run: typeof overhead, width: number): string =>
    resultTable(run, { width, colour: false }).join('\n').replaceAll('\u2009', ' ');

  it('has one row a variant where that fits, its verdict at the end', () => {
    expect(shown(overhead, 120)).toContain(
      'L7 through Envoy   7 353/s  −67 % (−68 to −65)  403 µs   ×2.9 (×2.8 to ×3.0)   162 µs   ×3.3 (×3.2 to ×3.4)  worse',
    );
  });

  it('folds what is behind each number under it on 80 columns', () => {
    expect(shown(overhead, 80)).toContain(
      [
        '                  Requests            p50                   CPU a request',
        '                  saturated           at 1 000/s',
        'No policy         22 043/s  ± 1 %     138 µs  ± 1 %         49.3 µs  ± 1 %',
        'L3/L4             20 010/s   −9 %     149 µs   +8 %         54.8 µs  +11 %',
        '                  worse (−12 to −6)   worse (4 to 12)       worse (7 to 16)',
      ].join('\n'),
    );
  });

  it('has a row for each number of Services and a column for each kind of rules', () => {
    const text = shown(runOf(serviceScale, scaleValues), 80);
    expect(text).toMatch(/Services +iptables +nftables\n +0 +12 084\/s/);
    expect(text).toMatch(/30 000 +3 976\/s +−66\.9 % +worse +8 946\/s +−1 % +within noise/);
    expect(text).toContain('p99, one at a time: in the report.');
  });

  it('answers how much noise there is where a setting is measured against itself', () => {
    const text = shown(
      runOf(aa, () => 1000),
      80,
    ).replaceAll('\n', ' ');
    expect(text).toContain('One setting differs from itself by up to 3 % in requests a second');
    expect(text).toContain('as it should be');
  });

  it('says that the noise is not known, and never gives absurd digits', () => {
    const effects = overhead.effects.map((effect) => ({
      ...effect,
      noisePercent: effect.metric === 'rps' ? 165_079_698.9 : null,
      ci95: [-99.99, 165_079_698.9] as const,
    }));
    const run = { ...overhead, effects };
    const everything = [shown(run, 80), markdownReport(run), JSON.stringify(panelModelOf(run).charts)];
    for (const text of everything) expect(text).not.toMatch(/079/);
    expect(everything[0]).toContain('Noise here (A/A): over ± 100 % in RPS');
    expect(everything[0]).toContain(
      'Noise not known in p50, p90, p99 and CPU a request: fewer than two A/A pairs',
    );
    expect(everything[1]?.replaceAll('\u2009', ' ')).toContain('differ by over 100 % in requests a second');
  });

  it('names a few invalid samples and counts the others', () => {
    const samples = overhead.samples.map((taken) => ({
      ...taken,
      valid: false,
      invalidReasons: ['too slow'],
    }));
    const text = shown({ ...overhead, samples }, 80);
    expect(text.match(/Not used: /g)).toHaveLength(4);
    expect(text).toContain('Not used either: 20 more samples, named in the report');
  });

  it('says with words whatever it says with colour', () => {
    const coloured = resultTable(overhead, { width: 80, colour: true }).join('\n');
    expect(coloured.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g'), '')).toBe(
      resultTable(overhead, { width: 80, colour: false }).join('\n'),
    );
    expect(coloured).toContain('\u001b[31m');
  });
});

describe('reports', () => {
  const run = { ...overhead, title: hostile, policy: { ...measuredPolicy, file: hostile } };

  it('HTML holds hostile text as text and asks for nothing', () => {
    const html = htmlReport(panelModelOf(run), { script: 'const a="</script>";', style: 'a{}' });
    expect(html).not.toContain('<script>alert');
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/(?:src|href)=/);
    const data = /<script type="application\/json" id="model">(.*)<\/script>/.exec(html)?.[1] ?? '';
    expect(JSON.parse(data)).toEqual(panelModelOf(run));
    expect(html).toContain('<td class="numeric">');
  });

  it('HTML breaks no number in two at a thin space', () => {
    const html = htmlReport(panelModelOf(overhead), { script: '', style: '' });
    const beforeData = html.slice(0, html.indexOf('<script'));
    expect(beforeData).toContain('22\u202f043/s');
    expect(beforeData).not.toContain('\u2009');
  });

  it('names a sample by its load in words', () => {
    const places = panelModelOf(overhead).samples.map(({ text }) => text.replaceAll('\u2009', ' '));
    expect(places[0]).toMatch(/^Round 1, no policy, saturated · /);
    expect(places[1]).toMatch(/^Round 1, no policy, at 1 000\/s · /);
  });

  it('CSV gives a spreadsheet no formula and a program plain numbers', () => {
    const samples = overhead.samples.map((taken, index) =>
      index === 0 ? { ...taken, valid: false, invalidReasons: ['=HYPERLINK("x"),1'] } : taken,
    );
    const lines = csvReport({ ...overhead, samples, target: { ...overhead.target, name: '@evil' } }).split(
      '\r\n',
    );
    expect(lines[1]).toContain(`,'@evil,`);
    expect(lines[1]).toContain(`"'=HYPERLINK(""x""),1"`);
    expect(lines[3]?.split(',').at(-1)).toMatch(/^\d+(\.\d+)?$/);
    expect(lines).toHaveLength(
      overhead.samples.reduce((sum, { values }) => sum + Object.keys(values).length, 2),
    );
  });

  it('CSV is read back cell by cell as RFC 4180 has it, whatever the texts hold', () => {
    const texts = ['a "b", c\r\nd', '=1+1', '-1', '@x', '+x', '\tx', '\rx', '\nx', '＝1', "'x", '', 'plain'];
    const samples = overhead.samples
      .slice(0, 1)
      .flatMap((taken) =>
        texts.map((text) => ({ ...taken, valid: false, invalidReasons: [text], values: { rps: -1.5 } })),
      );
    const [head, ...rows] = readCsv(csvReport({ ...overhead, samples }));
    expect(new Set(rows.map(({ length }) => length))).toEqual(new Set([head?.length]));
    const column = (name: string): (string | undefined)[] =>
      rows.map((row) => row[head?.indexOf(name) ?? -1]);
    expect(column('invalidReasons')).toEqual(
      texts.map((text) => (/^[=\-@+\t\r\n＝]/.test(text) ? `'${text}` : text)),
    );
    expect(new Set(column('value'))).toEqual(new Set(['-1.5']));
  });
});

/** Reads CSV by the grammar of RFC 4180, section 2, and throws at what it does not allow. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/y;
  while (cell.lastIndex < text.length) {
    const [, quoted, plainText, end] = cell.exec(text) ?? [];
    if (end === undefined) throw new Error('not a cell');
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plainText ?? '');
    if (end === '\r\n') rows.push([]);
  }
  return rows.filter(({ length }) => length > 0);
}

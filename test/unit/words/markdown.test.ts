import { describe, expect, it } from 'vitest';
import { policyOverhead } from '../../../src/core/scenario/policyOverhead';
import { rps } from '../../../src/core/scenario/rps';
import { scenarios } from '../../../src/core/scenario/registry';
import { serviceScale } from '../../../src/core/scenario/serviceScale';
import { fitted } from '../../../src/core/words/fitted';
import { longestComment, markdownReport } from '../../../src/core/words/markdownReport';
import { githubText } from '../../../src/core/words/markdownText';
import { measuredPolicy, overheadValues, runOf, scaleValues } from './runs';

const overhead = runOf(policyOverhead, overheadValues, { policy: measuredPolicy });
const hostile =
  '</script><script>alert(1)</script><!--|`*\r\n| a | b |\n# @team #12 $x$ https://evil.example www.evil.example';

/** Cells of a line of a table, as GitHub's parser cuts it: at every pipe that no backslash stands before. */
const cells = (line: string): string[] => line.split(/(?<!\\)\|/).slice(1, -1);

/** Every table: its rule and the rows below it, until an empty line. */
function tables(markdown: string): { readonly columns: number; readonly rows: readonly string[] }[] {
  return markdown.split('\n\n').flatMap((block) => {
    const lines = block.split('\n').filter((line) => !line.startsWith('<'));
    const rule = lines.findIndex((line) => /^\|(?: :?-+:? \|)+$/.test(line));
    return rule < 0 ? [] : [{ columns: cells(lines[rule] ?? '').length, rows: lines.slice(rule + 1) }];
  });
}

describe('text on GitHub', () => {
  it.each([
    ['cilium_lxc|*a*', 'cilium\\_lxc\\|\\*a\\*'],
    ['`a` ``b`` [c](d) ![e](f)', '\\`a\\` \\`\\`b\\`\\` \\[c\\](d) !\\[e\\](f)'],
    ['<b>&lt;', '\\<b\\>\\&lt;'],
    ['a\r\nb\u2028c\u0007d\te', 'a b c d e'],
    ['12\u2009000', '12\u2009000'],
    ['admin@kubernetes', 'admin@&#8203;kubernetes'],
    ['#12', '\\#&#8203;12'],
    ['https://x.y www.z.y', 'https\\://x.y www\\.z.y'],
    ['$x$', '\\$x\\$'],
    ['1. a', '1\\. a'],
    ['1.5 µs', '1.5 µs'],
    ['- a', '\\- a'],
    ['---', '\\---'],
    ['+8 %', '+8 %'],
  ])('%j', (text, expected) => {
    expect(githubText(text)).toBe(expected);
  });

  it('is cut between characters, never within one', () => {
    expect(githubText('🐝'.repeat(500), 3)).toBe('🐝🐝🐝…');
  });
});

describe('fitted', () => {
  const piece = (what: string, count: number) => ({
    what,
    head: 'head',
    lines: Array.from({ length: count }, (_, at) => `line ${at}`),
    tail: 'tail',
  });

  it('leaves nothing out where all fits', () => {
    expect(fitted([piece('a', 1), piece('b', 2)], 1000)).toBe(
      'head\nline 0\ntail\n\nhead\nline 0\nline 1\ntail\n',
    );
  });

  it('cuts between lines, closes what it opened and counts what is left out', () => {
    const text = fitted([piece('rows', 100), piece('facts', 3), piece('none', 0)], 600);
    expect(text.length).toBeLessThanOrEqual(600);
    const shown = text.match(/line \d+/g) ?? [];
    expect(shown.length).toBeGreaterThan(5);
    expect(text).toMatch(/\ntail\n\nLeft out, since a comment holds no more: \d+ of 100 rows/);
    expect(text).toContain(`${100 - shown.filter((_, at) => at < 100).length} of 100 rows`);
  });
});

describe('the Markdown report', () => {
  it('answers first, with a narrow table, and folds the rest', () => {
    const lines = markdownReport(overhead, { timeZone: 'UTC' }).replaceAll('\u2009', ' ').split('\n');
    expect(lines.slice(0, 5)).toEqual([
      '## Cost of examples/shop-l7.yaml',
      '',
      'local lab · quick (3 rounds) · 23 Nov 2026, 18:49',
      '',
      expect.stringMatching(/^An L7 policy costs 67 % of the requests a second here/),
    ]);
    const first = lines.findIndex((line) => line.startsWith('|'));
    expect(lines[first]).toBe('| Setting | Measured | Median | Change | Verdict |');
    expect(lines[first + 4]).toBe(
      '| L7 through Envoy | RPS, saturated | 7 353/s | −67 % (−68 to −65) | worse |',
    );
    expect(lines.filter((line) => line.startsWith('<summary>'))).toEqual([
      '<summary>All figures, with their intervals</summary>',
      '<summary>Fingerprint: what it was measured on</summary>',
    ]);
    // Without an empty line behind the summary, GitHub takes what follows for HTML.
    for (const [at, line] of lines.entries())
      if (line.startsWith('<summary>')) expect(lines[at + 1]).toBe('');
    expect(lines.filter((line) => line === '<details>')).toHaveLength(2);
    expect(lines.filter((line) => line === '</details>')).toHaveLength(2);
  });

  it('has intervals in its narrow table where nothing is compared', () => {
    expect(markdownReport(runOf(rps, () => 1000))).toContain(
      '| Setting | Measured | Median | 95 % interval |',
    );
  });

  it('holds hostile names as text, in tables that stay tables', () => {
    const markdown = markdownReport({
      ...overhead,
      title: hostile,
      policy: { ...measuredPolicy, file: hostile },
      variants: overhead.variants.map((variant) => ({ ...variant, label: hostile })),
      target: { kind: 'kube', name: hostile, fingerprint: { [hostile]: hostile } },
      tools: [{ name: hostile, version: hostile, source: hostile }],
    });
    const found = tables(markdown);
    expect(found).toHaveLength(2);
    for (const { columns, rows } of found)
      for (const row of rows.filter((line) => line !== '</details>'))
        expect(cells(row)).toHaveLength(columns);
    expect(markdown).not.toMatch(/<(?!\/?(?:details|summary)>)(?<!\\<)/);
    expect(markdown).not.toMatch(/@(?=\w)|#(?=\d)(?!&)(?<!&#)|https:\/\/|www\.|(?<!\\)`|(?<!\\)\$/);
  });

  it.each(scenarios.map((scenario) => [scenario.id, scenario] as const))(
    'of %s fits a comment',
    (_, scenario) => {
      expect(markdownReport(runOf(scenario, () => 1000)).length).toBeLessThan(longestComment);
    },
  );

  it('of a vast run fits a comment, and says what it left out', () => {
    const scale = runOf(serviceScale, scaleValues);
    const variants = Array.from({ length: 400 }, (_, at) =>
      scale.variants
        .slice(0, 1)
        .map((variant) => ({ ...variant, id: `v${at}`, label: `${at} ${'|'.repeat(5000)}` })),
    ).flat();
    const samples = scale.samples.map((sample) => ({
      ...sample,
      valid: false,
      invalidReasons: ['<'.repeat(10_000)],
    }));
    const markdown = markdownReport({ ...scale, variants, samples, title: 'x'.repeat(1e6) });
    expect(markdown.length).toBeLessThan(longestComment);
    expect(markdown.length).toBeGreaterThan(longestComment / 2);
    expect(markdown).toMatch(/Left out, since a comment holds no more: .*\d+ of \d+ rows of all figures/);
    expect(markdown.split('<details>').length).toBe(markdown.split('</details>').length);
  });
});

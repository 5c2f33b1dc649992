import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/core/policy/analyse';
import { marksHttpRules } from '../../../src/core/policy/finding';
import { corpusIsThere, corpusTable, corpusText } from './policyCorpus';

if (!corpusIsThere)
  console.log('Policy corpus: not beside the project, so precision and recall are not measured.');
const isListed = (line: number, lines: string): boolean => lines.split(',').includes(String(line));

interface Tally {
  right: number;
  wrong: string[];
  missed: string[];
}
const emptyTally = (): Tally => ({ right: 0, wrong: [], missed: [] });

/** The kind of rule that stands on a line of the truth, read from that line itself. */
function kindAt(text: string, line: number): string {
  return /\b(http|dns)"?\s*:/i.exec(text.split('\n')[line - 1] ?? '')?.[1]?.toLowerCase() ?? 'other';
}

describe.skipIf(!corpusIsThere)('the corpus of real policies', { timeout: 60_000 }, () => {
  it('finds each http and dns key and nothing else', () => {
    const tallies = { 'l7-http': emptyTally(), 'l7-dns': emptyTally() };
    let covered = 0;
    const uncovered: string[] = [];
    const rows = [
      ...corpusTable('index.tsv').map((row) => ({ row, folder: 'files' as const })),
      ...corpusTable('derived/index.tsv').map((row) => ({ row, folder: 'derived' as const })),
    ];
    for (const { row, folder } of rows) {
      const { file = '', l7_lines: lines = '', l7, kinds = '' } = row;
      const text = corpusText(folder, file);
      const hasLines = /\d/.test(lines);
      const istio = kinds.includes('AuthorizationPolicy');
      const findings = analyse(text).findings.filter(({ code }) => code !== 'l7-empty');
      if (l7 === 'yes' && !hasLines && !istio) {
        uncovered.push(file);
        expect.soft(findings.length, `${folder}/${file} has L7 rules`).toBeGreaterThan(0);
        continue;
      }
      covered += 1;
      const found = new Set<string>();
      for (const { code: exact, range } of findings) {
        const code = marksHttpRules(exact) ? 'l7-http' : exact;
        if (code !== 'l7-http' && code !== 'l7-dns') continue;
        const line = range.start.line + 1;
        found.add(`${code}:${line}`);
        if (!istio && isListed(line, lines) && code === `l7-${kindAt(text, line)}`) tallies[code].right += 1;
        else tallies[code].wrong.push(`${folder}/${file}:${line}`);
      }
      if (istio) continue;
      for (const line of lines
        .split(',')
        .filter((cell) => /^\d+$/.test(cell))
        .map(Number)) {
        const kind = kindAt(text, line);
        if (kind !== 'http' && kind !== 'dns') continue;
        if (!found.has(`l7-${kind}:${line}`)) tallies[`l7-${kind}`].missed.push(`${folder}/${file}:${line}`);
      }
    }
    console.log(
      `Policy corpus: ${covered} files covered by line; ${uncovered.length} only by whether something is found, since the index names no line: ${uncovered.join(', ')}.`,
    );
    for (const [code, { right, wrong, missed }] of Object.entries(tallies)) {
      const share = (others: number): string => (right / (right + others)).toFixed(3);
      console.log(
        `${code}: precision ${share(wrong.length)}, recall ${share(missed.length)} (${right} right)`,
      );
      expect.soft(wrong, `${code} found where there is none`).toEqual([]);
      expect.soft(missed, `${code} not found`).toEqual([]);
      expect(right, `${code} found anywhere`).toBeGreaterThan(20);
    }
  });

  it('finds L7 in each Istio policy that has some, and in no other', () => {
    let right = 0;
    for (const { file = '', kinds = '', l7, l7_types: types = '' } of corpusTable('index.tsv')) {
      if (!kinds.includes('AuthorizationPolicy')) continue;
      const findings = analyse(corpusText('files', file)).findings.filter(({ code }) => code === 'istio-l7');
      expect.soft(findings.length > 0, `${file} is ${l7}`).toBe(l7 === 'yes');
      // The index names a header by its kind, and CUSTOM by what stands behind it.
      const named = findings.flatMap(({ detail }) => (detail?.['fields'] ?? '').split(', '));
      const expected = types
        .split(',')
        .filter((type) => type !== '-')
        .map((type) => type.replace('when:', '').replace('ext_authz', 'action CUSTOM'));
      for (const type of expected)
        expect
          .soft(
            named.some(
              (field) => field.startsWith(type) || field.toLowerCase() === `not${type}`.toLowerCase(),
            ),
            `${file} names ${type} in ${named.join(', ')}`,
          )
          .toBe(true);
      right += 1;
    }
    console.log(`Policy corpus: ${right} files with policies of Istio.`);
    expect(right).toBeGreaterThan(15);
  });
  it('counts the policies that the index counts', () => {
    for (const { file = '', policy_docs: policies, flags = '' } of corpusTable('index.tsv')) {
      const analysis = analyse(corpusText('files', file));
      expect.soft(analysis.policies, `${file} ${flags}`).toBe(Number(policies));
    }
  });
});

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/core/policy/analyse';
import { marksHttpRules } from '../../../src/core/policy/finding';

const above = ['../../../../shared', '../../../../../shared'].map((folder) =>
  path.resolve(import.meta.dirname, folder, 'policy-corpus'),
);
const corpus = above.find((folder) => existsSync(path.join(folder, 'index.tsv'))) ?? '';
const there = corpus !== '';
if (!there) console.log('Policy corpus: not beside the project, so precision and recall are not measured.');

function table(file: string): readonly Readonly<Record<string, string>>[] {
  const [head = '', ...rows] = readFileSync(path.join(corpus, file), 'utf8').split('\n');
  const names = head.split('\t');
  return rows
    .filter((row) => row !== '')
    .map((row) => Object.fromEntries(row.split('\t').map((cell, at) => [names[at] ?? '', cell])));
}
const textOf = (folder: string, file: string): string =>
  readFileSync(path.join(corpus, folder, file), 'utf8');
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

describe.skipIf(!there)('the corpus of real policies', () => {
  it('finds each http and dns key and nothing else', () => {
    const tallies = { 'l7-http': emptyTally(), 'l7-dns': emptyTally() };
    let covered = 0;
    const uncovered: string[] = [];
    const rows = [
      ...table('index.tsv').map((row) => ({ row, folder: 'files' })),
      ...table('derived/index.tsv').map((row) => ({ row, folder: 'derived' })),
    ];
    for (const { row, folder } of rows) {
      const { file = '', l7_lines: lines = '', l7, kinds = '' } = row;
      const text = textOf(folder, file);
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
});

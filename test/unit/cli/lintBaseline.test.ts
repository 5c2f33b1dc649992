import { describe, expect, it } from 'vitest';
import { baselineOf, baselineText, newFindings, readBaseline } from '../../../src/cli/lintBaseline';
import type { LintFinding } from '../../../src/cli/lintReport';
import { analyse } from '../../../src/core/policy/analyse';
import { costOf } from '../../../src/core/result/cost';
import { fixture } from '../policy/fixtures';

const lintOf = (text: string, file = 'shop.yaml'): readonly LintFinding[] =>
  analyse(text).findings.map((finding) => ({ file, finding, cost: costOf(finding, []), line: '' }));
const text = fixture('documents.yaml');
const baseline = (findings: readonly LintFinding[]) =>
  readBaseline(baselineText(baselineOf(findings)), 'old.json');

describe('a baseline', () => {
  it('holds every finding that it was written from', () => {
    expect(lintOf(text)).toHaveLength(2);
    expect(newFindings(lintOf(text), baseline(lintOf(text)))).toEqual([]);
  });
  it('holds them where lines have moved', () => {
    expect(newFindings(lintOf(`# a line\n# more\n${text}`), baseline(lintOf(text)))).toEqual([]);
  });
  it('does not hold one more of the same kind, another port or another file', () => {
    const old = baseline(lintOf(text));
    const twice = [...lintOf(text), ...lintOf(text)];
    expect(newFindings(twice, old)).toHaveLength(2);
    expect(
      newFindings(lintOf(text.replaceAll('80', '81')), old).map(({ finding }) => finding.code),
    ).toContain('l7-http');
    expect(newFindings(lintOf(text, 'other.yaml'), old)).toHaveLength(2);
  });
  it.each([
    ['{', 'is not JSON'],
    ['[]', 'is no baseline of findings'],
    ['{"schemaVersion":9,"findings":{}}', 'is of another version'],
    ['{"schemaVersion":1,"findings":{"a":-1}}', 'holds a count that is no whole number'],
    ['{"schemaVersion":1,"findings":{"a":1.5}}', 'holds a count that is no whole number'],
  ])('is not read from %s', (bad, what) => {
    expect(() => readBaseline(bad, 'old.json')).toThrow(`old.json ${what}`);
  });
});

import { describe, expect, it } from 'vitest';
import { failsOn } from '../../../src/cli/commands/lint';
import { lintJson, lintText, type LintResult } from '../../../src/cli/lintReport';
import type { Finding } from '../../../src/core/policy/finding';
import { costOf } from '../../../src/core/result/cost';
import { aFinding } from './aFinding';

const finding = aFinding();
const empty: Finding = { ...finding, code: 'l7-empty', severity: 'info' };

const result: LintResult = {
  findings: [
    { file: 'shop/checkout.yaml', finding, cost: costOf(finding, []), line: '          http:' },
    { file: 'shop/checkout.yaml', finding: empty, cost: costOf(empty, []), line: '\u001b[2J\t\thttp: []' },
  ],
  files: [
    { file: 'shop/checkout.yaml', documents: 2, policies: 1 },
    { file: 'shop/logo.json', documents: 0, policies: 0, skipped: 'it is binary' },
  ],
};

describe('lint as JSON', () => {
  const document = JSON.parse(lintJson(result)) as { findings: Record<string, unknown>[]; files: unknown[] };

  it('has the fields of the contract', () => {
    expect(document).toMatchObject({
      schemaVersion: 1,
      findings: [
        {
          file: 'shop/checkout.yaml',
          code: 'l7-http',
          severity: 'warning',
          document: 1,
          range: { start: { line: 14, character: 10 }, end: { line: 14, character: 14 } },
          protocol: 'http',
          direction: 'ingress',
          ports: ['8080/TCP'],
          tags: ['performance'],
          docs: 'https://docs.cilium.io/en/stable/security/policy/language/',
        },
        { code: 'l7-empty' },
      ],
      files: [
        { file: 'shop/checkout.yaml', documents: 2, policies: 1 },
        { file: 'shop/logo.json', documents: 0, policies: 0, skipped: 'it is binary' },
      ],
    });
    expect(Object.keys(document)).toEqual(['schemaVersion', 'findings', 'files']);
  });

  it('says what it costs and where that comes from, or leaves the cost out', () => {
    const [l7, none] = document.findings;
    expect(l7?.['message']).toMatch(/goes through Envoy.*Published:/);
    expect(l7?.['cost']).toMatchObject({ source: 'published', load: 'saturated' });
    expect(none).not.toHaveProperty('cost');
  });

  it('is an empty list where there is nothing to say', () => {
    expect(JSON.parse(lintJson({ findings: [], files: [] }))).toEqual({
      schemaVersion: 1,
      findings: [],
      files: [],
    });
  });
});

describe('lint as text', () => {
  it('gives a line a finding with its place from 1, and a sum', () => {
    const lines = lintText(result, false).split('\n');
    expect(lines[0]).toMatch(/^shop\/checkout\.yaml:15:11: warning: All TCP traffic .* \[l7-http\]$/);
    expect(lines[3]).toMatch(/^shop\/checkout\.yaml:15:11: info: .* \[l7-empty\]$/);
    expect(lines[6]).toBe('2 findings in 1 of 2 files, 1 policy read');
    expect(lines[7]).toBe('');
  });

  it('shows the line with the place marked, and nothing that would steer a terminal', () => {
    const lines = lintText(result, false).split('\n');
    expect(lines.slice(1, 3)).toEqual(['15 |           http:', '   |           ^^^^']);
    expect(lines.slice(4, 6)).toEqual(['15 | \ufffd[2J\t\thttp: []', '   |     \t\t    ^^^^']);
  });

  it('has colour only when asked for', () => {
    expect(lintText(result, false)).not.toContain('\u001b');
    expect(lintText(result, true)).toContain('\u001b[33mwarning\u001b[0m');
  });
});

describe('--fail-on', () => {
  it.each([
    ['error', ['warning', 'info'], false],
    ['error', ['error'], true],
    ['warning', ['error'], true],
    ['warning', ['warning'], true],
    ['warning', ['info', 'hint'], false],
    ['info', ['info'], true],
    ['info', ['hint'], false],
    ['never', ['error', 'warning', 'info', 'hint'], false],
    ['info', [], false],
  ] as const)('%s with %j is %s', (failOn, found, fails) => {
    expect(failsOn(failOn, found)).toBe(fails);
  });
});

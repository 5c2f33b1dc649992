/** What people are told of the hard cases, against what Cilium's own code says of them (test/oracle/cases). */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/core/policy/analyse';
import type { FindingCode } from '../../../src/core/policy/finding';
import { ciliumVersions } from '../../../src/core/policy/semantics/model';

const folder = path.resolve(import.meta.dirname, '../../oracle/cases');
const manifest = (name: string): string => readFileSync(path.join(folder, name), 'utf8');

interface Answer {
  readonly agent: string;
  readonly schema: string;
  readonly redirects: string;
  readonly merged: string;
  readonly shadow: string;
}

function answersOf(version: string): ReadonlyMap<string, Answer> {
  const [, ...rows] = readFileSync(path.join(folder, `answers-${version}.tsv`), 'utf8')
    .trim()
    .split('\n');
  return new Map(
    rows.map((row) => {
      const [name = '', agent = '', schema = '', redirects = '', merged = '', shadow = ''] = row.split('\t');
      return [name, { agent, schema, redirects, merged, shadow }];
    }),
  );
}

describe.each(ciliumVersions)('Cilium %s', (version) => {
  const answers = answersOf(version);
  it('has an answer for each case', () => {
    const cases = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
    expect([...answers.keys()].sort()).toEqual(cases.sort());
  });
  it.each([...answers])('%s', (name, { agent, schema, redirects, merged, shadow }) => {
    const { findings } = analyse(manifest(name), { version });
    const has = (...codes: FindingCode[]): boolean => findings.some(({ code }) => codes.includes(code));
    const removed = has('field-removed');
    const refusing = findings.some(({ code, severity }) => code === 'schema-refused' && severity === 'error');
    expect(refusing || removed, 'refused by the API server').toBe(schema.startsWith('refuses') || removed);
    if (!schema.startsWith('refuses'))
      expect(has('l7-rejected') || removed, 'refused by the agent').toBe(agent !== 'accepts' || removed);
    const isProxied = has(
      'l7-http',
      'l7-http-visibility',
      'l7-dns',
      'l7-tls',
      'l7-listener',
      'l7-kafka',
      'l7-proto',
    );
    // What a refusal elsewhere breaks would be paid for once that is mended.
    const isClean = agent === 'accepts' && !schema.startsWith('refuses');
    if (isClean) expect(isProxied, redirects).toBe(/http|dns|tls|crd|kafka|proto|memcache/.test(redirects));
    expect(has('l7-conflict'), merged).toBe(isClean && /conflict|ERROR|breaks|!/i.test(merged));
    if (isClean && shadow === '-') expect(has('l7-shadowed'), 'shadow').toBe(false);
    if (isClean && /l4-only|l3-only|default-allow/.test(shadow))
      expect(has('l7-shadowed'), shadow).toBe(true);
  });
});

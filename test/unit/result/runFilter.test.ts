import { describe, expect, it } from 'vitest';
import { noAnnotations } from '../../../src/core/result/annotations';
import { matchesRun, parseRunFilter, type FilteredRun } from '../../../src/core/result/runFilter';

const run: FilteredRun = {
  id: '2026-11-23-policy-overhead-x7',
  scenario: 'policy-overhead',
  title: 'Policy overhead',
  profile: 'quick',
  state: 'complete',
  target: { kind: 'kube', name: 'prod-eu-1' },
  policy: { name: 'checkout', file: 'shop/checkout.yaml' },
  annotations: { ...noAnnotations, name: 'Before the upgrade', note: 'Envoy\n1.40', tags: ['Nightly', 'eu'] },
};
const matches = (text: string, of = run): boolean => matchesRun(parseRunFilter(text), of);

describe('a filter of runs', () => {
  it('reads words and fields, the last of those that there can be one of', () => {
    expect(parseRunFilter(' slow  tag:a TAG:#b scenario:rps target:x target:"prod eu" "two words" ')).toEqual(
      {
        words: ['slow', 'two words'],
        tags: ['a', 'b'],
        scenario: 'rps',
        target: 'prod eu',
      },
    );
  });

  it.each(['', '   ', 'tag:', '""', 'tag:""'])('asks for nothing with %j', (text) => {
    expect(matches(text)).toBe(true);
  });

  it.each([
    'UPGRADE',
    'envoy 1.40',
    'checkout',
    'night',
    'tag:nightly',
    'tag:eu tag:nightly upgrade',
    'scenario:policy',
    'target:prod',
    '"before the"',
  ])('finds it by %j', (text) => {
    expect(matches(text)).toBe(true);
  });

  it.each([
    'tag:night',
    'tag:us',
    'scenario:overhead',
    'target:lab',
    'upgrade target:staging',
    '"the before"',
    'elephant',
  ])('leaves it out by %j', (text) => {
    expect(matches(text)).toBe(false);
  });

  it('knows the local lab as lab', () => {
    expect(matches('target:lab', { ...run, target: { kind: 'lab', name: 'diese Maschine' } })).toBe(true);
  });

  it('takes any text', () => {
    for (const text of ['"', ':', 'tag:"', 'a:b', '$(', '\\', '('.repeat(10_000)]) {
      expect(typeof matches(text)).toBe('boolean');
    }
  });
});

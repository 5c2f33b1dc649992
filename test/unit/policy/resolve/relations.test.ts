import { describe, expect, it } from 'vitest';
import type { Selector } from '../../../../src/core/policy/semantics/model';
import {
  covers,
  overlaps,
  selectorCovers,
  selectorsOverlap,
} from '../../../../src/core/policy/semantics/resolve/relations';
import { cidrSelector, type PeerSelector } from '../../../../src/core/policy/semantics/resolve/selector';

type Expression = Selector['matchExpressions'][number];
const labels = (
  matchLabels: Record<string, string>,
  ...matchExpressions: readonly Expression[]
): Selector => ({
  path: [],
  matchLabels,
  matchExpressions,
});
const expression = (
  key: string,
  operator: Expression['operator'],
  ...values: readonly string[]
): Expression => ({
  key,
  operator,
  values,
});

describe('selectors', () => {
  const web = labels({ app: 'web' });
  const anybody = labels({});
  it.each([
    [web, labels({ team: 'ops' }), 'yes'],
    [web, labels({ app: 'db' }), 'no'],
    [web, labels({ 'k8s:app': 'db' }), 'no'],
    [web, anybody, 'yes'],
    [web, labels({}, expression('app', 'NotIn', 'web')), 'no'],
    [web, labels({}, expression('app', 'NotIn', 'db')), 'yes'],
    [web, labels({}, expression('app', 'DoesNotExist')), 'no'],
    [labels({}, expression('app', 'In', 'a', 'b')), labels({}, expression('app', 'In', 'b', 'c')), 'yes'],
    [labels({}, expression('app', 'In', 'a', 'b')), labels({}, expression('app', 'In', 'c')), 'no'],
    [labels({}, expression('app', 'Exists')), labels({}, expression('app', 'DoesNotExist')), 'no'],
    [labels({ 'reserved:world': '' }), web, 'no'],
    [labels({ 'reserved:host': '' }), web, 'unknown'],
  ] as const)('%j meets %j: %s', (a, b, answer) => {
    expect(selectorsOverlap(a, b)).toBe(answer);
    expect(selectorsOverlap(b, a)).toBe(answer);
  });

  it.each([
    [anybody, web, 'yes'],
    [web, anybody, 'no'],
    [web, labels({ app: 'web', team: 'ops' }), 'yes'],
    [web, labels({ 'k8s:app': 'web' }), 'yes'],
    [labels({}, expression('app', 'Exists')), web, 'yes'],
    [web, labels({}, expression('app', 'Exists')), 'no'],
    [labels({}, expression('app', 'In', 'web', 'db')), web, 'yes'],
    [web, labels({}, expression('app', 'In', 'web', 'db')), 'no'],
    [labels({}, expression('app', 'NotIn', 'db')), web, 'yes'],
    [labels({}, expression('app', 'NotIn', 'web')), web, 'no'],
    [labels({}, expression('app', 'NotIn', 'a')), labels({}, expression('app', 'DoesNotExist')), 'yes'],
    [labels({}, expression('app', 'DoesNotExist')), labels({}, expression('app', 'NotIn', 'a')), 'no'],
  ] as const)('%j covers %j: %s', (a, b, answer) => {
    expect(selectorCovers(a, b)).toBe(answer);
  });
});

describe('addresses and names', () => {
  const cidr = (text: string, ...except: readonly string[]): PeerSelector => {
    const found = cidrSelector(`${text}-${except.join()}`, { cidr: text, except });
    if (!found) throw new Error(`${text} is no prefix`);
    return found;
  };
  const name: PeerSelector = { kind: 'fqdn', key: 'n', matchName: 'a.example.com', matchPattern: '' };
  it('compares prefixes and what they leave out', () => {
    expect(overlaps(cidr('10.0.0.0/8'), cidr('10.1.2.3'))).toBe('yes');
    expect(overlaps(cidr('10.0.0.0/8'), cidr('11.0.0.0/8'))).toBe('no');
    expect(overlaps(cidr('10.0.0.0/8', '10.1.0.0/16'), cidr('10.1.2.0/24'))).toBe('no');
    expect(covers(cidr('10.0.0.0/8'), cidr('10.1.0.0/16'))).toBe('yes');
    expect(covers(cidr('10.1.0.0/16'), cidr('10.0.0.0/8'))).toBe('no');
    expect(covers(cidr('10.0.0.0/8', '10.1.0.0/16'), cidr('10.0.0.0/8'))).toBe('no');
    expect(covers(cidr('10.0.0.0/8'), cidr('10.0.0.0/8', '10.1.0.0/16'))).toBe('yes');
    expect(overlaps(cidr('fd00::/8'), cidr('10.0.0.0/8'))).toBe('no');
    expect(covers(cidr('fd00::/8'), cidr('fd12:3456::1'))).toBe('yes');
  });
  it('does not know what a name resolves to', () => {
    expect(overlaps(name, cidr('10.0.0.0/8'))).toBe('unknown');
    expect(covers(cidr('0.0.0.0/0'), name)).toBe('unknown');
  });
});

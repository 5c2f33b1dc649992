import { describe, expect, it } from 'vitest';
import { ciliumVersions } from '../../../../src/core/policy/semantics/model';
import { readPolicy } from '../../../../src/core/policy/semantics/readPolicy';
import { redirectsOf } from '../../../../src/core/policy/semantics/redirects';
import { schemaFaults } from '../../../../src/core/policy/semantics/schemaFaults';
import { removedFields } from '../../../../src/core/policy/semantics/versions';
import { entries, http, namespaced } from './manifests';

/** Mulberry32: the same numbers for a seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const odd: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  1e300,
  '',
  'x',
  [],
  {},
  [null],
  [[]],
  { '': 0 },
  { a: { b: [] } },
];
const whole = {
  ...namespaced({
    ingress: [
      {
        fromEndpoints: [
          { matchLabels: { app: 'a' }, matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] },
        ],
        toPorts: [http({ terminatingTLS: { secret: { name: 's' } }, serverNames: ['a'] })],
        authentication: { mode: 'required' },
      },
    ],
    egress: [
      { toCIDRSet: [{ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }], icmps: [{ fields: [{ type: 8 }] }] },
    ],
    egressDeny: entries(
      http({ listener: { name: 'l', envoyConfig: { kind: 'a', name: 'b' }, priority: 1 } }),
    ),
    labels: ['a=b', { key: 'a' }],
  }),
  status: { conditions: [{ type: 'Valid', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }] },
};

/** The value with one place in it replaced, or taken away. */
function twisted(value: unknown, next: () => number): unknown {
  if (next() < 0.12) return odd[Math.floor(next() * odd.length)];
  if (Array.isArray(value)) return value.map((item: unknown) => (next() < 0.5 ? twisted(item, next) : item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, next() < 0.5 ? twisted(item, next) : (item as unknown)]),
  );
}

function readAll(object: unknown): void {
  for (const version of ciliumVersions) {
    const { policy } = readPolicy(object, version);
    if (policy) redirectsOf(policy, version);
    schemaFaults(object, version);
    removedFields(object, version);
  }
}

describe('any JSON', () => {
  it('is read without throwing, and always alike', () => {
    const next = random(7);
    for (let at = 0; at < 400; at += 1) {
      const object = twisted(whole, next);
      readAll(object);
      expect(readPolicy(object, '1.19')).toEqual(readPolicy(structuredClone(object), '1.19'));
    }
  });

  it('is taken as it is when nothing is twisted', () => {
    expect(readPolicy(whole, '1.20').refusals).toEqual([]);
  });

  it('may have keys that objects of JavaScript have of themselves', () => {
    const object: unknown = JSON.parse(
      '{"apiVersion":"cilium.io/v2","kind":"CiliumNetworkPolicy","metadata":{"name":"a","labels":{"__proto__":"x"}},"spec":{"endpointSelector":{"matchLabels":{"constructor":"a"}},"ingress":[{"__proto__":[],"toString":1}]},"hasOwnProperty":1}',
    );
    readAll(object);
    expect(schemaFaults(object, '1.20').map(({ path }) => path.join('.'))).toEqual([
      'spec.ingress.0.__proto__',
      'spec.ingress.0.toString',
      'hasOwnProperty',
    ]);
  });

  it('may be nested deeper than calls can be', () => {
    let deep: unknown = [];
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    readAll({ ...namespaced({}), spec: deep });
    readAll(namespaced({ ingress: deep, endpointSelector: { matchLabels: deep } }));
  });
});

import { describe, expect, it } from 'vitest';
import type { Policy } from '../../../../src/core/policy/semantics/model';
import { portText } from '../../../../src/core/policy/semantics/resolve/entries';
import { createPolicySet, type PolicySet } from '../../../../src/core/policy/semantics/resolve/policySet';
import { readForTest } from './read';

/** A small generator of numbers (xorshift), so that a failure can be repeated by its seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function policyOf(next: (below: number) => number): Policy {
  const app = (): unknown => ({
    matchLabels: { app: ['web', 'client', 'db'][next(3)], ...(next(3) === 0 ? { team: 'ops' } : {}) },
  });
  const selector = (): unknown =>
    next(5) === 0
      ? {}
      : next(5) === 0
        ? { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['db'] }] }
        : app();
  const rule = (way: 'from' | 'to'): unknown => ({
    ...(next(4) > 0 ? { [`${way}Endpoints`]: [selector()] } : {}),
    ...(next(4) > 0
      ? {
          toPorts: [
            {
              ports: [{ port: ['80', '443'][next(2)], protocol: 'TCP' }],
              ...(next(2) === 0 ? { rules: { http: [{ method: 'GET' }] } } : {}),
            },
          ],
        }
      : {}),
  });
  const policy = readForTest({
    kind: 'CiliumNetworkPolicy',
    metadata: { name: `p${next(9)}`, namespace: ['shop', 'far'][next(2)] },
    spec: {
      endpointSelector: selector(),
      ingress: [rule('from'), rule('from')],
      egress: [rule('to')],
      ...(next(3) === 0 ? { ingressDeny: [rule('from')] } : {}),
    },
  });
  if (!policy) throw new Error('no policy');
  return policy;
}

const keys = ['a', 'b', 'c', 'd'];
function told(set: PolicySet): unknown {
  return keys.map((key) => [
    set
      .answers(key)
      .map(({ subject, shadows, pruned, conflicts, redirected, policy }) => [
        subject.name,
        policy.ingress.defaultDeny,
        shadows.map(({ reason, peers, ports, rules, by }) => [reason, peers, portText(ports), rules, by]),
        pruned.map(({ extent, rules, by }) => [extent, rules, by]),
        conflicts.map(({ reason }) => reason),
        redirected.map(({ ports, entries }) => [portText(ports), entries]),
      ])
      .map((answer) => JSON.stringify(answer))
      .sort(),
    set
      .doubleProxies(key)
      .map((found) =>
        JSON.stringify([found.client.name, found.server.name, found.egress.entries, found.ingress.entries]),
      )
      .sort(),
  ]);
}

describe('a set that changes', () => {
  it.each([1, 2, 3])('says what a new set says (seed %i)', (seed) => {
    const next = numbers(seed);
    const changing = createPolicySet({ version: '1.20' });
    const held = new Map<string, readonly Policy[]>();
    for (let edit = 0; edit < 40; edit += 1) {
      const key = keys[next(keys.length)] ?? 'a';
      if (next(4) === 0) {
        changing.remove(key);
        held.delete(key);
      } else {
        const policies = Array.from({ length: 1 + next(3) }, () => policyOf(next));
        changing.put(key, policies);
        held.set(key, policies);
      }
      const fresh = createPolicySet({ version: '1.20' });
      for (const [name, policies] of held) fresh.put(name, policies);
      expect(told(changing)).toEqual(told(fresh));
    }
  });

  it('says nothing of keys that it does not hold', () => {
    const set = createPolicySet({ version: '1.20' });
    set.remove('nobody');
    expect([set.answers('nobody'), set.doubleProxies('nobody'), set.subjects('nobody')]).toEqual([
      [],
      [],
      [],
    ]);
  });
});

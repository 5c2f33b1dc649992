import { describe, expect, it } from 'vitest';
import { makePlan, type PolicyChoice } from '../../../src/core/plan/makePlan';
import type { Plan } from '../../../src/core/plan/plan';
import { findProfile } from '../../../src/core/plan/profiles';
import { findScenario } from '../../../src/core/scenario/registry';
import type { Capability } from '../../../src/core/scenario/scenario';
import { changesOf } from '../../../src/core/words/plans';
import { labWords, runQuestion } from '../../../src/core/words/runQuestion';

const capabilities: readonly Capability[] = [
  'http',
  'service-address',
  'policy-l3l4',
  'policy-l7',
  'service-scale-iptables',
  'service-scale-nftables',
];
const policy: PolicyChoice = {
  policy: {
    file: 'shop/checkout.yaml',
    name: 'checkout',
    namespace: 'shop',
    kind: 'CiliumNetworkPolicy',
    direction: 'ingress',
    port: 8080,
    http: [{ method: 'GET', path: '/items' }],
    textHash: 'abc',
    line: 15,
  },
  allowed: { method: 'GET', path: '/items', headers: {} },
  denied: { method: 'DELETE', path: '/items', headers: {} },
};

function planOf(scenario: string, cannot: readonly Capability[] = []): Plan {
  const can = new Set(capabilities.filter((capability) => !cannot.includes(capability)));
  const reasons = new Map(cannot.map((capability) => [capability, `no ${capability} here`]));
  return makePlan(findScenario(scenario), {
    profile: findProfile('quick'),
    parameters: {},
    policy: findScenario(scenario).takesPolicy ? policy : null,
    on: 'lab',
    target: { can, cannot: reasons },
    seed: 1,
  });
}

describe('the question before a run', () => {
  it('names what, where, the changes and the time', () => {
    const { title, detail } = runQuestion(planOf('policy-overhead'), labWords);
    expect(title).toBe('Run policy-overhead on the local lab?');
    expect(detail).toContain('network namespaces on this machine');
    expect(detail).toContain('put the policy in force, HTTP rules included');
    expect(detail).toContain('Changes nothing else.');
    expect(detail).toMatch(/About \d+ (s|min), quick \(3 rounds of 3 s a load\)/);
  });

  it('names each change once, and no undoing', () => {
    const changes = changesOf(planOf('policy-overhead'));
    expect(new Set(changes).size).toBe(changes.length);
    expect(changes.filter((change) => /take|direct/.test(change))).toEqual([]);
  });

  it('says how many Services are programmed with what', () => {
    expect(changesOf(planOf('service-scale')).join('\n')).toMatch(
      /program the measured Service and 30\u2009000 others by iptables/,
    );
  });
});

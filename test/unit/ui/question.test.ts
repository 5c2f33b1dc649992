import { describe, expect, it } from 'vitest';
import { makePlan, type PolicyChoice } from '../../../src/core/plan/makePlan';
import type { Plan } from '../../../src/core/plan/plan';
import { findProfile } from '../../../src/core/plan/profiles';
import { findScenario } from '../../../src/core/scenario/registry';
import type { Capability } from '../../../src/core/scenario/scenario';
import { changesOf, labWords, planDocument, runQuestion } from '../../../src/ui/run/question';

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
    target: { can, cannot: reasons },
    seed: 1,
  });
}

describe('the question before a run', () => {
  it('names what, where, the changes and the time', () => {
    const { title, detail } = runQuestion(planOf('policy-overhead'), labWords);
    expect(title).toBe('Run policy-overhead on the local lab?');
    expect(detail).toContain('network namespaces on this machine');
    expect(detail).toContain('puts checkout in force, its HTTP rules included');
    expect(detail).toContain('Changes nothing else.');
    expect(detail).toMatch(/About \d+ (s|min), quick \(3 rounds of 3 s a load\)/);
  });

  it('names each change once, and no undoing', () => {
    const changes = changesOf(planOf('policy-overhead'));
    expect(new Set(changes).size).toBe(changes.length);
    expect(changes.filter((change) => /takes|directly/.test(change))).toEqual([]);
  });

  it('says how many Services are programmed with what', () => {
    expect(changesOf(planOf('service-scale')).join('\n')).toMatch(/programs \d+ Services with iptables/);
  });
});

describe('the plan as a document', () => {
  const plan = planOf('policy-overhead', ['policy-l3l4']);
  const text = planDocument(plan, labWords, [
    { id: 'a', level: 'ok', text: 'fortio 1.68.0 (PATH).' },
    { id: 'b', level: 'warning', text: 'The machine is busy.', todo: 'Close what uses the processor.' },
  ]);

  it('has every section in order', () => {
    expect(text.match(/^## .*/gm)).toEqual([
      '## Checks',
      '## Changes',
      '## Not measured',
      '## Steps',
      '## Undo',
    ]);
  });

  it('lists every step, numbered', () => {
    expect(text.match(/^\d+\. .*/gm)).toHaveLength(plan.steps.length);
    expect(text).toContain('gets 403');
  });

  it('says what a check asks for, and what is left out and why', () => {
    expect(text).toContain('- warning: The machine is busy. Close what uses the processor.');
    expect(text).toMatch(/- .*: no policy-l3l4 here/);
  });

  it('says that nothing has been touched', () => {
    expect(text).toContain('Nothing has been touched yet.');
  });
});

import { describe, expect, it } from 'vitest';
import { makePlan } from '../../../src/core/plan/makePlan';
import { findProfile } from '../../../src/core/plan/profiles';
import { scenarios } from '../../../src/core/scenario/registry';
import { parsePlan } from '../../../src/store/parsePlan';
import { parseResumption } from '../../../src/store/resumption';
import { everything, policyChoice } from '../run/fakes';

const plans = scenarios.flatMap((scenario) =>
  scenario.runsOn.map((on) =>
    makePlan(scenario, {
      profile: findProfile('quick'),
      parameters: {},
      policy: scenario.takesPolicy ? policyChoice : null,
      on,
      target: {
        ...everything,
        can: new Set([...everything.can, 'service-scale-cluster', 'host-network', 'hubble-off']),
        policyKind: 'CiliumNetworkPolicy',
      },
      seed: 7,
    }),
  ),
);
const policyPlan = plans.find(({ policyObjects }) => policyObjects !== undefined);
const stored = (plan: unknown): string => JSON.stringify({ schemaVersion: 1, ...(plan as object) });

/** The text with the first value at this place replaced. */
function changed(replace: (plan: Record<string, never>) => unknown): string {
  const copy = JSON.parse(stored(policyPlan)) as Record<string, never>;
  return JSON.stringify(replace(copy));
}

describe('plan.json', () => {
  it.each(plans.map((plan, index) => [`${plan.scenario.id} ${index}`, plan] as const))(
    'of %s is read as it was written',
    (_name, plan) => {
      expect(parsePlan(stored(plan))).toEqual({ ok: true, value: { schemaVersion: 1, ...plan } });
    },
  );

  const object = (more: object) => ({
    l3l4: [],
    l7: [{ apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'x' }, ...more }],
    mapped: [],
    admitsOthers: false,
  });
  it.each<[string, string, RegExp]>([
    ['empty', '', /cut short: it is empty/],
    ['cut', stored(policyPlan).slice(0, 500), /is not JSON, or was cut short/],
    ['alien', '{"hello":1}', /is not a plan that this version can go on with/],
    ['a list', '[]', /is not an object/],
    ['older', JSON.stringify(policyPlan), /is not a plan that this version can go on with/],
    [
      'of a newer version',
      changed((plan) => ({ ...plan, schemaVersion: 2 })),
      /has schema version 2, and this one reads 1/,
    ],
    [
      'with an unknown step',
      changed((plan) => ({ ...plan, steps: [{ kind: 'format', seconds: 1 }] })),
      /steps\[0\]\.kind is not one of/,
    ],
    [
      'with an unknown change',
      changed((plan) => ({
        ...plan,
        steps: [{ kind: 'change', seconds: 1, change: { what: 'etcd', to: null } }],
      })),
      /steps\[0\]\.change\.what/,
    ],
    [
      'with a sample that leads elsewhere',
      JSON.stringify(JSON.parse(stored(policyPlan).replaceAll('"id":"b1-', '"id":"../b1-'))),
      /not a name that a sample can have/,
    ],
    [
      'with an object that is no policy',
      changed((plan) => ({ ...plan, policyObjects: object({ kind: 'ClusterRoleBinding' }) })),
      /policyObjects\.l7\[0\]\.kind is not one of/,
    ],
    [
      'with a policy of the whole cluster',
      changed((plan) => ({ ...plan, policyObjects: object({ kind: 'CiliumClusterwideNetworkPolicy' }) })),
      /kind is not one of/,
    ],
  ])('that is %s is refused with a sentence', (_name, json, reason) => {
    const parsed = parsePlan(json);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? '' : parsed.reason).toMatch(reason);
  });
});

describe('resume.json', () => {
  it('gives the context, and the settings as they are', () => {
    const settings = { allow: ['host-network'] };
    expect(parseResumption(JSON.stringify({ schemaVersion: 1, context: 'prod', settings }))).toMatchObject({
      value: { context: 'prod', settings },
    });
  });

  it.each(['', '{}', '{"schemaVersion":1}', '{"schemaVersion":2,"context":"x"}', 'null'])(
    'that is %j is refused',
    (json) => {
      expect(parseResumption(json).ok).toBe(false);
    },
  );
});

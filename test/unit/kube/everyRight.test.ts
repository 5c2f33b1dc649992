import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consentNames } from '../../../src/core/plan/consents';
import { makePlan } from '../../../src/core/plan/makePlan';
import { findProfile } from '../../../src/core/plan/profiles';
import { rightsFor, type NeededRight } from '../../../src/core/plan/rights';
import { scenarios } from '../../../src/core/scenario/registry';
import type { KubeClient } from '../../../src/kube/client/openClient';
import { rightChecks } from '../../../src/kube/preflight/rightChecks';
import { everything, policyChoice } from '../run/fakes';
import { openWorkshop, type Workshop } from './workshop';

const { signal } = new AbortController();
const policyKinds = ['CiliumNetworkPolicy', 'NetworkPolicy'] as const;
const places = { benchNamespace: 'bench', ciliumNamespace: 'kube-system' };

/** What any scenario needs with everything agreed to, each right once. */
function everyRight(): readonly NeededRight[] {
  const needed = scenarios
    .filter(({ runsOn }) => runsOn.includes('kube'))
    .flatMap((scenario) =>
      policyKinds.flatMap((policyKind) =>
        [true, false].flatMap((ownNamespace) =>
          rightsFor({
            plan: makePlan(scenario, {
              profile: findProfile('quick'),
              parameters: {},
              policy: scenario.takesPolicy ? policyChoice : null,
              on: 'kube',
              target: { ...everything, policyKind },
              seed: 0,
            }),
            allow: new Set(consentNames),
            ownNamespace,
            policyKind,
          }),
        ),
      ),
    );
  return [...new Map(needed.map((right) => [JSON.stringify(right), right])).values()];
}

const cases = everyRight().flatMap((right) =>
  right.verbs.map((verb): [name: string, right: NeededRight, verb: string] => [
    `${verb} ${right.resource} of ${right.where}, ${right.optional === true ? 'optional' : 'needed'} to ${right.reason}`,
    right,
    verb,
  ]),
);

interface Review {
  readonly spec: {
    readonly resourceAttributes: { readonly verb: string; readonly [key: string]: unknown };
  };
}

describe('a run without one single right', () => {
  let workshop: Workshop;
  let client: KubeClient;
  beforeAll(async () => {
    workshop = await openWorkshop();
    client = await workshop.open();
  });
  afterAll(() => workshop.close());

  it('is tried for the rights of every scenario', () => {
    const resources = new Set(cases.map(([, { resource }]) => resource));
    for (const one of ['pods', 'jobs', 'endpointslices', 'ciliumnodeconfigs', 'networkpolicies', 'pods/exec'])
      expect(resources).toContain(one);
  });

  it.each(cases)('%s', async (_, right, verb) => {
    workshop.server.handle((request, response) => {
      let text = '';
      request.on('data', (piece: Buffer) => (text += piece.toString()));
      request.on('end', () => {
        const review = JSON.parse(text) as Review;
        response.writeHead(201, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ status: { allowed: review.spec.resourceAttributes.verb !== verb } }));
      });
    });
    const checks = await rightChecks(client, 'rps', [right], places, signal);
    expect(checks).toHaveLength(1);
    expect(checks[0]).toMatchObject({ level: right.optional === true ? 'warning' : 'blocks' });
    expect(checks[0]?.text).toMatch(new RegExp(`^User reader may not ${verb} ${right.resource}[ .:]`));
    expect(checks[0]?.text).toContain(right.reason);
    expect(checks[0]?.todo).toContain('cilium-bench rbac');
  });
});

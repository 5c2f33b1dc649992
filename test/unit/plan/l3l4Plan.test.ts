import { describe, expect, it } from 'vitest';
import { makePlan } from '../../../src/core/plan/makePlan';
import type { Step } from '../../../src/core/plan/plan';
import { findProfile } from '../../../src/core/plan/profiles';
import { rightsFor } from '../../../src/core/plan/rights';
import { policyChoice } from '../../../src/core/policy/main';
import { Problem } from '../../../src/core/problem';
import { findScenario } from '../../../src/core/scenario/registry';
import { planText } from '../../../src/core/words/plans';
import { parsePlan, planSchemaVersion } from '../../../src/store/parsePlan';
import { everything, withoutCapabilities } from '../run/fakes';

const cilium = (spec: string, kind = 'CiliumNetworkPolicy'): string =>
  `apiVersion: cilium.io/v2\nkind: ${kind}\nmetadata: {name: cart, namespace: shop}\n${spec}\n`;
const kubernetes = (spec: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: cart}\nspec: ${spec}\n`;
const selecting = 'endpointSelector: {matchLabels: {app: cart}}';
const web = 'toPorts: [{ports: [{port: "9000", protocol: TCP}]}]';
const named = `spec: {${selecting}, ingress: [{fromEndpoints: [{matchLabels: {app: shop}}], ${web}}]}`;

type PolicyKind = 'CiliumNetworkPolicy' | 'NetworkPolicy';

function plan(text: string, scenario = 'this-policy', policyKind: PolicyKind = 'CiliumNetworkPolicy') {
  return makePlan(findScenario(scenario), {
    profile: findProfile('quick'),
    parameters: {},
    policy: policyChoice(text, 'cart.yaml'),
    on: 'kube',
    target: { ...everything, policyKind },
    seed: 7,
  });
}
const specsOf = (text: string, scenario?: string): unknown => {
  const { l3l4, l7 } = plan(text, scenario).policyObjects ?? {};
  expect(l7).toEqual([]);
  return l3l4?.[0]?.['specs'] ?? l3l4?.[0]?.['spec'];
};
/** `client 200`, `client to decoy blocked`: what is asked after the change to a level, and what after its samples. */
const probed = ({ kind, ...step }: Step): string => {
  if (kind !== 'probe' || !('probe' in step) || step.probe.kind !== 'http') return kind;
  const { from, to, expect: expected } = step.probe;
  return `${from}${to === undefined ? '' : ` to ${to}`} ${expected}`;
};
function probesOf(text: string, scenario?: string) {
  const { steps } = plan(text, scenario);
  const after = (level: string): string[] => {
    const at = steps.findIndex((step) => step.kind === 'change' && step.change.to === level);
    const rest = steps.slice(at + 1);
    return rest
      .slice(
        0,
        rest.findIndex((step) => step.kind !== 'probe'),
      )
      .map(probed);
  };
  const again = steps.flatMap((step, index) => {
    const next = steps[index + 1];
    const isMeasured = step.kind === 'sample' && step.sample.variant === 'l3l4' && !step.sample.discard;
    return isMeasured && next ? [probed(next)] : [];
  });
  return { l3l4: after('l3l4'), none: after('none'), again: [...new Set(again)] };
}
const role = (name: string) => ({ matchLabels: { 'cilium-bench.io/role': name } });

describe('the plan of an L3/L4 policy', () => {
  it.each(['policy-overhead', 'this-policy'])('%s compares no policy with it, and has no L7', (scenario) => {
    const made = plan(cilium(named), scenario);
    expect(made.variants.map(({ id, baseline }) => [id, baseline])).toEqual([
      ['none', undefined],
      ['l3l4', 'none'],
    ]);
    expect(made.notMeasured).toEqual([{ what: 'L7', reason: 'cart has no L7 rules' }]);
    expect(made.request).toEqual({ method: 'GET', path: '/echo', headers: {} });
  });

  it('is the same on the lab, whose rules keep every other client out', () => {
    const made = makePlan(findScenario('policy-overhead'), {
      profile: findProfile('quick'),
      parameters: {},
      policy: policyChoice(cilium(`spec: {${selecting}, egress: [{${web}}]}`), 'f'),
      on: 'lab',
      target: everything,
      seed: 1,
    });
    expect(made.variants.map(({ label }) => label)).toEqual(['no policy', 'L3/L4']);
    const at = made.steps.findIndex((step) => step.kind === 'change');
    expect(made.steps.slice(at + 1, at + 3).map(probed)).toEqual(['client 200', 'other-client blocked']);
  });

  it('is refused where the target enforces nothing: no policy alone answers no question', () => {
    const make = () =>
      makePlan(findScenario('policy-overhead'), {
        profile: findProfile('quick'),
        parameters: {},
        policy: policyChoice(cilium(named), 'f'),
        on: 'lab',
        target: withoutCapabilities('policy-l3l4'),
        seed: 1,
      });
    expect(make).toThrow(Problem);
    expect(make).toThrow(
      'Nothing of policy-overhead can be measured on this target: there is no policy-l3l4',
    );
  });

  it('says what is measured of it, and is read again from its file', () => {
    const made = plan(cilium(named.replace('"9000"', 'web')));
    const text = planText(made, { kind: 'kube', name: 'prod' }, []);
    expect(text).toContain('Policy: CiliumNetworkPolicy cart, ingress port web (8080 here), in cart.yaml.');
    expect(text).toContain('Its port web is the bench’s 8080.');
    expect(text).toContain('its L3/L4 rules as written, against no policy');
    for (const manifest of [
      cilium(`spec: {${selecting}, egress: [{${web}}]}`),
      kubernetes('{podSelector: {}, ingress: [{}]}'),
    ]) {
      const one = plan(manifest);
      const json = JSON.stringify({ schemaVersion: planSchemaVersion, ...one });
      expect(parsePlan(json)).toMatchObject({ ok: true, value: { policyObjects: one.policyObjects } });
    }
    expect(
      planText(plan(kubernetes('{podSelector: {}, ingress: [{}]}')), { kind: 'kube', name: 'prod' }, []),
    ).toContain('Policy: NetworkPolicy cart, ingress every port (8080 here), in cart.yaml.');
  });

  it('asks for the rights of the kind that it makes', () => {
    const resources = (text: string) =>
      rightsFor({
        plan: plan(text),
        allow: new Set(),
        ownNamespace: true,
        policyKind: 'CiliumNetworkPolicy',
      }).map(({ resource }) => resource);
    expect(resources(kubernetes('{podSelector: {}, ingress: [{}]}'))).toContain('networkpolicies');
    expect(resources(kubernetes('{podSelector: {}, ingress: [{}]}'))).not.toContain('ciliumnetworkpolicies');
    expect(resources(cilium(named))).toContain('ciliumnetworkpolicies');
  });
});

describe('probes of an L3/L4 policy', () => {
  it('are its own client, which passes, and another one, which gets no answer; that one again after each sample', () => {
    expect(probesOf(cilium(named))).toEqual({
      l3l4: ['client 200', 'other-client blocked'],
      none: ['client 200', 'other-client 200'],
      again: ['other-client blocked'],
    });
  });

  const decoyed = {
    l3l4: ['client 200', 'client to decoy blocked'],
    none: ['client 200', 'client to decoy 200'],
    again: ['client to decoy blocked'],
  };
  it.each([
    [
      'lets every client reach one port',
      cilium(`spec: {${selecting}, ingress: [{${web}}]}`),
      'this-policy',
      'server',
    ],
    [
      'holds back its own client',
      cilium(`spec: {${selecting}, egress: [{toCIDR: [10.0.0.0/8]}]}`),
      'this-policy',
      'decoy',
    ],
    [
      'holds back its own client by port',
      cilium(`spec: {${selecting}, egress: [{${web}}]}`),
      'this-policy',
      'decoy',
    ],
    [
      'is Kubernetes’ own, for egress',
      kubernetes('{podSelector: {}, egress: [{ports: [{port: 9000}]}]}'),
      'this-policy',
      'decoy',
    ],
    ['is made of egress rules', cilium(`spec: {${selecting}, egress: [{}]}`), 'policy-overhead', 'decoy'],
  ] as const)('are a decoy where the policy %s', (_, text, scenario, decoyRole) => {
    expect(probesOf(text, scenario)).toEqual(decoyed);
    expect(plan(text, scenario).policyObjects?.decoy?.role).toBe(decoyRole);
  });

  it('ask a decoy on a port that the policy does not name', () => {
    const ports = '[{port: "9000", endPort: 9009, protocol: TCP}, {port: "9010"}]';
    const text = cilium(
      `spec: {${selecting}, ingress: [{toPorts: [{ports: ${ports}}]}], ingressDeny: [{toPorts: [{ports: [{port: "9011"}]}]}]}`,
    );
    expect(plan(text).policyObjects?.decoy).toEqual({ role: 'server', port: 9012 });
  });

  it.each([
    ['everything', `spec: {${selecting}, ingress: [{}]}`],
    [
      'what it does not name',
      `spec: {${selecting}, enableDefaultDeny: {ingress: false}, ingress: [{fromCIDR: [10.0.0.0/8], ${web}}]}`,
    ],
  ])('are none that fail where the policy lets through %s, and that is said', (_, spec) => {
    const { l3l4, again } = probesOf(cilium(spec));
    expect([l3l4, again.filter((next) => next.endsWith('blocked'))]).toEqual([['client 200'], []]);
    expect(plan(cilium(spec)).notMeasured).toContainEqual({
      what: 'a connection that is dropped',
      reason: 'cart drops none of the bench’s, so that it is in force is not seen',
    });
  });
});

describe('an L3/L4 manifest as written', () => {
  it('keeps its rules in order, with the bench’s pods for its own and their peers', () => {
    const spec = `spec: {${selecting}, ingress: [
      {fromEndpoints: [{matchLabels: {app: metrics}}], toPorts: [{ports: [{port: "53", protocol: UDP}]}]},
      {fromEndpoints: [{matchLabels: {app: shop}}], toPorts: [{ports: [{port: web, protocol: TCP}, {port: admin}]}]}],
      ingressDeny: [{fromEntities: [world], toPorts: [{ports: [{port: web}]}]}], egress: [{toEntities: [cluster]}]}`;
    expect(specsOf(cilium(spec))).toEqual([
      {
        endpointSelector: role('server'),
        ingress: [
          { fromEndpoints: [role('nobody')], toPorts: [{ ports: [{ port: '53', protocol: 'UDP' }] }] },
          {
            fromEndpoints: [role('client')],
            toPorts: [{ ports: [{ port: '8080', protocol: 'TCP' }, { port: 'admin' }] }],
          },
        ],
        ingressDeny: [{ fromEntities: ['world'], toPorts: [{ ports: [{ port: '8080' }] }] }],
        egress: [{ toEntities: ['cluster'] }],
      },
    ]);
    expect(plan(cilium(spec)).policyObjects?.mapped).toEqual([
      'It selects the bench’s server instead of the pods it names.',
      'The peers of its measured rule are the bench’s client.',
      'The peers of 1 other rule match no pod.',
      'Its port web is the bench’s 8080.',
    ]);
  });

  it('of a cluster-wide kind is one of the bench’s namespace; specs of nodes and of other pods are left out', () => {
    const text = cilium(
      `specs: [{nodeSelector: {}, ingress: [{}]}, {${selecting}, egress: [{toFQDNs: [{matchName: a.example}]}]}, {endpointSelector: {}, ingress: [{}]}]`,
      'CiliumClusterwideNetworkPolicy',
    );
    const { l3l4, mapped } = plan(text).policyObjects ?? {};
    expect(l3l4).toMatchObject([
      {
        kind: 'CiliumNetworkPolicy',
        specs: [{ endpointSelector: role('client'), egress: [{ toEndpoints: [role('server')] }] }],
      },
    ]);
    expect(mapped).toContain('2 of its 3 specs select other pods and are left out.');
  });

  it('of Kubernetes’ own kind stays one', () => {
    const text =
      kubernetes(`{podSelector: {matchLabels: {app: cart}}, policyTypes: [Ingress, Egress], ingress: [
      {from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 22}]},
      {from: [{podSelector: {}, namespaceSelector: {matchLabels: {team: shop}}}], ports: [{port: web}]}], egress: []}`);
    expect(plan(text).policyObjects?.l3l4).toEqual([
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'bench-l3l4' },
        spec: {
          podSelector: role('server'),
          policyTypes: ['Ingress', 'Egress'],
          ingress: [
            { from: [{ podSelector: role('client') }], ports: [{ port: 22 }] },
            { from: [{ podSelector: role('nobody') }], ports: [{ port: 'web' }] },
          ],
          egress: [],
        },
      },
    ]);
  });

  it('where NetworkPolicies alone are enforced is made into one, which is said', () => {
    const { policyObjects } = plan(cilium(named), 'this-policy', 'NetworkPolicy');
    expect(policyObjects?.l3l4).toMatchObject([{ kind: 'NetworkPolicy' }]);
    expect(policyObjects?.mapped[0]).toMatch(/^NetworkPolicies alone are enforced here/);
    const own = kubernetes(
      '{podSelector: {}, ingress: [{from: [{podSelector: {}}, {ipBlock: {cidr: 10.0.0.0/8}}]}]}',
    );
    expect(plan(own, 'this-policy', 'NetworkPolicy').policyObjects?.l3l4).toMatchObject([
      { spec: { ingress: [{ from: [{ podSelector: {} }, { ipBlock: { cidr: '10.0.0.0/8' } }] }] } },
    ]);
  });

  it('is refused with TLS that needs Secrets, and with templates', () => {
    const tls = cilium(
      `spec: {${selecting}, ingress: [{toPorts: [{ports: [{port: "443", protocol: TCP}], terminatingTLS: {secret: {name: a}}}]}]}`,
    );
    expect(() => plan(tls)).toThrow(/uses TLS with Secrets.*Measure it with policy-overhead/s);
    expect(plan(tls, 'policy-overhead').policyObjects?.l3l4).toHaveLength(1);
    const template = cilium(named.replace('app: shop', 'app: "{{ .Values.app }}"'));
    expect(() => plan(template)).toThrow(/has templates/);
    expect(plan(template, 'policy-overhead').variants).toHaveLength(2);
  });
});

it('a policy made of its measured rule names its port, or none', () => {
  expect(
    specsOf(cilium(`spec: {${selecting}, ingress: [{fromCIDR: [10.0.0.0/8]}]}`), 'policy-overhead'),
  ).toEqual({
    endpointSelector: role('server'),
    ingress: [{ fromEndpoints: [role('client')] }],
  });
  expect(
    specsOf(kubernetes('{podSelector: {}, ingress: [{ports: [{port: web}]}]}'), 'policy-overhead'),
  ).toEqual({
    podSelector: role('server'),
    policyTypes: ['Ingress'],
    ingress: [{ from: [{ podSelector: role('client') }], ports: [{ protocol: 'TCP', port: 8080 }] }],
  });
});

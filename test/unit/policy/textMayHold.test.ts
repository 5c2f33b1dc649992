import { describe, expect, it } from 'vitest';
import { measurablePolicies } from '../../../src/core/policy/main';
import { textMayBeMeasured, textMayHoldPolicy } from '../../../src/core/policy/textMayHold';
import { fixture, fixtureNames } from './fixtures';
import { corpusFiles } from './policyCorpus';

const istio = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: reads}
spec:
  rules: [{to: [{operation: {methods: [GET]}}]}]
`;

describe('a text that may be measured', () => {
  it.each([
    ['objects of Istio alone', istio, false],
    [
      'a Service that Cilium balances',
      'kind: Service\nmetadata: {annotations: {service.cilium.io/lb-l7: enabled}}\n',
      false,
    ],
    ['a CiliumEnvoyConfig', 'apiVersion: cilium.io/v2\nkind: CiliumEnvoyConfig\n', false],
    ['a NetworkPolicy', 'kind: NetworkPolicy\n', true],
    ['a policy beside objects of Istio', `${istio}---\nkind: "CiliumNetworkPolicy"\n`, true],
    ['a policy in JSON', '{"kind" : "CiliumClusterwideNetworkPolicy"}', true],
    ['a rule by itself', '[{"endpointSelector": {}, "ingress": []}]', true],
    ['nothing of the kind', 'kind: ConfigMap\n', false],
  ])('is not or is: %s', (_, text, may) => {
    expect(textMayBeMeasured(text)).toBe(may);
  });

  it('is every one in which a policy to be measured is found', () => {
    const texts = [...fixtureNames.map(fixture), ...corpusFiles().map(({ text }) => text)];
    const found = texts.filter((text) => measurablePolicies(text).length > 0);
    expect(found.length).toBeGreaterThan(3);
    expect(found.filter((text) => !textMayBeMeasured(text))).toEqual([]);
  });
});

it('is worth analysing with objects of Istio alone', () => {
  expect(textMayHoldPolicy(istio)).toBe(true);
});

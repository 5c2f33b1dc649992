import { fillParameters } from '../scenario/parameters';
import { capabilityNames, type Scenario, type TargetKind } from '../scenario/scenario';
import type { TargetCapabilities } from '../target';
import { makePlan, type PolicyChoice } from './makePlan';
import type { Plan, Profile } from './plan';

/** Any policy will do: how long a run takes and which rights it needs do not depend on what its rules say. */
const somePolicy: PolicyChoice = {
  policy: {
    file: '',
    name: 'policy',
    namespace: null,
    kind: 'CiliumNetworkPolicy',
    direction: 'ingress',
    port: 80,
    http: [{}],
    textHash: '',
    line: 0,
  },
  allowed: { method: 'GET', path: '/', headers: {} },
  denied: { method: 'DELETE', path: '/', headers: {} },
  manifest: {
    spec: {
      endpointSelector: {},
      ingress: [{ toPorts: [{ ports: [{ port: '80' }], rules: { http: [{}] } }] }],
    },
  },
};

/** The plan of a scenario on a target that can do all that is known: what it takes and needs at most. */
export function ablePlan(
  scenario: Scenario,
  profile: Profile,
  on: TargetKind,
  policyKind: NonNullable<TargetCapabilities['policyKind']> = 'CiliumNetworkPolicy',
): Plan {
  return makePlan(scenario, {
    profile,
    parameters: fillParameters(scenario, {}),
    policy: scenario.takesPolicy ? somePolicy : null,
    on,
    target: { can: new Set(capabilityNames), cannot: new Map(), policyKind },
    seed: 0,
  });
}

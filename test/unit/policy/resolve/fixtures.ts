import type { CiliumVersion } from '../../../../src/core/policy/semantics/model';
import type { Place } from '../../../../src/core/policy/semantics/resolve/entries';
import { createPolicySet, type PolicySet } from '../../../../src/core/policy/semantics/resolve/policySet';
import { policiesIn } from './read';

/** A set of the manifests, in the file `f`. */
export function setOf(manifests: string, version: CiliumVersion = '1.20'): PolicySet {
  const set = createPolicySet({ version });
  set.put('f', policiesIn(manifests));
  return set;
}

/** `0:spec.ingress.0.toPorts.0`: the number of the policy, and the path. */
export const placeText = ({ index, path }: Place): string => `${index}:${path.join('.')}`;

/** A policy of the subjects `app=web` in the namespace shop. */
export const webPolicy = (spec: string, name = 'p'): string =>
  `---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: ${name}, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: web}}
${spec.replace(/^/gm, '  ')}
`;

export const fromClient = 'fromEndpoints: [{matchLabels: {app: client}}]';
export const port80 = 'ports: [{port: "80", protocol: TCP}]';
export const getOnly = 'rules: {http: [{method: GET}]}';

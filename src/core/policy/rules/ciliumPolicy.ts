import { selectedEndpoints } from '../endpoints';
import { policyOf, portRulesOf } from '../policies';
import { rules } from '../registry';
import type { ObjectRule } from './rule';

/** Every rule about an entry of `toPorts`, on every entry that a Cilium policy has. */
export const ciliumPolicyRule: ObjectRule = (object) => {
  const policy = policyOf(object);
  if (!policy) return [];
  const { read, isPatch } = policy;
  return portRulesOf(policy).flatMap((portRule) =>
    rules.flatMap((rule) =>
      rule(portRule, read).map((finding) => ({
        ...finding,
        tags: isPatch ? [...finding.tags, 'patch'] : finding.tags,
        direction: portRule.direction,
        ports: portRule.ports,
        endpoints: selectedEndpoints(read, portRule.spec),
      })),
    ),
  );
};

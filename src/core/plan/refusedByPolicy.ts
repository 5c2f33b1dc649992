import { allowRulesOf, letsThrough, specsOf, unnamedPort, type Json } from '../policy/allowRules';
import type { PolicyUnderTest } from '../policy/policyUnderTest';
import type { Decoy, PolicyObjects } from './plan';

type Refused = Pick<PolicyObjects, 'admitsOthers' | 'decoy'>;

/** Cilium's `enableDefaultDeny` can let through what no rule names. */
function deniesByDefault(object: Json, direction: PolicyUnderTest['direction']): boolean {
  return specsOf(object).some((spec) => {
    const wanted = spec['enableDefaultDeny'] as Json | undefined;
    return Array.isArray(spec[direction]) && wanted?.[direction] !== false;
  });
}

/**
 * What an L3/L4 policy keeps from the measured server, by which it is seen to be in force: other clients, else the client itself
 * from a decoy. Neither where it lets everything through.
 * @param object the policy as the bench has it, its ports numbers.
 */
export function refusedBy(object: Json, { direction, port }: PolicyUnderTest): Refused {
  if (!deniesByDefault(object, direction)) return { admitsOthers: true };
  const open = allowRulesOf(object).filter((rule) => rule.direction === direction && rule.admits === 'all');
  // Pods that egress rules do not select are not held back.
  const admitsOthers = direction === 'egress' || open.some((rule) => letsThrough(rule, port));
  if (!admitsOthers) return { admitsOthers };
  const decoy: Decoy = {
    role: direction === 'ingress' ? 'server' : 'decoy',
    port: unnamedPort(object, port + 1),
  };
  return open.some((rule) => letsThrough(rule, decoy.port)) ? { admitsOthers } : { admitsOthers, decoy };
}

import type { PolicyUnderTest } from '../policy/policyUnderTest';
import type { PolicyLevel } from './scenario';

/** The levels that a policy is measured at; all of them where it is not known yet. */
export function policyLevels(policy?: Pick<PolicyUnderTest, 'http'> | null): readonly PolicyLevel[] {
  return policy?.http.length === 0 ? ['none', 'l3l4'] : ['none', 'l3l4', 'l7'];
}

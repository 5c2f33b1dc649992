import { costLabel, costSentence } from '../../core/words/costs';
import { proxyFinding } from '../../core/words/standingPolicies';
import type { StandingPolicy } from '../../kube/main';
import type { PolicyCost } from '../tree/targetNode';
import type { Costs } from './costs';

/** What a policy that stands in a cluster costs, as it is said beside a manifest; undefined where no cost belongs to it. */
export async function policyCost(
  policy: StandingPolicy,
  context: string,
  costs: Costs,
): Promise<PolicyCost | undefined> {
  const finding = proxyFinding(policy);
  if (!finding) return undefined;
  const cost = await costs.of(finding, { kind: 'kube', name: context });
  return cost.source === 'none'
    ? undefined
    : { label: costLabel(cost, new Date()), sentences: costSentence(cost) };
}

import type { Selector } from '../semantics/model';
import type { PolicyCheck } from './policyRule';

/** Null where the selector says what it selects. Pods without a label match NotIn and DoesNotExist on it. */
function reasonOf({ matchLabels, matchExpressions }: Selector): 'empty' | 'negative-only' | null {
  if (Object.keys(matchLabels).length > 0) return null;
  if (matchExpressions.length === 0) return 'empty';
  const isNegative = matchExpressions.every(
    ({ operator }) => operator === 'NotIn' || operator === 'DoesNotExist',
  );
  return isNegative ? 'negative-only' : null;
}

/** L7 rules paid for by every pod. Lookups alone are left out: to see those of all pods is what DNS rules are mostly for. */
export const wideSelector: PolicyCheck = ({ policy, redirectOf }) =>
  policy.rules.flatMap((rule) => {
    const reason = reasonOf(rule.subject.selector);
    if (reason === null || rule.subject.kind === 'host') return [];
    const isPaid = rule.rules.some(({ toPorts }) =>
      toPorts?.some((entry) => ![null, 'dns'].includes(redirectOf(entry))),
    );
    if (!isPaid) return [];
    return [
      {
        code: 'l7-wide-selector',
        severity: reason === 'empty' ? 'warning' : 'info',
        protocol: null,
        docs: 'https://docs.cilium.io/en/stable/security/policy/language/#endpoint-selector',
        tags: [],
        rules: 0,
        path: rule.subject.selector.path,
        rule,
        direction: null,
        ports: [],
        reason,
      },
    ];
  });

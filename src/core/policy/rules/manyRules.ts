import { portsOf, type PolicyCheck } from './policyRule';
import { layer7Docs } from './rule';

/** More than a person keeps in view. Envoy's filter goes through them in order (cilium/proxy `cilium/network_policy.cc`). */
const many = 50;

export const manyRules: PolicyCheck = ({ policy }) =>
  policy.rules.flatMap((rule) =>
    rule.rules.flatMap(({ direction, toPorts }) =>
      (toPorts ?? []).flatMap((entry) =>
        entry.rules === null || entry.rules.http.length <= many
          ? []
          : [
              {
                code: 'l7-many-rules' as const,
                severity: 'info' as const,
                protocol: 'http' as const,
                docs: layer7Docs,
                tags: [],
                rules: entry.rules.http.length,
                path: [...entry.rules.path, 'http'],
                rule,
                direction,
                ports: portsOf(entry),
              },
            ],
      ),
    ),
  );

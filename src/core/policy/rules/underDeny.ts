import type { SetCheck, SetFinding } from '../policyWorld';
import { entryKey } from './entryPath';

/** Deny rules win over allow rules, of whatever policy: no request reaches the L7 rules (Cilium `pkg/policy/mapstate.go`). */
export const underDeny: SetCheck = ({ key, answers, policies }) =>
  answers.flatMap(({ pruned, conflicts }) =>
    conflicts.length > 0
      ? []
      : pruned.flatMap(({ rules, by, extent }) =>
          rules.flatMap((place): SetFinding[] => {
            const policy = policies[place.index];
            if (place.key !== key || !policy) return [];
            const { path, protocol, rules: count } = entryKey(policy.policy, place.path);
            return [
              {
                code: 'l7-pruned',
                severity: extent === 'all' ? 'warning' : 'info',
                protocol,
                docs: 'https://docs.cilium.io/en/stable/security/policy/deny/',
                tags: extent === 'all' ? [] : ['some-peers'],
                reason: 'under-deny',
                rules: count,
                index: place.index,
                path,
                related: by,
              },
            ];
          }),
        ),
  );

import type { SetFinding, SubjectCheck } from '../policyWorld';
import { entryKey } from './entryPath';

/** Deny rules win over allow rules, of whatever policy: no request reaches the L7 rules (Cilium `pkg/policy/mapstate.go`). */
export const underDeny: SubjectCheck = ({ pruned, conflicts }, policyAt) => {
  if (conflicts.length > 0) return [];
  return pruned.flatMap(({ rules, by, extent }) =>
    rules.flatMap((place): SetFinding[] => {
      const policy = policyAt(place);
      if (!policy) return [];
      const { path, protocol, rules: count } = entryKey(policy, place.path);
      return [
        {
          code: 'l7-pruned',
          severity: extent === 'all' ? 'warning' : 'info',
          protocol,
          docs: 'https://docs.cilium.io/en/stable/security/policy/deny/',
          tags: extent === 'all' ? [] : ['some-peers'],
          reason: 'under-deny',
          rules: count,
          place: { ...place, path },
          related: by,
        },
      ];
    }),
  );
};

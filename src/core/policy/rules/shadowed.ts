import type { SetFinding, SubjectCheck } from '../policyWorld';
import type { Place } from '../semantics/resolve/entries';
import { entryKey } from './entryPath';
import { layer7Docs } from './rule';

const samePlace = (a: Place, b: Place): boolean =>
  a.key === b.key && a.index === b.index && a.path.join('/') === b.path.join('/');

/**
 * L7 rules beside a rule that lets the same peers through: the proxy takes the traffic in and lets all of it pass (Cilium's
 * documentation, "Layer 7 Examples"; cilium/proxy `cilium/network_policy.cc`). An entry that matches everything by itself is
 * `l7-http-visibility`.
 */
export const shadowed: SubjectCheck = ({ shadows, conflicts }, policyAt) => {
  // The agent applies nothing of it.
  if (conflicts.length > 0) return [];
  return shadows.flatMap(({ rules, by, peers, reason }) =>
    rules.flatMap((place): SetFinding[] => {
      const policy = policyAt(place);
      const others = by.filter((other) => !samePlace(other, place));
      if (!policy || (others.length === 0 && by.length > 0)) return [];
      const { path, protocol, rules: count } = entryKey(policy, place.path);
      // Names that pass are all that DNS rules are there for: one list for several policies is usual.
      if (protocol === null || (protocol === 'dns' && reason === 'l7-wildcard-rule')) return [];
      return [
        {
          code: 'l7-shadowed',
          severity: peers === 'all' ? 'warning' : 'info',
          protocol,
          docs: layer7Docs,
          tags: peers === 'all' ? [] : ['some-peers'],
          reason,
          rules: count,
          place: { ...place, path },
          related: others,
        },
      ];
    }),
  );
};

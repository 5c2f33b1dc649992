import type { SetCheck, SetFinding } from '../policyWorld';
import { entryKey } from './entryPath';
import { layer7Docs } from './rule';

const samePlace = (
  a: { readonly key: string; readonly index: number; readonly path: readonly unknown[] },
  b: typeof a,
): boolean => a.key === b.key && a.index === b.index && a.path.join('/') === b.path.join('/');

/**
 * L7 rules beside a rule that lets the same peers through: the proxy takes the traffic in and lets all of it pass (Cilium's
 * documentation, "Layer 7 Examples"; cilium/proxy `cilium/network_policy.cc`). An entry that matches everything by itself is
 * `l7-http-visibility`.
 */
export const shadowed: SetCheck = ({ key, answers, policies }) =>
  answers.flatMap(({ shadows, conflicts }) =>
    conflicts.length > 0
      ? []
      : shadows.flatMap(({ rules, by, peers, reason }) =>
          rules.flatMap((place): SetFinding[] => {
            const policy = policies[place.index];
            const others = by.filter((other) => !samePlace(other, place));
            if (place.key !== key || !policy || (others.length === 0 && by.length > 0)) return [];
            const { path, protocol, rules: count } = entryKey(policy.policy, place.path);
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
                index: place.index,
                path,
                related: others,
              },
            ];
          }),
        ),
  );

import type { SetCheck, SetFinding } from '../policyWorld';
import { entryKey } from './entryPath';

const words: Readonly<Record<string, string>> = {
  parsers: 'conflicting L7 parsers',
  listeners: 'two listeners of one priority',
  authentication: 'conflicting authentication',
  'terminating-tls': 'two settings that terminate TLS',
  'originating-tls': 'two settings that originate TLS',
  'server-names-with-rules': 'server names beside L7 rules',
  'namespaced-listener': 'a listener of a namespace that is not the endpoint’s',
};

/** Rules that are valid alone and cannot be merged: the agent keeps the endpoint's policy as it was (Cilium `pkg/policy/rule.go`). */
export const conflict: SetCheck = ({ key, answers, policies }) =>
  answers.flatMap(({ conflicts }) =>
    conflicts.flatMap(({ reason, existing, added, places }) =>
      places.flatMap((place): SetFinding[] => {
        const policy = policies[place.index];
        if (place.key !== key || !policy) return [];
        const { path, protocol, rules } = entryKey(policy.policy, place.path);
        return [
          {
            code: 'l7-conflict',
            severity: 'error',
            protocol,
            docs: 'https://docs.cilium.io/en/stable/security/policy/layer7/',
            tags: [],
            reason,
            detail: { what: words[reason] ?? reason, existing, added },
            rules,
            index: place.index,
            path,
            related: places.filter((other) => other !== place),
          },
        ];
      }),
    ),
  );

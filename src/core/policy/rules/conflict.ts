import type { SetFinding, SubjectCheck } from '../policyWorld';
import { entryKey } from './entryPath';
import { layer7Docs } from './rule';

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
export const conflict: SubjectCheck = ({ conflicts }, policyAt) =>
  conflicts.flatMap(({ reason, existing, added, places }) =>
    places.flatMap((place): SetFinding[] => {
      const policy = policyAt(place);
      if (!policy) return [];
      const { path, protocol, rules } = entryKey(policy, place.path);
      return [
        {
          code: 'l7-conflict',
          severity: 'error',
          protocol,
          docs: layer7Docs,
          tags: [],
          reason,
          detail: { what: words[reason] ?? reason, existing, added },
          rules,
          place: { ...place, path },
          related: places.filter((other) => other !== place),
        },
      ];
    }),
  );

import type { DocumentCheck, SetFinding } from '../policyWorld';
import { entryKey } from './entryPath';
import { layer7Docs } from './rule';

/** Egress rules of the client and ingress rules of the server on one connection: each node's Envoy parses it. Said on the client's. */
export const doubleProxy: DocumentCheck = ({ key, policies, doubleProxies }) =>
  doubleProxies().flatMap(({ egress, ingress }) =>
    egress.entries.flatMap((place): SetFinding[] => {
      const policy = place.key === key ? policies[place.index]?.policy : undefined;
      if (!policy) return [];
      const { path, protocol, rules } = entryKey(policy, place.path);
      if (protocol === null) return [];
      return [
        {
          code: 'l7-double-proxy',
          severity: 'warning',
          protocol,
          docs: layer7Docs,
          tags: [],
          rules,
          place: { ...place, path },
          related: ingress.entries,
        },
      ];
    }),
  );

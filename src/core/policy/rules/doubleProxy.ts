import type { SetCheck, SetFinding } from '../policyWorld';
import { entryKey } from './entryPath';
import { layer7Docs } from './rule';

/** Egress rules of the client and ingress rules of the server on one connection: each node's Envoy parses it. Said on the client's. */
export const doubleProxy: SetCheck = ({ key, doubleProxies, policies }) =>
  doubleProxies().flatMap(({ egress, ingress }) =>
    egress.entries.flatMap((place): SetFinding[] => {
      const policy = policies[place.index];
      if (place.key !== key || !policy) return [];
      const { path, protocol, rules } = entryKey(policy.policy, place.path);
      if (protocol === null) return [];
      return [
        {
          code: 'l7-double-proxy',
          severity: 'warning',
          protocol,
          docs: layer7Docs,
          tags: [],
          rules,
          index: place.index,
          path,
          related: ingress.entries,
        },
      ];
    }),
  );

import { placeInPolicy } from './judge';
import type { FoundPolicy } from './policies';
import type { AcceptedPolicy, PolicyPlace } from './policyWorld';
import { entryKey } from './rules/entryPath';
import type { Path, Policy } from './semantics/model';

/** Every path that a finding about several policies may mark. The document itself is not held by it. */
function* pathsOf(policy: Policy): Generator<Path> {
  for (const { rules } of policy.rules) {
    for (const rule of rules) {
      yield rule.path;
      if (rule.peers.fqdns) yield [...rule.path, 'toFQDNs'];
      for (const entry of rule.toPorts ?? []) {
        yield entry.path;
        yield entryKey(policy, entry.path).path;
      }
    }
  }
}

/** A policy to be seen together with others, with its places worked out. */
export function acceptedPolicy(object: FoundPolicy, policy: Policy, textHash: () => string): AcceptedPolicy {
  const places = new Map<string, PolicyPlace>();
  for (const path of pathsOf(policy)) {
    const place = placeInPolicy(object, path);
    if (place) places.set(path.join('/'), place);
  }
  const { kind, name, namespace } = object;
  return {
    policy,
    about: { kind, name, namespace },
    textHash,
    placeOf: (path) => places.get(path.join('/')),
  };
}

import type { HeldObject } from './heldObject';
import { placeInPolicy, rangeInPolicy } from './judge';
import { policyOf, type FoundPolicy } from './policies';
import type { AcceptedPolicy } from './policyWorld';
import type { Policy } from './semantics/model';

/** A policy to be seen together with others: what was parsed of it is read again for the few places that are asked for. */
export function acceptedPolicy(
  { kind, name, namespace }: FoundPolicy,
  policy: Policy,
  held: HeldObject,
  textHash: () => string,
): AcceptedPolicy {
  const again = (): FoundPolicy | undefined => {
    const object = held();
    return object && policyOf(object);
  };
  return {
    policy,
    about: { kind, name, namespace },
    textHash,
    placeOf: (path) => {
      const found = again();
      return found && placeInPolicy(found, path);
    },
    rangeOf: (path) => {
      const found = again();
      return found && rangeInPolicy(found, path);
    },
  };
}

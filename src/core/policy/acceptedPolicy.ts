import type { DocumentText } from './documents';
import { placeInPolicy } from './judge';
import { objectsOf, policyOf, type FoundPolicy } from './policies';
import type { AcceptedPolicy } from './policyWorld';
import type { Policy } from './semantics/model';

/**
 * A policy to be seen together with others. It holds the text of its document and not what was parsed of it, which is read
 * again for the few places that are asked for: thousands of documents of a workspace stay small.
 */
export function acceptedPolicy(
  {
    source,
    number,
    policy: found,
    hash,
  }: {
    readonly source: DocumentText;
    /** Which of the objects of its document it is. */
    readonly number: number;
    readonly policy: FoundPolicy;
    readonly hash: (text: string) => string;
  },
  policy: Policy,
): AcceptedPolicy {
  const { kind, name, namespace } = found;
  // As long as it is there, nothing needs reading again.
  let read = new WeakRef(found);
  const held = (): FoundPolicy | undefined => {
    const known = read.deref();
    if (known) return known;
    const object = objectsOf(source).objects[number];
    const again = object && policyOf(object);
    if (again) read = new WeakRef(again);
    return again;
  };
  return {
    policy,
    about: { kind, name, namespace },
    textHash: () => {
      const object = held();
      return object ? hash(object.normalised()) : '';
    },
    placeOf: (path) => {
      const object = held();
      return object && placeInPolicy(object, path);
    },
  };
}

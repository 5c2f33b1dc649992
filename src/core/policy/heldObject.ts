import type { DocumentText } from './documents';
import type { FoundObject } from './objects';
import { objectsOf } from './policies';

/** What is asked for now and then of an object, without its parsed document being held. */
export type HeldObject = () => FoundObject | undefined;

/**
 * The object of a document by its number: as long as it is there it needs no reading again. Only the text of the document is
 * held, so that thousands of documents of a workspace stay small.
 */
export function heldObject(source: DocumentText, number: number, found: FoundObject): HeldObject {
  let read = new WeakRef(found);
  return () => {
    const known = read.deref();
    if (known) return known;
    const again = objectsOf(source).objects[number];
    if (again) read = new WeakRef(again);
    return again;
  };
}

/** The hash of the object's normalised text: worked out when it is first asked for, which is where there is a cost to look up. */
export function textHashOf(held: HeldObject, hash: (text: string) => string): () => string {
  let found: string | undefined;
  return () => {
    if (found === undefined) {
      const object = held();
      found = object ? hash(object.normalised()) : '';
    }
    return found;
  };
}

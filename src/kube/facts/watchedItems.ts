import { textAt } from '../client/json';
import type { KubeClient } from '../client/openClient';
import type { Problem } from '../../core/problem';
import { watchList } from '../client/watchList';
import type { Collection } from '../client/listPages';
import type { Pacing } from '../client/retry';

export interface WatchedCollection<Item> extends Omit<Collection, 'signal'> {
  /** Null leaves the object out. */
  readonly pick: (object: unknown) => Item | null;
}

export interface ItemWatcher<Item> {
  readonly signal: AbortSignal;
  readonly pacing?: Pacing;
  /** Called with everything there is whenever something of it that is picked has changed, and at the start. */
  readonly onItems: (items: readonly Item[]) => void;
  readonly onInterrupted: (problem: Problem) => void;
}

/**
 * Follows a collection, keeping of each object what is picked. Most events change nothing that is picked (a node's heartbeat,
 * a DaemonSet's counters): they are dropped here.
 * @throws Problem as {@link watchList}: the collection may not be watched, or is not served.
 */
export async function followItems<Item>(
  client: KubeClient,
  collection: WatchedCollection<Item>,
  { signal, pacing, onItems, onInterrupted }: ItemWatcher<Item>,
): Promise<void> {
  let items = new Map<string, Item>();
  const changes = watchList(client, {
    ...collection,
    signal,
    listsAfterInterruption: true,
    ...(pacing === undefined ? {} : { pacing }),
    pick: (object) => {
      const item = collection.pick(object);
      const key = `${textAt(object, 'metadata', 'namespace') ?? ''}/${textAt(object, 'metadata', 'name') ?? ''}`;
      return item === null ? undefined : { key, item };
    },
  });
  for await (const change of changes) {
    switch (change.kind) {
      case 'interrupted':
        onInterrupted(change.problem);
        continue;
      case 'listed':
        items = new Map(change.items.map(({ key, item }) => [key, item]));
        break;
      case 'gone':
        if (!items.delete(change.item.key)) continue;
        break;
      case 'added':
      case 'changed': {
        const { key, item } = change.item;
        if (isSame(items.get(key), item)) continue;
        items.set(key, item);
        break;
      }
    }
    onItems([...items.values()]);
  }
}

/** The readers build their objects field by field, in one order. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

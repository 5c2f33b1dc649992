import type { Reading } from '../../core/cluster/objects';
import { messageOf, Problem } from '../../core/problem';
import { statusOf } from '../client/apiProblem';
import { listPages } from '../client/listPages';
import type { KubeClient } from '../client/openClient';
import type { ListedCollection } from './collections';

/** What happened, as the end of "unknown, because …": lower case, no full stop. */
export function becauseOf(error: unknown): string {
  const what = (error instanceof Problem ? error.what : messageOf(error)).replace(/\.$/, '');
  return /^[A-Z][a-z]/.test(what) ? what.charAt(0).toLowerCase() + what.slice(1) : what;
}

/**
 * Whatever a read gives, as a reading.
 * @throws the signal's reason where the whole reading was called off.
 */
export async function readingOf<Value>(
  read: () => Promise<Value>,
  cancelled: AbortSignal,
): Promise<Reading<Value>> {
  try {
    return { value: await read() };
  } catch (error) {
    cancelled.throwIfAborted();
    return { unread: becauseOf(error) };
  }
}

/**
 * Reads a collection page by page from the newest version of the API that the cluster serves.
 * @throws Problem as {@link listPages}.
 */
export async function readCollection<Item>(
  client: KubeClient,
  collection: ListedCollection<Item>,
  signal: AbortSignal,
): Promise<Item[]> {
  const { paths, labelSelectors, isOptional, ...options } = collection;
  const selectors = labelSelectors ?? [undefined];
  for (const [index, path] of paths.entries()) {
    try {
      const listings = await Promise.all(
        selectors.map((labelSelector) =>
          listPages(client, {
            ...options,
            path,
            signal,
            ...(labelSelector === undefined ? {} : { labelSelector }),
          }),
        ),
      );
      return listings.flatMap(({ items }) => items);
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
      if (index === paths.length - 1 && isOptional !== true) throw error;
    }
  }
  return [];
}

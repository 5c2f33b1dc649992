import { numberAt } from '../../core/tool/json';
import { statusOf } from './apiProblem';
import type { ApiRequest } from './apiRequest';
import { listAt, textAt } from './json';
import type { KubeClient } from './openClient';

/** A collection, and which of its objects. */
export interface Collection {
  /** Of the collection: `/api/v1/services`, `/apis/discovery.k8s.io/v1/namespaces/bench/endpointslices`. */
  readonly path: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Asks for names, labels and annotations alone, where no more is needed of large objects. */
  readonly metadataOnly?: boolean;
  /** Objects a page; 500 where none is given, as kubectl does. */
  readonly pageSize?: number;
  readonly signal?: AbortSignal;
}

/** Keeps what is wanted of an object; undefined leaves the object out. The object itself is not to be kept. */
export type Pick<Item> = (object: unknown) => Item | undefined;

export interface Listing<Item> {
  readonly items: readonly Item[];
  /** Where a watch goes on from. */
  readonly resourceVersion: string;
}

interface ListOptions<Item> extends Collection {
  readonly pick: Pick<Item>;
  /** Reads no more than so many objects, where a few of them tell enough. */
  readonly most?: number;
  /** Called after each page with the number of objects read so far. */
  readonly onPage?: (read: number) => void;
}

/** Source: kubernetes.io, "Kubernetes API Concepts", metadata-only fetches. */
export const metadataAccept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

function requestOf(collection: Collection, limit: number, next: string | undefined): ApiRequest {
  const { path, labelSelector, fieldSelector, metadataOnly, signal } = collection;
  return {
    path,
    query: { limit, continue: next, labelSelector, fieldSelector },
    ...(metadataOnly === true ? { accept: metadataAccept } : {}),
    ...(signal === undefined ? {} : { signal }),
  };
}

async function listOnce<Item>(client: KubeClient, options: ListOptions<Item>): Promise<Listing<Item>> {
  const items: Item[] = [];
  let read = 0;
  let next: string | undefined;
  const most = options.most ?? Infinity;
  const limit = Math.min(options.pageSize ?? 500, most);
  for (;;) {
    const page = await client.call(requestOf(options, limit, next));
    const objects = listAt(page, 'items');
    for (const object of objects) {
      const item = options.pick(object);
      if (item !== undefined) items.push(item);
    }
    read += objects.length;
    options.onPage?.(read);
    next = textAt(page, 'metadata', 'continue') ?? undefined;
    if (next === undefined || read >= most)
      return { items, resourceVersion: textAt(page, 'metadata', 'resourceVersion') ?? '' };
  }
}

/**
 * Lists a collection page by page and keeps what `pick` gives of each object. Starts again once where the API server has
 * forgotten the state that the pages are of (410).
 * @throws Problem as {@link KubeClient.call}.
 */
export async function listPages<Item>(
  client: KubeClient,
  options: ListOptions<Item>,
): Promise<Listing<Item>> {
  try {
    return await listOnce(client, options);
  } catch (error) {
    if (statusOf(error) !== 410) throw error;
    return await listOnce(client, options);
  }
}

/**
 * How many objects a collection has. One short call where the API server says how many remain, which it does not with a
 * selector; then the names are paged through.
 */
export async function countOf(client: KubeClient, collection: Collection): Promise<number> {
  const selected = collection.labelSelector !== undefined || collection.fieldSelector !== undefined;
  const namesOnly = { ...collection, metadataOnly: true };
  if (!selected) {
    const page = await client.call(requestOf(namesOnly, 1, undefined));
    const here = listAt(page, 'items').length;
    if (textAt(page, 'metadata', 'continue') === null) return here;
    const remaining = numberAt(page, 'metadata', 'remainingItemCount');
    if (remaining !== null) return here + remaining;
  }
  let count = 0;
  await listPages(client, {
    ...namesOnly,
    pick: () => undefined,
    // The last page's figure holds: a listing that starts again counts again.
    onPage: (read) => {
      count = read;
    },
  });
  return count;
}

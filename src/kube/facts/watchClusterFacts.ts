import { setTimeout as delay } from 'node:timers/promises';
import {
  type ClusterObjects,
  type CollectionName,
  type ConfigMapObject,
  readOr,
} from '../../core/cluster/objects';
import { configMapFrom } from '../../core/cluster/readConfigMap';
import { Problem } from '../../core/problem';
import { statusOf } from '../client/apiProblem';
import type { KubeClient } from '../client/openClient';
import type { Pacing } from '../client/retry';
import * as collections from './collections';
import { type ClusterReading, together } from './readClusterFacts';
import { type ReadOptions, limited, readClusterObjects, readFields, readers } from './readClusterObjects';
import { becauseOf } from './readCollection';
import { readConfigMaps } from './readConfigMaps';
import { type Timings, createTeller } from './teller';
import { followItems } from './watchedItems';

export interface WatchFactsOptions extends ReadOptions {
  /** The facts as they become known, and then whenever one of them has changed. */
  readonly onReading: (reading: ClusterReading) => void;
  /** The facts grow old: something cannot be followed now and is tried again. Said once; the next reading says that it goes on. */
  readonly onInterrupted?: (problem: Problem) => void;
  readonly timings?: Partial<Timings>;
  readonly pacing?: Pacing;
}

const defaultTimings: Timings = { quietMs: 500, mostQuietMs: 5_000, recountMs: 300_000 };

/** Those that change seldom and tell much. Services and their endpoints change all the time: they are counted now and then. */
const watched = [
  'nodes',
  'daemonSets',
  'namespaces',
  'nodeConfigs',
] as const satisfies readonly CollectionName[];

/** Which ConfigMaps are followed: those that are there. One that comes later is found when all is read again. */
function foundMaps(objects: ClusterObjects): readonly ConfigMapObject[] {
  return readOr(objects.configMaps, []);
}

/**
 * Reads the facts of a context's cluster and keeps them fresh until the signal is aborted: what tells much is watched, what
 * is counted is read again every few minutes. Reads only. What is held is the little that facts need of the objects.
 * @throws Problem (target) where the first reading gives nothing at all.
 */
export async function watchClusterFacts(client: KubeClient, options: WatchFactsOptions): Promise<void> {
  const { signal, pacing } = options;
  const timings = { ...defaultTimings, ...options.timings };
  let isInterrupted = false;
  const teller = createTeller((reading) => {
    isInterrupted = false;
    options.onReading(reading);
  }, timings);
  const onInterrupted = (problem: Problem): void => {
    teller.forget();
    // A server that goes away ends every watch, and each is tried again: that is said once.
    if (isInterrupted) return;
    isInterrupted = true;
    options.onInterrupted?.(problem);
  };
  const first = together(teller.tell);
  const followed = new Set<CollectionName>();
  let objects: ClusterObjects;
  const update = (part: Partial<ClusterObjects>): void => {
    objects = { ...objects, ...part };
    teller.soon(() => objects);
  };
  const watcher = { signal, onInterrupted, ...(pacing === undefined ? {} : { pacing }) };

  const follow = async (field: (typeof watched)[number]): Promise<void> => {
    const { paths, pick, pageSize, metadataOnly } = collections[field];
    for (const path of paths) {
      try {
        await followItems<unknown>(
          client,
          {
            path,
            pick,
            ...(pageSize === undefined ? {} : { pageSize }),
            ...(metadataOnly === undefined ? {} : { metadataOnly }),
          },
          {
            ...watcher,
            onItems: (items) => {
              followed.add(field);
              update({ [field]: { value: items } });
            },
          },
        );
        return;
      } catch (error) {
        // It may be listed and not watched, or comes and goes with what serves it: it is read again with the rest.
        followed.delete(field);
        if (!(error instanceof Problem)) throw error;
        if (statusOf(error) !== 404) return;
      }
    }
  };
  const followMap = async ({ namespace, name }: ConfigMapObject): Promise<void> => {
    const isIt = (map: ConfigMapObject): boolean => map.namespace === namespace && map.name === name;
    try {
      await followItems(
        client,
        {
          path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps`,
          fieldSelector: `metadata.name=${name}`,
          pick: configMapFrom,
        },
        {
          ...watcher,
          onItems: (items) => {
            const others = foundMaps(objects).filter((map) => !isIt(map));
            update({ configMaps: { value: [...others, ...items] } });
          },
        },
      );
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  };
  /** Reads what is not followed, one after another. Where the connection fails, what was known before still holds. */
  const recount = async (): Promise<void> => {
    const limit = limited(client, options);
    try {
      for (const field of readFields) {
        if (followed.has(field)) continue;
        try {
          update({ [field]: { value: await readers[field](client, limit.signal) } });
        } catch (error) {
          if (signal.aborted) return;
          if (statusOf(error) === null) throw error;
          update({ [field]: { unread: becauseOf(error) } });
        }
      }
      const maps = await readConfigMaps(client, objects.daemonSets, limit.signal, signal);
      if ('value' in maps.configMaps) update(maps);
    } catch (error) {
      if (!signal.aborted) onInterrupted(client.problem(error));
    } finally {
      limit.end();
    }
  };
  const recountNowAndThen = async (): Promise<void> => {
    for (;;) {
      await delay(timings.recountMs, undefined, { signal });
      await recount();
    }
  };

  try {
    objects = await readClusterObjects(client, options, first.arrive);
    first.end();
    teller.tell(objects);
    await Promise.all([...watched.map(follow), ...foundMaps(objects).map(followMap), recountNowAndThen()]);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    first.end();
    teller.end();
  }
}

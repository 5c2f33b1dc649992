import { createHash } from 'node:crypto';
import { type ClusterFacts, clusterFacts } from '../../core/cluster/clusterFacts';
import type { ClusterObjects } from '../../core/cluster/objects';
import type { KubeClient } from '../client/openClient';
import { type ReadOptions, readClusterObjects } from './readClusterObjects';

/** What is known of a cluster, and since when. */
export interface ClusterReading {
  readonly facts: ClusterFacts;
  /** ISO 8601, UTC. */
  readonly readAt: string;
}

export function readingFrom(objects: ClusterObjects): ClusterReading {
  return { facts: clusterFacts(objects, sha256), readAt: new Date().toISOString() };
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export interface FactsOptions extends ReadOptions {
  /**
   * Called with the first facts (version, nodes, network) and again whenever more is known, at most once for all that
   * arrives together. What is still awaited is unknown because of {@link notReadYet}.
   */
  readonly onProgress?: (reading: ClusterReading) => void;
}

/** Hands on the last of all that arrives in one turn of the event loop. */
export function together(tell: (objects: ClusterObjects) => void): {
  readonly arrive: (objects: ClusterObjects) => void;
  readonly end: () => void;
} {
  let latest: ClusterObjects | null = null;
  let soon: NodeJS.Immediate | undefined;
  return {
    arrive(objects) {
      latest = objects;
      soon ??= setImmediate(() => {
        soon = undefined;
        if (latest !== null) tell(latest);
      });
    },
    end() {
      clearImmediate(soon);
    },
  };
}

/**
 * Reads the facts of a context's cluster. Reads only, and never switches the user's current context.
 * @throws Problem (target) where nothing could be read; the signal's reason where it is aborted.
 */
export async function readClusterFacts(client: KubeClient, options: FactsOptions): Promise<ClusterReading> {
  const { onProgress } = options;
  const progress = together((objects) => onProgress?.(readingFrom(objects)));
  try {
    return readingFrom(await readClusterObjects(client, options, progress.arrive));
  } finally {
    progress.end();
  }
}

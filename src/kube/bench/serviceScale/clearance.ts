import { messageOf } from '../../../core/problem';
import { countOf } from '../../client/listPages';
import type { BenchSpace } from '../space';
import { scaleSelector } from './objects';
import type { ScalePaths } from './objects';
import { deleteOwn } from './ownObjects';

/** Writes down what service-scale makes before it is made, and makes sure that nothing of it is left. */
export interface Clearance {
  /** Resolves once it is in the journal. */
  begin(most: number): Promise<void>;
  /** Deletes what is left of the run's objects and looks whether all is gone. Says in a sentence each what is not. */
  end(): Promise<readonly string[]>;
}

/** What a call that was cut left on its way may come to be after a deletion. */
const mostSweeps = 3;

export function createClearance(space: BenchSpace, paths: ScalePaths): Clearance {
  const { client, namespace, cluster, journal, runId } = space;
  const labelSelector = scaleSelector(space);
  const kinds = [
    { what: 'Services', path: paths.services },
    { what: 'EndpointSlices', path: paths.slices },
  ];
  const changes = new Map<string, number>();

  const sweep = async (path: string): Promise<number> => {
    let left = Number.NaN;
    for (let sweeps = 0; sweeps < mostSweeps && left !== 0; sweeps += 1) {
      await deleteOwn({ client, runId }, path, labelSelector);
      left = await countOf(client, { path, labelSelector });
    }
    return left;
  };

  return {
    async begin(most) {
      for (const { what, path } of kinds) {
        const change = await journal.begin({
          what: `${what} of service-scale in namespace ${namespace}`,
          old: '0',
          new: `up to ${most}`,
          cluster,
          undo: { kind: 'delete-collection', path, labelSelector },
        });
        changes.set(path, change);
      }
    },
    async end() {
      const left: string[] = [];
      for (const { what, path } of kinds) {
        const change = changes.get(path);
        if (change === undefined) continue;
        try {
          const count = await sweep(path);
          if (count > 0) left.push(`${count} ${what} of the run are left in namespace ${namespace}`);
          else {
            await journal.undone(change);
            changes.delete(path);
          }
        } catch (error) {
          left.push(
            `The ${what} of the run in namespace ${namespace} could not be deleted: ${messageOf(error)}`,
          );
        }
      }
      return left;
    },
  };
}

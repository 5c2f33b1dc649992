import { addressFrom } from '../../../core/cluster/cidr';
import { Problem } from '../../../core/problem';
import type { Address } from '../../../core/target';
import { textAt } from '../../client/json';
import type { BenchSpace } from '../space';
import { batchSelector, markerBatch, markerObject, servicePort } from './objects';
import type { MarkerPlace, ScalePaths } from './objects';
import { createOwn, deleteOwn } from './ownObjects';
import type { OwnCalls } from './ownObjects';

const places = ['first', 'middle', 'last'] as const;

/** Three Services that lead to the bench's servers; a new generation of them for each change of scale. */
export interface Markers {
  addresses(): readonly Address[];
  /** Makes a new generation, without endpoints, unless the current one never had any. The one before goes on answering. */
  renew(): Promise<void>;
  /** Gives one of the current generation its endpoints, where it has none yet. */
  lead(place: MarkerPlace): Promise<void>;
  /** Deletes the generations before the current one. */
  deleteOld(): Promise<void>;
}

/** `firstGeneration` is above those that an interrupted run left, which are named in `old`. */
export function createMarkers(
  space: Pick<BenchSpace, 'runId'>,
  calls: OwnCalls,
  paths: ScalePaths,
  servers: readonly Address[],
  old: readonly number[],
): Markers {
  const [{ port } = { port: 0 }] = servers;
  const backends = { hosts: servers.filter((server) => server.port === port).map(({ host }) => host), port };
  const outdated = new Set(old);
  let generation = Math.max(-1, ...old);
  const leading = new Set<MarkerPlace>();
  let isNew = false;
  let addresses: readonly Address[] = [];

  const makeService = async (place: MarkerPlace): Promise<Address> => {
    const { name, service } = markerObject(space, generation, place, backends);
    const host = textAt(await createOwn(calls, paths.services, name, service), 'spec', 'clusterIP');
    if (host !== null && addressFrom(host) !== null) return { host, port: servicePort };
    throw new Problem(
      'target',
      `The API server gave the Service "${name}" no address.`,
      'Look for an admission webhook that changes Services.',
    );
  };

  return {
    addresses: () => addresses,
    async renew() {
      if (isNew) return;
      if (generation >= 0) outdated.add(generation);
      generation += 1;
      leading.clear();
      addresses = await Promise.all(places.map(makeService));
      isNew = true;
    },
    async lead(place) {
      if (leading.has(place)) return;
      isNew = false;
      const { name, slice } = markerObject(space, generation, place, backends);
      await createOwn(calls, paths.slices, name, slice);
      leading.add(place);
    },
    async deleteOld() {
      for (const before of [...outdated]) {
        const selector = batchSelector(space, markerBatch(before));
        await deleteOwn(calls, paths.services, selector);
        await deleteOwn(calls, paths.slices, selector);
        outdated.delete(before);
      }
    },
  };
}

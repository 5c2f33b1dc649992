import { addressFrom } from '../../../core/cluster/cidr';
import { Problem } from '../../../core/problem';
import type { Address } from '../../../core/target';
import { textAt } from '../../client/json';
import type { BenchSpace } from '../space';
import { batchSelector, markerBatch, markerObject, servicePort } from './objects';
import type { MarkerPlace, MarkerSet, ScalePaths } from './objects';
import { createOwn, deleteOwn } from './ownObjects';
import type { OwnCalls } from './ownObjects';

const places = ['first', 'middle', 'last'] as const;

/**
 * Services that lead to the bench's servers, in two sets of three that take turns: while one answers, the other has no
 * endpoints, so that its first answer after the next change can only come from what that change made.
 */
export interface Markers {
  /** Makes the Services of both sets, without endpoints. */
  make(): Promise<void>;
  /** Of the set whose turn it is. */
  addresses(): readonly Address[];
  /** Of both sets. */
  allAddresses(): readonly Address[];
  /** Gives the turn to the other set, unless the one that has it never led anywhere. */
  takeTurns(): Promise<void>;
  /** Gives one of the set its endpoints, where it has none yet. */
  lead(place: MarkerPlace): Promise<void>;
  /** Takes the endpoints of the other set away. */
  silenceOther(): Promise<void>;
}

export function createMarkers(
  space: Pick<BenchSpace, 'runId'>,
  calls: OwnCalls,
  paths: ScalePaths,
  servers: readonly Address[],
): Markers {
  const [{ port } = { port: 0 }] = servers;
  const backends = { hosts: servers.filter((server) => server.port === port).map(({ host }) => host), port };
  const addresses: Record<MarkerSet, readonly Address[]> = { a: [], b: [] };
  const leading: Record<MarkerSet, Set<MarkerPlace>> = { a: new Set(), b: new Set() };
  let turn: MarkerSet = 'a';
  const other = (): MarkerSet => (turn === 'a' ? 'b' : 'a');

  const makeService = async (set: MarkerSet, place: MarkerPlace): Promise<Address> => {
    const { name, service } = markerObject(space, set, place, backends);
    const host = textAt(await createOwn(calls, paths.services, name, service), 'spec', 'clusterIP');
    if (host !== null && addressFrom(host) !== null) return { host, port: servicePort };
    throw new Problem(
      'target',
      `The API server gave the Service "${name}" no address.`,
      'Look for an admission webhook that changes Services.',
    );
  };
  const silence = async (set: MarkerSet): Promise<void> => {
    await deleteOwn(calls, paths.slices, batchSelector(space, markerBatch(set)));
    leading[set].clear();
  };

  return {
    async make() {
      for (const set of ['a', 'b'] as const) {
        // An interrupted run may have left some.
        await silence(set);
        addresses[set] = await Promise.all(places.map((place) => makeService(set, place)));
      }
    },
    addresses: () => addresses[turn],
    allAddresses: () => [...addresses.a, ...addresses.b],
    async takeTurns() {
      if (leading[turn].size === 0) return;
      // Only after a change that failed does the other one still lead.
      if (leading[other()].size > 0) await silence(other());
      turn = other();
    },
    async lead(place) {
      if (leading[turn].has(place)) return;
      leading[turn].add(place);
      const { name, slice } = markerObject(space, turn, place, backends);
      await createOwn(calls, paths.slices, name, slice);
    },
    async silenceOther() {
      if (leading[other()].size > 0) await silence(other());
    },
  };
}

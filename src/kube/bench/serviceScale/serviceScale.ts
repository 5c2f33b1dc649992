import type { ClusterFacts } from '../../../core/cluster/clusterFacts';
import { serviceChecks } from '../../../core/cluster/serviceRoom';
import { calibratedWith, endpointsEach } from '../../../core/cluster/calibration';
import type { MeasuredServiceMap, ServiceNeed, ServiceRoom } from '../../../core/cluster/serviceRoom';
import { Problem } from '../../../core/problem';
import { refuseBlocked } from '../../../core/run/conduct';
import type { Address } from '../../../core/target';
import { systemPause } from '../../agents/pause';
import type { Pause } from '../../agents/pause';
import type { NoServiceMap, ServiceMap } from '../../agents/serviceMap';
import { mostConnections } from '../../client/agents';
import { asClause } from '../../client/redact';
import { orAborted } from '../../client/slots';
import type { BenchSpace } from '../space';
import { createClearance } from './clearance';
import { createMarkers } from './markers';
import { measureServiceMap } from './mapUse';
import { scalePaths } from './objects';
import { createPace, manyCalls } from './pace';
import type { Pace } from './pace';
import { readServiceRoom } from './readRoom';
import { createScaleSet } from './scaleSet';
import type { Difference, ScaleStep } from './scaleSet';

export interface ServiceScaleOptions {
  /** Where the marker Services lead: the bench's HTTP servers, all on one port. */
  readonly servers: readonly Address[];
  /** The largest number of Services that the plan asks for. */
  readonly most: number;
  readonly facts: Pick<ClusterFacts, 'cilium' | 'headroom'>;
  /** Cilium's service map, or why it cannot be read; null where there is none. */
  readonly map: ServiceMap | NoServiceMap | null;
  /** Between two looks at the map. */
  readonly pause?: Pause;
}

export interface ScaleProgress {
  readonly done: number;
  /** Services to be made or deleted in all. */
  readonly of: number;
}

export interface ScaleResult {
  /** From asking until the API server had answered for the last object; the datapath follows by itself. */
  readonly seconds: number;
  readonly created: number;
  readonly deleted: number;
  /** Services made or deleted, each with its EndpointSlice; 0 where there was nothing to do. */
  readonly perSecond: number;
}

/** Thousands of Services beside the one that is measured, and the marker Services that tell when they are programmed. */
export interface ServiceScale {
  /**
   * Checks that there is room, journals, and makes the marker Services, with addresses that do not answer yet. Takes over
   * what an interrupted run of the same id left. Has to be closed also where it throws.
   * @throws Problem where the cluster has no room for the largest number, before anything is made.
   */
  prepare(signal: AbortSignal): Promise<void>;
  /**
   * The marker Services that lead to the servers first, in the middle and last of the change under way or the last one. Two
   * sets of them take turns with each difference.
   */
  markers(): readonly Address[];
  /** Those of both sets, known as soon as it is prepared: for probers that are there before they are needed. */
  allMarkers(): readonly Address[];
  /** What one Service takes of Cilium's service map, as it was measured, or why it was not; null where there is no such map. */
  calibration(): MeasuredServiceMap | NoServiceMap | null;
  /**
   * Makes or deletes what is too few or too many. The last marker answers once the datapath has taken in everything before
   * it, on the way up and on the way down.
   * @throws Problem; the signal's reason at once where it is aborted.
   */
  to(
    count: number,
    signal: AbortSignal,
    onProgress?: (progress: ScaleProgress) => void,
  ): Promise<ScaleResult>;
  /** Deletes everything. Says in a sentence each what could not be; empty where all is gone. May be called again. */
  close(): Promise<readonly string[]>;
}

/** Deletions of whole batches at once; each of them keeps the API server busy for seconds. */
const deletionsAtOnce = 8;

/** How long calls that are under way when all ends are waited for, so that none makes something after the last look. */
const graceMs = 10_000;

/** Besides those asked for: two sets of marker Services. */
const markerServices = 6;

/** What so many Services take of a cluster, for the preflight too. */
export function serviceNeed(services: number, measured: MeasuredServiceMap | null = null): ServiceNeed {
  return { services, besides: markerServices, endpoints: endpointsEach, measured };
}

type Steps = readonly ScaleStep[];

export function createServiceScale(space: BenchSpace, options: ServiceScaleOptions): ServiceScale {
  const { client, namespace, runId } = space;
  const { servers, most, facts, map, pause = systemPause } = options;
  const paths = scalePaths(space);
  const paces = { creating: createPace(mostConnections), deleting: createPace(deletionsAtOnce) };
  // A signal that cancels a change ends no call that is under way: what is cut may still do its work on the server, unseen.
  const stop = new AbortController();
  const creating = { client, runId, onTurnedAway: paces.creating.turnedAway, signal: stop.signal };
  const deleting = { client, runId, onTurnedAway: paces.deleting.turnedAway };
  const set = createScaleSet(space, { creating, deleting }, paths);
  const clearance = createClearance(space, paths);
  const markers = createMarkers(space, creating, paths, servers);
  let settled: Promise<unknown> = Promise.resolve();
  let calibration: MeasuredServiceMap | NoServiceMap | null = map !== null && 'because' in map ? map : null;

  /** Rejects at once where the signal is aborted; `settled` waits for the work all the same. */
  const abortable = <Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> => {
    settled = Promise.allSettled([settled, work]);
    return orAborted(work, signal);
  };

  const run = async (
    steps: Steps,
    pace: Pace,
    signal: AbortSignal,
    { atHalf, onStep }: { readonly atHalf: () => Promise<void>; readonly onStep: (services: number) => void },
  ): Promise<void> => {
    function* calls(): Generator<() => Promise<void>, void> {
      for (const [at, step] of steps.entries()) {
        if (at === Math.ceil(steps.length / 2)) yield atHalf;
        yield () =>
          step.run().then(() => {
            onStep(step.services);
          });
      }
    }
    const many = manyCalls(calls(), pace, signal);
    settled = Promise.allSettled([settled, many.settled]);
    await many.done;
  };

  const change = async (
    { toCreate, toDelete }: Difference,
    signal: AbortSignal,
    onProgress?: (progress: ScaleProgress) => void,
  ): Promise<ScaleResult> => {
    const started = performance.now();
    const [created, deleted] = [toCreate, toDelete].map(servicesIn) as [number, number];
    const of = created + deleted;
    let done = 0;
    const told = {
      atHalf: () => markers.lead('middle'),
      onStep: (services: number) => {
        done += services;
        onProgress?.({ done, of });
      },
    };
    if (of > 0) await abortable(markers.takeTurns(), signal);
    await abortable(markers.lead('first'), signal);
    await run(toDelete, paces.deleting, signal, told);
    await run(toCreate, paces.creating, signal, told);
    await abortable(markers.lead('middle'), signal);
    await abortable(markers.lead('last'), signal);
    const seconds = (performance.now() - started) / 1000;
    await abortable(markers.silenceOther(), signal);
    return { seconds, created, deleted, perSecond: of === 0 ? 0 : of / seconds };
  };

  const refuseWithoutRoom = (room: ServiceRoom): void => {
    const measured = calibration !== null && 'limit' in calibration ? calibration : null;
    refuseBlocked(serviceChecks(serviceNeed(most, measured), facts, room));
  };

  /** Makes the first few to see what one takes of the map, and deletes them. What cannot be read is said. */
  const calibrate = async (
    map: ServiceMap,
    signal: AbortSignal,
  ): Promise<MeasuredServiceMap | NoServiceMap> => {
    if (most < calibratedWith) return { because: `fewer than ${calibratedWith} Services are asked for` };
    const quietly = { atHalf: () => Promise.resolve(), onStep: () => undefined };
    const { toCreate, toDelete } = set.difference(calibratedWith);
    if (toDelete.length > 0 || toCreate.length < calibratedWith)
      return { because: 'Services of the run were there already when it was taken up again' };
    const makeSome = (): Promise<void> => run(toCreate, paces.creating, signal, quietly);
    let result: MeasuredServiceMap | NoServiceMap;
    try {
      result = await measureServiceMap(map, makeSome, pause, signal);
    } catch (error) {
      if (signal.aborted || !(error instanceof Problem)) throw error;
      result = { because: asClause(error.what) };
    }
    await run(set.difference(0).toDelete, paces.deleting, signal, quietly);
    return result;
  };

  return {
    async prepare(signal) {
      const room = await readServiceRoom(client, namespace, signal);
      refuseWithoutRoom(room);
      await clearance.begin(most);
      await set.takeOver(signal);
      await abortable(markers.make(), signal);
      if (map === null || 'because' in map) return;
      calibration = await calibrate(map, signal);
      refuseWithoutRoom(room);
    },
    markers: () => markers.addresses(),
    allMarkers: () => markers.allAddresses(),
    calibration: () => calibration,
    async to(count, signal, onProgress) {
      // What a cancelled change has left under way.
      await orAborted(settled, signal);
      return change(set.difference(count), signal, onProgress);
    },
    async close() {
      const timer = setTimeout(() => {
        stop.abort(new Error('The run has ended.'));
      }, graceMs);
      await settled;
      clearTimeout(timer);
      const { toDelete } = set.difference(0);
      // What fails here is tried again, and told, at the clearance.
      await manyCalls(
        toDelete.map((step) => step.run),
        paces.deleting,
        undefined,
      ).done.catch(() => undefined);
      return clearance.end();
    },
  };
}

function servicesIn(steps: Steps): number {
  return steps.reduce((sum, { services }) => sum + services, 0);
}

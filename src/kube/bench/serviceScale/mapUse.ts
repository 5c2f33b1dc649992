import { calibratedWith } from '../../../core/cluster/calibration';
import type { MeasuredServiceMap } from '../../../core/cluster/serviceRoom';
import type { NoServiceMap, ServiceMap } from '../../agents/serviceMap';
import type { Pause } from '../../agents/pause';

/** An agent follows the API in its own time, and puts changes together: it has come to rest once so many reads agree. */
const agreeingReads = 3;
const everyMs = 500;
/** Reads after which the map counts as never coming to rest. */
const mostReads = 120;

/** The entries in use once the map has come to rest with at least so many; null where that does not come to be. */
async function useAtRest(
  least: number,
  map: ServiceMap,
  pause: Pause,
  signal: AbortSignal,
): Promise<number | null> {
  let last = Number.NaN;
  let agreeing = 0;
  for (let reads = 0; reads < mostReads; reads += 1) {
    if (reads > 0) await pause(everyMs, signal);
    const use = await map.entries(signal);
    agreeing = use === last ? agreeing + 1 : 1;
    last = use;
    if (use >= least && agreeing >= agreeingReads) return use;
  }
  return null;
}

/**
 * What one Service takes of the map, from its use before and after {@link calibratedWith} were made; else why it cannot be told.
 * @throws Problem where the map cannot be read or the Services cannot be made.
 */
export async function measureServiceMap(
  map: ServiceMap,
  makeSome: () => Promise<void>,
  pause: Pause,
  signal: AbortSignal,
): Promise<MeasuredServiceMap | NoServiceMap> {
  const limit = await map.limit(signal);
  const used = await map.entries(signal);
  await makeSome();
  // A Service has one entry at the least.
  const after = await useAtRest(used + calibratedWith, map, pause, signal);
  return after === null
    ? {
        because: `its map did not come to rest above ${used} entries after ${calibratedWith} Services were made`,
      }
    : { entriesEach: (after - used) / calibratedWith, used, limit };
}

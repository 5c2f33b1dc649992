/** What a run says of the entries that a Service took of Cilium's service map: written into its changes, and read from them. */
import type { ChangeRecord } from '../result/run';

/** Endpoints of each Service that `service-scale` makes and nobody calls. */
export const endpointsEach = 4;

/** So many Services are made to see what one takes of Cilium's service map. */
export const calibratedWith = 100;

/** Follows the number of Services in a change's new value. */
export function calibrationText(entriesEach: number): string {
  return `, ${entriesEach} entries each of Cilium’s service map`;
}

/** Entries that one Service of one port and {@link endpointsEach} endpoints took; null where the changes do not say. */
export function calibrationIn(changes: readonly Pick<ChangeRecord, 'what' | 'new'>[]): number | null {
  for (const { what, new: text } of changes) {
    const found =
      what === 'services' ? /, (\d+(?:\.\d+)?) entries each of Cilium’s service map$/.exec(text) : null;
    const entries = Number(found?.[1]);
    if (entries > 0 && Number.isFinite(entries)) return entries;
  }
  return null;
}

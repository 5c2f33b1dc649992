import type { BenchSpace } from '../space';
import { listPages } from '../../client/listPages';
import { textAt } from '../../client/json';
import { batchSelector, batchSize, indexOf, indexSelector, scaleObject, scaleSelector } from './objects';
import type { ScalePaths } from './objects';
import { createOwn, deleteOwn } from './ownObjects';
import type { OwnCalls } from './ownObjects';

/** One call, or two in a row, that make or delete `services` Services with their slices. */
export interface ScaleStep {
  readonly services: number;
  readonly run: () => Promise<void>;
}

/** What has to be done to get from the Services that are there to those that shall be. */
export interface Difference {
  readonly toCreate: readonly ScaleStep[];
  readonly toDelete: readonly ScaleStep[];
}

/** The Services that nobody calls, by index. Keeps account of those that are there, and of those that might be. */
export interface ScaleSet {
  /** Takes account of what is there already. */
  takeOver(signal: AbortSignal): Promise<void>;
  /** Between what is there and the indices below `count`. */
  difference(count: number): Difference;
}

/** Values of one selector with `in`, so that an address does not grow beyond what servers take (8 kB in many). */
const mostIndices = 250;

function chunks(values: readonly number[], size: number): number[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, at) =>
    values.slice(at * size, (at + 1) * size),
  );
}

export function createScaleSet(
  space: Pick<BenchSpace, 'runId' | 'client'>,
  calls: { readonly creating: OwnCalls; readonly deleting: OwnCalls },
  paths: ScalePaths,
): ScaleSet {
  /** The API server has confirmed both objects. */
  const there = new Set<number>();
  /** Asked for, confirmed or not: what has to be deleted. */
  const maybe = new Set<number>();

  const create = async (index: number): Promise<void> => {
    const { name, service, slice } = scaleObject(space, index);
    maybe.add(index);
    // The slice first: the datapath then learns of the Service once, and whole.
    await createOwn(calls.creating, paths.slices, name, slice);
    await createOwn(calls.creating, paths.services, name, service);
    there.add(index);
  };
  const remove = async (indices: readonly number[], selector: string): Promise<void> => {
    for (const index of indices) there.delete(index);
    await deleteOwn(calls.deleting, paths.services, selector);
    await deleteOwn(calls.deleting, paths.slices, selector);
    for (const index of indices) maybe.delete(index);
  };

  const stepsToDelete = (from: number): ScaleStep[] => {
    const batches = new Map<number, number[]>();
    for (const index of [...maybe].sort((one, other) => one - other)) {
      if (index < from) continue;
      const batch = Math.floor(index / batchSize);
      const indices = batches.get(batch) ?? [];
      indices.push(index);
      batches.set(batch, indices);
    }
    return [...batches].flatMap(([batch, indices]) => {
      const isWhole = batch * batchSize >= from;
      const parts = isWhole ? [indices] : chunks(indices, mostIndices);
      return parts.map((part) => ({
        services: part.length,
        run: () => remove(part, isWhole ? batchSelector(space, batch) : indexSelector(space, part)),
      }));
    });
  };

  return {
    async takeOver(signal) {
      const namesOf = async (path: string): Promise<readonly string[]> => {
        const listing = await listPages(space.client, {
          path,
          labelSelector: scaleSelector(space),
          metadataOnly: true,
          pick: (object) => textAt(object, 'metadata', 'name') ?? undefined,
          signal,
        });
        return listing.items;
      };
      const [services, slices] = await Promise.all([namesOf(paths.services), namesOf(paths.slices)]);
      const haveSlices = new Set(slices);
      for (const name of [...services, ...slices]) {
        const index = indexOf(name);
        if (index !== null) maybe.add(index);
      }
      for (const name of services) {
        const index = indexOf(name);
        if (index !== null && haveSlices.has(name)) there.add(index);
      }
    },
    difference(count) {
      const missing = Array.from({ length: count }, (_, index) => index).filter((index) => !there.has(index));
      return {
        toCreate: missing.map((index) => ({ services: 1, run: () => create(index) })),
        toDelete: stepsToDelete(count),
      };
    },
  };
}

/** So many Services are made to see what one takes of Cilium's service map. */
export const calibratedWith = 100;

/** Reads of the map after which it counts as never coming to rest. */
const mostReads = 20;

/**
 * The entries in use once two reads in a row agree on a number above `above`: the agent follows the API in its own time, and
 * a read takes longer than its steps. Null where that does not come to be.
 */
async function useAbove(above: number, read: () => Promise<number>): Promise<number | null> {
  let last = Number.NaN;
  for (let reads = 0; reads < mostReads; reads += 1) {
    const use = await read();
    if (use > above && use === last) return use;
    last = use;
  }
  return null;
}

/** Entries that one Service takes, from the map's use before and after {@link calibratedWith} were made; null where it cannot be told. */
export async function entriesEachOf(
  read: () => Promise<number>,
  makeSome: () => Promise<void>,
): Promise<number | null> {
  const before = await read();
  await makeSome();
  const after = await useAbove(before, read);
  return after === null ? null : (after - before) / calibratedWith;
}

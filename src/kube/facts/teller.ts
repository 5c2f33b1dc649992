import type { ClusterObjects } from '../../core/cluster/objects';
import { type ClusterReading, readingFrom, sha256 } from './readClusterFacts';

export interface Timings {
  /** After a change, facts are told when nothing has changed for this long ... */
  readonly quietMs: number;
  /** ... and no later than this after the first change. */
  readonly mostQuietMs: number;
  /** How often all is read again that is not watched: counting 30,000 Services is not done for every change of one. */
  readonly recountMs: number;
}

interface Teller {
  /** At once. */
  readonly tell: (objects: ClusterObjects) => void;
  /** When changes have come to rest. */
  readonly soon: (objects: () => ClusterObjects) => void;
  /** The next facts are told even where none has changed. */
  readonly forget: () => void;
  readonly end: () => void;
}

/** Tells facts after changes, many at once as one, and nothing where no fact has changed. */
export function createTeller(
  onReading: (reading: ClusterReading) => void,
  { quietMs, mostQuietMs }: Timings,
): Teller {
  let told = '';
  let quiet: NodeJS.Timeout | undefined;
  let firstAt: number | null = null;
  const tell = (objects: ClusterObjects): void => {
    const reading = readingFrom(objects);
    // Of thousands of nodes the text is long: only its hash is kept.
    const hash = sha256(JSON.stringify(reading.facts));
    if (hash === told) return;
    told = hash;
    onReading(reading);
  };
  return {
    tell,
    soon(objects) {
      const now = performance.now();
      firstAt ??= now;
      clearTimeout(quiet);
      const waitMs = Math.max(0, Math.min(quietMs, firstAt + mostQuietMs - now));
      quiet = setTimeout(() => {
        firstAt = null;
        tell(objects());
      }, waitMs);
    },
    forget() {
      // What was still to be told is from before; what comes after is told anew.
      clearTimeout(quiet);
      firstAt = null;
      told = '';
    },
    end() {
      clearTimeout(quiet);
    },
  };
}

import { libraryParts } from '../../core/policy/libraryParts';
import { nextTurn } from './nextTurn';

const load = () => import('../../core/policy/main');
let loaded: ReturnType<typeof load> | undefined;

async function inParts(): ReturnType<typeof load> {
  for (const loadPart of libraryParts) {
    await loadPart();
    await nextTurn();
  }
  return load();
}

/** Loads the analysis a part in each turn: all of it at once would hold the extension host's thread for longer than a slice. */
export function loadAnalysis(): ReturnType<typeof load> {
  loaded ??= inParts().catch((error: unknown) => {
    // Asked again, it is tried again.
    loaded = undefined;
    throw error;
  });
  return loaded;
}

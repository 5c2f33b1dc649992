import { Problem } from '../core/problem';
import type { JournalListing } from '../store/journalListing';
import { nearest } from './didYouMean';

/** The journal that a word means: a run's id, or the unique beginning of one. Throws a usage {@link Problem} otherwise. */
export function findJournal(journals: readonly JournalListing[], word: string): JournalListing {
  const ids = journals.map(({ runId }) => runId);
  const matches = ids.includes(word) ? [word] : ids.filter((id) => id.startsWith(word));
  const found = matches.length === 1 ? journals.find(({ runId }) => runId === matches[0]) : undefined;
  if (found) return found;
  const meant = nearest(word, ids);
  throw new Problem(
    'usage',
    matches.length > 1
      ? `"${word}" begins the ids of ${matches.length} runs.`
      : `No run "${word}" left anything that is known here.`,
    meant === undefined || matches.length > 1
      ? 'cilium-bench undo --list shows the runs that did.'
      : `Did you mean "${meant}"?`,
  );
}

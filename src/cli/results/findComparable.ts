import path from 'node:path';
import { Problem } from '../../core/problem';
import type { PublishedReference } from '../../core/result/published/published';
import { findPublished, publishedPrefix, publishedReferences } from '../../core/result/published/published';
import type { Run } from '../../core/result/run';
import { readRunFile, runFileAt } from '../../store/readRunFile';
import type { RunStore } from '../../store/runStore';
import { suggestion } from '../didYouMean';
import { findRun } from '../findRun';

/** Whether a word can only be a path: no run's id looks so. */
const looksLikePath = (word: string): boolean => /[\\/]|\.json$/.test(word) || word.startsWith('.');

/**
 * The run that a word means: `latest`, an id, the unique beginning of one, or the path of a run's folder or of its `run.json`,
 * whatever the folder is called. Throws a usage {@link Problem} when it means none or several.
 */
async function comparable(store: RunStore, word: string, cwd: string): Promise<Run> {
  if (looksLikePath(word)) {
    const file = await runFileAt(path.resolve(cwd, word));
    if (file === undefined)
      throw new Problem('usage', `There is no run at ${word}.`, 'Name the folder of a run, or its run.json.');
    return readRunFile(file);
  }
  try {
    return (await findRun(store, word, cwd)).run;
  } catch (error) {
    const file = await runFileAt(path.resolve(cwd, word));
    if (file === undefined) throw error;
    return readRunFile(file);
  }
}

function published(word: string): PublishedReference {
  const found = findPublished(word);
  if (found) return found;
  const names = publishedReferences.map(({ name }) => `${publishedPrefix}${name}`);
  throw new Problem(
    'usage',
    `Nothing is published as "${word}".`,
    suggestion(word, names, `There are ${names.join(', ')}.`),
  );
}

/** The runs and the published references that words mean, each in the order of the words. */
export async function findComparables(
  store: RunStore,
  words: readonly string[],
  cwd: string,
): Promise<{ readonly runs: readonly Run[]; readonly published: readonly PublishedReference[] }> {
  const isPublished = (word: string): boolean => word.startsWith(publishedPrefix);
  const references = words.filter(isPublished).map(published);
  const runs: Run[] = [];
  for (const word of words.filter((one) => !isPublished(one))) runs.push(await comparable(store, word, cwd));
  return { runs, published: references };
}

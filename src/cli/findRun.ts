import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '../core/problem';
import type { Run } from '../core/result/run';
import { createRunStore, type RunStore } from '../store/runStore';
import { nearest } from './didYouMean';

/** A run and the store that it is in, which a named folder may change. */
export interface FoundRun {
  readonly run: Run;
  readonly store: RunStore;
}

async function isFolder(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** The folder that a path to a run, or to its `run.json`, names; undefined when it names neither. */
async function runFolder(word: string, cwd: string): Promise<string | undefined> {
  const file = path.resolve(cwd, word);
  if (path.basename(file) === 'run.json') return path.dirname(file);
  const holdsRun = await stat(path.join(file, 'run.json')).then(
    () => true,
    () => false,
  );
  return holdsRun && (await isFolder(file)) ? file : undefined;
}

/**
 * The run that a word means: `latest`, an id, the unique beginning of one, or the path of a run's folder.
 * Throws a usage {@link Problem} when it means none or several.
 */
export async function findRun(store: RunStore, word: string, cwd: string): Promise<FoundRun> {
  const { runs, skipped } = await store.list();
  if (word === 'latest') {
    const latest = runs[0];
    if (!latest)
      throw new Problem('usage', `There are no runs in ${store.folder}.`, 'Make one: cilium-bench run rps.');
    return { run: await store.read(latest.id), store };
  }
  const ids = runs.map((run) => run.id);
  const matches = ids.includes(word) ? [word] : ids.filter((id) => id.startsWith(word));
  const [id, ...others] = matches;
  if (id !== undefined && others.length === 0) return { run: await store.read(id), store };

  const folder = await runFolder(word, cwd);
  if (folder !== undefined) {
    const there = createRunStore(path.dirname(folder));
    return { run: await there.read(path.basename(folder)), store: there };
  }
  if (others.length > 0) {
    throw new Problem(
      'usage',
      `"${word}" begins the ids of ${matches.length} runs.`,
      `Write more of it: ${matches.slice(0, 3).join(', ')}${matches.length > 3 ? ', …' : ''}.`,
    );
  }
  const unread = skipped.find(({ file }) => file === path.join(store.folder, word, 'run.json'));
  if (unread) {
    const todo = 'Name another run: cilium-bench runs list shows those that can be read.';
    throw new Problem('usage', `${unread.file} ${unread.reason}.`, todo);
  }
  const meant = nearest(word, ids);
  throw new Problem(
    'usage',
    `There is no run "${word}" in ${store.folder}.`,
    meant === undefined ? 'cilium-bench runs list shows the runs.' : `Did you mean "${meant}"?`,
  );
}

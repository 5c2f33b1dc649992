import path from 'node:path';
import { Problem } from '../core/problem';
import { dayAndTime } from '../core/words/dates';
import { counted } from '../core/words/numbers';
import type { RunStore } from '../store/runStore';
import { systemClock } from '../store/systemClock';
import { trashKeptDays } from '../store/trash';
import type { ParsedArguments } from './arguments';
import type { CommandContext } from './commands/command';
import { nearest } from './didYouMean';
import { runLine } from './runLine';
import { openStore } from './storeOption';

function wholeId(args: ParsedArguments, todo: string): string {
  const [action = '', id, ...more] = args.positionals;
  if (id === undefined || more.length > 0) throw new Problem('usage', `runs ${action} takes one run.`, todo);
  return id;
}

function notThere(id: string, ids: readonly string[], where: string, todo: string): Problem {
  const meant = nearest(id, ids);
  return new Problem(
    'usage',
    `There is no run "${id}" in ${where}.`,
    meant === undefined ? todo : `Did you mean "${meant}"?`,
  );
}

/**
 * Takes a whole id alone: what is removed is not guessed, so neither "latest" nor a beginning may mean a run here. A folder
 * without `run.json` is no run and stays, whatever folder --store names; a run whose `run.json` is broken can go.
 */
export async function removeRun(args: ParsedArguments, context: CommandContext): Promise<void> {
  const { out, err } = context.terminal;
  const id = wholeId(args, 'cilium-bench runs list shows their ids.');
  const store = openStore(args, context);
  const folder = store.folderOf(id);
  const { runs, skipped } = await store.list();
  const known = runs.find((run) => run.id === id);
  if (!known && !skipped.some(({ file }) => file === path.join(folder, 'run.json'))) {
    const ids = runs.map((run) => run.id);
    throw notThere(id, ids, store.folder, 'cilium-bench runs list shows the runs.');
  }
  await store.remove(id, systemClock.now());
  out.write(`Removed ${known ? runLine(known, runs) : id}\n`);
  err.write(`It is kept for ${trashKeptDays} days: cilium-bench runs restore ${id}\n`);
}

export async function restoreRun(args: ParsedArguments, context: CommandContext): Promise<void> {
  const id = wholeId(args, 'cilium-bench runs trash shows their ids.');
  const store = openStore(args, context);
  const ids = (await store.trash()).map((run) => run.id);
  if (!ids.includes(id)) {
    throw notThere(id, ids, `the trash of ${store.folder}`, 'cilium-bench runs trash shows what is there.');
  }
  await store.restore(id);
  context.terminal.out.write(`Restored ${id}\n`);
}

async function emptyTrash(store: RunStore, { terminal: { out } }: CommandContext): Promise<void> {
  out.write(`Deleted ${counted((await store.emptyTrash()).length, 'run')} for good\n`);
}

export async function showTrash(args: ParsedArguments, context: CommandContext): Promise<void> {
  const store = openStore(args, context);
  if (args.positionals.length > 1) {
    throw new Problem('usage', 'runs trash takes no run.', 'cilium-bench runs restore <id> brings one back.');
  }
  if (args.flag('empty')) return emptyTrash(store, context);
  const found = await store.trash();
  const { out, err } = context.terminal;
  for (const { id, removedAt } of found)
    out.write(`${id} · removed ${dayAndTime(removedAt.toISOString())}\n`);
  if (found.length === 0) err.write(`The trash of ${store.folder} is empty.\n`);
}

import path from 'node:path';
import { Problem } from '../../core/problem';
import { importResults } from '../../core/result/import/importResults';
import type { LeftOut, SourceFile } from '../../core/result/import/source';
import type { Run } from '../../core/result/run';
import { counted } from '../../core/words/numbers';
import { clearIncoming } from '../incoming';
import { parseRawOutput, parseRun } from '../parseRun';
import type { RunStore } from '../runStore';
import { addRun, type RunFiles } from './addRun';
import { readSource, type Source } from './readSource';

export interface ImportedInto {
  /** Ids of the runs that are now in the store, in the order of their files. */
  readonly ids: readonly string[];
  readonly leftOut: readonly LeftOut[];
  /** Ids of runs that were there already, just the same. */
  readonly known: readonly string[];
}

/** A run of ours among the files, with what lies in its folder. */
interface OwnRun {
  readonly folder: string;
  readonly run: Run;
  readonly files: RunFiles;
  readonly missing: readonly string[];
}

const runFile = /^(?:(.*)\/)?run\.json$/;

function ownRunOf(file: SourceFile, all: ReadonlyMap<string, string>): OwnRun | LeftOut {
  const parsed = parseRun(file.text);
  if (!parsed.ok) return { file: file.path, reason: parsed.reason };
  const run = parsed.value;
  const folder = file.path.slice(0, -'run.json'.length);
  const files = new Map<string, string>();
  const missing: string[] = [];
  for (const { raw } of run.samples) {
    const text = all.get(`${folder}${raw}`);
    const output = text === undefined ? undefined : parseRawOutput(text);
    if (text !== undefined && output?.ok === true) files.set(raw, text);
    else missing.push(raw);
  }
  const plan = all.get(`${folder}plan.json`);
  if (plan !== undefined) files.set('plan.json', plan);
  return { folder, run, files, missing };
}

/** An id that the store has not: its own where that is free. */
async function freeId(store: RunStore, run: Run): Promise<string> {
  const { runs, skipped } = await store.list();
  const folder = store.folderOf(run.id);
  const isTaken =
    runs.some(({ id }) => id === run.id) ||
    skipped.some(({ file }) => file === folder || path.dirname(file) === folder);
  return isTaken
    ? store.newRunId(run.scenario.replace(/[^a-z0-9-]/gi, '-').slice(0, 40), new Date(run.startedAt))
    : run.id;
}

async function isKnown(store: RunStore, run: Run): Promise<boolean> {
  const kept = await store.read(run.id).catch(() => undefined);
  return kept !== undefined && JSON.stringify(kept) === JSON.stringify(run);
}

async function addUnder(store: RunStore, run: Run, files: RunFiles): Promise<string> {
  // Another process may take an id between the look and the rename.
  for (let attempt = 0; attempt < 5; attempt++) {
    const id = await freeId(store, run);
    if (await addRun(store, { ...run, id }, files)) return id;
  }
  throw new Problem('no-result', `No id is free for run ${run.id}.`, 'Import it again.');
}

async function addOwn(
  store: RunStore,
  own: readonly OwnRun[],
  leftOut: LeftOut[],
): Promise<Omit<ImportedInto, 'leftOut'>> {
  const ids: string[] = [];
  const known: string[] = [];
  for (const { folder, run, files, missing } of own) {
    if (missing.length > 0)
      leftOut.push({
        file: `${folder}run.json`,
        reason: `names ${counted(missing.length, 'raw output')} that cannot be read, ${JSON.stringify(missing[0])} first`,
      });
    if (await isKnown(store, run)) known.push(run.id);
    else ids.push(await addUnder(store, run, files));
  }
  return { ids, known };
}

/** The files that belong to no run of ours. */
function othersOf(source: Source, own: readonly OwnRun[]): readonly SourceFile[] {
  const folders = own.map(({ folder }) => folder);
  return source.files.filter(
    ({ path }) => !runFile.test(path) && !folders.some((folder) => path.startsWith(folder)),
  );
}

/**
 * Takes results over into the store: runs of ours, whole folders or archives of them, keep their ids where those are free;
 * results of other tools become runs of their scenarios. Throws a usage {@link Problem} where nothing was found; its sentence
 * names the first reason.
 */
export async function importInto(
  store: RunStore,
  file: string,
  { now, name }: { readonly now: Date; readonly name?: string },
): Promise<ImportedInto> {
  await clearIncoming(store.folder, now);
  const source = await readSource(file);
  const leftOut: LeftOut[] = [...source.leftOut];
  const texts = new Map(source.files.map(({ path, text }) => [path, text]));
  const own: OwnRun[] = [];
  for (const candidate of source.files.filter(({ path }) => runFile.test(path))) {
    const read = ownRunOf(candidate, texts);
    if ('run' in read) own.push(read);
    else leftOut.push(read);
  }
  const added = await addOwn(store, own, leftOut);
  const others = importResults(othersOf(source, own), {
    source: source.name,
    importedAt: now.toISOString(),
    ...(name === undefined ? {} : { name }),
  });
  leftOut.push(...others.leftOut);
  const ids = [...added.ids];
  for (const { run, raw } of others.runs) {
    const id = await store.newRunId(run.scenario, new Date(run.startedAt));
    const files = new Map([...raw].map(([at, output]) => [at, `${JSON.stringify(output, null, 1)}\n`]));
    ids.push(await addUnder(store, { ...run, id }, files));
  }
  if (ids.length === 0 && added.known.length === 0) throw nothingIn(file, leftOut);
  return { ids, leftOut, known: added.known };
}

/** What was left out, as a line. */
export function leftOutLine({ file, line, reason }: LeftOut): string {
  return `${file}${line === undefined ? '' : `, line ${line},`} ${reason}.`;
}

function nothingIn(file: string, leftOut: readonly LeftOut[]): Problem {
  const most = 10;
  const reasons = leftOut.slice(0, most).map((one) => ` ${leftOutLine(one)}`);
  const more = leftOut.length > most ? ` ${leftOut.length - most} more were left out.` : '';
  return new Problem(
    'usage',
    `Nothing in ${file} can be imported.${reasons.join('')}${more}`,
    'Results of fortio, iperf3, netperf, cilium connectivity perf, k8s-netperf and the TKE guide’s benchmark script can be, and exported runs.',
  );
}

import { randomInt } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Plan } from '../core/plan/plan';
import { Problem } from '../core/problem';
import { isAlike, noAnnotations, type Annotations } from '../core/result/annotations';
import type { RawOutput, Run, Sample } from '../core/result/run';
import type { RunSink } from '../core/run/events';
import { changeAnnotations, readAnnotations } from './annotations';
import type { Parsed } from './parseRun';
import { parsePlan } from './parsePlan';
import { parseRawOutput, parseRun } from './parseRun';
import { parseResumption, type Resumption } from './resumption';
import { boundedRead } from './boundedRead';
import { makeFolder } from './makeFolder';
import { createListings } from './listings';
import type { RunListing } from './runListing';
import { createRunSink, noteChange } from './runSink';
import { requireRunId } from './safeNames';
import { storeProblem } from './storeProblem';
import { createTrash, type TrashedRun } from './trash';
import type { Watching } from './watchRuns';
import { watchRuns } from './watchRuns';
import { writeAtomically } from './writeAtomically';

export interface Skipped {
  /** Absolute path of what was not read. */
  readonly file: string;
  /** The rest of a sentence that begins with the file's name, e.g. `is not JSON, or was cut short: …`. */
  readonly reason: string;
}

export interface RunList {
  /** Newest first. */
  readonly runs: readonly RunListing[];
  readonly skipped: readonly Skipped[];
}

/** The runs in one folder, each in a folder of its own: `run.json`, `plan.json`, `samples/*.json`. */
export interface RunStore {
  readonly folder: string;
  /** Absolute path of a run's folder, whether it exists or not. Throws a usage {@link Problem} for an unsafe id. */
  folderOf(id: string): string;
  /** Makes the folder and sees that it can be written. Throws a {@link Problem} when it cannot. */
  prepare(): Promise<void>;
  /** An id that no run has, e.g. `2026-11-23-policy-overhead-x7`. The date is the local one. */
  newRunId(scenario: string, now: Date): Promise<string>;
  /**
   * Where a run is kept while it goes, with what its target is opened with again where it can be interrupted and go on. Its
   * methods throw a {@link Problem}, e.g. when the disk is full.
   */
  sink(resumption?: Resumption): RunSink;
  /** Never throws: what cannot be read is named in `skipped`. Files that have not changed are not read again. */
  list(): Promise<RunList>;
  /** Throws a usage {@link Problem} when there is no such run or it cannot be read. */
  read(id: string): Promise<Run>;
  /** Throws a usage {@link Problem} when there is no such sample or it cannot be read. */
  readRaw(id: string, sampleId: string): Promise<RawOutput>;
  /** The same of a run that was read already. */
  readRawOf(run: Pick<Run, 'id'>, sample: Pick<Sample, 'raw'>): Promise<RawOutput>;
  /** Throws a usage {@link Problem} when the run has no plan that this version can go on with. */
  readPlan(id: string): Promise<Plan>;
  /** Throws a usage {@link Problem} when the run was not stored with what its target is opened with again. */
  readResumption(id: string): Promise<Resumption>;
  /** Writes a file beside `run.json`, e.g. the report, and returns its path. */
  writeBeside(id: string, name: string, text: string): Promise<string>;
  /**
   * Changes what people keep with a run, and gives what is kept then. Of changes by several processes none is lost. Throws a
   * usage {@link Problem} when there is no such run, or it cannot be kept so.
   */
  annotate(id: string, change: (now: Annotations) => Annotations): Promise<Annotations>;
  /** What is kept with a run; nothing where it cannot be read, which {@link RunStore.list} says. Never throws. */
  annotationsOf(run: Pick<Run, 'id'>): Promise<Annotations>;
  /** Makes a run the baseline of its target and scenario, in place of another; with null it is it no more, and no other is. */
  pin(id: string, now: Date | null): Promise<void>;
  /** Moves a run into the trash, whole. Throws a usage {@link Problem} when there is no such run. */
  remove(id: string, now: Date): Promise<void>;
  /** Brings a removed run back. Throws a usage {@link Problem} where it cannot. */
  restore(id: string): Promise<void>;
  /** The removed runs that can come back, the last one first. */
  trash(): Promise<readonly TrashedRun[]>;
  /** Deletes the removed runs for good, and gives those that there were. */
  emptyTrash(): Promise<readonly TrashedRun[]>;
  /** Calls when a run began, ended or was removed, by whatever process. */
  watch(listener: () => void): Watching;
}

/** Far above any real run; keeps an alien file from being read whole. */
export const largestRunBytes = 32_000_000;
export const largestRawBytes = 64_000_000;

function refuse(file: string, reason: string): Problem {
  return new Problem(
    'usage',
    `${file} ${reason}.`,
    'cilium-bench runs list shows the runs that can be read.',
  );
}

function opened<T>(file: string, parsed: Parsed<T>): T {
  if (!parsed.ok) throw refuse(file, parsed.reason);
  return parsed.value;
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

function day(now: Date): string {
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** Two letters or digits keep an id short; more are taken when a day has used them up. */
function randomSuffix(length: number): string {
  return randomInt(36 ** length)
    .toString(36)
    .padStart(length, '0');
}

/** Opens the store in this folder, which need not exist yet. Touches nothing. */
export function createRunStore(folder: string): RunStore {
  const root = path.resolve(folder);
  const folderOf = (id: string): string => {
    requireRunId(id);
    return path.join(root, id);
  };
  const listings = createListings(root, largestRunBytes);
  const trash = createTrash(root);
  const noRun = (id: string): Problem =>
    new Problem('usage', `There is no run "${id}" in ${root}.`, 'cilium-bench runs list shows the runs.');
  /** The folder of a run that is there. */
  const existing = async (id: string): Promise<string> => {
    const found = folderOf(id);
    if (!(await exists(found))) throw noRun(id);
    return found;
  };

  const readRun = async (id: string): Promise<Run> => {
    const file = path.join(folderOf(id), 'run.json');
    if (!(await exists(file))) throw noRun(id);
    const read = await boundedRead(file, largestRunBytes);
    const run = opened(file, read.ok ? parseRun(read.text) : read);
    if (run.id !== id) throw refuse(file, `says it is ${run.id}, and its folder has another name`);
    return run;
  };

  const readBeside = async <T>(id: string, name: string, parse: (json: string) => Parsed<T>): Promise<T> => {
    const file = path.join(folderOf(id), name);
    const read = await boundedRead(file, largestRunBytes);
    return opened(file, read.ok ? parse(read.text) : read);
  };

  const readRawOf: RunStore['readRawOf'] = async ({ id }, { raw }) => {
    const file = path.join(folderOf(id), raw);
    const read = await boundedRead(file, largestRawBytes);
    return opened(file, read.ok ? parseRawOutput(read.text) : read);
  };

  return {
    folder: root,
    folderOf,
    async prepare() {
      const trial = path.join(root, '.writable');
      try {
        await makeFolder(root);
      } catch (error) {
        throw storeProblem(error, trial);
      }
      await writeAtomically(trial, '');
      await rm(trial, { force: true });
    },
    async newRunId(scenario, now) {
      for (let length = 2; ; length++) {
        for (let attempt = 0; attempt < 20; attempt++) {
          const id = `${day(now)}-${scenario}-${randomSuffix(length)}`;
          if (!(await exists(folderOf(id)))) return id;
        }
      }
    },
    sink: (resumption) => createRunSink(root, resumption),
    list: () => listings.list(),
    read: readRun,
    async readRaw(id, sampleId) {
      const run = await readRun(id);
      const sample = run.samples.find((candidate) => candidate.id === sampleId);
      if (!sample)
        throw new Problem(
          'usage',
          `Run ${id} has no sample "${sampleId}".`,
          'Its run.json lists the samples.',
        );
      return readRawOf(run, sample);
    },
    readRawOf,
    readPlan: (id) => readBeside(id, 'plan.json', parsePlan),
    readResumption: (id) => readBeside(id, 'resume.json', parseResumption),
    async writeBeside(id, name, text) {
      requireRunId(name);
      const file = path.join(folderOf(id), name);
      await writeAtomically(file, text);
      return file;
    },
    async annotate(id, change) {
      const changed = await changeAnnotations(await existing(id), change);
      await noteChange(root);
      return changed;
    },
    async annotationsOf({ id }) {
      const kept = await readAnnotations(folderOf(id));
      return kept.ok ? kept.value : noAnnotations;
    },
    async pin(id, now) {
      await existing(id);
      const { runs } = await listings.list();
      const pinned = runs.find((run) => run.id === id);
      if (!pinned) throw refuse(path.join(folderOf(id), 'run.json'), 'cannot be read');
      // The new one first: should this end in between, the one that was pinned last holds.
      if (now) await changeAnnotations(pinned.folder, (kept) => ({ ...kept, pinnedAt: now.toISOString() }));
      const goes = now === null ? pinned.annotations.pinnedAt !== null : true;
      for (const run of runs) {
        if (!goes || !isAlike(run, pinned) || run.annotations.pinnedAt === null || (now && run === pinned))
          continue;
        await changeAnnotations(run.folder, (kept) => ({ ...kept, pinnedAt: null }));
      }
      await noteChange(root);
    },
    async remove(id, now) {
      await trash.put(id, await existing(id), now);
      await noteChange(root);
    },
    async restore(id) {
      await trash.restore(id, folderOf(id));
      await noteChange(root);
    },
    trash: () => trash.list(),
    emptyTrash: () => trash.empty(),
    watch: (listener) => watchRuns(root, listener),
  };
}

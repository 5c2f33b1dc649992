import { randomInt } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Plan } from '../core/plan/plan';
import { Problem } from '../core/problem';
import type { RawOutput, Run } from '../core/result/run';
import type { RunSink } from '../core/run/events';
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
  /** Throws a usage {@link Problem} when the run has no plan that this version can go on with. */
  readPlan(id: string): Promise<Plan>;
  /** Throws a usage {@link Problem} when the run was not stored with what its target is opened with again. */
  readResumption(id: string): Promise<Resumption>;
  /** Writes a file beside `run.json`, e.g. the report, and returns its path. */
  writeBeside(id: string, name: string, text: string): Promise<string>;
  /** Deletes a run, whole. Throws a usage {@link Problem} when there is no such run. */
  remove(id: string): Promise<void>;
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

  const readRun = async (id: string): Promise<Run> => {
    const file = path.join(folderOf(id), 'run.json');
    if (!(await exists(file))) {
      throw new Problem(
        'usage',
        `There is no run "${id}" in ${root}.`,
        'cilium-bench runs list shows the runs.',
      );
    }
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
      const file = path.join(folderOf(id), sample.raw);
      const read = await boundedRead(file, largestRawBytes);
      return opened(file, read.ok ? parseRawOutput(read.text) : read);
    },
    readPlan: (id) => readBeside(id, 'plan.json', parsePlan),
    readResumption: (id) => readBeside(id, 'resume.json', parseResumption),
    async writeBeside(id, name, text) {
      requireRunId(name);
      const file = path.join(folderOf(id), name);
      await writeAtomically(file, text);
      return file;
    },
    async remove(id) {
      const from = folderOf(id);
      if (!(await exists(from))) {
        throw new Problem(
          'usage',
          `There is no run "${id}" in ${root}.`,
          'cilium-bench runs list shows the runs.',
        );
      }
      // Renamed first: a half-deleted folder is never listed, and the next removal takes it along.
      const gone = path.join(root, `.removed-${randomSuffix(6)}-${id}`);
      try {
        await rename(from, gone);
      } catch (error) {
        throw storeProblem(error, from);
      }
      for (const name of await readdir(root)) {
        if (name.startsWith('.removed-')) await rm(path.join(root, name), { recursive: true, force: true });
      }
      await noteChange(root);
    },
    watch: (listener) => watchRuns(root, listener),
  };
}

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Plan } from '../core/plan/plan';
import { Problem } from '../core/problem';
import type { RawOutput, Run, Sample } from '../core/result/run';
import type { RunSink } from '../core/run/events';
import { makeFolder } from './makeFolder';
import { planSchemaVersion } from './parsePlan';
import type { Resumption } from './resumption';
import { isSafeRawPath, requireRunId } from './safeNames';
import { errorCode, storeProblem } from './storeProblem';
import { writeAtomically } from './writeAtomically';

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

/** Tells whoever watches the store's folder, also in another process, that a run in it has changed. */
export async function noteChange(root: string): Promise<void> {
  // A hint only: no run is lost with it.
  await writeAtomically(path.join(root, '.changed'), '').catch(() => undefined);
}

/** A sink that keeps each run in a folder of its own under `root`, with what its target is opened with again. */
export function createRunSink(root: string, resumption?: Resumption): RunSink {
  const fileOf = (run: Run, name: string): string => {
    requireRunId(run.id);
    return path.join(root, run.id, name);
  };

  const makeRunFolder = async (run: Run): Promise<void> => {
    const folder = fileOf(run, '');
    try {
      await makeFolder(root);
      await mkdir(folder);
      await mkdir(path.join(folder, 'samples'));
    } catch (error) {
      if (errorCode(error) === 'EEXIST') {
        throw new Problem(
          'usage',
          `There is a run ${run.id} already.`,
          'Start it again: it then gets another id.',
          {
            cause: error,
          },
        );
      }
      throw storeProblem(error, folder);
    }
  };

  return {
    async begin(run: Run, plan: Plan) {
      await makeRunFolder(run);
      await writeAtomically(fileOf(run, 'plan.json'), json({ schemaVersion: planSchemaVersion, ...plan }));
      if (resumption) await writeAtomically(fileOf(run, 'resume.json'), json(resumption));
      await writeAtomically(fileOf(run, 'run.json'), json(run));
      await noteChange(root);
    },
    async resume(run: Run) {
      await writeAtomically(fileOf(run, 'run.json'), json(run));
      await noteChange(root);
    },
    async sample(run: Run, sample: Sample, raw: RawOutput) {
      if (!isSafeRawPath(sample.raw)) {
        throw new Problem(
          'usage',
          `"${sample.raw}" is not a place for a sample.`,
          'Samples go to samples/NAME.json.',
        );
      }
      // The raw output first: a run.json never names a file that is not there.
      await writeAtomically(fileOf(run, sample.raw), json(raw));
      await writeAtomically(fileOf(run, 'run.json'), json(run));
    },
    async end(run: Run) {
      await writeAtomically(fileOf(run, 'run.json'), json(run));
      await noteChange(root);
    },
  };
}

import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import {
  calibrationShape,
  isSameMachine,
  referenceTo,
  type Calibration,
} from '../core/calibration/calibration';
import type { CalibrationReference, Fingerprint } from '../core/result/run';
import type { Target } from '../core/target';
import { boundedRead } from './boundedRead';
import { parseAs } from './parseRun';
import { defaultCalibrationsFolder } from './runsFolder';
import { isSafeName } from './safeNames';
import { storeProblem } from './storeProblem';
import { writeAtomically } from './writeAtomically';

const largestBytes = 1_000_000;
/** The newest ones are looked at; whoever calibrates more often than that between two changes of a machine is well known. */
const mostLookedAt = 50;

/** `calibrate-20261126T013217Z`: names sort by time. */
export function calibrationId(now: Date): string {
  return `calibrate-${now
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:]/g, '')}`;
}

/** Keeps a calibration and tells in which file. Throws a {@link Problem} when it cannot. */
export async function keepCalibration(folder: string, calibration: Calibration): Promise<string> {
  const file = path.join(folder, `${calibration.id}.json`);
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw storeProblem(error, file);
  }
  await writeAtomically(file, `${JSON.stringify(calibration, null, 1)}\n`);
  return file;
}

/** The calibration of this id; null where it is not there or cannot be read. Never throws. */
export async function readCalibration(folder: string, id: string): Promise<Calibration | null> {
  if (!isSafeName(id)) return null;
  const read = await boundedRead(path.join(folder, `${id}.json`), largestBytes);
  if (!read.ok) return null;
  const parsed = parseAs(calibrationShape, read.text);
  return parsed.ok ? parsed.value : null;
}

/** What a run on this target keeps of the newest calibration of the machine; null where there is none, and on a cluster. */
export async function calibrationOf(
  target: Target,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<CalibrationReference | null> {
  if (target.kind !== 'lab') return null;
  const newest = await newestCalibration(defaultCalibrationsFolder(env), await target.fingerprint(signal));
  return newest && referenceTo(newest);
}

/** The newest calibration of the machine with this fingerprint; null where there is none. Never throws. */
export async function newestCalibration(
  folder: string,
  fingerprint: Fingerprint,
): Promise<Calibration | null> {
  const names = (await readdir(folder).catch((): string[] => []))
    .filter((name) => name.startsWith('calibrate-') && name.endsWith('.json'))
    .sort()
    .reverse();
  for (const name of names.slice(0, mostLookedAt)) {
    const calibration = await readCalibration(folder, name.slice(0, -'.json'.length));
    if (calibration && isSameMachine(calibration.fingerprint, fingerprint)) return calibration;
  }
  return null;
}

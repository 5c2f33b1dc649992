import path from 'node:path';
import type { RawOutput, Run } from '../core/result/run';
import type { StoredRun } from '../core/result/verify/verifyRun';
import { boundedRead } from './boundedRead';
import { parseRawOutput } from './parseRun';
import { largestRawBytes, type RunStore } from './runStore';

async function rawOf(store: RunStore, run: Run, file: string): Promise<RawOutput | string> {
  const read = await boundedRead(path.join(store.folderOf(run.id), ...file.split('/')), largestRawBytes);
  const parsed = read.ok ? parseRawOutput(read.text) : read;
  return parsed.ok ? parsed.value : parsed.reason;
}

/** A run with its plan and the raw output of its samples. What of them cannot be read is told in place of it; never throws. */
export async function readStoredRun(store: RunStore, run: Run): Promise<StoredRun> {
  const raw = new Map<string, RawOutput | string>();
  for (const sample of run.samples) raw.set(sample.id, await rawOf(store, run, sample.raw));
  return { run, plan: await store.readPlan(run.id).catch(() => null), raw };
}

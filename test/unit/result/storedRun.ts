/** A run that was measured on the local lab and kept with its raw output: what charts are made of, whole. */
import { readFileSync } from 'node:fs';
import type { Bucket } from '../../../src/core/result/histogram';
import type { RawOutput, Run } from '../../../src/core/result/run';
import { latencyBuckets } from '../../../src/core/tool/fortioFanOut';
import { parseRawOutput, parseRun } from '../../../src/store/parseRun';

const folder = new URL('../../vscode/fixtures/runs/2026-11-23-policy-overhead-2h/', import.meta.url);

function read(): Run {
  const parsed = parseRun(readFileSync(new URL('run.json', folder), 'utf8'));
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
}

export const storedRun = read();

export function storedRaw(sampleId: string): RawOutput {
  const parsed = parseRawOutput(readFileSync(new URL(`samples/${sampleId}.json`, folder), 'utf8'));
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
}

export function storedBuckets(sampleId: string): readonly Bucket[] {
  return latencyBuckets(storedRaw(sampleId).stdout);
}

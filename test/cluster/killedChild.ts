/** A run in a process of its own, which is killed while a load runs. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';
import type { Run } from '../../src/core/result/run';
import { kubeconfig } from './benchSupport';

export interface KilledChild {
  readonly id: string;
  /** Which plan `benchChild.ts` conducts. */
  readonly plan: 'aa' | 'clients';
  readonly seconds: number;
  /** After so many samples what is to happen before it is killed is begun. */
  readonly samples: number;
  readonly beforeKill: () => Promise<unknown>;
}

/** Conducts the run until then. Gives it as it had been told of last. */
export async function killedChild(wishes: KilledChild): Promise<Run> {
  const { id, plan, seconds, samples, beforeKill } = wishes;
  const folder = mkdtempSync(path.join(tmpdir(), 'cilium-bench-test-'));
  const file = path.join(folder, 'child.cjs');
  try {
    buildSync({
      entryPoints: [path.join(import.meta.dirname, 'benchChild.ts')],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile: file,
      logLevel: 'error',
    });
    const child = spawn(process.execPath, [file, kubeconfig, id, plan, String(seconds)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let last: Run | null = null;
    for await (const line of createInterface({ input: child.stdout })) {
      last = JSON.parse(line) as Run;
      if (last.samples.length === samples) break;
    }
    await beforeKill();
    child.kill('SIGKILL');
    if (last === null) throw new Error('The child told no sample.');
    return last;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

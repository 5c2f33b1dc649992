/** Runs in a process of their own that is killed in the middle: what undoing and going on are tried on. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';
import { expect } from 'vitest';
import type { RunSettings } from '../../src/kube/runSettings';
import { newRunId } from './benchSupport';

export interface KilledRuns {
  readonly folder: string;
  /** Of the runs. */
  readonly store: string;
  readonly journals: string;
  /** Kills a run as it says this for the so many-th time. Yields the run's id. */
  readonly killedAt: (line: 'started' | 'sample', times: number) => Promise<string>;
}

export interface KilledRunsWishes {
  /** For the program, the runs and the journals: `XDG_DATA_HOME` of commands that find them. */
  readonly folder: string;
  readonly kubeconfig: string;
  readonly scenario?: string;
  readonly settings?: Partial<Omit<RunSettings, 'allow'>>;
}

export function killedRuns(wishes: KilledRunsWishes): KilledRuns {
  const { folder, kubeconfig, scenario = 'policy-overhead', settings = {} } = wishes;
  const program = path.join(folder, 'child.cjs');
  const store = path.join(folder, 'runs');
  const journals = path.join(folder, 'cilium-bench', 'journal');
  buildSync({
    entryPoints: [path.join(import.meta.dirname, 'undoChild.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: program,
    logLevel: 'error',
    banner: { js: "const __importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    define: { 'import.meta.url': '__importMetaUrl' },
  });
  return {
    folder,
    store,
    journals,
    async killedAt(line, times) {
      const runId = newRunId();
      const child = spawn(
        process.execPath,
        [program, runId, store, journals, kubeconfig, scenario, JSON.stringify(settings)],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const ended = new Promise((resolve) => child.once('exit', resolve));
      let seen = 0;
      for await (const said of createInterface({ input: child.stdout })) {
        seen += said === line ? 1 : 0;
        if (seen === times) child.kill('SIGKILL');
      }
      await ended;
      expect(seen).toBeGreaterThanOrEqual(times);
      return runId;
    },
  };
}

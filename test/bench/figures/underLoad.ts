import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { CannotMeasure, type Figure } from '../figure';

function underLoadShare(text: string): number {
  const run: unknown = JSON.parse(text);
  if (typeof run === 'object' && run !== null && 'underLoadShare' in run) {
    const { underLoadShare: share } = run;
    if (typeof share === 'number') return share;
  }
  throw new CannotMeasure('the run does not say how long it was under load');
}

/** How much of the main job's wall time its load tools ran. */
export const underLoad: Figure = {
  name: 'load',
  async measure(say) {
    say('the policy in examples, profile quick: one to three minutes');
    const store = await mkdtemp(path.join(tmpdir(), 'cilium-bench-bench-'));
    try {
      const words = ['dist/cli.js', 'run', 'policy-overhead', '--policy', 'examples/shop-l7.yaml'];
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [...words, '--target', 'lab', '--profile', 'quick', '--yes', '--json', '--store', store],
        { maxBuffer: 256 * 1024 * 1024 },
      );
      return [
        {
          name: 'wall time under load',
          value: 100 * underLoadShare(stdout),
          unit: '%',
          beside: 80,
          besideWhat: 'limit',
          ratio: { atLeast: 1 },
        },
      ];
    } finally {
      await rm(store, { recursive: true, force: true });
    }
  },
};

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { CannotMeasure, type Figure } from '../figure';

const starts = 5;
const extraMs = 15;

function times(text: string): { ours: number; empty: number } {
  const parsed: unknown = JSON.parse(text);
  if (
    typeof parsed === 'object' &&
    parsed !== null &&
    'ours' in parsed &&
    typeof parsed.ours === 'number' &&
    'empty' in parsed &&
    typeof parsed.empty === 'number'
  )
    return { ours: parsed.ours, empty: parsed.empty };
  throw new CannotMeasure('the suite in VS Code gave no times');
}

/**
 * How long activation takes beside an extension that does nothing, in the same host. The best of some starts counts, of
 * each by itself: one start is one activation, and whatever else the machine does only adds to it. In a difference within
 * one start it would be taken away as well, where it met the empty one.
 */
export const activation: Figure = {
  name: 'activation',
  async measure(say) {
    say(`${starts} starts of VS Code`);
    const folder = await mkdtemp(path.join(tmpdir(), 'cilium-bench-activation-'));
    try {
      const readings: { ours: number; empty: number }[] = [];
      for (let start = 0; start < starts; start += 1) {
        const file = path.join(folder, `${start}.json`);
        const failure = await promisify(execFile)(
          process.execPath,
          ['test/bench/activation/start.mjs', file],
          {
            timeout: 600_000,
            maxBuffer: 64 * 1024 * 1024,
          },
        ).then(
          () => null,
          (error: unknown) => error,
        );
        const text = await readFile(file, 'utf8').catch(() => null);
        if (text === null) {
          const words = failure instanceof Error ? failure.message.trim().split('\n').at(-1) : 'no times';
          throw new CannotMeasure(`VS Code did not run here (${words ?? 'no reason given'})`);
        }
        const reading = times(text);
        say(`${reading.ours.toFixed(1)} ms, an empty extension ${reading.empty.toFixed(1)} ms`);
        readings.push(reading);
      }
      const best = (of: (reading: (typeof readings)[number]) => number): number =>
        Math.min(...readings.map(of));
      return [
        {
          name: `activation over an empty extension, best of ${starts}`,
          value: Math.max(0, best(({ ours }) => ours) - best(({ empty }) => empty)),
          unit: 'ms',
          beside: extraMs,
          besideWhat: 'limit',
          ratio: { atMost: 1 },
        },
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

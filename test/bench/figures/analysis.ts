import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { seededNumbers } from '../../../src/core/plan/shuffle';
import { analyse, createWorkspace } from '../../../src/core/policy/main';
import { longManifest } from '../analysis/manifest';
import { CannotMeasure, type Figure, type Line } from '../figure';
import { extensionHostNode } from '../testTools';

const coldStarts = 12;
const keystrokes = 600;
const passes = 4;
const keystrokeLimitMs = 5;
const coldLimitMs = 150;

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

function timed(action: () => void): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(Math.ceil(sorted.length * share) - 1, sorted.length - 1)] ?? Number.NaN;
}

interface Cold {
  readonly loadMs: number;
  readonly analysisMs: number;
  readonly clockMs: number;
}

async function cold(program: string, file: string): Promise<Cold> {
  const { stdout } = await promisify(execFile)(program, [
    'test/bench/analysis/cold.mjs',
    'dist/policy.js',
    file,
  ]);
  const found: unknown = JSON.parse(stdout);
  if (
    typeof found === 'object' &&
    found !== null &&
    'loadMs' in found &&
    typeof found.loadMs === 'number' &&
    'analysisMs' in found &&
    typeof found.analysisMs === 'number' &&
    'clockMs' in found &&
    typeof found.clockMs === 'number'
  )
    return { loadMs: found.loadMs, analysisMs: found.analysisMs, clockMs: found.clockMs };
  throw new CannotMeasure('the first analysis in a process gave no times');
}

/** Types words in one document after the other, as somebody does, and times each key. The same keys each time. */
function typing(text: string): readonly number[] {
  const random = seededNumbers(7);
  const cache = createWorkspace({ hash });
  analyse(text, { cache });
  const times: number[] = [];
  let typed = text;
  let at = 0;
  for (let key = 0; key < keystrokes; key += 1) {
    // A word of five letters at the end of a line, then somewhere else.
    if (key % 6 === 0) at = typed.indexOf('\n', Math.floor(random() * (typed.length - 100)));
    const piece = key % 6 === 0 ? ' ' : 'abcde'.charAt((key % 6) - 1);
    typed = `${typed.slice(0, at)}${piece}${typed.slice(at)}`;
    at += 1;
    // One flat string, as an editor hands it over.
    const flat = Buffer.from(typed).toString();
    times.push(timed(() => void analyse(flat, { cache })));
  }
  return times;
}

/** Whatever else the machine does only adds to a time: of the same work done several times, the best is what it takes. */
const best = (values: readonly number[]): number => Math.min(...values);

/** From text to findings on 10,000 lines in 244 documents: the first time in a process, and at each key. */
export const analysis: Figure = {
  name: 'analysis',
  async measure(say) {
    const text = longManifest();
    const folder = await mkdtemp(path.join(tmpdir(), 'cilium-bench-analysis-'));
    try {
      const file = path.join(folder, 'manifest.yaml');
      await writeFile(file, text);
      say(`${text.split('\n').length} lines, ${coldStarts} processes`);
      const host = await extensionHostNode();
      const firsts: Cold[] = [];
      const firstsHere: Cold[] = [];
      for (let start = 0; start < coldStarts; start += 1) {
        firsts.push(await cold(host.program, file));
        firstsHere.push(await cold(process.execPath, file));
      }
      say(
        `loading takes ${best(firsts.map(({ loadMs }) => loadMs)).toFixed(0)} ms beside, the clock says ${best(firsts.map(({ clockMs }) => clockMs)).toFixed(0)} ms`,
      );
      say(`${keystrokes} keys, ${passes} times`);
      const typed = Array.from({ length: passes }, () => typing(text));
      const keys = Array.from({ length: keystrokes }, (_, key) =>
        best(typed.map((times) => times[key] ?? Number.NaN)),
      );
      const lines: readonly Line[] = [
        {
          name: `first analysis in a process, time of its thread, Node ${host.version} as VS Code 1.101 has it`,
          value: best(firsts.map(({ analysisMs }) => analysisMs)),
          unit: 'ms',
          beside: coldLimitMs,
          besideWhat: 'limit',
          ratio: { atMost: 1 },
        },
        {
          name: `the same, Node ${process.version} here`,
          value: best(firstsHere.map(({ analysisMs }) => analysisMs)),
          unit: 'ms',
          beside: coldLimitMs,
          besideWhat: 'limit of the above',
          ratio: {},
        },
        {
          name: 'key to findings, 95th percentile',
          value: percentile(keys, 0.95),
          unit: 'ms',
          beside: keystrokeLimitMs,
          besideWhat: 'limit',
          ratio: { atMost: 1 },
        },
      ];
      return lines;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/**
 * The proof on the live lab: effects of known size judged by the product, and runs in which no gate may fire. Each result is written to
 * artifacts/ as it comes, so that what was interrupted goes on; docs/calibration.md is made of all of them.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import {
  effectSteps,
  injectedEffects,
  judgeInjected,
  type InjectedEffect,
} from '../../src/core/calibration/effects';
import { makePlan } from '../../src/core/plan/makePlan';
import { messageOf, Problem } from '../../src/core/problem';
import type { Run, Sample, Verdict } from '../../src/core/result/run';
import { conduct } from '../../src/core/run/conduct';
import { aa } from '../../src/core/scenario/aa';
import { fixedRateLoad, saturatedLoad } from '../../src/core/scenario/httpLoads';
import type { Scenario } from '../../src/core/scenario/scenario';
import type { CalibrationBench } from '../../src/core/calibration/bench';
import { openCalibrationBench } from '../../src/lab/calibration/calibrationBench';
import { createLabTarget } from '../../src/lab/labTarget';
import { defaultCacheFolder } from '../../src/lab/tools/cacheFolder';
import { findTools } from '../../src/lab/tools/findTools';
import { systemClock } from '../../src/store/systemClock';
import { cleanRounds, writeProof } from './liveReport';

/** An effect as it was read back, a line of the file of results. */
export interface EffectResult {
  readonly id: string;
  readonly family: string;
  readonly truth: readonly [number, number];
  readonly percent: number | null;
  readonly ci95: readonly [number, number] | null;
  readonly verdict: Verdict;
  readonly covered: boolean | null;
  readonly wrongSign: boolean;
  readonly invalidSamples: number;
  readonly seconds: number;
  readonly load: number;
  readonly at: string;
}

export interface CleanRunResult {
  readonly id: string;
  readonly samples: number;
  /** The reasons of its invalid samples; empty where no gate fired. */
  readonly reasons: readonly string[];
  readonly load: number;
  readonly at: string;
}

const folder = 'artifacts/calibration';
const rounds = 3;
const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => {
    interruption.abort(new Error('interrupted'));
  });
const { signal } = interruption;

const toolsHere = () => findTools({ cacheFolder: defaultCacheFolder(process.env), env: process.env, signal });

function kept<Result>(file: string): Result[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Result);
}

function keep(file: string, result: unknown): void {
  appendFileSync(file, `${JSON.stringify(result)}\n`);
}

const loadNow = (): number => Math.round(10 * (loadavg()[0] ?? 0)) / 10;

async function takeEffect(
  bench: CalibrationBench,
  injected: InjectedEffect,
  seed: number,
): Promise<EffectResult> {
  const start = performance.now();
  const samples: Sample[] = [];
  for (const { variant, block, repeat } of effectSteps(rounds, seed)) {
    const { load, tool, seconds, settings } = injected;
    const id = `b${block}-${variant}-${repeat}`;
    const taken = await bench.take(
      { id, variant, block, repeat, load, tool, seconds, ...settings[variant] },
      signal,
    );
    samples.push(taken.sample);
  }
  const judged = judgeInjected(injected, samples);
  if (!judged) throw new Error(`${injected.id} has no effect`);
  const { effect, ...rest } = judged;
  return {
    id: injected.id,
    family: injected.family,
    percent: effect.percent,
    ci95: effect.ci95,
    verdict: effect.verdict,
    ...rest,
    seconds: (performance.now() - start) / 1000,
    load: loadNow(),
    at: new Date().toISOString(),
  };
}

async function takeEffects(count: number, file: string): Promise<void> {
  const done = new Set(kept<EffectResult>(file).map(({ id }) => id));
  const open = injectedEffects(count).filter(({ id }) => !done.has(id));
  if (open.length === 0) return;
  const bench = await openCalibrationBench(await toolsHere(), signal);
  try {
    for (const [at, injected] of open.entries()) {
      const result = await takeEffect(bench, injected, at + 1);
      keep(file, result);
      const [low, high] = result.ci95 ?? [NaN, NaN];
      console.log(
        `${done.size + at + 1}/${count} ${result.id}: ${result.percent?.toFixed(2) ?? 'none'} (${low.toFixed(2)} to ${high.toFixed(2)}) truth ${result.truth.map((end) => end.toFixed(2)).join(' to ')} ${result.verdict}${result.covered === false ? ' NOT COVERED' : ''}${result.wrongSign ? ' WRONG SIGN' : ''}`,
      );
    }
  } finally {
    await bench.close();
  }
}

/** One setting against itself, under loads that a machine of any size can answer: nothing in it should spoil a sample. */
const clean: Scenario = {
  ...aa,
  variants(parameters, on) {
    // Two connections: of each, fortio sends a whole number of requests, and one more or less must not look like a rate that was missed.
    const loads = [saturatedLoad(4, 'pod', true), { ...fixedRateLoad(200), connections: 2 }];
    return aa.variants(parameters, on).map((variant) => ({ ...variant, loads }));
  },
};

async function takeCleanRun(id: string): Promise<CleanRunResult> {
  const target = createLabTarget({ findTools: toolsHere });
  const plan = makePlan(clean, {
    profile: { id: 'quick', rounds: cleanRounds, secondsPerLoad: 1.5, warmupSeconds: 0.5 },
    parameters: {},
    policy: null,
    on: 'lab',
    target: await target.capabilities(signal),
    seed: 1,
  });
  const nothing = (): Promise<void> => Promise.resolve();
  const sink = { begin: nothing, resume: nothing, sample: nothing, end: nothing };
  const events = conduct(plan, target, { id, sink, clock: systemClock, signal });
  let run: Run | undefined;
  for (;;) {
    const next = await events.next();
    if (next.done === true) {
      run = next.value;
      break;
    }
  }
  signal.throwIfAborted();
  const counted = run.samples.filter(({ block }) => block > 0);
  return {
    id,
    samples: counted.length,
    reasons: counted.flatMap(({ invalidReasons }) => invalidReasons),
    load: loadNow(),
    at: run.startedAt,
  };
}

async function takeCleanRuns(count: number, file: string): Promise<void> {
  const done = kept<CleanRunResult>(file).length;
  for (let number = done + 1; number <= count; number += 1) {
    const result = await takeCleanRun(`clean-${number}`);
    keep(file, result);
    console.log(
      `clean run ${number}/${count}: ${result.samples} samples, ${result.reasons.length === 0 ? 'no gate fired' : result.reasons.join('; ')}`,
    );
  }
}

/** Ends with 1 where what is promised is not kept, 3 where the lab is not to be had. */
export async function main(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      effects: { type: 'string', default: '0' },
      'clean-runs': { type: 'string', default: '0' },
      fresh: { type: 'boolean', default: false },
    },
  });
  const files = { effects: `${folder}/effects.ndjson`, clean: `${folder}/cleanRuns.ndjson` };
  if (values.fresh) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    await takeEffects(Number(values.effects), files.effects);
    await takeCleanRuns(Number(values['clean-runs']), files.clean);
  } catch (error) {
    console.error(
      signal.aborted ? 'Interrupted; what was measured is kept and goes on next time.' : messageOf(error),
    );
    if (signal.aborted) return 130;
    return error instanceof Problem ? 3 : 1;
  }
  const fingerprint = await createLabTarget({ findTools: toolsHere }).fingerprint(signal);
  return (await writeProof(kept(files.effects), kept(files.clean), fingerprint)) ? 0 : 1;
}

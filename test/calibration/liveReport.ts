/** Writes docs/calibration.md: what the live lab made of effects whose size is known, and of runs without any. */
import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import type { Fingerprint } from '../../src/core/result/run';
import { machineFacts } from '../../src/core/calibration/calibration';
import type { CleanRunResult, EffectResult } from './live';

const file = 'docs/calibration.md';
/** What is promised. */
const leastCovered = 0.9;
/** Rounds of a run without an injection: a round is held against those before it. */
export const cleanRounds = 2;
const familyNames: Readonly<Record<string, string>> = {
  shaped: 'throughput, wire shaped by a token bucket (20 to 100 Mbit/s)',
  delayed: 'requests a second, server that waits (100 and 200 ms)',
};

const table = (rows: readonly (readonly string[])[]): string => {
  const [head = [], ...body] = rows;
  return [head, head.map(() => '---'), ...body].map((row) => `| ${row.join(' | ')} |`).join('\n');
};
const share = (part: number, all: number): string =>
  all === 0 ? 'none' : `${part} of ${all} (${((100 * part) / all).toFixed(0)} %)`;
const span = (values: readonly number[]): string =>
  values.length === 0 ? 'not known' : `${Math.min(...values)} to ${Math.max(...values)}`;

function row(name: string, effects: readonly EffectResult[]): readonly string[] {
  const measured = effects.filter(({ covered }) => covered !== null);
  const settled = effects.filter(({ verdict }) => verdict === 'better' || verdict === 'worse');
  const errors = measured
    .map(({ percent, truth }) => Math.abs((percent ?? NaN) - (truth[0] + truth[1]) / 2))
    .sort((a, b) => a - b);
  return [
    name,
    String(effects.length),
    share(measured.filter(({ covered }) => covered).length, measured.length),
    `${(errors[Math.floor(errors.length / 2)] ?? NaN).toFixed(2)} points`,
    String(settled.length),
    String(effects.filter(({ wrongSign }) => wrongSign).length),
    String(effects.reduce((sum, { invalidSamples }) => sum + invalidSamples, 0)),
  ];
}

function effectsText(effects: readonly EffectResult[]): string {
  if (effects.length === 0) return 'Not measured.';
  const heads = [
    'injected',
    'effects',
    'interval covers the truth',
    'median error',
    'verdicts better or worse',
    'wrong sign',
    'invalid samples',
  ];
  const families = [...new Set(effects.map(({ family }) => family))];
  const rows = [
    ...families.map((family) =>
      row(
        familyNames[family] ?? family,
        effects.filter((one) => one.family === family),
      ),
    ),
    row('all', effects),
  ];
  const missed = effects.filter(({ covered }) => covered === false);
  return [
    `${effects.length} effects, ${effects[0]?.at.slice(0, 10) ?? ''}, one-minute load average of the machine ${span(effects.map(({ load }) => load))}. Each is three rounds of a variant and twice its baseline, in shuffled order, judged by the product's own summary. Sizes are 3, 5, 10, 20 and 50 % in both directions.`,
    table([heads, ...rows]),
    ...(missed.length === 0
      ? []
      : [
          'Not covered:',
          table([
            ['effect', 'truth, %', 'read, %', '95 % interval', 'verdict'],
            ...missed.map(({ id, truth, percent, ci95, verdict }) => [
              id,
              truth[0] === truth[1] ? truth[0].toFixed(2) : truth.map((end) => end.toFixed(2)).join(' to '),
              percent?.toFixed(2) ?? 'none',
              ci95?.map((end) => end.toFixed(2)).join(' to ') ?? 'none',
              verdict,
            ]),
          ]),
        ]),
  ].join('\n\n');
}

function cleanText(runs: readonly CleanRunResult[]): string {
  if (runs.length === 0) return 'Not measured.';
  const reasons = new Map<string, number>();
  for (const reason of runs.flatMap((run) => run.reasons)) {
    // A gate's sentence with its figures left out names the gate.
    const gate = reason.replace(/\d+(?:\.\d+)?/g, 'N');
    reasons.set(gate, (reasons.get(gate) ?? 0) + 1);
  }
  const quiet = runs.filter((run) => run.reasons.length === 0).length;
  return [
    `${runs.length} A/A runs, ${runs[0]?.at.slice(0, 10) ?? ''} (${cleanRounds} rounds; loads of 1.5 s: 4 connections saturated, 200 requests a second over 2 connections), load average ${span(runs.map(({ load }) => load))}: no gate fired in ${share(quiet, runs.length)}, ${runs.reduce((sum, { samples }) => sum + samples, 0)} samples.`,
    ...(reasons.size === 0
      ? []
      : [table([['gate', 'samples'], ...[...reasons].map(([gate, count]) => [gate, String(count)])])]),
  ].join('\n\n');
}

/** Writes the document and tells whether what is promised is kept. */
export async function writeProof(
  effects: readonly EffectResult[],
  runs: readonly CleanRunResult[],
  fingerprint: Fingerprint,
): Promise<boolean> {
  const facts = [...machineFacts, 'clockSource'].map((name) => [
    name,
    String(fingerprint[name] ?? 'not known'),
  ]);
  const text = [
    '# Calibration on the live lab',
    'Written by `npm run calibrate -- --effects 100 --clean-runs 50`; not to be edited. Effects of a size that is known by themselves are injected into the lab and read back. What the truths are, and what is known of each injection, stands in `src/core/calibration`.',
    `The promise: intervals of 95 % cover the truth in at least ${100 * leastCovered} % of the effects, no verdict has the wrong sign, and no gate fires in a run that nothing spoils. A machine that is busy with other things spoils runs: its load average stands beside each figure.`,
    '## Machine',
    table([['fact', 'value'], ...facts]),
    '## Injected effects',
    effectsText(effects),
    '## Runs without an injection',
    cleanText(runs),
  ].join('\n\n');
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), parser: 'markdown' }));
  const measured = effects.filter(({ covered }) => covered !== null);
  const covered = measured.filter((effect) => effect.covered).length;
  return (
    (measured.length === 0 || covered / measured.length >= leastCovered) &&
    !effects.some(({ wrongSign }) => wrongSign) &&
    runs.every(({ reasons }) => reasons.length === 0)
  );
}

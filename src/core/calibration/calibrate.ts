import { Problem } from '../problem';
import { mean } from '../result/statistics';
import type { CalibrationBench } from './bench';
import { notMeasuredResult, resultOf, type CalibrationResult } from './calibration';
import { compareWithTruth } from './compare';
import type { Reading, Truth } from './truth';

/** What a sample takes besides its load: starting the tool, injecting, reading. */
const overheadSeconds = 0.3;

/** Wall time that so many rounds of these truths take. */
export function expectedSeconds(truths: readonly Truth[], rounds: number): number {
  return truths.reduce(
    (sum, { seconds, control }) => sum + rounds * (control ? 2 : 1) * (seconds + overheadSeconds),
    0,
  );
}

export type CalibrationEvent =
  | {
      readonly kind: 'truth';
      readonly truth: Truth;
      readonly index: number;
      readonly of: number;
      readonly secondsLeft: number;
    }
  | { readonly kind: 'result'; readonly result: CalibrationResult };

/** What was read in each round. A control that cannot be read leaves the truth without one. */
interface Readings {
  readonly injected: readonly Reading[];
  readonly controls: readonly Reading[];
  /** Why a sample said nothing, as its tool tells it. */
  readonly silent: string | undefined;
}

async function takeRounds(
  truth: Truth,
  rounds: number,
  bench: CalibrationBench,
  signal: AbortSignal,
): Promise<Readings> {
  const injected: Reading[] = [];
  const controls: Reading[] = [];
  let silent: string | undefined;
  const { load, tool, seconds, control } = truth;
  const take = async (block: number, part: 'injected' | 'control'): Promise<void> => {
    const { injection, path } = part === 'control' && control ? control : truth;
    const id = `${truth.id}-${part}-${block}`;
    const sending = { id, variant: part, block, repeat: 1, injection, load, tool, path, seconds };
    const taken = await bench.take(sending, signal);
    const reading = truth.read(taken);
    if (reading === null) silent = taken.sample.invalidReasons[0] ?? `${tool.name} gave no figure`;
    else (part === 'control' ? controls : injected).push(reading);
  };
  for (let block = 1; block <= rounds; block += 1) {
    // ABBA: what drifts falls on both alike.
    const order = block % 2 === 1 ? (['control', 'injected'] as const) : (['injected', 'control'] as const);
    for (const part of order) if (part === 'injected' || control) await take(block, part);
  }
  return { injected, controls, silent };
}

async function readTruth(
  truth: Truth,
  rounds: number,
  bench: CalibrationBench,
  signal: AbortSignal,
): Promise<CalibrationResult> {
  const missing = [truth.tool.name, ...truth.needs].find((name) => !bench.has(name));
  if (missing !== undefined) return notMeasuredResult(truth, `${missing} is not there`);
  const { injected, controls, silent } = await takeRounds(truth, rounds, bench, signal);
  const control = controls.length === 0 ? null : mean(controls.map(({ value }) => value));
  if (truth.control && control === null)
    return notMeasuredResult(truth, `nothing could be read without the injection: ${silent ?? 'no sample'}`);
  const whyNot = control === null ? null : (truth.control?.whyNot(control) ?? null);
  if (whyNot !== null) return notMeasuredResult(truth, whyNot);
  const compared = compareWithTruth(injected, truth.expected(control));
  return compared === null
    ? notMeasuredResult(truth, silent ?? 'no sample was taken')
    : resultOf(truth, compared, control);
}

/**
 * Injects each truth in turn and reads it back. What this machine cannot inject is a result that says why. Throws the signal's reason
 * when it is aborted.
 */
export async function* calibrate(
  truths: readonly Truth[],
  rounds: number,
  bench: CalibrationBench,
  signal: AbortSignal,
): AsyncGenerator<CalibrationEvent, readonly CalibrationResult[]> {
  const results: CalibrationResult[] = [];
  for (const [index, truth] of truths.entries()) {
    const secondsLeft = expectedSeconds(truths.slice(index), rounds);
    yield { kind: 'truth', truth, index, of: truths.length, secondsLeft };
    let result: CalibrationResult;
    try {
      result = await readTruth(truth, rounds, bench, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Problem)) throw error;
      result = notMeasuredResult(truth, error.what.replace(/\.$/, ''));
    }
    results.push(result);
    yield { kind: 'result', result };
  }
  return results;
}

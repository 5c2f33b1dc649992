import { mean, meanInterval95 } from '../../src/core/result/statistics';

/** One line of the bench: what was measured beside its peer in the same run, or beside its limit. */
export interface Line {
  readonly name: string;
  readonly value: number;
  /** Of both `value` and `beside`. */
  readonly unit: string;
  readonly beside: number;
  /** What `beside` is, e.g. `limit` or `fortio by hand`. */
  readonly besideWhat: string;
  /** How the ratio, value by `beside`, may be; empty where it is told and not judged. */
  readonly ratio: { readonly atMost?: number; readonly atLeast?: number };
  /** Half width of the 95 % interval of the ratio, where it was measured in rounds. */
  readonly plusMinus?: number;
}

export interface Figure {
  readonly name: string;
  /** Throws {@link CannotMeasure} where this machine does not offer what it needs. */
  measure(say: (text: string) => void): Promise<readonly Line[]>;
}

export class CannotMeasure extends Error {}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/**
 * The ratio of measured by peer as the geometric mean over pairs, with the half width of its 95 % interval: a slow minute of
 * the machine is in both of a pair. The width is NaN below two pairs.
 */
export function pairedRatio(pairs: readonly { readonly value: number; readonly beside: number }[]): {
  readonly ratio: number;
  readonly plusMinus: number;
} {
  const logs = pairs.map(({ value, beside }) => Math.log(value / beside));
  const center = mean(logs);
  const [low, high] = meanInterval95(logs) ?? [Number.NaN, Number.NaN];
  // The width of a small log ratio is that of the ratio.
  return { ratio: Math.exp(center), plusMinus: (high - low) / 2 };
}

export async function seconds(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return (performance.now() - start) / 1000;
}

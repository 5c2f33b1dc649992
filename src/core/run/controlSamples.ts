import { median } from '../result/statistics';
import type { Bench } from '../target';
import type { GateInput } from './gates/gate';

/** Takes the control sample of each block, and knows those before it. */
export interface ControlSamples {
  /** Of the block, taken when it is first asked for. */
  of(block: number, signal: AbortSignal): Promise<GateInput['control']>;
}

/** One block's after the other, since a run takes them in their order. What was taken before an interruption is not known. */
export function controlSamples(bench: Bench): ControlSamples {
  const earlier: number[] = [];
  let current: { readonly block: number; readonly control: GateInput['control'] } | null = null;
  return {
    async of(block, signal) {
      if (current?.block === block) return current.control;
      const rate = (await bench.control?.(signal)) ?? null;
      const control =
        rate === null ? null : earlier.length === 0 ? 'first' : { rate, usual: median(earlier) };
      if (rate !== null) earlier.push(rate);
      current = { block, control };
      return control;
    },
  };
}

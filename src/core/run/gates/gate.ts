import type { Load } from '../../scenario/scenario';
import type { ReasonCode } from './reasonCodes';
import type { Readings } from './readings';

/** What a gate may look at: one load and the readings around it. */
export interface GateInput {
  readonly kind: Load['kind'];
  /** Wall time of the load. */
  readonly seconds: number;
  /** CPU time of the client in µs, and the cores it may use; null where not known. */
  readonly clientCpuUs: number | null;
  readonly clientCores: number | null;
  /** Everything that the load tool wrote. */
  readonly output: string;
  readonly before: Readings;
  readonly after: Readings;
  /**
   * Work of the control sample of this block in loops a µs, and the median of the blocks before it; null where the target
   * has none, `first` where there is nothing yet to hold it against.
   */
  readonly control: { readonly rate: number; readonly usual: number } | 'first' | null;
}

/** `not-judged`: the target does not tell what the gate needs. `not-asked`: it says nothing about such a load. */
export type Judgement = { readonly reason: string } | 'passed' | 'not-judged' | 'not-asked';

/** A reason why a sample does not count: what it is, where its threshold comes from, and what helps. */
export interface Gate {
  readonly code: ReasonCode;
  /** What it finds, as a clause: `a CPU quota kept the load waiting`. */
  readonly what: string;
  readonly threshold: string;
  /** What to change, a sentence. */
  readonly todo: string;
  /** Absent for what is found where it happens: in a tool's output, by a probe, by the bench. */
  readonly judge?: (input: GateInput) => Judgement;
}

/** A part of a whole as people read it, with a digit for small ones. */
export function percentOf(part: number, whole: number): string {
  const percent = (100 * part) / whole;
  return percent < 10 ? percent.toFixed(1) : percent.toFixed(0);
}

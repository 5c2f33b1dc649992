import type { Fingerprint } from '../result/run';
import type { TakenSample } from '../run/measure';
import type { Load } from '../scenario/scenario';
import type { LoadTool } from '../tool/tool';
import type { Injection } from './truth';

/** What is sent while an injection is in force. */
export interface Sending {
  readonly id: string;
  readonly variant: string;
  readonly block: number;
  readonly repeat: number;
  readonly injection: Injection;
  readonly load: Load;
  readonly tool: LoadTool;
  /** Path and query of HTTP requests. */
  readonly path: string;
  readonly seconds: number;
}

/** A bench with an injection in it, one at a time. */
export interface CalibrationBench {
  readonly fingerprint: Fingerprint;
  has(tool: string): boolean;
  /**
   * Takes a sample under its injection. Throws a target {@link Problem} where the machine cannot inject it.
   */
  take(sending: Sending, signal: AbortSignal): Promise<TakenSample>;
  /** Takes everything down. Safe to call more than once. */
  close(): Promise<void>;
}

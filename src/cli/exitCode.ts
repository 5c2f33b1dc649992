import { Problem } from '../core/problem';
import type { Run } from '../core/result/run';

/** What the command line's exit codes mean. Scripts of others stand on them. */
export const exitCodes = {
  done: 0,
  /** Findings at or above `--fail-on`, or a comparison that is worse. */
  findings: 1,
  /** Wrong words or bad input. */
  usage: 2,
  /** The target cannot be reached or may not be used, or a tool is missing. */
  target: 3,
  /** The run ended without a valid result. */
  noResult: 4,
  /** Interrupted, everything undone. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The code for what was thrown. What nobody foresaw counts as no result. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof Problem)) return exitCodes.noResult;
  switch (error.kind) {
    case 'usage':
      return exitCodes.usage;
    case 'target':
      return exitCodes.target;
    case 'no-result':
      return exitCodes.noResult;
  }
}

/** The code for how a run ended. A run with some valid samples has a result; a cancelled one that left something is not clean. */
export function exitCodeOfRun({ state, left = [] }: Pick<Run, 'state' | 'left'>): ExitCode {
  switch (state) {
    case 'complete':
    case 'partial':
      return exitCodes.done;
    case 'cancelled':
      return left.length === 0 ? exitCodes.interrupted : exitCodes.target;
    case 'failed':
      return exitCodes.noResult;
  }
}

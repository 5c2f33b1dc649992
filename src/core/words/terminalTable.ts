import type { Run } from '../result/run';

export interface TerminalOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
}

/** The result of a run as lines of text: the answer first. */
export function resultTable(run: Run, options: TerminalOptions): readonly string[] {
  return [run.title.slice(0, options.width)];
}

/** How a run that goes on until its intervals are narrow is bounded. */
export interface UntilPrecision {
  /** The half width that every interval is to have, in percent of the ratio: 3 is ±3 %. */
  readonly percent: number;
  /** Wall time after which no further round is begun. */
  readonly budgetSeconds: number;
}

/** Rounds before the width is first looked at. Of fewer, a spread that is small by chance ends a run too often. */
export const firstLook = 6;
/** The most rounds, unless said otherwise. */
export const mostRoundsUntilPrecision = 50;
export const defaultBudgetSeconds = 30 * 60;
/** What the editor offers beside the profiles; the command line asks for any. */
export const offeredPercent = 3;
/** Half widths that may be asked for, in percent. */
export const precisionRange = { least: 0.1, most: 100 } as const;

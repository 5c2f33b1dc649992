import type { Effect, MetricSummary, Sample } from './run';

/**
 * Version of the rules by which a run's figures are computed from its samples; stored with each run. Raised whenever the same
 * samples have other figures than before, with a line in {@link ruleChanges}: `runs verify` then names the rules, not a difference.
 */
export const figureRules = 3;

/** The first version that looks for warm-up among a run's first rounds. */
export const warmUpSince = 3;

/** What each version changed against the one before it. */
export const ruleChanges: readonly {
  readonly version: number;
  /** As it follows "since then": a clause. */
  readonly what: string;
  /** Fields of effects that the same samples have other values of. */
  readonly fields: readonly (keyof Effect)[];
  /** The same of samples and of the summaries of metrics. */
  readonly otherFields?: readonly (keyof Sample | keyof MetricSummary)[];
}[] = [
  {
    version: 2,
    what: 'intervals of 6 and more rounds are resampled, and verdicts are corrected for all comparisons of a run',
    fields: [
      'ci95',
      'verdict',
      'roundsNeeded',
      'reason',
      'method',
      'logError',
      'pValue',
      'correctedP',
      'comparisons',
      'hodgesLehmannPercent',
      'signedRankP',
      'mannWhitneyP',
      'smallestSeenPercent',
    ],
  },
  {
    version: 3,
    what: 'resampled intervals are nowhere narrower than Student’s t, percentiles of all requests of a setting stand beside those of its samples, and first rounds at another level than the rest count as warm-up',
    // Warm-up changes no figure of a run of rules 1 or 2: `verifyRun` counts its first rounds as those rules did.
    fields: ['ci95', 'verdict', 'roundsNeeded', 'reason'],
    otherFields: ['latencies', 'offered', 'pooled'],
  },
];

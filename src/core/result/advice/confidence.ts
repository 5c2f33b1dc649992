import type { Run } from '../run';

export type ConfidenceLevel = 'high' | 'medium' | 'low';

/** What keeps an advice from being sure. */
export type Limit =
  | 'two-rounds'
  | 'few-rounds'
  | 'noise-unknown'
  | 'near-noise'
  | 'partial-run'
  | 'lab'
  | 'stand-in'
  | 'two-runs'
  | 'machines-unknown'
  | 'other-facts-differ'
  | 'past-range'
  | 'open-interval'
  | 'reckoned'
  | 'limit-unknown'
  | 'no-cost-measured'
  | 'other-policy'
  | 'by-name';

/** The most that an advice with a limit can be. */
const caps: Readonly<Record<Limit, Exclude<ConfidenceLevel, 'high'>>> = {
  'two-rounds': 'low',
  'few-rounds': 'medium',
  'noise-unknown': 'medium',
  'near-noise': 'medium',
  'partial-run': 'low',
  lab: 'medium',
  'stand-in': 'low',
  'two-runs': 'medium',
  'machines-unknown': 'low',
  'other-facts-differ': 'low',
  'past-range': 'low',
  'open-interval': 'low',
  reckoned: 'medium',
  'limit-unknown': 'low',
  'no-cost-measured': 'medium',
  'other-policy': 'medium',
  'by-name': 'medium',
};

export interface Confidence {
  readonly level: ConfidenceLevel;
  /** What keeps it from more; where it is high, nothing does. */
  readonly limits: readonly Limit[];
}

/** High, unless something keeps it down: the lowest cap counts. */
export function confidenceOf(limits: readonly Limit[]): Confidence {
  const own = [...new Set(limits)];
  const level = own.some((limit) => caps[limit] === 'low') ? 'low' : own.length > 0 ? 'medium' : 'high';
  return { level, limits: own };
}

/** Rounds from which on an interval is narrow enough for "high": the standard profile's. */
const manyRounds = 5;

/** What a run's own making says against standing on it. */
export function limitsOfRun(run: Run, rounds: number): readonly Limit[] {
  return [
    ...(rounds < 3 ? (['two-rounds'] as const) : rounds < manyRounds ? (['few-rounds'] as const) : []),
    ...(run.state === 'partial' ? (['partial-run'] as const) : []),
    ...(run.target.kind === 'lab' ? (['lab'] as const) : []),
    ...(typeof run.target.fingerprint['policyEngine'] === 'string' ? (['stand-in'] as const) : []),
  ];
}

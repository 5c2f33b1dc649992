/** What panels over several runs are called by, in place of a run's id: all that they show can be made again from it alone. */
const comparisonPrefix = 'compare:';
const driftPrefix = 'drift:';

/** The id of a panel that compares these, e.g. `compare:a,b,published:tke-iptables`. */
export function comparisonId(names: readonly string[]): string {
  return `${comparisonPrefix}${names.join(',')}`;
}

/** The names of what a panel compares; undefined where it compares nothing. */
export function comparedNames(id: string): readonly string[] | undefined {
  return id.startsWith(comparisonPrefix) ? id.slice(comparisonPrefix.length).split(',') : undefined;
}

/** The id of a panel that shows the figures of a run's scenario and target over time. */
export function driftId(runId: string): string {
  return `${driftPrefix}${runId}`;
}

/** The run whose scenario and target a panel follows over time; undefined where it follows none. */
export function driftedRun(id: string): string | undefined {
  return id.startsWith(driftPrefix) ? id.slice(driftPrefix.length) : undefined;
}

/** Whether a panel's id is not that of a run. */
export function isOverRuns(id: string): boolean {
  return id.startsWith(comparisonPrefix) || id.startsWith(driftPrefix);
}

/** What a comparison's panel is called by, in place of a run's id. */
const comparisonPrefix = 'compare:';

/** The id of a panel that compares these, e.g. `compare:a,b,published:tke-iptables`: it can be made again from it alone. */
export function comparisonId(names: readonly string[]): string {
  return `${comparisonPrefix}${names.join(',')}`;
}

/** The names of what a panel compares; undefined where the id is that of a run. */
export function comparedNames(id: string): readonly string[] | undefined {
  return id.startsWith(comparisonPrefix) ? id.slice(comparisonPrefix.length).split(',') : undefined;
}

import type { Run } from '../result/run';

type Named = Pick<Run['target'], 'kind' | 'name'> & Partial<Pick<Run['target'], 'fingerprint'>>;

/**
 * What enforces policies on the project's own test cluster, where no product does: its numbers must not pass for those of one.
 * Empty everywhere else.
 */
function engineWords({ fingerprint }: Named): string {
  const engine = fingerprint?.['policyEngine'];
  return typeof engine === 'string' ? ` (${engine})` : '';
}

/** `local lab`, or the context's name, with what stands in for a product where one does. */
export function targetName(target: Named): string {
  return target.kind === 'lab' ? 'local lab' : `${target.name}${engineWords(target)}`;
}

/** As it follows "on": `the local lab`, `prod-eu-1`. */
export function targetPlace(target: Named): string {
  return target.kind === 'lab' ? 'the local lab' : targetName(target);
}

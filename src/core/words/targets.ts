import type { Run } from '../result/run';

/** `local lab`, or the context's name. */
export function targetName(target: Pick<Run['target'], 'kind' | 'name'>): string {
  return target.kind === 'lab' ? 'local lab' : target.name;
}

/** As it follows "on": `the local lab`, `prod-eu-1`. */
export function targetPlace(target: Pick<Run['target'], 'kind' | 'name'>): string {
  return target.kind === 'lab' ? 'the local lab' : target.name;
}

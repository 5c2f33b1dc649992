/** Facts as rules need them: as the cluster told them, else as the newest run's fingerprint has them. */
import type { ClusterFact } from '../../cluster/evidence';
import type { Fact, Run } from '../run';
import type { Basis, Situation } from './advice';

/** A fact with where it is from. */
export interface Told<Value> {
  readonly value: Value;
  readonly basis: Basis;
}

/** What the newest run's fingerprint says. It is what the target was when that run was made. */
function toldByRun(runs: readonly Run[], name: string): { value: Fact; run: string } | null {
  for (const { id, target } of runs) {
    const value = target.fingerprint[name];
    if (value !== undefined && value !== null) return { value, run: id };
  }
  return null;
}

/** A number, as the cluster tells it now, else as a run found it. */
export function numberTold(
  { runs }: Pick<Situation, 'runs'>,
  name: string,
  fact: ClusterFact<number> | null | undefined,
): Told<number> | null {
  if (fact?.known) return { value: fact.value, basis: basisOfFact(name, fact, String(fact.value)) };
  const told = toldByRun(runs, name);
  if (told === null || typeof told.value !== 'number') return null;
  const said = `fingerprint of run ${told.run}`;
  return { value: told.value, basis: { from: 'fact', fact: name, value: String(told.value), said } };
}

/** A text, likewise. */
export function textTold(
  { runs }: Pick<Situation, 'runs'>,
  name: string,
  fact: ClusterFact<string> | null | undefined,
): string | null {
  if (fact?.known) return fact.value;
  const told = toldByRun(runs, name);
  return typeof told?.value === 'string' ? told.value : null;
}

export function basisOfFact(
  name: string,
  fact: Extract<ClusterFact<unknown>, { known: true }>,
  value: string,
): Basis {
  return { from: 'fact', fact: name, value, said: saidOf(fact) };
}

/** The objects that say a fact, and what each says. */
export function saidOf({ evidence }: Extract<ClusterFact<unknown>, { known: true }>): string {
  return evidence.map(({ object, said }) => `${object}: ${said}`).join('; ');
}

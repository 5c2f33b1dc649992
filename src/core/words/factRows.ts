/** Facts of a cluster as rows for tree and terminal: the fact, and on request who said so. */
import type { ClusterFact, Evidence } from '../cluster/evidence';
import { notReadYet } from '../cluster/objects';
import { grouped } from './numbers';

/** `warning` where it stands in the way of measuring, `pending` where the answer is still awaited. */
export type RowLevel = 'fact' | 'warning' | 'unknown' | 'pending';

export interface FactRow {
  readonly label: string;
  readonly value: string;
  /** A line for each object that said so; empty where the value says all. */
  readonly evidence: string;
  readonly level: RowLevel;
}

export type FactGroupId = 'cluster' | 'datapath' | 'istio' | 'nodes' | 'headroom' | 'not-read';

export interface FactGroup {
  readonly id: FactGroupId;
  readonly title: string;
  /** The group in a few words, as they stand beside its name. */
  readonly summary: string;
  readonly rows: readonly FactRow[];
}

/** A tooltip of more lines is not read. */
export const mostEvidence = 8;
export function evidenceText(evidence: readonly Evidence[]): string {
  const lines = evidence.slice(0, mostEvidence).map(({ object, said }) => `${object}: ${said}`);
  const more = evidence.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${grouped(more)} more`] : [])].join('\n');
}

/** A fact as a row; what is unknown says why. */
export function row<Value>(
  label: string,
  fact: ClusterFact<Value>,
  text: (value: Value) => string = String,
  level: (value: Value) => RowLevel = () => 'fact',
): FactRow {
  if (fact.known)
    return {
      label,
      value: text(fact.value),
      evidence: evidenceText(fact.evidence),
      level: level(fact.value),
    };
  return fact.because.includes(notReadYet)
    ? { label, value: 'not read yet', evidence: '', level: 'pending' }
    : { label, value: `unknown, because ${fact.because}`, evidence: '', level: 'unknown' };
}

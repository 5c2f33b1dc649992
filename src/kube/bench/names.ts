import { createHash } from 'node:crypto';
import { Problem } from '../../core/problem';

/** Kubernetes gives a Job's pods its name with an index and five letters; the whole is a label of 63 characters. */
const longestName = 48;

function dnsLabel(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

function shortened(text: string, room: number): string {
  return text.slice(0, room).replace(/-+$/, '');
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

/** Throws a usage {@link Problem} for a run id that cannot be the value of a label. */
export function requireLabelValue(runId: string): void {
  if (/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/.test(runId)) return;
  throw new Problem(
    'usage',
    `"${runId}" cannot mark the objects of a run: a label's value has at most 63 letters, digits, dots and dashes.`,
    'Start the run again: it then gets another id.',
  );
}

/** The namespace that a run makes for itself. Ids that differ only in what a name cannot hold get different names. */
export function namespaceName(runId: string): string {
  const label = dnsLabel(runId);
  const name = `cilium-bench-${label}`;
  if (label === runId && name.length <= 63) return name;
  return `${shortened(name, 54)}-${shortHash(runId)}`;
}

/** The name of a run's object, the same each time it is asked for: what was made before an interruption is found by it. */
export function objectName(runId: string, id: string): string {
  return `${shortened(dnsLabel(id), longestName - 9)}-${shortHash(`${runId}/${id}`)}`;
}

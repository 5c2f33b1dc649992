import type { CiliumVersion } from '../../src/core/policy/semantics/model';
import type { Judged } from './judged';

/** The reviewed answers to the hard cases, a row for each: `test/oracle/cases/answers-VERSION.tsv`. */
export const tableHead = 'case\tagent\tschema\tredirects\tmerged\tshadow';

const orDash = (words: readonly string[]): string => (words.length === 0 ? '-' : words.join(' '));

/** One row: what is said of a file with one document. Combined subjects are left out, they say nothing new of one policy. */
export function rowOf(name: string, { documents, endpoints }: Judged): string {
  const found = endpoints.filter(({ isCombined }) => !isCombined);
  const conflicts = found.flatMap(({ conflict }) => (conflict === null ? [] : [`breaks off: ${conflict}`]));
  const ports = found.flatMap((endpoint) =>
    endpoint.ports.map(
      ({ direction, port, redirect }) => `${direction}:${port}${redirect && `>${redirect}`}`,
    ),
  );
  const shadows = new Set(found.flatMap((endpoint) => endpoint.ports.flatMap(({ shadow }) => shadow)));
  return [
    name,
    orDash(documents.map(({ accepted }) => (accepted ? 'accepts' : 'refuses'))),
    orDash(
      documents.map(({ schemaAccepted, pruned }) =>
        schemaAccepted ? (pruned.length > 0 ? `prunes ${pruned.join(' ')}` : 'accepts') : 'refuses',
      ),
    ),
    orDash(
      documents.flatMap(({ accepted, redirects }) => (accepted ? redirects.map(([, to]) => to || 'no') : [])),
    ),
    orDash([...conflicts, ...new Set(ports)]),
    orDash([...shadows].sort()),
  ].join('\t');
}

export const tableFile = (version: CiliumVersion): string => `answers-${version}.tsv`;

import type { CiliumVersion } from '../../src/core/policy/semantics/model';
import type { OracleAnswer, OracleDocument, OracleEndpoint } from './answer';

/** What one side says of a set of manifests, in the words that are compared. */
export interface Judged {
  readonly documents: readonly JudgedDocument[];
  readonly endpoints: readonly JudgedEndpoint[];
  /** Documents that are no YAML, templates most of the time: where there are some, the sides may count documents differently. */
  readonly unreadable: number;
}

export interface JudgedDocument {
  readonly accepted: boolean;
  /** Why not: told, and used to sort disagreements, but not compared. */
  readonly refusal: string;
  readonly schemaAccepted: boolean;
  readonly schemaFault: string;
  /** Paths of unknown fields, sorted, e.g. `spec.egressDeny[0].toPorts[0].rules`. */
  readonly pruned: readonly string[];
  /** Where each entry of toPorts sends its traffic; '' is nowhere. Of refused documents not compared. */
  readonly redirects: readonly (readonly [path: string, to: string])[];
}

export interface JudgedEndpoint {
  /** With the source, e.g. `k8s:app`; without the label of the cluster. */
  readonly labels: Readonly<Record<string, string>>;
  readonly isHost: boolean;
  /** Its labels are those of two subjects of the manifests together. */
  readonly isCombined: boolean;
  /** Why the merge breaks off; null when it does not. Nothing else is said of the endpoint then. */
  readonly conflict: string | null;
  readonly ports: readonly JudgedPort[];
}

export interface JudgedPort {
  readonly direction: 'ingress' | 'egress';
  /** As Cilium writes it: `80/TCP`, `8000-8100/TCP`, `web/TCP`, `0/ANY`. */
  readonly port: string;
  /** The parsers, joined by `+`; '' is none. */
  readonly redirect: string;
  readonly shadow: readonly string[];
}

/** What an agent does that has no answer: it panics. */
export const panics = 'panic';

/** Words of `pkg/policy` for why a merge fails. Cilium meets one of several at random, so which one is not compared. */
const conflicts: readonly (readonly [RegExp, string])[] = [
  [/panic in Cilium/, panics],
  [/conflicting L7 parsers/, 'parsers'],
  [/conflicting authentication/, 'authentication'],
  [/conflicting terminating TLS/, 'terminating-tls'],
  [/conflicting originating TLS/, 'originating-tls'],
  [/with SNI filtering/, 'server-names-with-rules'],
  [/conflicting CiliumEnvoyConfig Listeners/, 'listeners'],
  [/can not use Kind/, 'namespaced-listener'],
];

const conflictOf = (words: string): string =>
  conflicts.find(([pattern]) => pattern.test(words))?.[1] ?? words;

/** Only 1.20 tells the rule that allows all by default from one that is written. */
export const shadowOf = (reasons: readonly string[], version: CiliumVersion): readonly string[] =>
  [
    ...new Set(
      reasons.map((reason) => (version !== '1.20' && reason === 'default-allow' ? 'l3-only-allow' : reason)),
    ),
  ].sort();

function documentOf({ accepted, refusal = '', schema, redirects = [] }: OracleDocument): JudgedDocument {
  return {
    accepted,
    refusal,
    schemaAccepted: schema?.accepted ?? true,
    schemaFault: schema?.faults?.[0] ?? '',
    pruned: schema?.pruned ?? [],
    // An entry that cannot be merged even alone sends nothing anywhere.
    redirects: redirects.map(({ path, to, error }) => [
      path,
      error !== undefined && conflictOf(error) === panics ? panics : to,
    ]),
  };
}

function endpointOf(endpoint: OracleEndpoint, version: CiliumVersion): JudgedEndpoint {
  const { labels, host = false, combined = false, error, ports = [] } = endpoint;
  return {
    labels,
    isHost: host,
    isCombined: combined,
    conflict: error === undefined ? null : conflictOf(error),
    ports: ports.map(({ direction, port, redirect = '', shadow = [] }) => ({
      direction,
      port,
      redirect,
      shadow: shadowOf(shadow, version),
    })),
  };
}

/** Stands for all endpoints where the merge of the whole set panics. */
const nobody: JudgedEndpoint = { labels: {}, isHost: false, isCombined: false, conflict: panics, ports: [] };

/** Documents that could not be read at all are left out: the index of a judged document is among those that could. */
export function judgedOf(answer: OracleAnswer, version: CiliumVersion): Judged {
  const isPanic = answer.error !== undefined && conflictOf(answer.error) === panics;
  if (answer.error !== undefined && !isPanic) throw new Error(`the oracle of ${version}: ${answer.error}`);
  const readable = answer.documents.filter(({ unreadable }) => unreadable === undefined);
  return {
    unreadable: answer.documents.length - readable.length,
    documents: readable.map(documentOf),
    endpoints: isPanic ? [nobody] : (answer.endpoints ?? []).map((endpoint) => endpointOf(endpoint, version)),
  };
}

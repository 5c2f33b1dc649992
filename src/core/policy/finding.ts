/** A place in a text, lines and characters from 0, as in the language-server protocol (UTF-16 code units). */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export type Severity = 'error' | 'warning' | 'info' | 'hint';
export const findingCodes = [
  'l7-http',
  'l7-http-visibility',
  'l7-dns',
  'l7-tls',
  'l7-listener',
  'l7-kafka',
  'l7-proto',
  'l7-empty',
  'l7-shadowed',
  'l7-double-proxy',
  'l7-wide-selector',
  'l7-regex-cost',
  'l7-many-rules',
  'l7-rejected',
  'schema-refused',
  'l7-conflict',
  'l7-pruned',
  'allows-nothing',
  'l7-disabled',
  'field-removed',
  'fqdn-without-dns',
  'auth-required',
  'annotation-dead',
  'service-l7-lb',
  'envoy-config',
  'istio-l7',
  'istio-l7-no-target',
  'istio-tcp-port',
] as const;
export type FindingCode = (typeof findingCodes)[number];

/** Whether a finding of the code marks HTTP rules that are paid for: what a run measures. */
export function marksHttpRules(code: FindingCode): boolean {
  return code === 'l7-http' || code === 'l7-http-visibility';
}

/** Another place that a finding speaks of: the rule that shadows it, the policy that it conflicts with. */
export interface RelatedPlace {
  /** Undefined: the same file. */
  readonly file?: string;
  readonly document: number;
  readonly range: Range;
  readonly policy: { readonly kind: string; readonly name: string; readonly namespace: string | null };
}

/** Something the policy analysis says about a place in a manifest. Data only: the sentence is made where it is shown. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** The key that causes it. */
  readonly range: Range;
  /** The document in the file, from 0. */
  readonly document: number;
  readonly policy: { readonly kind: string; readonly name: string; readonly namespace: string | null };
  readonly protocol: 'http' | 'dns' | 'tls' | 'kafka' | 'proto' | 'listener' | null;
  readonly direction: 'ingress' | 'egress' | null;
  /** As written: numbers, names, or `53/UDP` with the protocol where one is given. */
  readonly ports: readonly string[];
  /** The labels of the endpoints that pay, e.g. `app=checkout`; empty when every endpoint is selected. */
  readonly endpoints: readonly string[];
  /** How many entries the rule list has. */
  readonly rules: number;
  readonly tags: readonly string[];
  /** Why, where a code has several reasons, e.g. `l7-on-udp` of `l7-rejected`. */
  readonly reason?: string;
  /** What the sentence names beyond the other fields: an expression, a field, a version. */
  readonly detail?: Readonly<Record<string, string>>;
  readonly related?: readonly RelatedPlace[];
  /** Link to the documentation. */
  readonly docs: string;
  /** SHA-256 of the policy's normalised text. */
  readonly textHash: string;
}

/** A place that the analysis cannot decide on: what stands there depends on something outside the text. */
export interface Note {
  /** The document in the file, from 0. */
  readonly document: number;
  readonly range: Range;
  /** `template`: the values of a Helm chart, or of another Go template, decide. */
  readonly reason: 'template';
  /** What the sentence names: the first action, and how many there are of which kind. */
  readonly detail: Readonly<Record<'first' | 'conditions' | 'contents' | 'values', string>>;
}

/** What the analysis of one text yields. */
export interface Analysis {
  /** Documents in the text, whatever they hold. */
  readonly documents: number;
  /** Network policies among them: of Cilium, of Kubernetes, and AuthorizationPolicies of Istio. */
  readonly policies: number;
  readonly findings: readonly Finding[];
  /** At most one of a document; absent where nothing is left open. */
  readonly notes?: readonly Note[];
  /** Why the text, or a part of it, was not read. */
  readonly skipped?: string;
}

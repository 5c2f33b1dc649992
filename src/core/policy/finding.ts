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
export type FindingCode = 'l7-http' | 'l7-dns' | 'l7-empty';

/** Something the policy analysis says about a place in a manifest. Data only: the sentence is made where it is shown. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** The key that causes it. */
  readonly range: Range;
  /** The document in the file, from 0. */
  readonly document: number;
  readonly policy: { readonly kind: string; readonly name: string; readonly namespace: string | null };
  readonly protocol: 'http' | 'dns' | null;
  readonly direction: 'ingress' | 'egress' | null;
  /** As written: numbers, names, or `53/UDP` with the protocol where one is given. */
  readonly ports: readonly string[];
  /** The labels of the endpoints that pay, e.g. `app=checkout`; empty when every endpoint is selected. */
  readonly endpoints: readonly string[];
  /** How many entries the rule list has. */
  readonly rules: number;
  readonly tags: readonly string[];
  /** Link to the documentation. */
  readonly docs: string;
  /** SHA-256 of the policy's normalised text. */
  readonly textHash: string;
}

/** What the analysis of one text yields. */
export interface Analysis {
  /** Documents in the text, whatever they hold. */
  readonly documents: number;
  /** Network policies among them. */
  readonly policies: number;
  readonly findings: readonly Finding[];
  /** Why the text, or a part of it, was not read. */
  readonly skipped?: string;
}

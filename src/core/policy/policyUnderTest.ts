/** One entry of `rules.http`, in Cilium's words: every field is a regular expression matched against the whole value. */
export interface HttpRule {
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  /** `"Name: value"`, or `"Name"` for presence alone. */
  readonly headers?: readonly string[];
}

/**
 * The part of a manifest that a target can put in force and measure: the HTTP rules of one port of one policy.
 * Source of the fields' meaning: Cilium's `pkg/policy/api/http.go`.
 */
export interface PolicyUnderTest {
  readonly file: string;
  readonly name: string;
  readonly namespace: string | null;
  readonly kind: 'CiliumNetworkPolicy' | 'CiliumClusterwideNetworkPolicy';
  readonly direction: 'ingress' | 'egress';
  readonly port: number;
  /** Its other ports with HTTP rules, as written, e.g. `8443` or `9000-9010`: not measured. */
  readonly otherPorts?: readonly string[];
  readonly http: readonly HttpRule[];
  /** SHA-256 of the normalised document text, in hexadecimal. */
  readonly textHash: string;
  /** Line of the `http` key, from 0. */
  readonly line: number;
}

/** One entry of `rules.http`, in Cilium's words: every field is a regular expression matched against the whole value. */
export interface HttpRule {
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  /** `"Name: value"`, or `"Name"` for presence alone. */
  readonly headers?: readonly string[];
}

/**
 * The part of a manifest that a target can put in force and measure: peers, one port and the HTTP rules of one policy.
 * Source of the fields' meaning: Cilium's `pkg/policy/api/http.go`.
 */
export interface PolicyUnderTest {
  readonly file: string;
  readonly name: string;
  readonly namespace: string | null;
  readonly kind: 'CiliumNetworkPolicy' | 'CiliumClusterwideNetworkPolicy' | 'NetworkPolicy';
  readonly direction: 'ingress' | 'egress';
  /** What the bench's server listens on, and what is measured. */
  readonly port: number;
  /** The name that stands in the port's place in the manifest, which only pods could resolve. */
  readonly namedPort?: string;
  /** The measured rule names no port: it lets every one through. */
  readonly anyPort?: boolean;
  /** Its other ports, with HTTP rules where the measured one has some, as written, e.g. `8443` or `9000-9010`: not measured. */
  readonly otherPorts?: readonly string[];
  /** Empty for a policy without HTTP rules: its peers and ports alone are measured. */
  readonly http: readonly HttpRule[];
  /** SHA-256 of the normalised document text, in hexadecimal. */
  readonly textHash: string;
  /** Line of the `http` key, from 0; without HTTP rules of what names the ports of the measured rule. */
  readonly line: number;
}

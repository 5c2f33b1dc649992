import type { Finding } from '../finding';
import type { CiliumVersion, Path, Policy, PolicyRule, PortEntry, Redirect } from '../semantics/model';

/** A policy that the agent accepts, with what is known of each of its entries. */
export interface PolicyView {
  readonly policy: Policy;
  readonly version: CiliumVersion;
  /** What an entry of `toPorts` sends its traffic to; null where it stays in the datapath. */
  readonly redirectOf: (entry: PortEntry) => Redirect | null;
}

/** What a rule says of a place in a policy, by its path. */
export interface PathFinding extends Pick<
  Finding,
  'code' | 'severity' | 'protocol' | 'docs' | 'tags' | 'reason' | 'detail' | 'direction' | 'ports' | 'rules'
> {
  readonly path: Path;
  /** The `spec` or entry of `specs` it belongs to: says which endpoints pay. */
  readonly rule: PolicyRule;
}

/** Looks at a policy as the agent reads it. To add one: a file beside this one, a line in the registry. */
export type PolicyCheck = (view: PolicyView) => readonly PathFinding[];

/** Ports as a finding names them: `80/TCP`, `8000-8100/TCP`, `53`. */
export function portsOf({ ports }: PortEntry): readonly string[] {
  return ports.map(
    ({ port, endPort, protocol }) =>
      `${port}${endPort === null || endPort === 0 ? '' : `-${endPort}`}${protocol === 'ANY' ? '' : `/${protocol}`}`,
  );
}

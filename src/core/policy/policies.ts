import { readingsOf, type DocumentText, type ParsedDocument } from './documents';
import { findObjects, type FoundObjects } from './findObjects';
import type { Entry, NodeReader } from './nodes';
import type { FoundObject } from './objects';
import { jsonOf } from './plainJson';
import type { Path } from './semantics/model';

/** One entry of `toPorts`, with what is around it. */
export interface PortRule {
  /** From the policy object down. */
  readonly path: Path;
  readonly direction: 'ingress' | 'egress';
  readonly rule: unknown;
  readonly toPorts: unknown;
  readonly ports: readonly string[];
  readonly rules: Entry | undefined;
  readonly spec: unknown;
}

/** A `spec`, or one entry of `specs`. */
export interface Spec {
  readonly node: unknown;
  /** From the policy object down; empty for the bare form, which is a spec itself. */
  readonly path: Path;
}

/** A Cilium policy found in a document. */
export interface FoundPolicy extends FoundObject {
  readonly specs: readonly Spec[];
}

const policyKinds: ReadonlySet<string> = new Set([
  'CiliumNetworkPolicy',
  'CiliumClusterwideNetworkPolicy',
  'rule',
]);
/** No manifest has as many; aliases of aliases could. */
const mostPortRules = 20_000;

function specsOf({ kind, read, node }: FoundObject): readonly Spec[] {
  if (kind === 'rule') return [{ node, path: [] }];
  const spec = read.value(node, 'spec');
  const specs = read.items(read.value(node, 'specs')) ?? [];
  return [
    ...(read.map(spec) ? [{ node: spec, path: ['spec'] }] : []),
    ...specs.map((one, at) => ({ node: one, path: ['specs', at] })),
  ];
}

/** The Cilium policy that an object is; undefined for others. */
export function policyOf(object: FoundObject): FoundPolicy | undefined {
  if (!policyKinds.has(object.kind)) return undefined;
  const { kind, node, document, read } = object;
  const specs = specsOf(object);
  const selects = ({ node: spec }: Spec): boolean =>
    read.entry(spec, 'endpointSelector') !== undefined || read.entry(spec, 'nodeSelector') !== undefined;
  return {
    document,
    read,
    node,
    kind,
    name: object.name,
    namespace: object.namespace,
    normalised: object.normalised,
    specs,
    // Nothing is applied without a selector: what has none changes a policy that has one.
    isPatch: object.isPatch || (specs.length > 0 && !specs.some(selects)),
    json:
      kind === 'rule'
        ? () => ({ kind: 'CiliumNetworkPolicy', metadata: {}, spec: jsonOf(node, document.yaml) })
        : object.json,
  };
}

/** What one document holds. */
export interface DocumentObjects extends FoundObjects {
  /** It could hold an object of interest, but is not YAML and none was found in it. */
  readonly isUnreadable: boolean;
  /** Some of it is not YAML; what is has been read. */
  readonly isBroken: boolean;
  readonly isTooDeep: boolean;
}

/** How much of the objects stands in its place. */
function fieldsOf({ objects }: FoundObjects): number {
  if (objects.length === 0) return -1;
  return objects.reduce((sum, object) => {
    const policy = policyOf(object);
    const { read, node } = object;
    const fields = policy
      ? portRulesOf(policy).filter(({ rules }) => rules).length
      : (read.items(read.value(read.value(node, 'spec'), 'rules'))?.length ?? 0);
    return sum + fields;
  }, 0);
}

const noDocuments: readonly ParsedDocument[] = [];

/** The objects of one document that the analysis knows something about. */
export function objectsOf(document: DocumentText): DocumentObjects {
  const { readings, isTooDeep } = readingsOf(document);
  // Of several readings the one that has the most rules in their places is what was meant.
  let best: FoundObjects = { objects: [], documents: noDocuments };
  let most = -2;
  for (const found of readings.map(findObjects)) {
    const fields = readings.length === 1 ? 0 : fieldsOf(found);
    if (fields <= most) continue;
    best = found;
    most = fields;
  }
  // Indentation by tabs is an error that another reading mends.
  const isBroken = readings.length > 0 && readings.every(({ yaml }) => yaml.errors.length > 0);
  return { ...best, isUnreadable: best.objects.length === 0 && isBroken, isBroken, isTooDeep };
}

/** A policy of Kubernetes' own; undefined for others. */
function networkPolicyOf(object: FoundObject): FoundPolicy | undefined {
  return object.kind === 'NetworkPolicy' ? { ...object, specs: specsOf(object) } : undefined;
}

/**
 * The Cilium policies of one document.
 * @param kubernetesToo Kubernetes' own NetworkPolicies as well.
 */
export function findPolicies(
  document: DocumentText,
  kubernetesToo = false,
): {
  readonly policies: readonly FoundPolicy[];
  readonly isUnreadable: boolean;
} {
  const { objects, isUnreadable } = objectsOf(document);
  const policies = objects.flatMap(
    (object) => policyOf(object) ?? (kubernetesToo ? networkPolicyOf(object) : undefined) ?? [],
  );
  return { policies, isUnreadable };
}

function portText(read: NodeReader, port: unknown): readonly string[] {
  const number = read.text(read.value(port, 'port'));
  if (number === undefined) return [];
  const end = read.text(read.value(port, 'endPort'));
  const protocol = read.text(read.value(port, 'protocol'));
  return [`${number}${end === undefined ? '' : `-${end}`}${protocol === undefined ? '' : `/${protocol}`}`];
}

/** The ports of an entry of `toPorts`, as written. */
export function portsWritten(read: NodeReader, toPorts: unknown): readonly string[] {
  return (read.items(read.value(toPorts, 'ports')) ?? []).flatMap((port) => portText(read, port));
}

/** The entries of `toPorts` in a policy's allow rules. Deny rules are left out: they cannot hold L7 rules. */
export function portRulesOf({ read, specs }: FoundPolicy): readonly PortRule[] {
  const found: PortRule[] = [];
  for (const { node: spec, path } of specs) {
    for (const direction of ['ingress', 'egress'] as const) {
      for (const [ruleAt, rule] of (read.items(read.value(spec, direction)) ?? []).entries()) {
        for (const [at, toPorts] of (read.items(read.value(rule, 'toPorts')) ?? []).entries()) {
          if (found.length >= mostPortRules) return found;
          found.push({
            path: [...path, direction, ruleAt, 'toPorts', at],
            direction,
            rule,
            toPorts,
            ports: portsWritten(read, toPorts),
            rules: read.entry(toPorts, 'rules'),
            spec,
          });
        }
      }
    }
  }
  return found;
}

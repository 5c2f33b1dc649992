import { isNode, type Document } from 'yaml';
import { readingsOf, type DocumentText, type ParsedDocument } from './documents';
import { nodeReader, type Entry, type NodeReader } from './nodes';
import { normalisedPolicy } from './normalise';

/** One entry of `toPorts`, with what is around it. */
export interface PortRule {
  readonly direction: 'ingress' | 'egress';
  readonly rule: unknown;
  readonly toPorts: unknown;
  readonly ports: readonly string[];
  readonly rules: Entry | undefined;
  readonly spec: unknown;
}

/** A policy found in a document. */
export interface FoundPolicy {
  readonly document: ParsedDocument;
  readonly read: NodeReader;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | null;
  readonly specs: readonly unknown[];
  readonly normalised: () => string;
  /** The policy as plain JSON, anchors and merges resolved; undefined where aliases would make it grow without bound. */
  readonly json: () => unknown;
}

/** The API group of each kind. A masked template is a word of x; an API group that is named must be the kind's. */
const ciliumKinds: ReadonlyMap<string, RegExp> = new Map(
  ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'].map((kind) => [kind, /^cilium\.io\/|^x+/]),
);
const allKinds: ReadonlyMap<string, RegExp> = new Map([
  ...ciliumKinds,
  ['NetworkPolicy', /^networking\.k8s\.io\/|^x+/],
]);
const deepestList = 3;
/** No manifest has as many; aliases of aliases could. */
const mostPortRules = 20_000;

function normalisedOnce(node: unknown, document: Document, source: DocumentText): () => string {
  let text: string | undefined;
  return () => (text ??= normalisedPolicy(node, document) ?? source.text);
}

function jsonOf(node: unknown, document: Document): unknown {
  try {
    return isNode(node) ? node.toJS(document, { maxAliasCount: 1000 }) : undefined;
  } catch {
    return undefined;
  }
}

function specsOf(read: NodeReader, node: unknown): readonly unknown[] {
  const spec = read.value(node, 'spec');
  return [...(read.map(spec) ? [spec] : []), ...(read.items(read.value(node, 'specs')) ?? [])];
}

function policiesIn(document: ParsedDocument, kinds: ReadonlyMap<string, RegExp>): readonly FoundPolicy[] {
  const { yaml } = document;
  const found: FoundPolicy[] = [];
  const read = nodeReader(yaml);
  const readRule = nodeReader(yaml, true);
  const visit = (node: unknown, depth: number, ruleNumber: number): void => {
    if (depth > deepestList || found.length >= mostPortRules) return;
    const items = read.items(node);
    if (items) {
      items.forEach((item, at) => {
        visit(item, depth + 1, at + 1);
      });
      return;
    }
    if (!read.map(node)) return;
    const kind = read.text(read.value(node, 'kind'));
    const apiVersion = read.text(read.value(node, 'apiVersion'));
    const normalised = normalisedOnce(node, yaml, document);
    const group = kind === undefined ? undefined : kinds.get(kind);
    if (kind !== undefined && group !== undefined) {
      if (apiVersion !== undefined && !group.test(apiVersion)) return;
      const metadata = read.value(node, 'metadata');
      found.push({
        document,
        read,
        kind,
        name: read.text(read.value(metadata, 'name')) ?? '',
        namespace: read.text(read.value(metadata, 'namespace')) ?? null,
        specs: specsOf(read, node),
        normalised,
        json: () => jsonOf(node, yaml),
      });
    } else if (kind?.endsWith('List')) {
      const list = read.value(node, 'items');
      if (read.items(list)) visit(list, depth + 1, 0);
    } else if (
      kind === undefined &&
      apiVersion === undefined &&
      readRule.map(readRule.value(node, 'endpointSelector'))
    ) {
      found.push({
        document,
        read: readRule,
        kind: 'rule',
        name: `rule ${ruleNumber}`,
        namespace: null,
        specs: [node],
        normalised,
        json: () => ({ kind: 'CiliumNetworkPolicy', metadata: {}, spec: jsonOf(node, yaml) }),
      });
    }
  };
  if (yaml.contents) visit(yaml.contents, 0, 1);
  return found;
}

/** What one document holds. */
export interface DocumentPolicies {
  readonly policies: readonly FoundPolicy[];
  /** It could hold a policy, but is not YAML and none was found in it. */
  readonly isUnreadable: boolean;
  /** Some of it is not YAML; what is has been read. */
  readonly isBroken: boolean;
}

const ruleCount = (policies: readonly FoundPolicy[]): number =>
  policies.reduce((sum, policy) => sum + portRulesOf(policy).filter(({ rules }) => rules).length, 0);

/**
 * The Cilium policies of one document: itself, in a List, or in the bare rule form of the agent.
 * @param kubernetesToo Kubernetes' own NetworkPolicies as well.
 */
export function findPolicies(document: DocumentText, kubernetesToo = false): DocumentPolicies {
  const readings = readingsOf(document, kubernetesToo);
  const kinds = kubernetesToo ? allKinds : ciliumKinds;
  // Of several readings the one that has the most rules in their places is what was meant.
  let policies: readonly FoundPolicy[] = [];
  let most = -1;
  for (const found of readings.map((reading) => policiesIn(reading, kinds))) {
    const count = found.length === 0 ? -1 : ruleCount(found);
    if (count <= most) continue;
    policies = found;
    most = count;
  }
  // Indentation by tabs is an error that another reading mends.
  const isBroken = readings.length > 0 && readings.every(({ yaml }) => yaml.errors.length > 0);
  return { policies, isUnreadable: policies.length === 0 && isBroken, isBroken };
}

function portText(read: NodeReader, port: unknown): readonly string[] {
  const number = read.text(read.value(port, 'port'));
  if (number === undefined) return [];
  const end = read.text(read.value(port, 'endPort'));
  const protocol = read.text(read.value(port, 'protocol'));
  return [`${number}${end === undefined ? '' : `-${end}`}${protocol === undefined ? '' : `/${protocol}`}`];
}

/** The entries of `toPorts` in a policy's allow rules. Deny rules are left out: they cannot hold L7 rules. */
export function portRulesOf({ read, specs }: FoundPolicy): readonly PortRule[] {
  const found: PortRule[] = [];
  for (const spec of specs) {
    for (const direction of ['ingress', 'egress'] as const) {
      for (const rule of read.items(read.value(spec, direction)) ?? []) {
        for (const toPorts of read.items(read.value(rule, 'toPorts')) ?? []) {
          if (found.length >= mostPortRules) return found;
          const ports = (read.items(read.value(toPorts, 'ports')) ?? []).flatMap((port) =>
            portText(read, port),
          );
          found.push({ direction, rule, toPorts, ports, rules: read.entry(toPorts, 'rules'), spec });
        }
      }
    }
  }
  return found;
}

import { isRecord } from '../tool/json';
import { joined } from '../words/phrases';
import {
  allowRulesOf,
  measuredRuleOf,
  specsOf,
  unnamedPort,
  type AllowRule,
  type Json,
  type PortEntry,
} from './allowRules';
import { rangeOf } from './places';
import type { FoundPolicy } from './policies';
import type { PolicyUnderTest } from './policyUnderTest';

/** What the bench's server listens on where the policy leaves it open. */
export const benchPort = 8080;

/** Why nothing of a policy can be measured: the rest of a sentence that begins with its name, and what to do. */
export interface Refusal {
  readonly reason: string;
  readonly todo: string;
}

export const render = 'Render it first (helm template, kustomize build).';
/** Whether a value was a template: read as written, or, in plain JSON, masked by a word of x. */
export const isTemplate = (text: string): boolean => text.includes('{{') || text.includes('xxxxx');

function refusalOf(manifest: Json): Refusal {
  const todo = 'Name a policy with an ingress or egress rule that lets TCP through.';
  const specs = specsOf(manifest);
  if (specs.length > 0 && specs.every((spec) => isRecord(spec['nodeSelector'])))
    return {
      reason: 'selects nodes, and what is measured is traffic between pods',
      todo: 'Name a policy with an endpointSelector.',
    };
  const admitting = allowRulesOf(manifest).filter(({ admits }) => admits !== 'none');
  if (admitting.length === 0)
    return { reason: 'only denies, and a connection that is dropped has no cost to measure', todo };
  const others = admitting.flatMap(({ ports }) =>
    ports.length === 0 ? ['ICMP'] : ports.map(({ protocol }) => protocol),
  );
  // TCP is among them only where its port is none.
  const protocols = [...new Set(others)].filter((protocol) => protocol !== 'TCP' && protocol !== 'ANY');
  return protocols.length > 0
    ? { reason: `lets only ${joined(protocols)} through, and the loads of a run are TCP`, todo }
    : { reason: 'names no port from 1 to 65535', todo: 'Correct its ports.' };
}

/** A port as it is written: `8080`, `9000-9010`, `web`, `53/UDP`. */
function portText({ port, endPort, protocol }: PortEntry): string {
  const range = endPort === null ? String(port) : `${port}-${endPort}`;
  return protocol === 'TCP' || protocol === 'ANY' ? range : `${range}/${protocol}`;
}

function numberOf({ port, endPort }: PortEntry, manifest: Json): number {
  if (typeof port !== 'number') return unnamedPort(manifest, benchPort);
  return port <= benchPort && benchPort <= (endPort ?? port) ? benchPort : port;
}

/** Line of what names the ports of a rule, else of its direction, from 0. */
function lineOf({ document, read, specs }: FoundPolicy, rule: AllowRule): number {
  const spec = specs[rule.specIndex]?.node;
  const node = read.items(read.value(spec, rule.direction))?.[rule.ruleIndex];
  const key = (read.entry(node, 'toPorts') ?? read.entry(node, 'ports') ?? read.entry(spec, rule.direction))
    ?.key;
  return document.firstLine + (key === undefined ? 0 : rangeOf(document, key).start.line);
}

/**
 * The L3/L4 rules of a policy that can be put in force: of one rule that lets TCP through one port, the peers and that port.
 */
export function l3l4UnderTest(
  found: FoundPolicy,
  { file, hash }: { readonly file: string; readonly hash: (text: string) => string },
): PolicyUnderTest | Refusal {
  const { kind, name, namespace } = found;
  const manifest = found.json();
  if (!isRecord(manifest))
    return { reason: 'has aliases that make it grow without bound', todo: 'Write its rules out.' };
  const measured = measuredRuleOf(manifest);
  if (measured === null) return refusalOf(manifest);
  const { rule, entry } = measured;
  if (typeof entry.port === 'string' && isTemplate(entry.port))
    return { reason: 'has a template for the port of its rule, so that the port is not known', todo: render };
  const number = numberOf(entry, manifest);
  const others = allowRulesOf(manifest)
    .flatMap(({ ports }) => ports)
    .filter((other) => other.port !== null)
    .map(portText)
    .filter((text) => text !== String(number) && text !== entry.port);
  return {
    file,
    name,
    namespace,
    kind:
      kind === 'CiliumClusterwideNetworkPolicy' || kind === 'NetworkPolicy' ? kind : 'CiliumNetworkPolicy',
    direction: rule.direction,
    port: number,
    ...(typeof entry.port === 'string' ? { namedPort: entry.port } : {}),
    ...(entry.port === null ? { anyPort: true } : {}),
    otherPorts: [...new Set(others)],
    http: [],
    textHash: hash(found.normalised()),
    line: lineOf(found, rule),
  };
}

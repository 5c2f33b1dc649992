import { documentsOf, readingsOf } from '../../src/core/policy/documents';
import type { CiliumVersion, Path, Peers, Policy, SchemaFault } from '../../src/core/policy/semantics/model';
import { readPolicy } from '../../src/core/policy/semantics/readPolicy';
import { redirectsOf } from '../../src/core/policy/semantics/redirects';
import type { Party } from '../../src/core/policy/semantics/resolve/decide';
import type { DirectionPolicy, Filter } from '../../src/core/policy/semantics/resolve/merge';
import { labelKey } from '../../src/core/policy/semantics/resolve/identity';
import { createPolicySet, type PolicySet } from '../../src/core/policy/semantics/resolve/policySet';
import type { Shadow } from '../../src/core/policy/semantics/resolve/shadow';
import { schemaFaults } from '../../src/core/policy/semantics/schemaFaults';
import type { ManifestFile } from './answer';
import {
  panics,
  shadowOf,
  type Judged,
  type JudgedDocument,
  type JudgedEndpoint,
  type JudgedPort,
} from './judged';

/** Who an answer is asked for: sides are compared on the same endpoints. */
export type Subject = Pick<JudgedEndpoint, 'labels' | 'isHost' | 'isCombined'>;

/**
 * One side of a comparison: what it says of files that are one cluster, for one version of Cilium. Several answers: each may be
 * that of an agent, which takes one at random.
 */
export type Judge = (
  files: readonly ManifestFile[],
  version: CiliumVersion,
  subjects: readonly Subject[],
) => readonly Judged[] | Promise<readonly Judged[]>;

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isPolicy = (value: Json): boolean =>
  value['kind'] === 'CiliumNetworkPolicy' ||
  value['kind'] === 'CiliumClusterwideNetworkPolicy' ||
  (value['kind'] === undefined &&
    value['apiVersion'] === undefined &&
    (Object.hasOwn(value, 'endpointSelector') || Object.hasOwn(value, 'nodeSelector')));

/** The policies of a value, lists taken apart as an API server does. */
function policiesIn(value: unknown): readonly Json[] {
  if (Array.isArray(value)) return value.flatMap(policiesIn);
  if (!isObject(value)) return [];
  const { kind, items, apiVersion } = value;
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items))
    return isPolicy(value) ? [value] : [];
  return items.flatMap((item: unknown) =>
    policiesIn(
      isObject(item) && item['kind'] === undefined && kind !== 'List'
        ? { apiVersion, ...item, kind: kind.slice(0, -'List'.length) }
        : item,
    ),
  );
}

const objectsOf = ({ text }: ManifestFile): readonly Json[] =>
  documentsOf(text).flatMap((document) => {
    const [reading] = readingsOf(document).readings;
    return reading ? policiesIn(reading.yaml.toJS()) : [];
  });

/** As the API server writes places: `spec.egress[0].toPorts[1]`. */
const placeOf = (path: Path): string =>
  path.map((key, at) => (typeof key === 'number' ? `[${key}]` : at === 0 ? key : `.${key}`)).join('');

const wordsOf = ({ path, kind, expected }: SchemaFault): string => `${placeOf(path)}: ${kind} ${expected}`;

interface OurDocument {
  readonly judged: JudgedDocument;
  /** Null: refused, so it takes no part in the merge. */
  readonly policy: Policy | null;
}

/**
 * The oracle has no cluster to look things up in. To an agent that finds no service, a rule names none; until 1.19 the operator
 * writes the policies of groups (`pkg/policy/groups`), and to the agent such a rule names no group.
 */
function withoutLookups(policy: Policy, version: CiliumVersion): Policy {
  const peersOf = (peers: Peers): Peers => ({
    ...peers,
    services: 0,
    groups: version === '1.20' ? (peers.groups ?? []) : [],
  });
  return {
    ...policy,
    rules: policy.rules.map((one) => ({
      ...one,
      rules: one.rules.map((rule) => ({ ...rule, peers: peersOf(rule.peers) })),
    })),
  };
}

/** `written`: the document with all labels, which the API server judges; `object`: one reading of them. */
function documentOf(object: Json, written: Json, version: CiliumVersion): OurDocument {
  const { policy, refusals } = readPolicy(object, version);
  const [refusal] = refusals;
  const accepted = policy !== null && refusal === undefined;
  const faults = schemaFaults(written, version);
  // Of the version of an object its definition says nothing; that a cluster has no such kind is among the refusals.
  const refusing = faults.filter(({ kind, path: [key] }) => kind !== 'pruned' && key !== 'apiVersion');
  return {
    policy: accepted ? withoutLookups(policy, version) : null,
    judged: {
      accepted,
      refusal: refusal ? `${refusal.reason}: ${refusal.agentSays}` : '',
      schemaAccepted: refusing.length === 0,
      schemaFault: refusing[0] ? wordsOf(refusing[0]) : '',
      pruned: faults
        .filter(({ kind }) => kind === 'pruned')
        .map(({ path }) => placeOf(path))
        .sort(),
      redirects: accepted
        ? redirectsOf(policy, version).map(({ path, parsers, breaks }) => [
            placeOf(path),
            breaks === 'panic' ? panics : parsers.join('+'),
          ])
        : [],
    },
  };
}

function portText({ ports: { port, endPort, portName, protocol } }: Filter): string {
  const number = portName || String(port);
  return `${number}${endPort ? `-${endPort}` : ''}/${protocol}`;
}

function portsOf(
  { filters }: DirectionPolicy,
  direction: JudgedPort['direction'],
  shadows: readonly Shadow[],
  version: CiliumVersion,
): readonly JudgedPort[] {
  return filters.map((filter) => {
    const redirects = [...filter.selectors.values()].flatMap(({ policy }) =>
      policy.isDeny || policy.parser === null ? [] : [policy.parserName],
    );
    // Whom a group is of nobody told the oracle, so that there nobody is shared with another selector.
    const reasons = shadows
      .filter(
        ({ ports, selector, reason }) =>
          ports === filter.ports && (selector.kind !== 'opaque' || reason === 'l7-wildcard-rule'),
      )
      .map(({ reason }) => reason);
    return {
      direction,
      port: portText(filter),
      redirect: [...new Set(redirects)].sort().join('+'),
      shadow: shadowOf(reasons, version),
    };
  });
}

/** Whom the oracle's labels name. */
function partyOf({ labels, isHost }: Subject): Party {
  const plain = Object.fromEntries(
    Object.entries(labels)
      .filter(([key]) => !key.startsWith('reserved:'))
      .map(([key, value]) => [key.replace(/^k8s:/, ''), value]),
  );
  return isHost ? { kind: 'node', labels: plain } : { kind: 'pod', namespace: 'default', labels: plain };
}

function endpointOf(set: PolicySet, subject: Subject, version: CiliumVersion): readonly JudgedEndpoint[] {
  const answers = set.answersFor(partyOf(subject));
  if (!answers) return [];
  const { policy, conflicts, shadows } = answers;
  const [conflict] = conflicts;
  const ports = [
    ...portsOf(policy.ingress, 'ingress', shadows, version),
    ...portsOf(policy.egress, 'egress', shadows, version),
  ];
  return [{ ...subject, conflict: conflict?.reason ?? null, ports: conflict ? [] : ports }];
}

/** Bounds what is tried where many selectors are ambiguous. */
const mostReadings = 16;

/**
 * A selector may name one label twice, as `app` and `any:app`. The agent makes one key of both and keeps the value that comes
 * last in Go's order of maps, which is random (`pkg/policy/api/selector.go`, NewESFromK8sLabelSelectorWithExtender): the value
 * as either.
 */
function readingsOfValue(value: unknown): readonly unknown[] {
  if (Array.isArray(value))
    return value.reduce<readonly (readonly unknown[])[]>(
      (made, item: unknown) =>
        made.flatMap((before) => readingsOfValue(item).map((one) => [...before, one])).slice(0, mostReadings),
      [[]],
    );
  if (!isObject(value)) return [value];
  return Object.entries(value).reduce<readonly Json[]>(
    (made, [key, field]) => {
      const choices = key === 'matchLabels' && isObject(field) ? choicesOf(field) : readingsOfValue(field);
      return made
        .flatMap((before) => choices.map((one) => ({ ...before, [key]: one })))
        .slice(0, mostReadings);
    },
    [{}],
  );
}

function choicesOf(labels: Json): readonly Json[] {
  const byKey = new Map<string, [key: string, value: unknown][]>();
  for (const [key, value] of Object.entries(labels)) {
    const label = JSON.stringify(labelKey(key));
    byKey.set(label, [...(byKey.get(label) ?? []), [key, value]]);
  }
  return [...byKey.values()].reduce<readonly Json[]>(
    (made, same) => made.flatMap((before) => same.map(([key, value]) => ({ ...before, [key]: value }))),
    [{}],
  );
}

/** The analysis of this project as a judge. */
export const ours: Judge = (files, version, subjects) => {
  const written = files.flatMap(objectsOf);
  return (readingsOfValue(written) as readonly (readonly Json[])[]).map((objects) =>
    judgedOf(objects, written, version, subjects),
  );
};

function judgedOf(
  objects: readonly Json[],
  written: readonly Json[],
  version: CiliumVersion,
  subjects: readonly Subject[],
): Judged {
  const documents = objects.map((object, at) => documentOf(object, written[at] ?? object, version));
  const set = createPolicySet({ version, sampleValues: 'first' });
  documents.forEach(({ policy }, at) => {
    // The order of merging is that of names: the oracle names policies of one request apart in the same way.
    if (policy) set.put(String(at), [{ ...policy, name: `${policy.name}-${at}` }]);
  });
  return {
    unreadable: 0,
    documents: documents.map(({ judged }) => judged),
    endpoints: subjects.flatMap((subject) => endpointOf(set, subject, version)),
  };
}

import { documentsOf, readingsOf } from '../../src/core/policy/documents';
import type { CiliumVersion, Path, Policy, SchemaFault } from '../../src/core/policy/semantics/model';
import { readPolicy } from '../../src/core/policy/semantics/readPolicy';
import { redirectsOf } from '../../src/core/policy/semantics/redirects';
import { behaviours, type Behaviour } from '../../src/core/policy/semantics/resolve/behaviour';
import type { Compiling } from '../../src/core/policy/semantics/resolve/entries';
import { hostIdentity, podIdentity, type Identity } from '../../src/core/policy/semantics/resolve/identity';
import { createIdentityIndex } from '../../src/core/policy/semantics/resolve/identityIndex';
import { parserName } from '../../src/core/policy/semantics/resolve/l7Policy';
import type { DirectionPolicy, Filter } from '../../src/core/policy/semantics/resolve/merge';
import { createPolicySet } from '../../src/core/policy/semantics/resolve/policySet';
import { reservedSamples, samplesOf } from '../../src/core/policy/semantics/resolve/samples';
import { shadowsOf, type SharedPeer } from '../../src/core/policy/semantics/resolve/shadow';
import { schemaFaults } from '../../src/core/policy/semantics/schemaFaults';
import type { ManifestFile } from './answer';
import type { Judged, JudgedDocument, JudgedEndpoint, JudgedPort } from './judged';

/** Who an answer is asked for: sides are compared on the same endpoints. */
export type Subject = Pick<JudgedEndpoint, 'labels' | 'isHost' | 'isCombined'>;

/** One side of a comparison: what it says of files that are one cluster, for one version of Cilium. */
export type Judge = (
  files: readonly ManifestFile[],
  version: CiliumVersion,
  subjects: readonly Subject[],
) => Judged | Promise<Judged>;

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
    const [reading] = readingsOf(document);
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

function documentOf(object: Json, version: CiliumVersion): OurDocument {
  const { policy, refusals } = readPolicy(object, version);
  const [refusal] = refusals;
  const accepted = policy !== null && refusal === undefined;
  const faults = schemaFaults(object, version);
  const refusing = faults.filter(({ kind }) => kind !== 'pruned');
  return {
    policy: accepted ? policy : null,
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
        ? redirectsOf(policy, version).map(({ path, redirect }) => [placeOf(path), redirect ?? ''])
        : [],
    },
  };
}

function portText({ ports: { port, endPort, portName, protocol } }: Filter): string {
  const number = portName || String(port);
  return `${number}${endPort ? `-${endPort}` : ''}/${protocol === 'ICMPV6' ? 'ICMPv6' : protocol}`;
}

function portsOf(
  direction: DirectionPolicy,
  way: JudgedPort['direction'],
  shared: SharedPeer,
  behaviour: Behaviour,
): readonly JudgedPort[] {
  const shadows = shadowsOf(direction, shared, behaviour);
  return direction.filters.map((filter) => {
    const redirects = [...filter.selectors.values()].flatMap(({ policy }) =>
      policy.isDeny || policy.parser === null ? [] : [parserName(policy)],
    );
    const reasons = shadows.filter(({ ports }) => ports === filter.ports).map(({ reason }) => reason);
    return {
      direction: way,
      port: portText(filter),
      redirect: [...new Set(redirects)].sort().join('+'),
      shadow: [...new Set(reasons)].sort(),
    };
  });
}

/** The identity that the oracle's labels name; its cluster's name is the default one. */
function identityOf({ labels, isHost }: Subject): Identity {
  const plain = Object.fromEntries(
    Object.entries(labels)
      .filter(([key]) => !key.startsWith('reserved:'))
      .map(([key, value]) => [key.replace(/^k8s:/, ''), value]),
  );
  return isHost ? hostIdentity(plain) : podIdentity('default', 'default', plain);
}

/** The analysis of this project as a judge. */
export const ours: Judge = (files, version, subjects) => {
  const documents = files.flatMap(objectsOf).map((object) => documentOf(object, version));
  const behaviour = behaviours[version];
  const compiling: Compiling = { behaviour, cluster: 'default', namespace: 'default' };
  const set = createPolicySet({ version, sampleValues: 'first' });
  const peers = createIdentityIndex();
  for (const identity of reservedSamples(behaviour)) peers.add(identity);
  documents.forEach(({ policy }, at) => {
    if (!policy) return;
    // The order of merging is that of names: the oracle names policies of one request apart in the same way.
    set.put(String(at), [{ ...policy, name: `${policy.name}-${at}` }]);
    for (const identity of samplesOf(policy, compiling, 'first').all) peers.add(identity);
  });
  const shared: SharedPeer = (a, b) =>
    peers.shared(a, b, ({ labels }) => labels.get('host')?.source !== 'reserved');
  return {
    unreadable: 0,
    documents: documents.map(({ judged }) => judged),
    endpoints: subjects.map((subject) => {
      const { ingress, egress, conflicts } = set.policyOf(identityOf(subject));
      return {
        labels: subject.labels,
        isHost: subject.isHost,
        isCombined: subject.isCombined,
        conflict: conflicts[0]?.reason ?? null,
        ports: conflicts[0]
          ? []
          : [
              ...portsOf(ingress, 'ingress', shared, behaviour),
              ...portsOf(egress, 'egress', shared, behaviour),
            ],
      };
    }),
  };
};

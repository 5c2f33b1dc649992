import type { Expression, Selector } from '../model';
import { containsPrefix, parsePrefix, type Prefix } from './cidr';
import {
  clusterKey,
  labelKey,
  namespaceLabelPrefix,
  podNamespaceKey,
  type Identity,
  type LabelKey,
} from './identity';

/** `matchLabels` are `In` with one value. */
export interface Requirement extends LabelKey {
  readonly operator: Expression['operator'];
  readonly values: readonly string[];
}

interface Common {
  /** What Cilium merges by: policies of one text are of one selector, whatever they select. */
  readonly key: string;
}

/** Addresses that a selector asks for. */
interface AddressRange extends Prefix {
  /** Of length 0 and asked for by the label of its world, which addresses have that no other prefix is known of, too. */
  readonly isWorld: boolean;
}

/** Who is selected, as the agent compares it (`pkg/policy/types/selector.go`). */
export type PeerSelector =
  | (Common & { readonly kind: 'labels'; readonly requirements: readonly Requirement[] })
  | (Common & {
      readonly kind: 'cidr';
      readonly prefix: AddressRange;
      readonly except: readonly AddressRange[];
    })
  | (Common & { readonly kind: 'fqdn'; readonly matchName: string; readonly matchPattern: string })
  /** Services, cloud groups and CIDR groups: what they hold is not known here. */
  | (Common & { readonly kind: 'opaque' });

export type LabelSelector = Extract<PeerSelector, { kind: 'labels' }>;

const isKubernetes = ({ source }: LabelKey): boolean => source === 'k8s' || source === 'any';

/** The selector of these requirements; the order of expressions is part of its key, as it is of Cilium's. */
export function labelSelector(
  matchLabels: readonly Requirement[],
  expressions: readonly Requirement[] = [],
): LabelSelector {
  const text = ({ source, key, operator, values }: Requirement): string =>
    JSON.stringify([source, key, operator, values]);
  const labels = matchLabels.map(text).sort();
  return {
    kind: 'labels',
    key: `${labels.join('')}|${expressions.map(text).join('')}`,
    requirements: [...matchLabels, ...expressions],
  };
}

export const wildcardSelector = labelSelector([]);
const equals = (source: string, key: string, value: string): Requirement => ({
  source,
  key,
  operator: 'In',
  values: [value],
});
const exists = (source: string, key: string): Requirement => ({
  source,
  key,
  operator: 'Exists',
  values: [],
});

export const reservedSelector = (name: string): LabelSelector =>
  labelSelector([equals('reserved', name, '')]);
export const noneSelector = reservedSelector('none');
export const isWildcard = (selector: PeerSelector): boolean =>
  selector.kind === 'labels' && selector.requirements.length === 0;

const matchLabelsOf = ({ matchLabels }: Selector): readonly Requirement[] =>
  Object.entries(matchLabels).map(([key, value]) => ({
    ...labelKey(key),
    operator: 'In' as const,
    values: [value],
  }));
const expressionsOf = ({ matchExpressions }: Selector): readonly Requirement[] =>
  matchExpressions.map(({ key, operator, values }) => ({ ...labelKey(key), operator, values }));

/** A selector as it stands, e.g. of a clusterwide policy's subjects. */
export const plainSelector = (selector: Selector): LabelSelector =>
  labelSelector(matchLabelsOf(selector), expressionsOf(selector));

/** Subjects of a namespaced policy are in its namespace, whatever else is written (`ParseToCiliumRule`). */
export const subjectSelector = (selector: Selector, namespace: string | null): LabelSelector =>
  namespace === null
    ? plainSelector(selector)
    : labelSelector(
        [
          ...matchLabelsOf(selector).filter(({ source, key }) => source !== 'k8s' || key !== podNamespaceKey),
          equals('k8s', podNamespaceKey, namespace),
        ],
        expressionsOf(selector),
      );

export interface Surroundings {
  /** Null in a clusterwide policy. */
  readonly namespace: string | null;
  readonly cluster: string;
  /** The policy's subjects are pods that have no labels yet. */
  readonly selectsInit: boolean;
}

/** `fromEndpoints` and `toEndpoints`: of the policy's namespace and cluster unless they say another (`getEndpointSelector`). */
export function endpointSelector(
  selector: Selector,
  { namespace, cluster, selectsInit }: Surroundings,
  /** False for `fromRequires`, which 1.18 completes even where it names a reserved label. */
  keepsReserved = true,
): LabelSelector {
  const labels = [...matchLabelsOf(selector)];
  const expressions = [...expressionsOf(selector)];
  const all = [...labels, ...expressions];
  const has = (matches: (key: string) => boolean): boolean =>
    all.some((requirement) => isKubernetes(requirement) && matches(requirement.key));
  if (keepsReserved && all.some(({ source }) => source === 'reserved'))
    return labelSelector(labels, expressions);
  if (!has((key) => key === podNamespaceKey)) {
    if (namespace === null) {
      if (!selectsInit) expressions.push(exists('k8s', podNamespaceKey));
    } else if (!has((key) => key.startsWith(namespaceLabelPrefix))) {
      labels.push(equals('k8s', podNamespaceKey, namespace));
    }
  }
  if (!has((key) => key === clusterKey)) labels.push(equals('k8s', clusterKey, cluster));
  return labelSelector(labels, expressions);
}

/** `fromNodes` and `toNodes`: other nodes of the cluster. */
export function nodeSelector(selector: Selector, cluster: string): LabelSelector {
  const { requirements } = plainSelector(selector);
  const named = requirements.some(
    (requirement) => isKubernetes(requirement) && requirement.key === clusterKey,
  );
  return labelSelector(
    [...matchLabelsOf(selector), ...(named ? [] : [equals('k8s', clusterKey, cluster)])],
    [...expressionsOf(selector), exists('reserved', 'remote-node')],
  );
}

/** By which label a prefix of length 0 asks for its addresses. */
type WorldBy = 'world' | 'prefix';

/** A CIDR (`pkg/labels/cidr.go`). Null where it is none: the agent refuses it. */
export function cidrSelector(
  key: string,
  { cidr, except }: { readonly cidr: string; readonly except: readonly string[] },
  own: WorldBy = 'world',
  excepted: WorldBy = own,
): PeerSelector | null {
  const rangeOf = (text: string, by: WorldBy): AddressRange | null => {
    const prefix = parsePrefix(text);
    return prefix && { ...prefix, isWorld: prefix.length === 0 && by === 'world' };
  };
  const prefix = rangeOf(cidr, own);
  if (!prefix) return null;
  const exceptions = except.map((text) => rangeOf(text, excepted)).filter((found) => found !== null);
  return { kind: 'cidr', key, prefix, except: exceptions };
}

function meets({ source, key, operator, values }: Requirement, { labels }: Identity): boolean {
  const found = labels.get(key);
  const value = found && (source === 'any' || found.source === source) ? found.value : undefined;
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  const isListed = value !== undefined && values.includes(value);
  return operator === 'In' ? isListed : !isListed;
}

export const meetsAll = (requirements: readonly Requirement[], identity: Identity): boolean =>
  requirements.every((requirement) => meets(requirement, identity));

const worldLabel = ({ bits }: Prefix): string => (bits === 32 ? 'world-ipv4' : 'world-ipv6');

/** Whether the selector selects the identity; what is opaque selects none that is known here. */
export function selects(selector: PeerSelector, identity: Identity): boolean {
  if (selector.kind === 'labels') return meetsAll(selector.requirements, identity);
  if (selector.kind === 'fqdn') return identity.fqdns.includes(selector.matchName || selector.matchPattern);
  if (selector.kind === 'opaque') return false;
  const { prefix, except } = selector;
  const inside = (outer: AddressRange): boolean =>
    outer.isWorld
      ? identity.labels.get(worldLabel(outer))?.source === 'reserved'
      : identity.prefix !== null && containsPrefix(outer, identity.prefix);
  return inside(prefix) && !except.some(inside);
}

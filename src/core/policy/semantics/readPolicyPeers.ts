import type { CidrPeer, Expression, Path, Peers, Selector } from './model';
import type {
  GoCidrRule,
  GoEgress,
  GoEgressDeny,
  GoIngress,
  GoIngressDeny,
  LabelSelector,
} from './readPolicyTypes';

/** The lists of peers of one rule, whichever its direction. Undefined: not written. */
export interface GoPeers {
  readonly at: Path;
  /** What the names of the fields begin with. */
  readonly prefix: 'from' | 'to';
  readonly endpoints: readonly LabelSelector[] | undefined;
  /** Texts since 1.19, which mean nothing. */
  readonly requires: readonly (LabelSelector | string)[] | undefined;
  readonly nodes: readonly LabelSelector[] | undefined;
  readonly entities: readonly string[] | undefined;
  readonly cidrs: readonly string[] | undefined;
  readonly cidrRules: readonly GoCidrRule[] | undefined;
  readonly groups: readonly unknown[] | undefined;
  readonly services: GoEgressDeny['toServices'];
  readonly fqdns: GoEgress['toFQDNs'];
}

export const ingressPeers = (rule: GoIngress | GoIngressDeny): GoPeers => ({
  at: rule.at,
  prefix: 'from',
  endpoints: rule.fromEndpoints,
  requires: rule.fromRequires,
  nodes: rule.fromNodes,
  entities: rule.fromEntities,
  cidrs: rule.fromCIDR,
  cidrRules: rule.fromCIDRSet,
  groups: rule.fromGroups,
  services: undefined,
  fqdns: undefined,
});

export const egressPeers = (rule: GoEgress | GoEgressDeny): GoPeers => ({
  at: rule.at,
  prefix: 'to',
  endpoints: rule.toEndpoints,
  requires: rule.toRequires,
  nodes: rule.toNodes,
  entities: rule.toEntities,
  cidrs: rule.toCIDR,
  cidrRules: rule.toCIDRSet,
  groups: rule.toGroups,
  services: rule.toServices,
  fqdns: 'toFQDNs' in rule ? rule.toFQDNs : undefined,
});

export const isSelector = (value: LabelSelector | string): value is LabelSelector =>
  typeof value !== 'string';

const operators: Readonly<Record<string, Expression['operator']>> = {
  In: 'In',
  NotIn: 'NotIn',
  Exists: 'Exists',
  DoesNotExist: 'DoesNotExist',
};

/** Expressions with an operator that is none are left out: the agent refuses them. */
export const readSelector = ({ at, matchLabels = {}, matchExpressions = [] }: LabelSelector): Selector => ({
  path: at,
  matchLabels,
  matchExpressions: matchExpressions.flatMap(({ key = '', operator: written = '', values = [] }) => {
    const operator = Object.hasOwn(operators, written) ? operators[written] : undefined;
    return operator ? [{ key, operator, values }] : [];
  }),
});

/** Both lists of CIDRs as one; an empty one beside a filled one still selects nobody, and is kept as empty. */
function readCidrs({ cidrs, cidrRules }: GoPeers): readonly CidrPeer[] | undefined {
  if (!cidrs && !cidrRules) return undefined;
  if (cidrs?.length === 0 || cidrRules?.length === 0) return [];
  return [
    ...(cidrs ?? []).map((cidr) => ({ cidr, except: [] })),
    ...(cidrRules ?? []).flatMap(({ cidr = '', except = [] }) => (cidr === '' ? [] : [{ cidr, except }])),
  ];
}

export function readPeers(peers: GoPeers): Peers {
  const { endpoints, requires, nodes, entities, cidrRules, groups, services, fqdns } = peers;
  const cidrs = readCidrs(peers);
  const cidrGroups = cidrRules?.filter(({ cidr = '' }) => cidr === '').length ?? 0;
  return {
    ...(endpoints && { endpoints: endpoints.map(readSelector) }),
    ...(nodes && { nodes: nodes.map(readSelector) }),
    ...(entities && { entities }),
    // CIDR groups alone are no empty list of CIDRs.
    ...(cidrs && (cidrs.length > 0 || cidrGroups === 0) && { cidrs }),
    ...(cidrGroups > 0 && { cidrGroups }),
    ...(fqdns && {
      fqdns: fqdns.map(({ matchName, matchPattern }) => ({
        ...(matchName !== undefined && { matchName }),
        ...(matchPattern !== undefined && { matchPattern }),
      })),
    }),
    ...(services && { services: services.length }),
    ...(groups && { groups: groups.length }),
    ...(requires?.some(isSelector) && { requires: requires.filter(isSelector).map(readSelector) }),
  };
}

import type { CidrPeer, Expression, Path, Peers, Selector } from './model';
import type {
  GoCidrRule,
  GoEgress,
  GoEgressDeny,
  GoGroups,
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
  readonly groups: readonly GoGroups[] | undefined;
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
    ...(cidrRules ?? []).flatMap(({ cidr = '', except = [] }) =>
      cidr === '' ? [] : [{ cidr, except, isOfSet: true as const }],
    ),
  ];
}

const sortedText = (labels: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

/** What two references to one CIDR group have in common; an empty list of exceptions is none. */
function cidrGroupText({ cidrGroupRef = '', cidrGroupSelector, except = [] }: GoCidrRule): string {
  if (!cidrGroupSelector) return JSON.stringify([cidrGroupRef, except]);
  const { matchLabels, matchExpressions } = readSelector(cidrGroupSelector);
  return JSON.stringify([sortedText(matchLabels), matchExpressions, except]);
}

/** As the agent tells two groups apart (`pkg/policy/api/groups.go`). */
function groupText({ aws }: GoGroups): string {
  if (!aws) return '';
  const { labels = {}, securityGroupsIds = [], securityGroupsNames = [], region = '' } = aws;
  return JSON.stringify([sortedText(labels), securityGroupsIds, securityGroupsNames, region]);
}

export function readPeers(peers: GoPeers): Peers {
  const { endpoints, requires, nodes, entities, cidrRules, groups, services, fqdns } = peers;
  const cidrs = readCidrs(peers);
  const cidrGroups = (cidrRules ?? []).filter(({ cidr = '' }) => cidr === '').map(cidrGroupText);
  return {
    ...(endpoints && { endpoints: endpoints.map(readSelector) }),
    ...(nodes && { nodes: nodes.map(readSelector) }),
    ...(entities && { entities }),
    // CIDR groups alone are no empty list of CIDRs.
    ...(cidrs && (cidrs.length > 0 || cidrGroups.length === 0) && { cidrs }),
    ...(cidrGroups.length > 0 && { cidrGroups }),
    ...(fqdns && {
      fqdns: fqdns.map(({ matchName, matchPattern }) => ({
        ...(matchName !== undefined && { matchName }),
        ...(matchPattern !== undefined && { matchPattern }),
      })),
    }),
    ...(services && { services: services.length }),
    ...(groups && { groups: groups.map(groupText) }),
    ...(requires?.some(isSelector) && { requires: requires.filter(isSelector).map(readSelector) }),
  };
}

/** From the agent's Go types to the model. */
import { readPort } from './acceptPorts';
import type {
  DirectionRule,
  HeaderMatch,
  Http,
  L7Rules,
  Path,
  PolicyRule,
  PortEntry,
  Selector,
  Tls,
} from './model';
import { egressPeers, ingressPeers, readPeers, readSelector, type GoPeers } from './readPolicyPeers';
import type { GoEgress, GoHttp, GoIngress, GoKafka, GoPortRule, GoRule, GoTls } from './readPolicyTypes';

const mismatches: readonly HeaderMatch['mismatch'][] = ['', 'LOG', 'ADD', 'DELETE', 'REPLACE'];

const readHttp = ({
  at,
  path = '',
  method = '',
  host = '',
  headers = [],
  headerMatches = [],
}: GoHttp): Http => ({
  path: at,
  method,
  urlPath: path,
  host,
  headers,
  headerMatches: headerMatches.flatMap((match) => {
    if (match === null) return [];
    const { name = '', value = '', secret } = match;
    const mismatch = mismatches.find((one) => one === match.mismatch) ?? '';
    return [{ name, value, mismatch, hasSecret: secret !== undefined }];
  }),
});

const matchesAllKafka = ({
  role = '',
  apiKey = '',
  apiVersion = '',
  clientID = '',
  topic = '',
}: GoKafka): boolean => [role, apiKey, apiVersion, clientID, topic].every((field) => field === '');

const kinds = ['http', 'kafka', 'dns', 'l7proto', 'l7'] as const;

const readL7 = (rules: NonNullable<GoPortRule['rules']>): L7Rules => ({
  path: rules.at,
  present: kinds.filter((kind) => rules[kind] !== undefined),
  http: (rules.http ?? []).map(readHttp),
  kafka: rules.kafka?.length ?? 0,
  dns: (rules.dns ?? []).map(({ at, matchName = '', matchPattern = '' }) => ({
    path: at,
    matchName,
    matchPattern,
  })),
  l7proto: rules.l7proto ?? '',
  l7: rules.l7?.length ?? 0,
  othersMatchAll:
    (rules.kafka ?? []).some(matchesAllKafka) ||
    (rules.l7 ?? []).some((rule) => Object.keys(rule).length === 0),
  lacksTopic: (rules.kafka ?? []).some(({ topic = '' }) => topic === ''),
});

const readTls = ({ at, secret, trustedCA = '', certificate = '', privateKey = '' }: GoTls): Tls => ({
  path: at,
  secretName: secret?.name ?? '',
  trustedCa: trustedCA,
  certificate,
  privateKey,
  ...(!secret && { lacksSecret: true }),
});

const readListener = ({
  at,
  name = '',
  priority = 0,
  envoyConfig,
}: NonNullable<GoPortRule['listener']>): PortEntry['listener'] => ({
  path: at,
  name,
  priority,
  envoyConfig: { kind: envoyConfig?.kind ?? '', name: envoyConfig?.name ?? '' },
  ...(!envoyConfig && { lacksEnvoyConfig: true }),
});

export const readPortEntry = (entry: GoPortRule): PortEntry => ({
  path: entry.at,
  ports: (entry.ports ?? []).flatMap((port) => readPort(port) ?? []),
  rules: entry.rules ? readL7(entry.rules) : null,
  terminatingTls: entry.terminatingTLS ? readTls(entry.terminatingTLS) : null,
  originatingTls: entry.originatingTLS ? readTls(entry.originatingTLS) : null,
  serverNames: entry.serverNames ?? [],
  listener: entry.listener ? readListener(entry.listener) : null,
});

const readIcmps = (icmps: NonNullable<GoIngress['icmps']>): NonNullable<DirectionRule['icmps']> =>
  icmps.map(({ fields = [] }) => ({
    fields: fields.map(({ family = '', type = 0 }) => ({ family: family === '' ? 'IPv4' : family, type })),
  }));

/** `toPorts` of a deny rule are read elsewhere: the agent keeps their ports alone. */
export type ReadDenyPorts = (at: Path) => readonly PortEntry[] | undefined;

function readSection(
  rule: Pick<GoIngress | GoEgress, 'at' | 'icmps' | 'authentication'>,
  peers: GoPeers,
  isDeny: boolean,
  toPorts: readonly PortEntry[] | undefined,
): DirectionRule {
  return {
    path: rule.at,
    direction: peers.prefix === 'from' ? 'ingress' : 'egress',
    isDeny,
    peers: readPeers(peers),
    ...(toPorts && { toPorts }),
    ...(rule.icmps && { icmps: readIcmps(rule.icmps) }),
    authentication: rule.authentication ? (rule.authentication.mode ?? '') : null,
  };
}

const everything = (at: Path): Selector => ({ path: at, matchLabels: {}, matchExpressions: [] });
const sections = ['ingress', 'egress', 'ingressDeny', 'egressDeny'] as const;

export function readRule(rule: GoRule, nonDefaultDeny: boolean, denyPorts: ReadDenyPorts): PolicyRule {
  const { at, endpointSelector, nodeSelector, ingress, egress, ingressDeny, egressDeny, enableDefaultDeny } =
    rule;
  const selector = endpointSelector ?? nodeSelector;
  return {
    path: at,
    subject: {
      kind: nodeSelector && !endpointSelector ? 'host' : 'endpoint',
      selector: selector ? readSelector(selector) : everything(at),
    },
    // Without the agent's switch for it, what is written has no effect.
    enableDefaultDeny: nonDefaultDeny
      ? { ingress: enableDefaultDeny?.ingress ?? null, egress: enableDefaultDeny?.egress ?? null }
      : { ingress: true, egress: true },
    present: sections.filter((section) => rule[section] !== undefined),
    rules: [
      ...(ingress ?? []).map((one) =>
        readSection(one, ingressPeers(one), false, one.toPorts?.map(readPortEntry)),
      ),
      ...(ingressDeny ?? []).map((one) => readSection(one, ingressPeers(one), true, denyPorts(one.at))),
      ...(egress ?? []).map((one) =>
        readSection(one, egressPeers(one), false, one.toPorts?.map(readPortEntry)),
      ),
      ...(egressDeny ?? []).map((one) => readSection(one, egressPeers(one), true, denyPorts(one.at))),
    ],
  };
}

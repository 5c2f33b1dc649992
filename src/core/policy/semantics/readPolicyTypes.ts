/**
 * The Go types that the agent decodes a policy into, by version: pkg/policy/api and pkg/k8s/apis/cilium.io/v2 of Cilium 1.18.8,
 * 1.19.6 and 1.20.2. Names and fields are theirs, for the words of refusals.
 */
import type { CiliumVersion } from './model';
import {
  flag,
  list,
  mapOf,
  ownDecoding,
  pointer,
  refuse,
  struct,
  text,
  whole,
  type Decoded,
  type Decoder,
  type Place,
} from './readPolicyDecode';

const int32 = (): Decoder<number> => whole('int32', -(2 ** 31), 2 ** 31 - 1);
const int64 = (): Decoder<number> => whole('int64', Number.MIN_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER + 1);
const texts = (): Decoder<readonly string[]> => list('[]string', text());
const textMap = (): Decoder<Readonly<Record<string, string>>> => mapOf('map[string]string', text());

const selectorFields = {
  matchLabels: textMap(),
  matchExpressions: list(
    '[]v1.LabelSelectorRequirement',
    struct('v1.LabelSelectorRequirement', {
      key: text(),
      operator: text('v1.LabelSelectorOperator'),
      values: texts(),
    }),
  ),
};
const labelSelector = struct('v1.LabelSelector', selectorFields);
export type LabelSelector = Decoded<typeof labelSelector>;

/** `EndpointSelector.UnmarshalJSON`: null makes a selector that selects everything. */
const selector = ownDecoding(labelSelector, (decoded, place) => decoded ?? { at: place.path });
const selectors = list('[]api.EndpointSelector', selector);

/** Names of ICMP types that have a number (icmp.go). */
const icmpTypes = {
  IPv4: new Set(
    'EchoReply DestinationUnreachable Redirect Echo EchoRequest RouterAdvertisement RouterSelection TimeExceeded ParameterProblem Timestamp TimestampReply Photuris ExtendedEchoRequest ExtendedEchoReply'.split(
      ' ',
    ),
  ),
  IPv6: new Set(
    'DestinationUnreachable PacketTooBig TimeExceeded ParameterProblem EchoRequest EchoReply MulticastListenerQuery MulticastListenerReport MulticastListenerDone RouterSolicitation RouterAdvertisement NeighborSolicitation NeighborAdvertisement RedirectMessage RouterRenumbering ICMPNodeInformationQuery ICMPNodeInformationResponse InverseNeighborDiscoverySolicitation InverseNeighborDiscoveryAdvertisement HomeAgentAddressDiscoveryRequest HomeAgentAddressDiscoveryReply MobilePrefixSolicitation MobilePrefixAdvertisement DuplicateAddressRequestCodeSuffix DuplicateAddressConfirmationCodeSuffix ExtendedEchoRequest ExtendedEchoReply'.split(
      ' ',
    ),
  ),
};

const intOrString: Decoder<string | number> = {
  read: (value, place) => (typeof value === 'string' ? value : int32().read(value, place)),
  zero: () => 0,
};
const icmpFieldShape = struct(
  'struct { Family string "json:\\"family,omitempty\\""; Type *intstr.IntOrString "json:\\"type\\"" }',
  { family: text(), type: intOrString },
  { named: false },
);

/** `ICMPField.UnmarshalJSON`. Without a type it reads through a null pointer, which ends the agent's process. */
const icmpField = ownDecoding(icmpFieldShape, (decoded, place) => {
  const { type, family = '' } = decoded ?? {};
  const typeKey = { ...place, path: [...place.path, 'type'] };
  if (type === undefined) {
    refuse(decoded ? typeKey : place, 'agent-panics', 'runtime error: invalid memory address or nil pointer');
    return undefined;
  }
  const isNumber =
    typeof type === 'number' || (/^[+-]?\d+$/.test(type) && /[1-9]/.test(type)) || type === '0';
  if (!isNumber && !icmpTypes[family === 'IPv6' ? 'IPv6' : 'IPv4'].has(type)) {
    refuse(typeKey, 'icmp-type-unknown', `ICMP type ${type} not found in ${family}`);
    return undefined;
  }
  return decoded;
});

/** `Label.UnmarshalJSON`: an object with a key, or `[source:]key[=value]` as one text. */
const ruleLabel: Decoder<true> = ownDecoding(
  {
    read(value: unknown, place: Place): true | undefined {
      const quiet = { ...place, faults: [] };
      const object = struct('.', { source: text(), key: text(), value: text() }).read(value, quiet);
      const isWhole = quiet.faults.length === 0;
      if (isWhole && (object?.key ?? '') === '')
        refuse(
          place,
          'label-without-key',
          `invalid Label: '${JSON.stringify(value)}' does not contain label key`,
        );
      else if (!isWhole && typeof value !== 'string')
        refuse(place, 'wrong-type', 'decode of Label as string failed: json: cannot unmarshal ');
      else if (!isWhole && value === '')
        refuse(place, 'label-without-key', 'invalid Label: Failed to parse "" as a string');
      return true;
    },
    zero: () => true,
  },
  (decoded) => decoded,
);

/** `Time.UnmarshalJSON`: RFC 3339, or null. */
const time: Decoder<string> = ownDecoding(text(), (decoded, place) => {
  if (decoded === undefined || isRfc3339(decoded)) return decoded;
  refuse(place, 'wrong-time', `parsing time ${JSON.stringify(decoded)}`);
  return undefined;
});

function isRfc3339(value: string): boolean {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,]\d+)?(?:Z|[+-](\d\d):(\d\d))$/.exec(value);
  if (!parts) return false;
  const [year, month, day, hour, minute, second, zoneHour, zoneMinute] = parts
    .slice(1)
    .map((part) => Number(part || 0));
  const at = (part: number | undefined): number => part ?? 0;
  const days = new Date(Date.UTC(at(year), at(month), 0)).getUTCDate();
  return (
    at(month) >= 1 &&
    at(month) <= 12 &&
    at(day) >= 1 &&
    at(day) <= days &&
    at(hour) < 24 &&
    at(minute) < 60 &&
    at(second) < 60 &&
    at(zoneHour) <= 24 &&
    at(zoneMinute) < 60
  );
}

const secret = struct('api.Secret', { namespace: text(), name: text() });
const tls = struct('api.TLSContext', {
  secret,
  trustedCA: text(),
  certificate: text(),
  privateKey: text(),
});
export type GoTls = Decoded<typeof tls>;

const ports = list(
  '[]api.PortProtocol',
  struct('api.PortProtocol', { port: text(), endPort: int32(), protocol: text('api.L4Proto') }),
);
const http = struct('api.PortRuleHTTP', {
  path: text(),
  method: text(),
  host: text(),
  headers: texts(),
  headerMatches: list(
    '[]*api.HeaderMatch',
    pointer(
      struct('api.HeaderMatch', {
        mismatch: text('api.MismatchAction'),
        name: text(),
        secret,
        value: text(),
      }),
    ),
  ),
});
export type GoHttp = Decoded<typeof http>;
const fqdn = { matchName: text(), matchPattern: text() };
const dns = struct('api.PortRuleDNS', fqdn);
const kafka = struct('kafka.PortRule', {
  role: text(),
  apiKey: text(),
  apiVersion: text(),
  clientID: text(),
  topic: text(),
});
export type GoKafka = Decoded<typeof kafka>;

const serverName = text('api.ServerName');
const listener = struct('api.Listener', {
  envoyConfig: struct('api.EnvoyConfig', { kind: text(), name: text() }),
  name: text(),
  priority: whole('uint8', 0, 255),
});
const icmps = list('api.ICMPRules', struct('api.ICMPRule', { fields: list('[]api.ICMPField', icmpField) }));
const authentication = struct('api.Authentication', { mode: text('api.AuthenticationMode') });
const groups = list(
  '[]api.Groups',
  struct('api.Groups', {
    aws: struct('api.AWSGroup', {
      labels: textMap(),
      securityGroupsIds: texts(),
      securityGroupsNames: texts(),
      region: text(),
    }),
  }),
);
const services = list(
  '[]api.Service',
  struct('api.Service', {
    k8sServiceSelector: struct('api.K8sServiceSelectorNamespace', {
      selector: struct('api.ServiceSelector', selectorFields, {
        embeds: { name: 'LabelSelector', fields: selectorFields },
      }),
      namespace: text(),
    }),
    k8sService: struct('api.K8sServiceNamespace', { serviceName: text(), namespace: text() }),
  }),
);

/** Built once for each version, at load. */
function policyTypes(version: CiliumVersion) {
  const named = (since119: string, before: string): string => (version === '1.18' ? before : since119);
  // Kafka and the generic parsers are gone from 1.20 on: their fields are unknown there, and dropped.
  const rules = struct(
    'api.L7Rules',
    {
      http: list(named('api.PortRulesHTTP', '[]api.PortRuleHTTP'), http),
      kafka: list('[]kafka.PortRule', kafka),
      dns: list(named('api.PortRulesDNS', '[]api.PortRuleDNS'), dns),
      l7proto: text(),
      l7: list(named('api.PortRulesL7', '[]api.PortRuleL7'), mapOf('api.PortRuleL7', text())),
    },
    { without: version === '1.20' ? ['kafka', 'l7proto', 'l7'] : [] },
  );
  const portRule = struct('api.PortRule', {
    ports,
    terminatingTLS: tls,
    originatingTLS: tls,
    serverNames: list('[]api.ServerName', serverName),
    listener,
    rules,
  });
  const toPorts = list('api.PortRules', portRule);
  const toPortsDeny = list('api.PortDenyRules', struct('api.PortDenyRule', { ports }));
  const cidrRules = list(
    'api.CIDRRuleSlice',
    struct('api.CIDRRule', {
      cidr: text('api.CIDR'),
      cidrGroupRef: text('api.CIDRGroupRef'),
      cidrGroupSelector: version === '1.18' ? labelSelector : selector,
      except: list('[]api.CIDR', text('api.CIDR')),
    }),
  );
  // Selectors until 1.18; a list that must be empty since.
  const requires: Decoder<readonly (LabelSelector | string)[]> = version === '1.18' ? selectors : texts();
  const ingressCommon = {
    fromEndpoints: selectors,
    fromRequires: requires,
    fromCIDR: list('api.CIDRSlice', text('api.CIDR')),
    fromCIDRSet: cidrRules,
    fromEntities: list('api.EntitySlice', text('api.Entity')),
    fromGroups: groups,
    fromNodes: selectors,
  };
  const egressCommon = {
    toEndpoints: selectors,
    toRequires: requires,
    toCIDR: list('api.CIDRSlice', text('api.CIDR')),
    toCIDRSet: cidrRules,
    toEntities: list('api.EntitySlice', text('api.Entity')),
    toServices: services,
    toGroups: groups,
    toNodes: selectors,
  };
  const inIngress = { embeds: { name: 'IngressCommonRule', fields: ingressCommon } };
  const inEgress = { embeds: { name: 'EgressCommonRule', fields: egressCommon } };
  const rule = struct('api.Rule', {
    endpointSelector: selector,
    nodeSelector: selector,
    ingress: list(
      '[]api.IngressRule',
      struct('api.IngressRule', { ...ingressCommon, toPorts, icmps, authentication }, inIngress),
    ),
    ingressDeny: list(
      '[]api.IngressDenyRule',
      struct('api.IngressDenyRule', { ...ingressCommon, toPorts: toPortsDeny, icmps }, inIngress),
    ),
    egress: list(
      '[]api.EgressRule',
      struct(
        'api.EgressRule',
        {
          ...egressCommon,
          toPorts,
          toFQDNs: list('api.FQDNSelectorSlice', struct('api.FQDNSelector', fqdn)),
          icmps,
          authentication,
        },
        inEgress,
      ),
    ),
    egressDeny: list(
      '[]api.EgressDenyRule',
      struct('api.EgressDenyRule', { ...egressCommon, toPorts: toPortsDeny, icmps }, inEgress),
    ),
    labels: list('labels.LabelArray', ruleLabel),
    enableDefaultDeny: struct('api.DefaultDenyConfig', { ingress: flag(), egress: flag() }),
    description: text(),
    log: struct('api.LogConfig', { value: text() }),
  });
  const object = (name: string) =>
    struct(`v2.${name}`, {
      kind: text(),
      apiVersion: text(),
      metadata,
      spec: rule,
      specs: list('api.Rules', pointer(rule)),
      status,
    });
  return {
    rule,
    portRule,
    CiliumNetworkPolicy: object('CiliumNetworkPolicy'),
    CiliumClusterwideNetworkPolicy: object('CiliumClusterwideNetworkPolicy'),
  };
}

const metadata = struct('v1.ObjectMeta', {
  name: text(),
  generateName: text(),
  namespace: text(),
  selfLink: text(),
  uid: text('types.UID'),
  resourceVersion: text(),
  generation: int64(),
  creationTimestamp: time,
  deletionTimestamp: time,
  deletionGracePeriodSeconds: int64(),
  labels: textMap(),
  annotations: textMap(),
  ownerReferences: list(
    '[]v1.OwnerReference',
    struct('v1.OwnerReference', {
      apiVersion: text(),
      kind: text(),
      name: text(),
      uid: text('types.UID'),
      controller: flag(),
      blockOwnerDeletion: flag(),
    }),
  ),
  finalizers: texts(),
});
const nodeStatus = struct('v2.CiliumNetworkPolicyNodeStatus', {
  ok: flag(),
  error: text(),
  lastUpdated: time,
  localPolicyRevision: whole('uint64', 0, 2 ** 64),
  enforcing: flag(),
  annotations: textMap(),
});
const status = struct('v2.CiliumNetworkPolicyStatus', {
  derivativePolicies: mapOf('map[string]v2.CiliumNetworkPolicyNodeStatus', nodeStatus),
  conditions: list(
    '[]v2.NetworkPolicyCondition',
    struct('v2.NetworkPolicyCondition', {
      type: text('v2.PolicyConditionType'),
      status: text('v1.ConditionStatus'),
      lastTransitionTime: time,
      reason: text(),
      message: text(),
    }),
  ),
});

type PolicyTypes = ReturnType<typeof policyTypes>;
export const goTypes: Readonly<Record<CiliumVersion, PolicyTypes>> = {
  '1.18': policyTypes('1.18'),
  '1.19': policyTypes('1.19'),
  '1.20': policyTypes('1.20'),
};
export type GoRule = Decoded<PolicyTypes['rule']>;
type Element<T> = NonNullable<T> extends readonly (infer E)[] ? E : never;
export type GoIngress = Element<GoRule['ingress']>;
export type GoEgress = Element<GoRule['egress']>;
export type GoIngressDeny = Element<GoRule['ingressDeny']>;
export type GoEgressDeny = Element<GoRule['egressDeny']>;
export type GoPortRule = Decoded<PolicyTypes['portRule']>;
export type GoPort = Element<GoPortRule['ports']>;
export type GoCidrRule = Element<GoIngress['fromCIDRSet']>;
export type GoGroups = Element<GoIngress['fromGroups']>;
export type GoIcmp = Element<GoIngress['icmps']>;

/** Whether the agent takes the entries of `toPorts` and `icmps`: `PortRule.sanitize` and what it calls (rule_validation.go). */
import { domainRefusals } from './acceptPatterns';
import type { Check } from './acceptCheck';
import type { Path, Port, Protocol } from './model';
import type { GoHttp, GoIcmp, GoKafka, GoPort, GoPortRule } from './readPolicyTypes';

const mostPorts = 40;
const mostIcmpFields = 40;

const protocolsSince = {
  '1.18': ['TCP', 'UDP', 'SCTP', 'ANY'],
  '1.19': ['TCP', 'UDP', 'SCTP', 'VRRP', 'IGMP', 'ANY'],
  '1.20': ['TCP', 'UDP', 'SCTP', 'VRRP', 'IGMP', 'GRE', 'IPIP', 'IPV6', 'ESP', 'AH', 'ANY'],
} as const satisfies Record<string, readonly Protocol[]>;
const withoutPorts: ReadonlySet<string> = new Set(['VRRP', 'IGMP', 'GRE', 'IPIP', 'IPV6', 'ESP', 'AH']);

/** pkg/iana: letters, digits and single hyphens, a letter among them. Such a text is the name of a port, `0x50` too. */
const isServiceName = (text: string): boolean =>
  text.length <= 15 && /[a-zA-Z]/.test(text) && /^[a-zA-Z0-9]+(?:-[a-zA-Z0-9]+)*$/.test(text);

const bases: ReadonlyMap<string, number> = new Map([
  ['x', 16],
  ['b', 2],
  ['o', 8],
  ['0', 8],
]);

/** Go's `strconv.ParseUint(text, 0, 16)`: prefixes choose the base, underscores may stand between digits. */
function parsePort(text: string): number | 'invalid syntax' | 'value out of range' {
  const [, prefix = '', digits = ''] = /^(0[xX]|0[bB]|0[oO]|0(?=[0-9_]))?(.*)$/s.exec(text) ?? [];
  const base = bases.get(prefix.slice(-1).toLowerCase()) ?? 10;
  const whole = prefix === '' ? digits : digits.replace(/^_/, '');
  if (!/^[0-9a-zA-Z]+(?:_[0-9a-zA-Z]+)*$/.test(whole)) return 'invalid syntax';
  let value = 0;
  let isTooLarge = false;
  for (const digit of whole.replaceAll('_', '')) {
    const worth = Number.parseInt(digit, 36);
    if (worth >= base) return isTooLarge ? 'value out of range' : 'invalid syntax';
    if (!isTooLarge) value = value * base + worth;
    if (value > 0xffff) isTooLarge = true;
  }
  return isTooLarge ? 'value out of range' : value;
}

/** A port as the agent keeps it; null for one that it refuses. */
export function readPort({ at, port = '', endPort = 0, protocol = '' }: GoPort): Port | null {
  const number = port === '' ? 0 : isServiceName(port) ? port.toLowerCase() : parsePort(port);
  const isRefused = number === 'invalid syntax' || number === 'value out of range';
  const upper = protocol === '' ? 'ANY' : protocol.toUpperCase();
  const known = protocolsSince['1.20'].find((name) => name === upper);
  return isRefused || !known
    ? null
    : { path: at, port: number, endPort: endPort === 0 ? null : endPort, protocol: known };
}

/** Judges one port; whether it is port 0. */
function acceptPort(
  { at, port = '', endPort = 0, protocol = '' }: GoPort,
  hasDns: boolean,
  check: Check,
): boolean {
  const { version, options, refuse } = check;
  const portKey = [...at, 'port'];
  let isZero = false;
  const hasDigits = port !== '' && !isServiceName(port);
  if (port === '' && (version === '1.18' || !options.extendedIpProtocols))
    refuse(at, 'port-missing', `${version === '1.18' ? 'P' : 'p'}ort must be specified`);
  if (hasDigits) {
    const mayNot =
      version === '1.20'
        ? withoutPorts.has(protocol)
        : version === '1.19' && (protocol === 'VRRP' || protocol === 'IGMP');
    const number = parsePort(port);
    if (port !== '0' && mayNot) refuse(portKey, 'protocol-without-ports', 'port must be empty or 0');
    else if (typeof number === 'string')
      refuse(
        portKey,
        'port-unreadable',
        `unable to parse port: strconv.ParseUint: parsing ${JSON.stringify(port)}: ${number}`,
      );
    else {
      isZero = number === 0;
      if (hasDns && endPort > number)
        refuse([...at, 'endPort'], 'dns-port-range', 'DNS rules do not support port ranges');
    }
  }
  const names: readonly string[] = protocolsSince[version];
  if (protocol !== '' && !names.includes(protocol.toUpperCase())) {
    const words = names.map((name) => name.toLowerCase()).join(' | ');
    refuse(
      [...at, 'protocol'],
      'protocol-unknown',
      `invalid protocol ${JSON.stringify(protocol.toUpperCase())}, must be { ${words} }`,
    );
  }
  return isZero;
}

function acceptHttp(
  { at, path = '', method = '', headerMatches = [] }: GoHttp,
  { expression, refuse }: Check,
): void {
  for (const [field, pattern] of [
    ['path', path],
    ['method', method],
  ] as const) {
    const refusal = pattern === '' ? null : expression(pattern);
    if (refusal !== null) refuse([...at, field], 'expression-invalid', refusal);
  }
  headerMatches.forEach((match, position) => {
    if (match === null) {
      refuse(
        [...at, 'headerMatches', position],
        'agent-panics',
        'runtime error: invalid memory address or nil pointer',
      );
      return;
    }
    const { name = '', mismatch = '', secret } = match;
    if (name === '') refuse(match.at, 'header-without-name', 'Header name missing');
    if (!['', 'LOG', 'ADD', 'DELETE', 'REPLACE'].includes(mismatch))
      refuse([...match.at, 'mismatch'], 'header-action-unknown', `Invalid header action: ${mismatch}`);
    if (secret && (secret.name ?? '') === '') refuse(secret.at, 'secret-without-name', 'Secret name missing');
  });
}

/** API keys of Kafka (cilium/proxy, pkg/policy/api/kafka). */
const kafkaKeys: ReadonlySet<string> = new Set(
  'produce fetch offsets metadata leaderandisr stopreplica updatemetadata controlledshutdown offsetcommit offsetfetch findcoordinator joingroup heartbeat leavegroup syncgroup describegroups listgroups saslhandshake apiversions createtopics deletetopics deleterecords initproducerid offsetforleaderepoch addpartitionstotxn addoffsetstotxn endtxn writetxnmarkers txnoffsetcommit describeacls createacls deleteacls describeconfigs alterconfigs'.split(
    ' ',
  ),
);

function acceptKafka(
  { at, role = '', apiKey = '', apiVersion = '', topic = '' }: GoKafka,
  { refuse }: Check,
): void {
  const quoted = (text: string): string => JSON.stringify(text);
  const invalid = (field: string, says: string): void => {
    refuse([...at, field], 'kafka-invalid', says);
  };
  if (apiKey !== '' && role !== '')
    invalid('apiKey', `cannot set both Role ${quoted(role)} and APIKey ${quoted(apiKey)} together`);
  if (apiKey !== '' && !kafkaKeys.has(apiKey.toLowerCase()))
    invalid('apiKey', `invalid Kafka APIKey ${quoted(apiKey)}`);
  if (role !== '' && !['produce', 'consume'].includes(role.toLowerCase()))
    invalid('role', `invalid Kafka Role ${quoted(role)}`);
  if (
    apiVersion !== '' &&
    !(/^[+-]?\d+$/.test(apiVersion) && Number(apiVersion) >= 0 && Number(apiVersion) <= 32767)
  )
    invalid('apiVersion', `invalid Kafka APIVersion ${quoted(apiVersion)}`);
  if (topic.length > 255) invalid('topic', 'kafka topic exceeds maximum len of 255');
  // The backslashes are in the agent's expression too, which was written for another kind of quotes.
  else if (topic !== '' && !/^[-a-zA-Z0-9\\._]+$/.test(topic))
    invalid('topic', `invalid Kafka Topic name ${quoted(topic)}`);
}

const ruleCount = ({ rules }: GoPortRule): number =>
  rules
    ? [rules.http, rules.kafka, rules.dns, rules.l7].reduce((sum, one) => sum + (one?.length ?? 0), 0)
    : 0;

/** Whether the entry has rules: a list that is empty, and a parser without rules, is none. */
export const hasRules = (entry: GoPortRule): boolean => ruleCount(entry) > 0;

function acceptRules(entry: GoPortRule, check: Check): void {
  const { rules, ports = [] } = entry;
  const { refuse, version } = check;
  if (!rules) return;
  const kinds: (keyof typeof rules)[] = [];
  if (rules.http) {
    kinds.push('http');
    for (const rule of rules.http) acceptHttp(rule, check);
  }
  if (rules.kafka) {
    kinds.push('kafka');
    for (const rule of rules.kafka) acceptKafka(rule, check);
  }
  if (rules.dns) {
    const key = [...rules.at, 'dns'];
    if (ports.length === 0) refuse(key, 'dns-without-ports', 'port 53 must be specified for DNS rules');
    kinds.push('dns');
    for (const rule of rules.dns)
      for (const { field, reason, says } of domainRefusals(rule, 'rule', version))
        refuse([...rule.at, field], reason, says);
  }
  const parser = rules.l7proto ?? '';
  if (rules.l7 && parser === '')
    refuse(
      [...rules.at, 'l7'],
      'l7-without-proto',
      "'l7' may only be specified when a 'l7proto' is also specified",
    );
  if (parser !== '') {
    kinds.push('l7proto');
    rules.l7?.forEach((rule, position) => {
      if (Object.hasOwn(rule, ''))
        refuse([...rules.at, 'l7', position, ''], 'l7-empty-key', 'Empty key not allowed');
    });
  }
  if (kinds.length > 1)
    refuse(rules.at, 'l7-several-kinds', 'multiple L7 protocol rule types specified in single rule');
}

/** An entry of an allow rule. */
export function acceptPortRule(entry: GoPortRule, isIngress: boolean, check: Check): void {
  const { refuse } = check;
  const { at, ports = [], serverNames = [], listener, rules, terminatingTLS } = entry;
  const hasDns = (rules?.dns?.length ?? 0) > 0;
  const isL7 = hasRules(entry);
  if (isIngress && hasDns)
    refuse([...at, 'rules', 'dns'], 'dns-on-ingress', 'DNS rules are not allowed on ingress');
  if (serverNames.length > 0 && isL7 && !terminatingTLS)
    refuse(
      [...at, 'serverNames'],
      'names-without-termination',
      'ServerNames are not allowed with L7 rules without TLS termination',
    );
  const empty = serverNames.indexOf('');
  if (empty >= 0) refuse([...at, 'serverNames', empty], 'name-empty', 'empty server name is not allowed');
  if (ports.length > mostPorts)
    refuse([...at, 'ports'], 'too-many-ports', `too many ports, the max is ${mostPorts}`);
  let zeroPort: Path | undefined;
  for (const port of ports) {
    if (acceptPort(port, hasDns, check)) zeroPort ??= [...port.at, 'port'];
    const protocol = (port.protocol ?? '') === '' ? 'ANY' : (port.protocol ?? '').toUpperCase();
    if (isL7 && !hasDns && protocol !== 'TCP')
      refuse(
        [...at, 'rules'],
        protocol === 'UDP' ? 'l7-on-udp' : protocol === 'ANY' ? 'l7-without-protocol' : 'l7-not-on-tcp',
        `L7 rules can only apply to TCP (not ${protocol}) except for DNS rules`,
      );
  }
  if (listener) {
    const name = listener.name ?? '';
    if (isIngress)
      refuse([...at, 'listener'], 'listener-on-ingress', `Listener is not allowed on ingress (${name})`);
    if (isL7)
      refuse([...at, 'listener'], 'listener-with-rules', `Listener is not allowed with L7 rules (${name})`);
  }
  if (!isL7) return;
  if (zeroPort) refuse(zeroPort, 'l7-on-port-0', 'L7 rules can not be used when a port is 0');
  acceptRules(entry, check);
}

/** An entry of a deny rule: it has ports only. */
export function acceptDenyPorts({ at, ports = [] }: Pick<GoPortRule, 'at' | 'ports'>, check: Check): void {
  if (ports.length > mostPorts)
    check.refuse([...at, 'ports'], 'too-many-ports', `too many ports, the max is ${mostPorts}`);
  for (const port of ports) acceptPort(port, false, check);
}

export function acceptIcmp({ at, fields = [] }: GoIcmp, { refuse }: Check): void {
  if (fields.length > mostIcmpFields)
    refuse([...at, 'fields'], 'too-many-icmp-types', `too many types, the max is ${mostIcmpFields}`);
  for (const { at: place, family = '' } of fields)
    if (!['', 'IPv4', 'IPv6'].includes(family))
      refuse([...place, 'family'], 'icmp-family-unknown', `wrong family: ${family}`);
}

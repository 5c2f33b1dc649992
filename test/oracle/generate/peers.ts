import type { Json, JsonObject } from './json';
import { dnsMatch, word } from './layer7';
import type { Random } from './random';
import * as values from './values';

const pairs = (random: Random, count: number, from: readonly (readonly [string, string])[]): JsonObject =>
  Object.fromEntries(random.many(count, count, () => random.pick(from)));

export function selector(random: Random, hardness: number, from = values.labels): JsonObject {
  if (random.chance(0.12)) return {};
  const label = (): JsonObject => pairs(random, 1, random.chance(hardness / 2) ? values.hardLabels : from);
  const expression = (): JsonObject => {
    const operator = random.weighted<string>([
      [4, 'In'],
      [2, 'NotIn'],
      [2, 'Exists'],
      [2, 'DoesNotExist'],
      [hardness, 'exists'],
    ]);
    const [key, value] = random.pick(random.chance(hardness / 3) ? values.hardLabels : from);
    const wantsValues = operator.endsWith('In') !== random.chance(hardness / 3);
    return {
      key,
      operator,
      ...(wantsValues && { values: random.chance(hardness / 4) ? [] : [value, 'other'] }),
    };
  };
  return {
    ...(random.chance(0.85) && { matchLabels: { ...label(), ...(random.chance(0.15) && label()) } }),
    ...(random.chance(0.18) && {
      matchExpressions: random.many(random.chance(hardness / 3) ? 0 : 1, 2, expression),
    }),
  };
}

const cidr = (random: Random, hardness: number): string =>
  word(random, values.cidrs, values.hardCidrs, hardness);

/** Prefixes, each with one inside it. */
const nested = [
  ['10.0.0.0/8', '10.96.0.0/12'],
  ['10.0.0.0/8', '10.0.0.0/8'],
  ['192.0.2.0/24', '192.0.2.128/25'],
  ['0.0.0.0/0', '10.0.0.0/8'],
  ['2001:db8::/32', '2001:db8:1::/48'],
] as const;

function cidrSet(random: Random, hardness: number): JsonObject {
  const [outer, inner] = random.pick(nested);
  const other = random.chance(hardness / 2);
  return {
    ...(!random.chance(hardness / 5) && { cidr: other ? cidr(random, hardness) : outer }),
    ...(random.chance(0.4) && {
      except: random.many(random.chance(hardness / 3) ? 0 : 1, 2, () =>
        random.chance(hardness / 2) ? random.pick([...values.hardCidrs, '172.16.0.0/12']) : inner,
      ),
    }),
    ...(random.chance(hardness / 6) && { cidrGroupRef: random.pick(['group', 'Bad Group', '']) }),
    ...(random.chance(hardness / 8) && { cidrGroupSelector: { matchLabels: { group: 'x' } } }),
  };
}

/** Fields that only the far side of egress has. */
const onlyEgress: readonly (readonly [
  weight: number,
  key: string,
  make: (random: Random, hardness: number) => Json,
])[] = [
  [3, 'toFQDNs', (random, hardness) => dnsMatch(random, hardness)],
  [
    0.6,
    'toServices',
    (random) =>
      random.pick<Json>([
        { k8sService: { serviceName: 'db', namespace: 'shop' } },
        { k8sServiceSelector: { selector: { matchLabels: { app: 'db' } }, namespace: 'shop' } },
        {},
      ]),
  ],
];

/** The keys of one rule that say who is at the other end. Several kinds at once, which Cilium refuses, are rare. */
export function peers(random: Random, direction: 'ingress' | 'egress', hardness: number): JsonObject {
  const way = direction === 'ingress' ? 'from' : 'to';
  const kinds: readonly (readonly [weight: number, kind: readonly [key: string, make: () => Json]])[] = [
    [10, [`${way}Endpoints`, () => selector(random, hardness)]],
    [3, [`${way}Entities`, () => word(random, values.entities, values.hardEntities, hardness / 3)]],
    [2, [`${way}CIDR`, () => cidr(random, hardness)]],
    [2, [`${way}CIDRSet`, () => cidrSet(random, hardness)]],
    [
      0.2 + hardness / 2,
      [`${way}Requires`, () => (random.chance(hardness / 2) ? 'text' : selector(random, hardness))],
    ],
    [hardness / 2, [`${way}Nodes`, () => selector(random, hardness, values.nodeLabels)]],
    [0.2, [`${way}Groups`, () => random.pick<Json>([{ aws: { securityGroupsIds: ['sg-1'] } }, {}])]],
    ...(direction === 'egress'
      ? onlyEgress.map(([weight, key, make]) => [weight, [key, () => make(random, hardness)]] as const)
      : []),
  ];
  const one = (): JsonObject => {
    const [key, make] = random.weighted(kinds);
    const isEmpty = random.chance(0.03 + hardness / 8);
    return { [key]: isEmpty ? [] : random.many(1, 2, make) };
  };
  if (random.chance(0.12)) return {};
  return random.chance(0.01 + hardness / 6) ? { ...one(), ...one() } : one();
}

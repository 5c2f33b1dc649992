import type { Json, JsonObject } from './json';
import { peers, selector } from './peers';
import { portEntry } from './portEntry';
import type { Random } from './random';
import * as values from './values';

type Direction = 'ingress' | 'egress';

const icmp = (random: Random, hardness: number): JsonObject => ({
  fields: random.many(1, random.chance(hardness / 6) ? 45 : 2, () => ({
    type: random.pick<Json>(
      random.chance(hardness)
        ? ['Nope', 256, '8', -1, 'echorequest']
        : [8, 0, 128, 'EchoRequest', 'EchoReply'],
    ),
    ...(random.chance(0.6) && {
      family: random.pick(random.chance(hardness) ? ['ipv4', ''] : ['IPv4', 'IPv6']),
    }),
  })),
});

function directionRule(random: Random, direction: Direction, isDeny: boolean, hardness: number): JsonObject {
  if (random.chance(0.03)) return {};
  const hasPorts = random.chance(0.85);
  const entry = (): JsonObject => portEntry(random, { direction, isDeny }, hardness);
  return {
    ...peers(random, direction, hardness),
    ...(hasPorts && { toPorts: random.many(random.chance(0.03 + hardness / 8) ? 0 : 1, 2, entry) }),
    ...(random.chance(hasPorts ? hardness / 8 : 0.25) && {
      icmps: random.many(random.chance(0.1) ? 0 : 1, 1, () => icmp(random, hardness)),
    }),
    ...(random.chance(isDeny ? hardness / 8 : 0.08) && {
      authentication: random.pick<Json>([
        { mode: 'required' },
        { mode: 'disabled' },
        { mode: 'test-always-fail' },
        {},
        { mode: 'Required' },
      ]),
    }),
  };
}

function spec(random: Random, isClusterwide: boolean, hardness: number): JsonObject {
  const isNode = random.chance(isClusterwide ? 0.25 : hardness / 12);
  const rules = (direction: Direction, isDeny: boolean, chance: number): JsonObject => {
    if (!random.chance(chance)) return {};
    const isEmpty = random.chance(0.04);
    return {
      [isDeny ? `${direction}Deny` : direction]: isEmpty
        ? []
        : random.many(1, 2, () => directionRule(random, direction, isDeny, hardness)),
    };
  };
  // Without any direction all is refused, so one is there unless a hard case says otherwise.
  const sure = random.chance(1 - hardness / 4) ? random.pick<Direction>(['ingress', 'egress']) : undefined;
  const subject = random.weighted<() => JsonObject>([
    [
      20,
      () =>
        isNode
          ? { nodeSelector: selector(random, hardness, values.nodeLabels) }
          : {
              endpointSelector: random.chance(0.7)
                ? { matchLabels: { app: 'web' } }
                : selector(random, hardness),
            },
    ],
    [hardness, () => ({})],
    [hardness, () => ({ endpointSelector: {}, nodeSelector: {} })],
  ])();
  return {
    ...subject,
    ...rules('ingress', false, sure === 'ingress' ? 1 : 0.3),
    ...rules('egress', false, sure === 'egress' ? 1 : 0.3),
    ...rules('ingress', true, 0.12),
    ...rules('egress', true, 0.12),
    ...(random.chance(0.12) && {
      enableDefaultDeny: {
        ...(random.chance(0.7) && { ingress: random.chance(0.4) }),
        ...(random.chance(0.7) && { egress: random.chance(0.4) }),
      },
    }),
    ...(random.chance(0.05) && { description: 'words' }),
    ...(random.chance(0.04) && { labels: [{ key: 'team', value: 'shop', source: 'k8s' }] }),
  };
}

/** One CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy. `hardness` from 0 to 1: how often a corner is taken. */
export function policy(random: Random, name: string, hardness: number): JsonObject {
  const isClusterwide = random.chance(0.2);
  const rule = (): JsonObject => spec(random, isClusterwide, hardness);
  const body = random.weighted<() => JsonObject>([
    [18, () => ({ spec: rule() })],
    [3, () => ({ specs: random.many(random.chance(hardness / 3) ? 0 : 1, 2, rule) })],
    [1 + hardness, () => ({ spec: rule(), specs: [rule()] })],
    [hardness / 2, () => ({})],
    [hardness / 2, () => ({ spec: null })],
  ])();
  return {
    apiVersion: random.chance(hardness / 30)
      ? random.pick(['cilium.io/v2alpha1', 'cilium.io/v1'])
      : 'cilium.io/v2',
    kind: isClusterwide ? 'CiliumClusterwideNetworkPolicy' : 'CiliumNetworkPolicy',
    metadata: {
      ...(!random.chance(hardness / 30) && { name }),
      ...(!isClusterwide && random.chance(0.9) && { namespace: random.pick(values.namespaces) }),
    },
    ...body,
  };
}

import type { Json, JsonObject } from './json';
import { l7Rules, word } from './layer7';
import type { Random } from './random';
import * as values from './values';

type Kind = 'dns' | 'l7' | 'l4';

/** Protocols of an entry: what its rules can apply to, else any. */
const protocolsOf: Readonly<Record<Kind, readonly string[]>> = {
  dns: ['UDP', 'ANY', 'TCP'],
  l7: ['TCP'],
  l4: values.protocols,
};

function port(random: Random, hardness: number, kind: Kind): JsonObject {
  const number =
    kind === 'dns'
      ? random.pick(['53', '53', '5353'])
      : random.weighted<() => string>([
          [10, () => random.pick(values.ports)],
          [1.5, () => random.pick(values.namedPorts)],
          [hardness * 6, () => random.pick(values.hardPorts)],
        ])();
  const end = random.weighted<() => Json | undefined>([
    [10, () => undefined],
    [kind === 'dns' ? hardness : 1.5, () => random.pick([8100, 1024, 443])],
    [hardness * 2, () => random.pick<Json>([0, -1, 65535, 65536, 1, '8100', 80])],
  ])();
  const protocol = random.weighted<() => string | undefined>([
    [kind === 'l7' ? hardness * 2 : 2, () => undefined],
    [10, () => random.pick(protocolsOf[kind])],
    [hardness, () => random.pick(values.protocols)],
    [hardness * 3, () => random.pick(values.hardProtocols)],
  ])();
  return {
    ...(!random.chance(hardness / 5) && {
      port: random.chance(hardness / 8) ? Number(number) || 80 : number,
    }),
    ...(end !== undefined && { endPort: end }),
    ...(protocol !== undefined && { protocol }),
  };
}

function ports(random: Random, hardness: number, kind: Kind): Json[] {
  if (random.chance(hardness / 6)) {
    const count = random.pick([39, 40, 41]);
    return Array.from({ length: count }, (_, at) => ({ port: String(9000 + at), protocol: 'TCP' }));
  }
  return random.many(random.chance(hardness / 3) ? 0 : 1, 2, () => port(random, hardness, kind));
}

const tls = (random: Random, hardness: number): JsonObject => ({
  ...(!random.chance(hardness / 2) && {
    secret: random.weighted<Json>([
      [6, { name: 'tls-one', namespace: 'shop' }],
      [3, { name: 'tls-two' }],
      [hardness, {}],
    ]),
  }),
  ...(random.chance(0.2) && { trustedCA: 'ca.crt' }),
  ...(random.chance(0.1) && { certificate: 'tls.crt', privateKey: 'tls.key' }),
});

const listener = (random: Random, hardness: number): JsonObject => ({
  name: random.weighted([
    [8, 'one'],
    [3, 'two'],
    [hardness, ''],
  ]),
  ...(random.chance(0.3) && {
    priority: random.pick([0, 1, 50, 100, ...(random.chance(hardness) ? [101, -1, 1.5] : [])]),
  }),
  ...(!random.chance(hardness / 3) && {
    envoyConfig: {
      ...(random.chance(0.8) && {
        kind: random.weighted([
          [6, 'CiliumEnvoyConfig'],
          [3, 'CiliumClusterwideEnvoyConfig'],
          [hardness, 'Other'],
        ]),
      }),
      ...(!random.chance(hardness / 4) && { name: random.pick(['config', 'config', 'other']) }),
    },
  }),
});

/** One entry of `toPorts`. */
export function portEntry(
  random: Random,
  { direction, isDeny }: { readonly direction: 'ingress' | 'egress'; readonly isDeny: boolean },
  hardness: number,
): JsonObject {
  const hasRules = random.chance(isDeny ? hardness / 2 : 0.5);
  const rules = hasRules ? l7Rules(random, direction, hardness) : undefined;
  const isDns = rules !== undefined && 'dns' in rules;
  const isL7 = rules !== undefined && !isDns;
  const rare = isDeny ? hardness / 6 : 0.06 + hardness / 8;
  // What Cilium refuses beside each other is beside each other in hard cases alone.
  const hasNames = random.chance(isDns ? hardness / 8 : isL7 ? rare : rare * 2);
  const isTerminated = random.chance(hasNames && isL7 ? 1 - hardness / 2 : isDns ? hardness / 8 : rare);
  const hasListener = random.chance(direction === 'egress' && !hasRules && !isDeny ? 0.12 : hardness / 10);
  return {
    ...(!random.chance(hardness / 5) && {
      ports: ports(
        random,
        hardness,
        isDns ? 'dns' : isL7 || hasNames || isTerminated || hasListener ? 'l7' : 'l4',
      ),
    }),
    ...(rules && { rules }),
    ...(isTerminated && { terminatingTLS: tls(random, hardness) }),
    ...(random.chance(isDns ? hardness / 8 : rare) && { originatingTLS: tls(random, hardness) }),
    ...(hasNames && {
      serverNames: random.many(random.chance(hardness) ? 0 : 1, 2, () =>
        word(random, ['api.example.com', '*.example.com', 'a.example.com'], values.hardNames, hardness),
      ),
    }),
    ...(hasListener && { listener: listener(random, hardness) }),
  };
}

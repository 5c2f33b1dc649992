import type { Json, JsonObject } from './json';
import type { Random } from './random';
import * as values from './values';

/** One of the common words, now and then a hard one. */
export const word = (
  random: Random,
  common: readonly string[],
  hard: readonly string[],
  hardness: number,
): string => random.pick(random.chance(hardness) ? hard : common);

function headerMatch(random: Random, hardness: number): JsonObject {
  return {
    name: random.weighted([
      [8, 'X-Key'],
      [hardness, ''],
      [1, ':authority'],
    ]),
    ...(random.chance(0.6) && { value: random.pick(['1', '', 'a b']) }),
    ...(random.chance(0.5) && {
      mismatch: random.pick(
        random.chance(hardness) ? ['', 'log', 'DROP'] : ['LOG', 'ADD', 'DELETE', 'REPLACE'],
      ),
    }),
    ...(random.chance(0.25) && {
      secret: random.pick<Json>([
        { name: 'key', namespace: 'shop' },
        { name: 'key' },
        {},
        { namespace: 'shop' },
      ]),
    }),
  };
}

function http(random: Random, hardness: number): JsonObject {
  if (random.chance(0.2)) return {};
  const expression = (): string => word(random, values.expressions, values.hardExpressions, hardness);
  return {
    ...(random.chance(0.5) && {
      method: random.chance(hardness) ? expression() : random.pick(values.methods),
    }),
    ...(random.chance(0.6) && { path: random.chance(0.1) ? '' : expression() }),
    ...(random.chance(0.15) && { host: random.chance(hardness) ? expression() : random.pick(values.hosts) }),
    ...(random.chance(0.12) && { headers: random.many(0, 2, () => random.pick(values.headers)) }),
    ...(random.chance(0.12) && { headerMatches: random.many(0, 2, () => headerMatch(random, hardness)) }),
  };
}

export function dnsMatch(random: Random, hardness: number): JsonObject {
  const name = (): JsonObject => ({ matchName: word(random, values.names, values.hardNames, hardness) });
  const pattern = (): JsonObject => ({
    matchPattern: word(random, values.patterns, values.hardPatterns, hardness),
  });
  return random.weighted<() => JsonObject>([
    [4, name],
    [5, pattern],
    [hardness * 3, () => ({ ...name(), ...pattern() })],
    [hardness * 3, () => ({})],
  ])();
}

const kafka = (random: Random): JsonObject => ({
  ...(random.chance(0.6) && { role: random.pick(['produce', 'consume', 'Produce', 'other']) }),
  ...(random.chance(0.5) && { topic: random.pick(['orders', 'bad topic', 'a'.repeat(256)]) }),
  ...(random.chance(0.3) && { apiKey: random.pick(['fetch', 'Produce', 'nope']) }),
  ...(random.chance(0.3) && { apiVersion: random.pick(['0', '1', 'x']) }),
  ...(random.chance(0.2) && { clientID: 'c' }),
});

/** The value of `rules`. Empty lists and several kinds at once are among them. */
export function l7Rules(random: Random, direction: 'ingress' | 'egress', hardness: number): JsonObject {
  const list = (make: () => Json, empty = hardness): Json[] =>
    random.chance(empty) ? [] : random.many(1, 3, make);
  const kinds: Record<string, () => JsonObject> = {
    http: () => ({ http: list(() => http(random, hardness)) }),
    dns: () => ({ dns: list(() => dnsMatch(random, hardness)) }),
    kafka: () => ({ kafka: list(() => kafka(random)) }),
    proto: () => ({
      ...(random.chance(0.9) && {
        l7proto: random.pick(['memcache', 'r2d2', 'cassandra', 'http', 'dns', 'kafka', 'tls', 'crd', '']),
      }),
      ...(random.chance(0.8) && {
        l7: list(() => random.pick<Json>([{ command: 'get' }, {}, { cmd: 'READ', file: 'x' }])),
      }),
    }),
  };
  const one = (): JsonObject => {
    const kind = random.weighted([
      [10, 'http'],
      [direction === 'egress' ? 6 : hardness * 3, 'dns'],
      [1, 'kafka'],
      [1, 'proto'],
    ]);
    return kinds[kind]?.() ?? {};
  };
  if (random.chance(hardness / 3)) return {};
  return random.chance(hardness / 2) ? { ...one(), ...one() } : one();
}

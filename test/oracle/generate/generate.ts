import type { JsonObject } from './json';
import { policy } from './policy';
import { createRandom, seedOf } from './random';
import { twisted } from './twist';

/** Policies that are one cluster together. */
export interface GeneratedCase {
  readonly seed: number;
  readonly index: number;
  readonly policies: readonly JsonObject[];
}

/**
 * The case of a seed and an index: single policies, half of them hard to read, and sets of 2 to 5 that meet on the same
 * endpoints. Sets are made of fewer corners, since a refused policy merges with none.
 */
export function generateCase(seed: number, index: number): GeneratedCase {
  const random = createRandom(seedOf(seed, index));
  const count = random.chance(0.6) ? 1 : 2 + random.below(4);
  const hardness = count > 1 ? random.pick([0, 0, 0.1]) : random.pick([0, 0.2, 0.5]);
  const policies = Array.from({ length: count }, (_, at) => {
    const made = policy(random, `policy-${at}`, hardness);
    return random.chance(count > 1 ? 0.04 : hardness) ? twisted(random, made) : made;
  });
  return { seed, index, policies };
}

/** The text that is judged: JSON is YAML, and both sides read it the same way. */
export const textOf = (policies: readonly JsonObject[]): string =>
  policies.map((manifest) => JSON.stringify(manifest)).join('\n---\n');

import {
  isObject,
  placesOf,
  valueAt,
  withValue,
  type Json,
  type JsonObject,
  type Place,
} from './generate/json';

/** Values to try in place of one, simplest first. */
function simpler(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value.length > 1 ? value.map((child) => [child]) : [];
  if (typeof value === 'string') return ['', 'a', '80', 'TCP'].filter((other) => other.length < value.length);
  if (typeof value === 'number') return value === 0 ? [] : [0];
  return [];
}

function* candidates(policies: readonly JsonObject[]): Generator<readonly JsonObject[]> {
  if (policies.length > 1)
    for (const at of policies.keys()) yield policies.filter((_, index) => index !== at);
  for (const [at, manifest] of policies.entries()) {
    const changed = (place: Place, value: Json | undefined): readonly JsonObject[] => {
      const made = withValue(manifest, place, value);
      return isObject(made) ? policies.map((other, index) => (index === at ? made : other)) : policies;
    };
    const places = placesOf(manifest).filter(
      ([first, ...rest]) =>
        first === 'spec' || first === 'specs' || (first === 'metadata' && rest.length > 0),
    );
    for (const place of places) yield changed(place, undefined);
    for (const place of places)
      for (const value of simpler(valueAt(manifest, place) ?? null)) yield changed(place, value);
  }
}

/**
 * The smallest manifests that can be had from some by taking parts out and making values simpler, one step at a time, while
 * `holds`. Asks at most `mostTries` times.
 */
export async function shrink(
  policies: readonly JsonObject[],
  holds: (policies: readonly JsonObject[]) => Promise<boolean>,
  mostTries = 2000,
): Promise<readonly JsonObject[]> {
  let best = policies;
  let tries = 0;
  for (let progress = true; progress;) {
    progress = false;
    for (const smaller of candidates(best)) {
      if (tries >= mostTries) return best;
      tries += 1;
      if (!(await holds(smaller))) continue;
      best = smaller;
      progress = true;
      break;
    }
  }
  return best;
}

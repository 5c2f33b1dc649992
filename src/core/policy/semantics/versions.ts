/** Fields of policies that a version of Cilium no longer has. */
import { ciliumVersions, type CiliumVersion, type Path } from './model';

export interface RemovedField {
  readonly path: Path;
  readonly field: string;
  /** The first version without it. */
  readonly since: CiliumVersion;
  /** Whether the API server drops it in silence; it refuses the others while they hold anything. */
  readonly isPruned: boolean;
}

interface Removal {
  /** Keys down to the field; `*` is any element of a list. */
  readonly place: readonly string[];
  readonly since: CiliumVersion;
  readonly isPruned: boolean;
}

const rules = ['toPorts', '*', 'rules'];
const sections = (direction: 'ingress' | 'egress'): readonly (readonly string[])[] => [
  [direction, '*'],
  [`${direction}Deny`, '*'],
];
/** From the custom resource definitions of 1.16.19 to 1.20.2: nothing else was removed between them. */
const removals: readonly Removal[] = [
  ...sections('ingress').map((section) => ({
    place: [...section, 'fromRequires'],
    since: '1.19' as const,
    isPruned: false,
  })),
  ...sections('egress').map((section) => ({
    place: [...section, 'toRequires'],
    since: '1.19' as const,
    isPruned: false,
  })),
  ...(['ingress', 'egress'] as const).flatMap((direction) =>
    ['kafka', 'l7proto', 'l7'].map((field) => ({
      place: [direction, '*', ...rules, field],
      since: '1.20' as const,
      isPruned: true,
    })),
  ),
];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where a place is in a value: several times under lists, not at all where a key is missing. */
function pathsOf(value: unknown, place: readonly string[], path: Path): readonly Path[] {
  const [key, ...rest] = place;
  if (key === undefined) return [path];
  if (key === '*')
    return Array.isArray(value) ? value.flatMap((item, at) => pathsOf(item, rest, [...path, at])) : [];
  return isObject(value) && Object.hasOwn(value, key) ? pathsOf(value[key], rest, [...path, key]) : [];
}

/** An object of one of Cilium's kinds, or the bare form of a rule. Plain JSON; never throws. */
export function removedFields(object: unknown, version: CiliumVersion): readonly RemovedField[] {
  const isBare = isObject(object) && object['kind'] === undefined;
  const roots = isBare ? [[]] : [['spec'], ['specs', '*']];
  const isGone = (since: CiliumVersion): boolean =>
    ciliumVersions.indexOf(since) <= ciliumVersions.indexOf(version);
  return removals
    .filter(({ since }) => isGone(since))
    .flatMap(({ place, since, isPruned }) =>
      roots
        .flatMap((root) => pathsOf(object, [...root, ...place], []))
        .map((path) => ({ path, field: place.at(-1) ?? '', since, isPruned })),
    );
}

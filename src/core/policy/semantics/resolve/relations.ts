import type { Selector } from '../model';
import { containsPrefix } from './cidr';
import { plainSelector, type LabelSelector, type PeerSelector, type Requirement } from './selector';
import { reservedIdentity } from './identity';

/** Whether it is so; `unknown` where what the selectors name (names, services, groups) decides. */
export type Answer = 'yes' | 'no' | 'unknown';

/** What a selector says of one key: whether a label must be there, which values it may have. */
interface KeyRule {
  readonly mustExist: boolean;
  readonly mustMiss: boolean;
  /** Null: any. */
  readonly allowed: ReadonlySet<string> | null;
  readonly forbidden: ReadonlySet<string>;
  readonly sources: ReadonlySet<string>;
}

const anything: KeyRule = {
  mustExist: false,
  mustMiss: false,
  allowed: null,
  forbidden: new Set(),
  sources: new Set(),
};

function narrow(rule: KeyRule, { operator, values, source }: Requirement): KeyRule {
  const positive = operator === 'In' || operator === 'Exists';
  const sources = positive && source !== 'any' ? new Set([...rule.sources, source]) : rule.sources;
  if (operator === 'Exists') return { ...rule, mustExist: true, sources };
  if (operator === 'DoesNotExist') return { ...rule, mustMiss: true };
  if (operator === 'NotIn') return { ...rule, forbidden: new Set([...rule.forbidden, ...values]) };
  const allowed = new Set(values.filter((value) => rule.allowed?.has(value) ?? true));
  return { ...rule, mustExist: true, allowed, sources };
}

function keyRules(requirements: readonly Requirement[]): ReadonlyMap<string, KeyRule> {
  const rules = new Map<string, KeyRule>();
  for (const requirement of requirements) {
    rules.set(requirement.key, narrow(rules.get(requirement.key) ?? anything, requirement));
  }
  return rules;
}

const isPossible = ({ mustExist, mustMiss, allowed, forbidden, sources }: KeyRule): boolean =>
  !(mustExist && mustMiss) &&
  sources.size < 2 &&
  (!allowed || [...allowed].some((value) => !forbidden.has(value)));

const isSatisfiable = (requirements: readonly Requirement[]): boolean =>
  [...keyRules(requirements).values()].every(isPossible);

const asks = (requirements: readonly Requirement[], source: (source: string) => boolean): boolean =>
  requirements.some(
    (requirement) =>
      (requirement.operator === 'In' || requirement.operator === 'Exists') && source(requirement.source),
  );
const asksReserved = (found: readonly Requirement[]): boolean =>
  asks(found, (source) => source === 'reserved');
const asksKubernetes = (found: readonly Requirement[]): boolean =>
  asks(found, (source) => source === 'k8s' || source === 'any');

/** Identities that are no pods: labels of pods and these meet on nodes alone. */
const neverPods = ['world', 'world-ipv4', 'world-ipv6', 'health', 'init', 'unmanaged', 'none'].map(
  reservedIdentity,
);

function labelsOverlap(a: readonly Requirement[], b: readonly Requirement[]): Answer {
  const both = [...a, ...b];
  if (!isSatisfiable(both)) return 'no';
  if (!asksReserved(both) || !asksKubernetes(both)) return 'yes';
  const names = both.filter(({ source }) => source === 'reserved').map(({ key }) => key);
  return names.some((name) => neverPods.some(({ labels }) => labels.has(name))) ? 'no' : 'unknown';
}

/** Whether whoever has what `b` asks for has what `a` asks of the key. */
function implied(a: KeyRule, b: KeyRule): boolean {
  const isMissing = b.mustMiss;
  const exists = b.mustExist;
  const possible = b.allowed && [...b.allowed].filter((value) => !b.forbidden.has(value));
  if (a.mustExist && !exists) return false;
  if (a.mustMiss && !isMissing) return false;
  const { allowed } = a;
  if (allowed && !possible?.every((value) => allowed.has(value))) return false;
  return [...a.forbidden].every(
    (value) => isMissing || b.forbidden.has(value) || (possible ? !possible.includes(value) : false),
  );
}

function labelsCover(a: readonly Requirement[], b: readonly Requirement[]): Answer {
  const rulesOfB = keyRules(b);
  if (![...rulesOfB.values()].every(isPossible)) return 'yes';
  for (const [key, rule] of keyRules(a)) {
    const found = rulesOfB.get(key) ?? anything;
    if (!implied(rule, found)) return 'no';
    // A label of one source is not said to be of another.
    const others = [...rule.sources].filter((source) => !found.sources.has(source));
    if (others.some((source) => source !== 'k8s') || (others.length > 0 && found.sources.size > 0))
      return 'unknown';
  }
  return 'yes';
}

const worldLabels = new Set(['world', 'world-ipv4', 'world-ipv6']);
const selectsWorld = ({ requirements }: LabelSelector): boolean =>
  requirements.length === 1 &&
  requirements.every(({ source, key }) => source === 'reserved' && worldLabels.has(key));

/** Whether a selector of labels and one of addresses or names can select the same peer. */
function labelsMeetWorld(labels: LabelSelector, other: PeerSelector): Answer {
  if (labels.requirements.length === 0) return 'yes';
  if (other.kind === 'opaque') return 'unknown';
  if (selectsWorld(labels)) {
    const family = labels.requirements[0]?.key;
    if (other.kind === 'fqdn' || family === 'world') return 'yes';
    return (other.kind === 'cidr' && other.prefix.bits === 32) === (family === 'world-ipv4') ? 'yes' : 'no';
  }
  return asksKubernetes(labels.requirements) || asksReserved(labels.requirements) ? 'no' : 'unknown';
}

/** Whether one peer can be selected by both. */
export function overlaps(a: PeerSelector, b: PeerSelector): Answer {
  if (a.kind === 'labels' && b.kind === 'labels') return labelsOverlap(a.requirements, b.requirements);
  if (a.kind === 'labels') return labelsMeetWorld(a, b);
  if (b.kind === 'labels') return labelsMeetWorld(b, a);
  if (a.key === b.key) return 'yes';
  if (a.kind === 'cidr' && b.kind === 'cidr') {
    if (!containsPrefix(a.prefix, b.prefix) && !containsPrefix(b.prefix, a.prefix)) return 'no';
    const narrower = a.prefix.length > b.prefix.length ? a.prefix : b.prefix;
    const except = [...a.except, ...b.except];
    if (except.some((excepted) => containsPrefix(excepted, narrower))) return 'no';
    return except.length === 0 ? 'yes' : 'unknown';
  }
  return 'unknown';
}

/** Whether `a` selects all whom `b` selects. */
export function covers(a: PeerSelector, b: PeerSelector): Answer {
  if (a.key === b.key) return 'yes';
  if (a.kind === 'labels' && a.requirements.length === 0) return 'yes';
  if (a.kind === 'labels' && b.kind === 'labels') return labelsCover(a.requirements, b.requirements);
  if (a.kind === 'labels' && selectsWorld(a)) {
    if (b.kind === 'cidr') return labelsMeetWorld(a, b);
    return b.kind === 'fqdn' && a.requirements[0]?.key === 'world' ? 'yes' : 'unknown';
  }
  if (a.kind === 'labels') return b.kind === 'opaque' ? 'unknown' : 'no';
  if (a.kind === 'cidr' && b.kind === 'cidr') {
    if (!containsPrefix(a.prefix, b.prefix)) return 'no';
    const open = a.except.filter(
      (excepted) =>
        (containsPrefix(excepted, b.prefix) || containsPrefix(b.prefix, excepted)) &&
        !b.except.some((found) => containsPrefix(found, excepted)),
    );
    return open.length === 0 ? 'yes' : 'no';
  }
  return a.kind === 'cidr' && b.kind === 'labels' && !selectsWorld(b) ? 'no' : 'unknown';
}

/** `overlaps` and `covers` of selectors as they are written, in one place: no namespace is added. */
export const selectorsOverlap = (a: Selector, b: Selector): Answer =>
  overlaps(plainSelector(a), plainSelector(b));
export const selectorCovers = (a: Selector, b: Selector): Answer =>
  covers(plainSelector(a), plainSelector(b));

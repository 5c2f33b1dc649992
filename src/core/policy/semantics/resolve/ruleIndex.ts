import type { CompiledRule } from './entries';
import { clusterKey, podNamespaceKey, type Identity } from './identity';
import { selectsSubject } from './merge';

/** Rules by what their subjects must carry, so that a subject is compared with those that can select it. */
export interface RuleIndex {
  readonly add: (rule: CompiledRule) => void;
  readonly remove: (rule: CompiledRule) => void;
  readonly selecting: (subject: Identity) => readonly CompiledRule[];
}

const bucket = (namespace: string, label: string): string => JSON.stringify([namespace, label]);

/** The most telling label that a rule's subjects must carry, with their namespace where the rule says it. */
function bucketOf({ subject, isHost }: CompiledRule): string {
  const one = subject.requirements.filter(({ operator, values }) => operator === 'In' && values.length === 1);
  const namespace = one.find(({ key }) => key === podNamespaceKey)?.values[0] ?? '';
  const other = one.find(({ key }) => key !== podNamespaceKey && key !== clusterKey);
  return isHost ? 'node' : bucket(namespace, other ? `${other.key}=${other.values[0] ?? ''}` : '');
}

function bucketsOf(subject: Identity): readonly string[] {
  if (subject.isHost) return ['node'];
  const namespaces = ['', subject.labels.get(podNamespaceKey)?.value ?? ''];
  const labels = ['', ...[...subject.labels].map(([key, { value }]) => `${key}=${value}`)];
  return [...new Set(namespaces.flatMap((namespace) => labels.map((label) => bucket(namespace, label))))];
}

export function createRuleIndex(): RuleIndex {
  const buckets = new Map<string, Set<CompiledRule>>();
  return {
    add: (rule) => {
      const key = bucketOf(rule);
      const found = buckets.get(key) ?? new Set<CompiledRule>();
      found.add(rule);
      buckets.set(key, found);
    },
    remove: (rule) => {
      const key = bucketOf(rule);
      const found = buckets.get(key);
      found?.delete(rule);
      if (found?.size === 0) buckets.delete(key);
    },
    selecting: (subject) =>
      bucketsOf(subject).flatMap((key) =>
        [...(buckets.get(key) ?? [])].filter((rule) => selectsSubject(rule, subject)),
      ),
  };
}

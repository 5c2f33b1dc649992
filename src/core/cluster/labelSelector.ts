import { isRecord } from '../tool/json';

type Labels = Readonly<Record<string, string>>;

/** Cilium writes label keys with their source: `k8s:app`, `any:app`. */
function plainKey(key: string): string {
  return key.replace(/^(?:k8s|any)[:.]/, '');
}

/** Namespace keys that Cilium knows besides labels (Cilium `pkg/k8s/apis/cilium.io/const.go`). */
const namespaceKeys = [
  'io.kubernetes.pod.namespace',
  'io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name',
];

function valueOf(labels: Labels, key: string, namespace: string): string | undefined {
  const plain = plainKey(key);
  return namespaceKeys.includes(plain) ? namespace : labels[plain];
}

function meets(expression: unknown, labels: Labels, namespace: string): boolean {
  if (!isRecord(expression) || typeof expression['key'] !== 'string') return false;
  const value = valueOf(labels, expression['key'], namespace);
  const values = Array.isArray(expression['values']) ? (expression['values'] as unknown[]) : [];
  switch (expression['operator']) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

/**
 * Whether a label selector matches pods with these labels in this namespace. An empty selector matches all, one that is not there
 * none; what cannot be understood matches none. Source: kubernetes.io, "Labels and Selectors".
 */
export function selectorMatches(selector: unknown, labels: Labels, namespace: string): boolean {
  if (!isRecord(selector)) return false;
  const pairs = isRecord(selector['matchLabels']) ? Object.entries(selector['matchLabels']) : [];
  const expressions = Array.isArray(selector['matchExpressions'])
    ? (selector['matchExpressions'] as unknown[])
    : [];
  return (
    pairs.every(([key, value]) => valueOf(labels, key, namespace) === value) &&
    expressions.every((expression) => meets(expression, labels, namespace))
  );
}

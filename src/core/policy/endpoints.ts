import type { NodeReader } from './nodes';

/** The labels that a selector asks for, as `key=value`. */
export function labelsOf(read: NodeReader, selector: unknown): readonly string[] {
  return read
    .entries(read.value(selector, 'matchLabels'))
    .map(({ key, value }) => `${String(key.value)}=${read.text(value) ?? ''}`);
}

/** The endpoints (or nodes) that a spec selects, as `key=value`; expressions in kubectl's words, e.g. `app in (a, b)`. */
export function selectedEndpoints(read: NodeReader, spec: unknown): readonly string[] {
  const selector = read.value(spec, 'endpointSelector') ?? read.value(spec, 'nodeSelector');
  const expressions = (read.items(read.value(selector, 'matchExpressions')) ?? []).flatMap((expression) => {
    const key = read.text(read.value(expression, 'key'));
    const operator = read.text(read.value(expression, 'operator'));
    const values = (read.items(read.value(expression, 'values')) ?? []).map(
      (value) => read.text(value) ?? '',
    );
    if (key === undefined) return [];
    if (operator === 'Exists') return [key];
    if (operator === 'DoesNotExist') return [`!${key}`];
    return [`${key} ${operator === 'NotIn' ? 'notin' : 'in'} (${values.join(', ')})`];
  });
  return [...labelsOf(read, selector), ...expressions];
}

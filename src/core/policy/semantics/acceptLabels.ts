/** Whether the agent takes a label selector: `EndpointSelector.Sanitize` of pkg/policy/api and what it calls. */
import type { Check } from './acceptCheck';
import type { CiliumVersion, Path } from './model';
import type { LabelSelector } from './readPolicyTypes';

interface SelectorFault {
  readonly path: Path;
  readonly words: string;
}

const quoted = (value: string): string => JSON.stringify(value);
const labelName = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const subdomain = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const longestName = 63;
const longestSubdomain = 253;

/** Kubernetes' `IsQualifiedName`: the beginnings of its words. */
function qualifiedNameFaults(key: string): readonly string[] {
  const parts = key.split('/');
  if (parts.length > 2) return ['a valid label key must consist of '];
  const [prefix, name] = parts.length === 2 ? [parts[0] ?? '', parts[1] ?? ''] : [null, parts[0] ?? ''];
  const faults: string[] = [];
  if (prefix === '') faults.push('prefix part must be non-empty');
  else if (prefix !== null && prefix.length > longestSubdomain)
    faults.push(`prefix part must be no more than ${longestSubdomain} `);
  else if (prefix !== null && !subdomain.test(prefix))
    faults.push('prefix part a lowercase RFC 1123 subdomain must consist of ');
  if (name === '') faults.push('name part must be non-empty');
  else if (name.length > longestName) faults.push(`name part must be no more than ${longestName} `);
  if (
    name.length <= longestName
      ? !labelName.test(name)
      : /[^-A-Za-z0-9_.]|^[^A-Za-z0-9]|[^A-Za-z0-9]$/.test(name)
  )
    faults.push('name part must consist of ');
  return faults;
}

function valueFaults(value: string): readonly string[] {
  if (value === '') return [];
  if (value.length > longestName) return [`must be no more than ${longestName} `];
  return labelName.test(value) ? [] : ['a valid label must be an empty string or consist of '];
}

/**
 * The key as the agent validates it. Until 1.19 it is the key with its source in front, which takes part of the 63
 * characters of a name; since 1.20 source and key are looked at apart.
 */
function keyFaults(
  key: string,
  version: CiliumVersion,
  prefix: string,
): { readonly key: string; readonly faults: readonly string[] } {
  if (version === '1.20') {
    // A selector of CIDR groups is given its source first.
    const [written, rest] = prefix === '' ? ['', key] : sourceOf(key, '');
    const whole = prefix === '' ? key : `${written === '' ? prefix : `${written}:`}${rest}`;
    const parts = whole.split(':');
    if (parts.length > 2)
      return { key: whole, faults: ["a valid label key only support ':' character as a source separator "] };
    const [source, name] = parts.length === 2 ? [parts[0] ?? '', parts[1] ?? ''] : [null, whole];
    return {
      key: whole,
      faults: [
        ...(source !== null && !/^[A-Za-z0-9]+$/.test(source)
          ? ['label source should be a non empty string with only alphanumeric characters']
          : []),
        ...qualifiedNameFaults(name),
      ],
    };
  }
  const extended = prefix === '' ? extendedKey(key) : prefix + key;
  return { key: extended, faults: qualifiedNameFaults(extended) };
}

/** `GetExtendedKeyFrom` (pkg/labels) until 1.19: `k8s:app` is `k8s.app`, `app` is `any.app`; a value after `=` is dropped. */
function extendedKey(key: string): string {
  const [source, rest] = sourceOf(key);
  return `${source === '' ? 'any' : source}.${rest.split('=', 1)[0] ?? ''}`;
}

function sourceOf(key: string, reservedPrefix = 'reserved.'): readonly [string, string] {
  if (key.startsWith('$')) return ['reserved', key.slice(1)];
  const colon = key.indexOf(':');
  if (colon >= 0) return [key.slice(0, colon), key.slice(colon + 1)];
  return reservedPrefix !== '' && key.startsWith(reservedPrefix)
    ? ['reserved', key.slice(reservedPrefix.length)]
    : ['', key];
}

function expressionFaults(
  expressions: NonNullable<LabelSelector['matchExpressions']>,
  version: CiliumVersion,
  prefix: string,
): readonly SelectorFault[] {
  return expressions.flatMap(({ at, key = '', operator = '', values = [] }, index) => {
    const field = `matchExpressions[${index}]`;
    const faults: SelectorFault[] = [];
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0)
        faults.push({
          path: at,
          words: `${field}.values: Required value: must be specified when \`operator\` is 'In' or 'NotIn'`,
        });
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length > 0)
        faults.push({
          path: [...at, 'values'],
          words: `${field}.values: Forbidden: may not be specified when \`operator\` is 'Exists' or 'DoesNotExist'`,
        });
    } else
      faults.push({
        path: [...at, 'operator'],
        words: `${field}.operator: Invalid value: ${quoted(operator)}: not a valid selector operator`,
      });
    const validated = keyFaults(key, version, prefix);
    for (const words of validated.faults)
      faults.push({
        path: [...at, 'key'],
        words: `${field}.key: Invalid value: ${quoted(validated.key)}: ${words}`,
      });
    values.forEach((value, position) => {
      for (const words of valueFaults(value))
        faults.push({
          path: [...at, 'values', position],
          words: `${field}.values[${position}]: Invalid value: ${quoted(value)}: ${words}`,
        });
    });
    return faults;
  });
}

/**
 * What the agent refuses of a selector, with the beginning of its words for each. `groupPrefix`: what stands before the keys of
 * a selector of CIDR groups, empty for all others.
 */
export function selectorFaults(
  { at, matchLabels = {}, matchExpressions = [] }: LabelSelector,
  version: CiliumVersion,
  groupPrefix = '',
): readonly SelectorFault[] {
  const faults: SelectorFault[] = [];
  for (const [key, value] of Object.entries(matchLabels)) {
    const path = [...at, 'matchLabels', key];
    const validated = keyFaults(key, version, groupPrefix);
    for (const words of validated.faults)
      faults.push({ path, words: `matchLabels: Invalid value: ${quoted(validated.key)}: ${words}` });
    for (const words of valueFaults(value))
      faults.push({ path, words: `matchLabels: Invalid value: ${quoted(value)}: ${words}` });
  }
  return faults.concat(expressionFaults(matchExpressions, version, groupPrefix));
}

export function acceptSelector(selector: LabelSelector, { version, refuse }: Check): void {
  const faults = selectorFaults(selector, version);
  for (const { path, words } of faults)
    refuse(path, 'selector-invalid', `invalid label selector: ${faults.length > 1 ? '[' : ''}${words}`);
}

import type { Finding } from '../finding';
import type { Path, Policy, PortEntry } from '../semantics/model';

const samePath = (a: Path, b: Path): boolean =>
  a.length === b.length && a.every((step, at) => step === b[at]);

function entryAt(policy: Policy, path: Path): PortEntry | undefined {
  for (const { rules } of policy.rules)
    for (const { toPorts = [] } of rules)
      for (const entry of toPorts) if (samePath(entry.path, path)) return entry;
  return undefined;
}

export interface EntryKey extends Pick<Finding, 'protocol' | 'rules'> {
  readonly path: Path;
}

/** The key of an entry of `toPorts` that sends its traffic through a proxy; the entry itself where there is none. */
export function entryKey(policy: Policy, path: Path): EntryKey {
  const entry = entryAt(policy, path);
  const rules = entry?.rules;
  if (rules && rules.http.length > 0)
    return { path: [...rules.path, 'http'], protocol: 'http', rules: rules.http.length };
  if (rules && rules.dns.length > 0)
    return { path: [...rules.path, 'dns'], protocol: 'dns', rules: rules.dns.length };
  if (entry?.listener) return { path: entry.listener.path, protocol: 'listener', rules: 1 };
  if (entry && entry.serverNames.length > 0)
    return { path: [...path, 'serverNames'], protocol: 'tls', rules: entry.serverNames.length };
  if (rules && rules.kafka > 0)
    return { path: [...rules.path, 'kafka'], protocol: 'kafka', rules: rules.kafka };
  if (rules && rules.l7proto !== '')
    return { path: [...rules.path, 'l7proto'], protocol: 'proto', rules: rules.l7 };
  return { path, protocol: null, rules: 0 };
}

import { Problem } from '../core/problem';

/** A name that is one file or folder on every system: no separators, no leading dot, no way up. */
export function isSafeName(value: string): boolean {
  return /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,118}[A-Za-z0-9])?$/.test(value) && !value.includes('..');
}

/** `samples/NAME.json` with a safe name. */
export function isSafeRawPath(value: string): boolean {
  const [folder, name, ...more] = value.split('/');
  return (
    folder === 'samples' &&
    more.length === 0 &&
    name !== undefined &&
    isSafeName(name) &&
    name.endsWith('.json')
  );
}

/** Throws a usage {@link Problem} unless the id can be a run's folder. */
export function requireRunId(id: string): void {
  if (isSafeName(id)) return;
  throw new Problem('usage', `"${id}" is not the id of a run.`, 'cilium-bench runs list shows them.');
}

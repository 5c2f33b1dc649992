import type { HttpRequest } from '../core/plan/plan';
import { Problem } from '../core/problem';
import type { Address } from '../core/target';

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Visible ASCII and what lies above: a path has no space, and neither has control characters. */
const pathPattern = /^\/[^\s\p{Cc}]*$/u;
const headerValue = /^[^\p{Cc}]*$/u;

/**
 * The bytes of an HTTP/1.1 request that ends its connection. Throws a usage {@link Problem} for one that cannot be written
 * on the wire, e.g. a path with a space.
 */
export function requestText({ method, path, headers }: HttpRequest, to: Address): string {
  const bad = (what: string): Problem =>
    new Problem(
      'usage',
      `The request cannot be sent: ${what}.`,
      'Change the pattern in the policy it was made from.',
    );
  if (!token.test(method)) throw bad(`${JSON.stringify(method)} is no HTTP method`);
  if (!pathPattern.test(path)) throw bad(`${JSON.stringify(path)} is no path`);
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  const lines = Object.entries(headers).map(([name, value]) => {
    if (!token.test(name) || !headerValue.test(value))
      throw bad(`${JSON.stringify(`${name}: ${value}`)} is no header`);
    return `${name}: ${value}`;
  });
  const host = names.includes('host') ? [] : [`Host: ${to.host}:${to.port}`];
  return [`${method} ${path} HTTP/1.1`, ...host, ...lines, 'Connection: close', '', ''].join('\r\n');
}

/** The status of a response from its first line; null when that is not HTTP. */
export function statusOf(firstLine: string): number | null {
  const status = /^HTTP\/1\.[01] (\d{3})\b/.exec(firstLine)?.[1];
  return status === undefined ? null : Number(status);
}

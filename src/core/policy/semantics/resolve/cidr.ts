/** An IP prefix: the address as a number of 32 or 128 bits, host bits cleared. */
export interface Prefix {
  readonly bits: 32 | 128;
  readonly address: bigint;
  readonly length: number;
}

const hexGroup = /^[0-9a-f]{1,4}$/i;
const decimal = /^(0|[1-9]\d{0,2})$/;

function ipv4(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let address = 0n;
  for (const part of parts) {
    if (!decimal.test(part) || Number(part) > 255) return null;
    address = (address << 8n) | BigInt(part);
  }
  return address;
}

/** Groups of one side of `::`; the last may be an IPv4 address, which is two groups. */
function groups(text: string): readonly bigint[] | null {
  if (text === '') return [];
  const found: bigint[] = [];
  const parts = text.split(':');
  for (const [at, part] of parts.entries()) {
    const embedded = at === parts.length - 1 && part.includes('.') ? ipv4(part) : null;
    if (embedded !== null) found.push(embedded >> 16n, embedded & 0xffffn);
    else if (hexGroup.test(part)) found.push(BigInt(`0x${part}`));
    else return null;
  }
  return found;
}

function ipv6(text: string): bigint | null {
  const sides = text.split('::');
  if (sides.length > 2) return null;
  const head = groups(sides[0] ?? '');
  const tail = sides.length === 2 ? groups(sides[1] ?? '') : [];
  if (!head || !tail) return null;
  const missing = 8 - head.length - tail.length;
  if (sides.length === 2 ? missing < 1 : missing !== 0) return null;
  const all = [...head, ...Array<bigint>(missing).fill(0n), ...tail];
  return all.reduce((address, group) => (address << 16n) | group, 0n);
}

const masked = (address: bigint, bits: number, length: number): bigint => {
  const host = BigInt(bits - length);
  return (address >> host) << host;
};

/** `10.0.0.0/8`, `10.1.2.3` or their IPv6 likes; null where it is none. */
export function parsePrefix(text: string): Prefix | null {
  if (text.length > 64) return null;
  const [address = '', length, ...more] = text.split('/');
  if (more.length > 0) return null;
  const four = ipv4(address);
  const value = four ?? (address.includes(':') ? ipv6(address) : null);
  if (value === null) return null;
  const bits = four === null ? 128 : 32;
  if (length !== undefined && !/^(0|[1-9]\d{0,2})$/.test(length)) return null;
  const prefixLength = length === undefined ? bits : Number(length);
  if (prefixLength > bits) return null;
  return { bits, address: masked(value, bits, prefixLength), length: prefixLength };
}

/** Whether all addresses of `inner` are in `outer`. */
export const containsPrefix = (outer: Prefix, inner: Prefix): boolean =>
  outer.bits === inner.bits &&
  outer.length <= inner.length &&
  masked(inner.address, inner.bits, outer.length) === outer.address;

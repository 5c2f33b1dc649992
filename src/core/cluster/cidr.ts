/** Addresses and networks of either family, as whole numbers. */

export interface Cidr {
  readonly text: string;
  readonly family: 4 | 6;
  /** An address within, not always the first: `10.96.7.9/12` is a network too. */
  readonly address: bigint;
  /** Bits that number the addresses within, e.g. 12 for a /20 of IPv4. */
  readonly hostBits: number;
}

function addressOf4(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255))
    return null;
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':');
}

function addressOf6(text: string): bigint | null {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (dotted) {
    const last = addressOf4(dotted[2] ?? '');
    if (last === null) return null;
    return addressOf6(`${dotted[1] ?? ''}${(last >> 16n).toString(16)}:${(last & 0xffffn).toString(16)}`);
  }
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = groupsOf(halves[0] ?? '');
  const tail = groupsOf(halves[1] ?? '');
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  return groups.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n);
}

/** Null where the text is no address. */
export function addressFrom(text: string): { readonly family: 4 | 6; readonly value: bigint } | null {
  const family = text.includes(':') ? 6 : 4;
  const value = family === 6 ? addressOf6(text) : addressOf4(text);
  return value === null ? null : { family, value };
}

/** Null where the text is no network in CIDR notation. */
export function cidrFrom(text: string): Cidr | null {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(text.trim());
  const address = match ? addressFrom(match[1] ?? '') : null;
  if (!match || !address) return null;
  const hostBits = (address.family === 4 ? 32 : 128) - Number(match[2]);
  if (hostBits < 0) return null;
  return { text: match[0], family: address.family, address: address.value, hostBits };
}

export function holds(cidr: Cidr, address: { readonly family: 4 | 6; readonly value: bigint }): boolean {
  const bits = BigInt(cidr.hostBits);
  return cidr.family === address.family && address.value >> bits === cidr.address >> bits;
}

/** Whether some address is in both. */
export function overlap(one: Cidr, other: Cidr): boolean {
  const bits = BigInt(Math.max(one.hostBits, other.hostBits));
  return one.family === other.family && one.address >> bits === other.address >> bits;
}

/** How many addresses the network has; exact up to 2^53, a close floating-point number above. */
export function sizeOf(cidr: Cidr): number {
  return 2 ** cidr.hostBits;
}
